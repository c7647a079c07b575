import type { Features } from './features.ts'
import type { Problem } from './understand.ts'

/** How an item was found: the same message, the same kind of problem, or words in common. */
export type MatchLevel = 'exact' | 'near' | 'lexical'

export interface Judgement {
  readonly confidence: number
  readonly level: MatchLevel
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

export function judge(problem: Problem, known: Features): Judgement {
  const has = (level: Parameters<Features['levels']['has']>[0]): number => (known.levels.has(level) ? 1 : 0)
  const strong = problem.detail.primary?.strong ?? false
  const w = WEIGHTS
  const sum =
    w.bias +
    w.exact * has('exact') +
    (has('template') === 1 ? w.template : w.message * has('message')) +
    w.param * has('param') +
    (known.codeSame ? (strong ? w.strongCode : w.weakCode) : 0) +
    w.culprit * has('culprit') +
    w.stack * has('stack') +
    (known.beside.size > 0 ? w.beside : 0) +
    w.alike * known.alike +
    w.around * known.around +
    w.rank * known.rank +
    (known.typeSame ? w.typeSame : 0) +
    (known.toolSame ? w.toolSame : 0) +
    (known.toolConflict ? w.toolConflict : 0) +
    (known.typeConflict ? w.typeConflict : 0) +
    (known.codeConflict ? w.codeConflict : 0) +
    (known.placeConflict ? w.placeConflict : 0) +
    (known.kindConflict ? w.kindConflict : 0) +
    (known.tellingConflict ? w.tellingConflict : 0)
  const level = has('exact') + has('template') === 2 ? 'exact' : known.levels.size > 0 ? 'near' : 'lexical'
  return { confidence: Math.min(sigmoid(sum), known.boundElsewhere ? BOUND_MAX : 1), level }
}
