import type { ItemId } from '../../base/index.ts'
import { differences, reasons } from './explain.ts'
import { type Features, features } from './features.ts'
import { judge, type Judgement, type MatchLevel } from './judge.ts'
import { chances, readingSum } from './reading.ts'
import type { Candidate } from '../search/search.ts'
import type { Problem } from '../understand.ts'

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
export const SIMILAR_MIN = 0.4
const MATCHES_MAX = 20
/** Shared words show where to look: it takes the message or the code to know. */
const READ_MAX = 0.8

/** A candidate with all that its confidence was made of. */
export interface Judged extends Judgement {
  readonly candidate: Candidate
  readonly features: Features
  /** How well an explanation fits, a sum of logits; -Infinity when it shows its error, or speaks of another code. */
  readonly reading: number
  /** What it explains, when the best face of it is another. */
  readonly described: Features | undefined
}

/** All candidates, best first, also those below the floor: for whoever asks why something was, or was not, said. */
export function judged(problem: Problem, candidates: readonly Candidate[]): readonly Judged[] {
  const known = features(problem, candidates)
  const all = candidates.map((candidate, at) => bestView(problem, candidate, known[at] ?? []))
  return asRead(all).sort(
    (a, b) =>
      b.confidence - a.confidence ||
      b.reading - a.reading ||
      b.candidate.score - a.candidate.score ||
      (a.candidate.item < b.candidate.item ? -1 : 1),
  )
}

/** What explains in words is compared with the others that do: the closest may be right, and nobody knows that it is. */
function asRead(all: readonly Judged[]): Judged[] {
  const read = all.filter(({ reading }) => reading > -Infinity)
  const likely = chances(read.map(({ reading }) => reading))
  const chance = new Map(read.map((one, at) => [one, likely[at] ?? 0]))
  return all.map((one) => {
    const share = chance.get(one)
    if (share === undefined) return one
    const asText = Math.min(share, READ_MAX)
    const { codeSame, explains, levels } = one.features
    // A description that shares nothing but words says no more than what was read in it.
    const isSaid = codeSame || levels.size > 0
    if (explains) return { ...one, confidence: isSaid ? Math.max(one.confidence, asText) : asText }
    return { ...one, confidence: 1 - (1 - one.confidence) * (1 - asText) }
  })
}

/** An item is as good as that face of it which fits best. */
function bestView(problem: Problem, candidate: Candidate, views: readonly Features[]): Judged {
  const all = views.map((features) => ({ candidate, features, ...judge(problem, features) }))
  const best = all.reduce((most, one) => (one.confidence > most.confidence ? one : most))
  const described = views.find(({ explains }) => explains)
  const sum = described && !described.codeConflict ? readingSum(described) : undefined
  return { ...best, described, reading: sum ?? -Infinity }
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
