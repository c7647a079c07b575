/** What an item must stand out by before it is a candidate by its meaning alone: of the share that is left to be alike. */
const MEANING_MIN = 0.25
/** Candidates that nothing but their meaning brings. */
export const NEAR_MAX = 10
/** Vectors with whose cosines those of the nearest are compared. */
export const USUAL_SAMPLE = 64
/** Reciprocal ranks are softened by so much: the usual constant of rank fusion. */
const SOFTENED = 60
const BYTE_MAX = 127

/** One byte per dimension; the greatest becomes 127. Undefined for no direction at all. The cosine needs no scale. */
export function quantised(values: readonly number[]): Int8Array | undefined {
  const most = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0)
  if (!(most > 0) || !Number.isFinite(most)) return undefined
  return Int8Array.from(values, (value) => Math.round((value / most) * BYTE_MAX))
}

/** -1 to 1; 0 for those that are of different spaces, or of nothing. */
export function cosineOf(a: Int8Array, b: Int8Array): number {
  if (a.length !== b.length) return 0
  let [dot, lengthA, lengthB] = [0, 0, 0]
  for (let at = 0; at < a.length; at++) {
    const [x, y] = [a[at] as number, b[at] as number]
    dot += x * y
    lengthA += x * x
    lengthB += y * y
  }
  return dot === 0 ? 0 : dot / Math.sqrt(lengthA * lengthB)
}

/** The middle one, the lower of two; of none 1, so that nothing stands out. */
export function usualOf(cosines: readonly number[]): number {
  const sorted = cosines.toSorted((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 1
}

/**
 * How far a cosine stands out from what is usual, 0 to 1. Models differ in what two texts about nothing in common
 * have: 0.1 in some, 0.75 in others. What is usual has 0, the same text 1.
 */
export const standingOut = (cosine: number, usual: number): number =>
  usual >= 1 ? 0 : Math.round(Math.max(0, Math.min(1, (cosine - usual) / (1 - usual))) * 1000) / 1000

export const isNear = (meaning: number): boolean => meaning >= MEANING_MIN

interface Ranked {
  /** Of the question's fingerprints, those that it has. */
  readonly fingerprints: readonly string[]
  /** Of the words; 0 without one in common. */
  readonly score: number
  /** 0 to 1; undefined without a vector of the question's space. */
  readonly meaning?: number
}

/**
 * Those with a fingerprint stay where they are, before all others; these are ordered by the sum of their reciprocal
 * ranks, by words and by meaning. Given in the order of fingerprints, then words; equal ones stay in it.
 */
export function fused<Of extends Ranked>(candidates: readonly Of[]): readonly Of[] {
  const met = candidates.filter(({ fingerprints }) => fingerprints.length > 0)
  const rest = candidates.filter(({ fingerprints }) => fingerprints.length === 0)
  const said = rest.filter(({ score }) => score > 0)
  const near = rest
    .filter(({ meaning = 0 }) => isNear(meaning))
    .toSorted((a, b) => (b.meaning ?? 0) - (a.meaning ?? 0))
  const sums = new Map<Of, number>()
  for (const ranking of [said, near])
    for (const [at, one] of ranking.entries()) sums.set(one, (sums.get(one) ?? 0) + 1 / (SOFTENED + at))
  return [...met, ...rest.toSorted((a, b) => (sums.get(b) ?? 0) - (sums.get(a) ?? 0))]
}
