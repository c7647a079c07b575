import { hashOf } from './bag.ts'

/** A text as a direction: signed hashes of its letter groups, one byte per dimension. Needs no model. */
export type GramVector = Int8Array

/** More tell no two texts apart that these do not: 2,048 gave two points on clippy's and rustc's explanations. */
export const DIMENSIONS = 512
/** Letters of a group, the ends of a word counted as one each. */
const GROUPS = [3, 4] as const
const WORD = /[\p{L}\p{N}]+/gu
/** What a long text is about is said at its beginning. UTF-16 units. */
const TEXT_CHARS_MAX = 6000
const WORD_CHARS_MAX = 40
const SIGN = 0x40000000
const BYTE_MAX = 127

export function gramVector(text: string): GramVector {
  const sums = new Float64Array(DIMENSIONS)
  for (const [group, count] of groupsOf(text)) {
    const hash = hashOf(group)
    const at = hash % DIMENSIONS
    sums[at] = (sums[at] ?? 0) + ((hash & SIGN) === 0 ? -1 : 1) * (1 + Math.log(count))
  }
  const most = sums.reduce((max, sum) => Math.max(max, Math.abs(sum)), 0)
  return Int8Array.from(sums, (sum) => (most === 0 ? 0 : Math.round((sum / most) * BYTE_MAX)))
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

function groupsOf(text: string): ReadonlyMap<string, number> {
  const groups = new Map<string, number>()
  for (const [word] of text.slice(0, TEXT_CHARS_MAX).toLowerCase().matchAll(WORD)) {
    if (word.length > WORD_CHARS_MAX) continue
    const framed = `_${word}_`
    for (const size of GROUPS)
      for (let at = 0; at + size <= framed.length; at++) {
        const group = framed.slice(at, at + size)
        groups.set(group, (groups.get(group) ?? 0) + 1)
      }
  }
  return groups
}
