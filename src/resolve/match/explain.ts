import type { Features } from './features.ts'
import type { Param } from '../occurrence.ts'
import type { Problem } from '../understand.ts'

const ALIKE_MIN = 0.6
const CLOSE_MIN = 0.5
const DIFFERENCES_MAX = 6

/** Why an item matched, strongest reason first. */
export function reasons(problem: Problem, known: Features): string[] {
  const { primary } = problem.detail
  const out: string[] = []
  const { levels, beside, view } = known
  if (levels.has('exact')) out.push('same message')
  else if (levels.has('template') || levels.has('message'))
    out.push(parameters(primary?.params ?? [], view.params).length > 0 ? 'same message, other names' : 'same message')
  if (known.codeSame && primary?.code !== undefined) {
    out.push(
      primary.strong
        ? `same error code ${primary.code}`
        : `same failure ${primary.code} of the call ${view.operation}`,
    )
  }
  if (known.typeSame && primary?.type !== undefined) out.push(`same error type ${primary.type}`)
  if (levels.has('stack')) out.push('same call stack')
  else if (levels.has('culprit') && primary?.culprit !== undefined) out.push(`same failing call ${primary.culprit}`)
  if (beside.size > 0) out.push('another error of this text is known')
  if (!levels.has('template') && !levels.has('message') && known.alike >= ALIKE_MIN) out.push('similar message')
  if (known.toolSame && view.tool !== '') out.push(`same tool ${view.tool}`)
  if (out.length === 0) out.push(known.meaning >= CLOSE_MIN ? 'close in meaning' : 'similar words')
  return out
}

/** What to look at before using the fix. */
export function differences(problem: Problem, known: Features): string[] {
  const { primary } = problem.detail
  const { view } = known
  if (primary === null || !view.learnt) return []
  const out: string[] = []
  if (view.type !== '' && primary.type !== undefined && primary.type !== view.type)
    out.push(`error type ${primary.type}, known fix was for ${view.type}`)
  if (view.code !== '' && primary.code !== undefined && primary.code !== view.code)
    out.push(`code ${primary.code}, known fix was for ${view.code}`)
  if (known.templateSame || known.levels.has('template') || known.levels.has('message'))
    out.push(...parameters(primary.params, view.params))
  return out.slice(0, DIFFERENCES_MAX)
}

/** Parameters of equal templates stand in the same order. */
function parameters(ours: readonly Param[], theirs: readonly Param[]): string[] {
  return ours.flatMap(({ kind, value }, at) => {
    const other = theirs[at]
    if (other === undefined || other.kind !== kind || other.value === value || kind === 'host') return []
    return [`${kind} ${value}, known fix was for ${other.value}`]
  })
}
