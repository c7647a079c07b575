const WORD_BITS = 32

/** Shorter ones have too few numbers to mix. */
const TURNED_MIN = 64

/**
 * The vector in another position, in which each number has a share of all: a vector of hashed groups of letters is
 * mostly zeros, whose signs say nothing. Angles stay as they are. Only of lengths that are powers of two (by signs that
 * are always the same and a Walsh-Hadamard transform); models of other lengths fill all their numbers.
 */
export function turned(values: Float32Array): Float32Array {
  const count = values.length
  if (count < TURNED_MIN || (count & (count - 1)) !== 0) return values
  const out = values.map((value, at) => (mixed(at) & 1 ? value : -value))
  for (let half = 1; half < count; half *= 2)
    for (let from = 0; from < count; from += 2 * half)
      for (let at = from; at < from + half; at++) {
        const [a, b] = [out[at] as number, out[at + half] as number]
        out[at] = a + b
        out[at + half] = a - b
      }
  return out
}

/** The finish of MurmurHash3. What is kept was made with it: never to be changed. */
function mixed(number: number): number {
  let hash = Math.imul(number ^ 0x9e3779b9, 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** A bit per dimension of the turned vector, in words of 32, for what is above zero. */
export function signsOf(given: Float32Array): Uint8Array {
  const values = turned(given)
  const words = new Uint32Array(Math.ceil(values.length / WORD_BITS))
  for (let at = 0; at < values.length; at++)
    if ((values[at] as number) > 0) words[at >>> 5] = ((words[at >>> 5] as number) | (1 << (at & 31))) >>> 0
  return new Uint8Array(words.buffer)
}

/** Floats as they were written; copied where they do not begin at a multiple of four. */
export const floatsOf = (bytes: Uint8Array): Float32Array =>
  bytes.byteOffset % 4 === 0
    ? new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >>> 2)
    : new Float32Array(Uint8Array.from(bytes).buffer)

export const wordsOf = (bytes: Uint8Array): Uint32Array =>
  bytes.byteOffset % 4 === 0
    ? new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >>> 2)
    : new Uint32Array(Uint8Array.from(bytes).buffer)

/** -1 to 1; 0 for no direction at all. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let [dot, lengthA, lengthB] = [0, 0, 0]
  for (let at = 0; at < a.length; at++) {
    const [x, y] = [a[at] as number, b[at] as number]
    dot += x * y
    lengthA += x * x
    lengthB += y * y
  }
  return dot === 0 ? 0 : dot / Math.sqrt(lengthA * lengthB)
}
