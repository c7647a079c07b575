import { codeKeyOf, type Level } from './fingerprint.ts'
import { failureKinds, kindsConflict } from './failure-kind.ts'
import { type Meta, unpackMeta } from './meta.ts'
import type { Param } from './occurrence.ts'
import type { Candidate } from './search.ts'
import { bag, dice, words } from './similar.ts'
import { related } from './tool-family.ts'
import type { Problem } from './understand.ts'

/** What is known of one candidate for one problem: all that the judgement and its explanation are made of. */
export interface Features {
  readonly meta: Meta
  readonly levels: ReadonlySet<Level>
  /** Levels at which another occurrence of the text, not its primary, meets the item. */
  readonly beside: ReadonlySet<Level>
  /** Weighted Dice of the two templates, 0 to 1. */
  readonly alike: number
  /** The same of all words around. */
  readonly around: number
  /** BM25 relative to the best candidate, 0 to 1. */
  readonly rank: number
  readonly codeSame: boolean
  /** Both have a code and they are not the same: another problem, however alike it reads. */
  readonly codeConflict: boolean
  readonly typeSame: boolean
  readonly typeConflict: boolean
  /** One names a thing that decides (`'self'`, `'main'`, `NoneType`) where the other has a name of the user's. */
  readonly tellingConflict: boolean
  /** The words are the same, the things named are not: a package where the item had a path. */
  readonly placeConflict: boolean
  /** Both say what went wrong, and it is not the same. */
  readonly kindConflict: boolean
  readonly toolSame: boolean
  readonly toolConflict: boolean
  /** The solution names a value that stands elsewhere in the item's message, and another one stands in ours. */
  readonly boundElsewhere: boolean
}

/** Types that say no more than "error". */
const PLAIN_TYPE = /^(?:|Error|error|Exception|FATAL|Fatal error|panic|RuntimeError|Throwable)$/
export function features(problem: Problem, candidates: readonly Candidate[]): Features[] {
  const { primary, prints, vague, program } = problem.detail
  const best = Math.max(...candidates.map(({ score }) => score), 1e-9)
  const template = words(primary?.template ?? '')
  const kinds = failureKinds(primary?.template ?? '')
  const context = bag(problem.detail.words)
  return candidates.map((candidate) => {
    const meta = unpackMeta(candidate.meta)
    const levels = new Set<Level>()
    const beside = new Set<Level>()
    for (const print of candidate.fingerprints) {
      const hit = prints.get(print)
      if (hit) (hit.at === 0 ? levels : beside).add(hit.level)
    }
    const key = primary === null ? undefined : codeKeyOf(primary)
    const theirs = codeKeyOf({
      code: meta.code || undefined,
      strong: meta.strong,
      operation: meta.operation || undefined,
    })
    const tools = [primary?.tool ?? '', vague ? program : ''].filter((tool) => tool !== '')
    const akin = tools.some((tool) => related(tool, meta.tool))
    const silent = template.size === 0 && meta.template === '' && primary !== null && primary.type === meta.type
    return {
      meta,
      levels,
      beside,
      alike: silent ? 1 : dice(template, words(meta.template)),
      around: dice(context, bag(meta.terms)),
      rank: candidate.score / best,
      codeSame: key !== undefined && key === theirs,
      codeConflict:
        conflict(primary?.code, meta.code) || (key !== undefined && theirs !== undefined && key !== theirs),
      typeSame: !PLAIN_TYPE.test(meta.type) && primary?.type === meta.type,
      tellingConflict: meta.learnt && telling(primary?.template ?? '') !== telling(meta.template),
      typeConflict:
        !PLAIN_TYPE.test(primary?.type ?? '') && !PLAIN_TYPE.test(meta.type) && primary?.type !== meta.type,
      placeConflict:
        meta.learnt && meta.template !== primary?.template && bare(meta.template) === bare(primary?.template ?? ''),
      kindConflict: kindsConflict(kinds, failureKinds(meta.template)),
      toolSame: akin,
      toolConflict: tools.length > 0 && meta.tool !== '' && !akin,
      boundElsewhere: meta.learnt && boundElsewhere(primary?.params ?? [], meta),
    }
  })
}

function boundElsewhere(ours: readonly Param[], { bound, params }: Meta): boolean {
  const values = new Set(ours.map(({ value }) => value.toLowerCase()))
  return params.some(({ value }) => bound.includes(value.toLowerCase()) && !values.has(value.toLowerCase()))
}

const bare = (template: string): string => template.replaceAll(/<[a-z]+>/g, '').toLowerCase()

/** Quoted words that the mask left standing, in order. */
const telling = (template: string): string => (template.match(/'\w+'/g) ?? []).join(' ')

const conflict = (a: string | undefined, b: string): boolean => a !== undefined && b !== '' && a !== b
