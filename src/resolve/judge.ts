import type { Features } from './features.ts'
import type { Problem } from './understand.ts'

/** How an item was found: the same message, the same kind of problem, or words in common. */
export type MatchLevel = 'exact' | 'near' | 'lexical'

export interface Judgement {
  readonly confidence: number
  readonly level: MatchLevel
  readonly contributions: Contributions
}

/**
 * The weights. Logits: the sum goes through the logistic function. Set by hand after errors.md C, then moved in steps
 * of 0.5 on the dev halves with `node bench/resolve-table.ts`.
 */
export const WEIGHTS = {
  bias: -6.2,
  exact: 3,
  template: 7,
  message: 6,
  param: 0.6,
  strongCode: 8.5,
  weakCode: 2,
  culprit: 0.8,
  stack: 1.5,
  beside: 2.5,
  alike: 6,
  around: 3.5,
  rank: 1,
  typeSame: 0.5,
  toolSame: 0.4,
  toolConflict: -1,
  typeConflict: -2.5,
  codeConflict: -6,
  tellingConflict: -4,
  placeConflict: -3,
  kindConflict: -3,
} as const

/** A fix for another name, port or module may show the way, but it is not the fix. */
const BOUND_MAX = 0.7

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/** What each weight adds to the sum; those that add nothing are left out. */
export type Contributions = ReadonlyMap<keyof typeof WEIGHTS, number>

export function judge(problem: Problem, known: Features): Judgement {
  const has = (level: Parameters<Features['levels']['has']>[0]): number => (known.levels.has(level) ? 1 : 0)
  const strong = problem.detail.primary?.strong ?? false
  const values: Readonly<Record<keyof typeof WEIGHTS, number>> = {
    bias: 1,
    exact: has('exact'),
    template: has('template'),
    message: has('template') === 1 ? 0 : has('message'),
    param: has('param'),
    strongCode: Number(known.codeSame && strong),
    weakCode: Number(known.codeSame && !strong),
    culprit: has('culprit'),
    stack: has('stack'),
    beside: Number(known.beside.size > 0),
    alike: known.alike,
    around: known.around,
    rank: known.rank,
    typeSame: Number(known.typeSame),
    toolSame: Number(known.toolSame),
    toolConflict: Number(known.toolConflict),
    typeConflict: Number(known.typeConflict),
    codeConflict: Number(known.codeConflict),
    placeConflict: Number(known.placeConflict),
    kindConflict: Number(known.kindConflict),
    tellingConflict: Number(known.tellingConflict),
  }
  const names = Object.keys(WEIGHTS) as (keyof typeof WEIGHTS)[]
  const contributions = new Map(
    names.filter((name) => values[name] !== 0).map((name) => [name, WEIGHTS[name] * values[name]]),
  )
  const sum = [...contributions.values()].reduce((total, part) => total + part, 0)
  const level = has('exact') + has('template') === 2 ? 'exact' : known.levels.size > 0 ? 'near' : 'lexical'
  const confidence = Math.min(sigmoid(sum), known.boundElsewhere ? BOUND_MAX : 1)
  return { confidence, level, contributions }
}
