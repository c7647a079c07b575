const WORD_BITS = 32

/** A bit per dimension, in words of 32, for what is above zero. */
export function signsOf(values: Float32Array): Uint8Array {
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
