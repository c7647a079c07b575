import type { ItemId } from '../../base/index.ts'
import { differences, reasons } from './explain.ts'
import { type Level, levelOf } from '../fingerprint.ts'
import type { MatchLevel } from './judge.ts'
import { judged, type Judged, KNOWN_MIN, SIMILAR_MIN } from './rank.ts'
import { type ReadingName, readingOf } from './reading.ts'
import type { Candidate } from '../search/search.ts'
import type { Problem } from '../understand.ts'
import { READING } from './weights.ts'

/** What one weight adds to a sum. */
interface Adds {
  readonly name: string
  readonly adds: number
}

/** Why a candidate was, or was not, thought to be about the problem. */
export interface Why {
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
  readonly weights: readonly Adds[]
  /** Of an item that explains in words, what its reading is made of: it is weighed against the others that do. */
  readonly reading: readonly Adds[] | null
  /** It would be greater by the weights alone: the item is meant for other values than those of this text. */
  readonly capped: boolean
  readonly why: readonly string[]
  readonly differs: readonly string[]
}

/** Of all candidates, best first, also those below the floor. */
export const whyEach = (problem: Problem, candidates: readonly Candidate[]): readonly Why[] =>
  judged(problem, candidates).map((one) => {
    const { candidate, confidence, contributions, features, level } = one
    const sum = [...contributions.values()].reduce((total, adds) => total + adds, 0)
    return {
      item: candidate.item,
      level,
      confidence: rounded(confidence),
      band: confidence >= KNOWN_MIN ? 'known' : confidence >= SIMILAR_MIN ? 'similar' : null,
      score: rounded(candidate.score),
      fingerprints: [...new Set(candidate.fingerprints.flatMap((print) => levelOf(print) ?? []))],
      weights: sorted([...contributions]),
      reading: readingParts(one),
      capped: features.boundElsewhere && confidence < 1 / (1 + Math.exp(-sum)),
      why: reasons(problem, features),
      differs: differences(problem, features),
    }
  })

function readingParts({ described, reading }: Judged): readonly Adds[] | null {
  const values = described && reading > -Infinity ? readingOf(described) : undefined
  if (!values) return null
  const names = Object.keys(READING) as ReadingName[]
  return sorted(names.map((name) => [name, READING[name] * values[name]] as const).filter(([, adds]) => adds !== 0))
}

const sorted = (parts: readonly (readonly [string, number])[]): readonly Adds[] =>
  parts.map(([name, adds]) => ({ name, adds: rounded(adds) })).sort((a, b) => Math.abs(b.adds) - Math.abs(a.adds))

const rounded = (value: number): number => Math.round(value * 1000) / 1000
