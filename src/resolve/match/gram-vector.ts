import { BASIS, finished, joined } from './bag.ts'

/** A text as a direction: signed hashes of its letter groups, one byte per dimension. Needs no model. */
export type GramVector = Int8Array

/** More tell no two texts apart that these do not: 2,048 gave two points on clippy's and rustc's explanations. */
export const DIMENSIONS = 512
const WORD = /[\p{L}\p{N}]+/gu
const PLAIN_WORD = /[a-z0-9]+/g
// oxlint-disable-next-line no-control-regex -- plain ASCII needs no Unicode
const ASCII = /^[\x00-\x7f]*$/
/** Stands at both ends of a word. */
const EDGE = 0x5f
/** What a long text is about is said at its beginning. UTF-16 units. */
const TEXT_CHARS_MAX = 4000
const WORD_CHARS_MAX = 40
const SIGN = 0x40000000
const BYTE_MAX = 127

/** 1 + ln n, of the counts that occur. */
const DAMPED = Float64Array.from({ length: 256 }, (_, count) => (count === 0 ? 0 : 1 + Math.log(count)))

export function gramVector(text: string): GramVector {
  const sums = new Float64Array(DIMENSIONS)
  for (const [hash, count] of groupsOf(text)) {
    const at = hash % DIMENSIONS
    const weight = DAMPED[Math.min(count, DAMPED.length - 1)] ?? 0
    sums[at] = (sums[at] ?? 0) + ((hash & SIGN) === 0 ? -weight : weight)
  }
  let most = 0
  for (const sum of sums) most = Math.max(most, Math.abs(sum))
  const vector = new Int8Array(DIMENSIONS)
  if (most === 0) return vector
  for (let at = 0; at < DIMENSIONS; at++) vector[at] = Math.round(((sums[at] ?? 0) / most) * BYTE_MAX)
  return vector
}

/** Cosine, -1 to 1; 0 when one of them is of no text. */
export function alikeness(a: GramVector, b: GramVector): number {
  let [dot, lengthA, lengthB] = [0, 0, 0]
  for (let at = 0; at < DIMENSIONS; at++) {
    const [x, y] = [a[at] ?? 0, b[at] ?? 0]
    dot += x * y
    lengthA += x * x
    lengthB += y * y
  }
  return dot === 0 ? 0 : dot / Math.sqrt(lengthA * lengthB)
}

export const packVector = (vector: GramVector): string =>
  Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64')

export function unpackVector(packed: string): GramVector {
  const bytes = Buffer.from(packed, 'base64')
  return new Int8Array(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, DIMENSIONS))
}

/** Groups of three and of four letters, the ends of a word counted as one each; by their hashes. */
function groupsOf(text: string): ReadonlyMap<number, number> {
  const low = text.slice(0, TEXT_CHARS_MAX).toLowerCase()
  const groups = new Map<number, number>()
  const add = (hash: number): void => {
    const mixed = finished(hash)
    groups.set(mixed, (groups.get(mixed) ?? 0) + 1)
  }
  for (const [word] of low.matchAll(ASCII.test(low) ? PLAIN_WORD : WORD)) {
    if (word.length > WORD_CHARS_MAX) continue
    const letter = (at: number): number => (at < 0 || at >= word.length ? EDGE : word.charCodeAt(at))
    for (let at = -1; at + 2 <= word.length; at++) {
      const three = joined(joined(joined(BASIS, letter(at)), letter(at + 1)), letter(at + 2))
      add(three)
      if (at + 3 <= word.length) add(joined(three, letter(at + 3)))
    }
  }
  return groups
}
