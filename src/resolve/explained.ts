import type { ItemId } from '../base/index.ts'
import { differences, reasons } from './explain.ts'
import { type Level, levelOf } from './fingerprint.ts'
import type { MatchLevel } from './judge.ts'
import { judged, KNOWN_MIN, SIMILAR_MIN } from './rank.ts'
import type { Candidate } from './search.ts'
import type { Problem } from './understand.ts'

/** Why a candidate was, or was not, thought to be about the problem. */
export interface ExplainedMatch {
  readonly item: ItemId
  readonly level: MatchLevel
  /** 0 to 1: how likely it is that the item answers this problem. */
  readonly confidence: number
  /** Null below the floor: nothing is said then. */
  readonly band: 'known' | 'similar' | null
  /** BM25 of the index. */
  readonly score: number
  /** Levels at which a fingerprint of the text meets the item. */
  readonly fingerprints: readonly Level[]
  /** What each weight adds to the sum that the confidence is made of; greatest first. */
  readonly weights: readonly { readonly name: string; readonly adds: number }[]
  /** It would be greater by the weights alone: the item is meant for other values than those of this text. */
  readonly capped: boolean
  readonly why: readonly string[]
  readonly differs: readonly string[]
}

/** All candidates, best first, also those below the floor. */
export const explained = (problem: Problem, candidates: readonly Candidate[]): readonly ExplainedMatch[] =>
  judged(problem, candidates).map(({ candidate, confidence, contributions, features, level }) => ({
    item: candidate.item,
    level,
    confidence: rounded(confidence),
    band: confidence >= KNOWN_MIN ? 'known' : confidence >= SIMILAR_MIN ? 'similar' : null,
    score: rounded(candidate.score),
    fingerprints: [...new Set(candidate.fingerprints.flatMap((print) => levelOf(print) ?? []))],
    weights: [...contributions]
      .map(([name, adds]) => ({ name, adds: rounded(adds) }))
      .sort((a, b) => Math.abs(b.adds) - Math.abs(a.adds)),
    capped: confidence < sigmoid([...contributions.values()].reduce((sum, adds) => sum + adds, 0)) - CAPPED_MIN,
    why: reasons(problem, features),
    differs: differences(problem, features),
  }))

const CAPPED_MIN = 1e-6
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
const rounded = (value: number): number => Math.round(value * 1000) / 1000
