/** Words as 32-bit hashes with their counts: what of a text travels with it through the index. */
export type Bag = ReadonlyMap<number, number>

const ENTRY_BYTES = 5
const COUNT_MAX = 255

/** FNV-1a, a unit at a time, and a finish that spreads short words. */
export const BASIS = 0x811c9dc5
export const joined = (hash: number, unit: number): number => Math.imul(hash ^ unit, 0x01000193)
export function finished(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return (mixed ^ (mixed >>> 12)) >>> 0
}

export function hashOf(word: string): number {
  let hash = BASIS
  for (let at = 0; at < word.length; at++) hash = joined(hash, word.charCodeAt(at))
  return finished(hash)
}

/** At most `max` distinct words, those that came first. */
export const bagOf = (words: Iterable<string>, max?: number): Bag => bagOfHashes(hashesOf(words), max)

export const hashesOf = (words: Iterable<string>): number[] => Array.from(words, hashOf)

/** Of words that were hashed before. */
export function bagOfHashes(hashes: Iterable<number>, max = Infinity): Bag {
  const bag = new Map<number, number>()
  for (const hash of hashes) {
    const count = bag.get(hash)
    if (count !== undefined) bag.set(hash, Math.min(COUNT_MAX, count + 1))
    else if (bag.size < max) bag.set(hash, 1)
  }
  return bag
}

/** Base64 of four bytes of hash and one of count per word. */
export function packBag(bag: Bag): string {
  const bytes = Buffer.alloc(bag.size * ENTRY_BYTES)
  let at = 0
  for (const [hash, count] of bag) {
    bytes.writeUInt32LE(hash, at)
    bytes[at + 4] = count
    at += ENTRY_BYTES
  }
  return bytes.toString('base64')
}

export function unpackBag(packed: string): Bag {
  const bytes = Buffer.from(packed, 'base64')
  const bag = new Map<number, number>()
  for (let at = 0; at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES)
    bag.set(bytes.readUInt32LE(at), bytes[at + 4] ?? 1)
  return bag
}

/** Cosine of logarithmic counts under a weight per word, 0 to 1. */
export function cosine(a: Bag, b: Bag, weigh: (hash: number) => number): number {
  let dot = 0
  let [lengthA, lengthB] = [0, 0]
  for (const [hash, count] of a) {
    const weight = (1 + Math.log(count)) * weigh(hash)
    lengthA += weight * weight
    const other = b.get(hash)
    if (other !== undefined) dot += weight * (1 + Math.log(other)) * weigh(hash)
  }
  for (const [hash, count] of b) lengthB += ((1 + Math.log(count)) * weigh(hash)) ** 2
  return dot === 0 ? 0 : dot / Math.sqrt(lengthA * lengthB)
}

/** The weight of the shared words relative to that of all of `a`, 0 to 1. */
export function coverage(a: Bag, b: Bag, weigh: (hash: number) => number): number {
  let [shared, total] = [0, 0]
  for (const hash of a.keys()) {
    total += weigh(hash)
    if (b.has(hash)) shared += weigh(hash)
  }
  return total === 0 ? 0 : shared / total
}
