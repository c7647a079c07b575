import type { Features } from './features.ts'
import type { Problem } from '../understand.ts'
import { EVIDENCE } from './weights.ts'

/** How an item was found: the same message, the same kind of problem, or words in common. */
export type MatchLevel = 'exact' | 'near' | 'lexical'

export interface Judgement {
  readonly confidence: number
  readonly level: MatchLevel
  readonly contributions: Contributions
}

/** A fix for another name, port or module may show the way, but it is not the fix. */
const BOUND_MAX = 0.7

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/** What each weight adds to the sum; those that add nothing are left out. */
export type Contributions = ReadonlyMap<keyof typeof EVIDENCE, number>

/** What each weight is multiplied with. */
export function evidenceOf(problem: Problem, known: Features): Readonly<Record<keyof typeof EVIDENCE, number>> {
  const has = (level: Parameters<Features['levels']['has']>[0]): number => (known.levels.has(level) ? 1 : 0)
  const strong = problem.detail.primary?.strong ?? false
  return {
    bias: 1,
    exact: has('exact'),
    template: has('template'),
    // What an explanation quotes is weighed there.
    message: has('template') === 1 || (known.explains && !known.templateSame) ? 0 : has('message'),
    param: has('param'),
    strongCode: Number(known.codeSame && strong),
    weakCode: Number(known.codeSame && !strong),
    culprit: has('culprit'),
    stack: has('stack'),
    beside: Number(known.beside.size > 0),
    alike: known.alike,
    around: known.around,
    letters: known.explains ? 0 : known.letters,
    rank: known.rank,
    meaning: known.meaning,
    namesDiffer: known.explains ? 0 : known.namesDiffer,
    commandConflict: Number(known.commandConflict),
    typeSame: Number(known.typeSame),
    toolSame: Number(known.toolSame),
    toolConflict: Number(known.toolConflict),
    typeConflict: Number(known.typeConflict),
    codeConflict: Number(known.codeConflict),
    placeConflict: Number(known.placeConflict),
    kindConflict: Number(known.kindConflict),
    tellingConflict: Number(known.tellingConflict),
    literalConflict: Number(known.literalConflict && known.templateSame),
  }
}

export function judge(problem: Problem, known: Features): Judgement {
  const values = evidenceOf(problem, known)
  const names = Object.keys(EVIDENCE) as (keyof typeof EVIDENCE)[]
  const contributions = new Map(
    names.filter((name) => values[name] !== 0).map((name) => [name, EVIDENCE[name] * values[name]]),
  )
  const sum = [...contributions.values()].reduce((total, part) => total + part, 0)
  const isExact = known.levels.has('exact') && known.levels.has('template')
  const level = isExact ? 'exact' : known.levels.size > 0 ? 'near' : 'lexical'
  const confidence = Math.min(sigmoid(sum), known.boundElsewhere ? BOUND_MAX : 1)
  return { confidence, level, contributions }
}
