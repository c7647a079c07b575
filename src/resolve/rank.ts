import type { ItemId } from '../base/index.ts'
import { differences, reasons } from './explain.ts'
import { type Features, features } from './features.ts'
import { judge, type Judgement, type MatchLevel } from './judge.ts'
import type { Candidate } from './search.ts'
import type { Problem } from './understand.ts'

export interface Match {
  readonly item: ItemId
  readonly row: number
  readonly level: MatchLevel
  /** 0 to 1: how likely it is that the item answers this problem. */
  readonly confidence: number
  /** `known`: the same problem. `similar`: look at what differs before using it. */
  readonly band: 'known' | 'similar'
  /** Why it matched, in words. */
  readonly why: readonly string[]
  /** Where the two differ. */
  readonly differs: readonly string[]
}

/** From here on it is the same problem. */
export const KNOWN_MIN = 0.85
/** Below this nothing is said: a wrong fix costs more than none. Calibrated on the dev halves, see DESIGN.md. */
export const SIMILAR_MIN = 0.5
const MATCHES_MAX = 20

/** A candidate with all that its confidence was made of. */
export interface Judged extends Judgement {
  readonly candidate: Candidate
  readonly features: Features
}

/** All candidates, best first, also those below the floor: for whoever asks why something was, or was not, said. */
export function judged(problem: Problem, candidates: readonly Candidate[]): readonly Judged[] {
  const known = features(problem, candidates)
  return candidates
    .map((candidate, at) => ({ candidate, features: known[at] as Features }))
    .map((entry) => ({ ...entry, ...judge(problem, entry.features) }))
    .sort(
      (a, b) =>
        b.confidence - a.confidence ||
        b.candidate.score - a.candidate.score ||
        (a.candidate.item < b.candidate.item ? -1 : 1),
    )
}

/** Best first; empty when nothing is known. Deterministic: equal confidence is ordered by the index's score, then id. */
export const rank = (problem: Problem, candidates: readonly Candidate[]): readonly Match[] =>
  judged(problem, candidates)
    .filter(({ confidence }) => confidence >= SIMILAR_MIN)
    .slice(0, MATCHES_MAX)
    .map(({ candidate, features, confidence, level }) => ({
      item: candidate.item,
      row: candidate.row,
      level,
      confidence: Math.round(confidence * 1000) / 1000,
      band: confidence >= KNOWN_MIN ? 'known' : 'similar',
      why: reasons(problem, features),
      differs: differences(problem, features),
    }))
