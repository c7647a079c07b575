/** What is reconciled: the first 16 bytes of a revision's hash. */
export const ELEMENT_BYTES = 16
/** A revision's whole hash: its content address. */
export const HASH_BYTES = 32
/** Hash-prefix buckets: by the first byte. */
export const BUCKETS = 256

/** The element of a content address (64 hex digits). */
export const elementOf = (hash: string): Uint8Array => Buffer.from(hash.slice(0, 2 * ELEMENT_BYTES), 'hex')

/** Writes the element at `bytes[from]` as four words (little-endian) at `words[at]`. */
export function readWords(bytes: Uint8Array, from: number, words: Int32Array, at: number): void {
  for (let word = 0; word < 4; word++) {
    const byte = from + 4 * word
    words[at + word] =
      (bytes[byte] as number) |
      ((bytes[byte + 1] as number) << 8) |
      ((bytes[byte + 2] as number) << 16) |
      ((bytes[byte + 3] as number) << 24)
  }
}

/** Writes four words back as 16 bytes. */
export function writeWords(words: Int32Array, at: number, bytes: Uint8Array, to: number): void {
  for (let word = 0; word < 4; word++) {
    const value = words[at + word] as number
    const byte = to + 4 * word
    bytes[byte] = value
    bytes[byte + 1] = value >>> 8
    bytes[byte + 2] = value >>> 16
    bytes[byte + 3] = value >>> 24
  }
}
