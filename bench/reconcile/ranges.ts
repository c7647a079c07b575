/*
 * The anchor: range-based set reconciliation, plain, after the description of the negentropy protocol v1: fingerprints of
 * 16 bytes (the first half of SHA-256 over the sum of the ids modulo 2^256 and their number), ranges split in 16, lists of
 * ids where a range holds at most 32. Bytes are those of its binary form; the sums of prefixes are there beforehand, so
 * that a fingerprint costs one hash and no walk.
 */
import { createHash } from 'node:crypto'

const ID_BYTES = 32
const SPLIT = 16
const LEAF_MAX = 32
const FINGERPRINT_BYTES = 16

/** Ids in order, with the sums of all prefixes. */
export class RangeSet {
  readonly ids: Uint8Array
  readonly size: number
  readonly #sums: Uint32Array

  /** `ids` ascend, 32 bytes each. */
  constructor(ids: Uint8Array) {
    this.ids = ids
    this.size = ids.length / ID_BYTES
    const words = new Uint32Array(ids.buffer, ids.byteOffset, ids.length / 4)
    this.#sums = new Uint32Array(8 * (this.size + 1))
    for (let index = 0; index < this.size; index++) {
      let carry = 0
      for (let word = 0; word < 8; word++) {
        const at = 8 * index + word
        const sum = (this.#sums[at] ?? 0) + (words[at] ?? 0) + carry
        this.#sums[at + 8] = sum
        carry = sum > 0xffff_ffff ? 1 : 0
      }
    }
  }

  fingerprint(from: number, to: number): string {
    const sum = new Uint32Array(9)
    let borrow = 0
    for (let word = 0; word < 8; word++) {
      const rest = (this.#sums[8 * to + word] ?? 0) - (this.#sums[8 * from + word] ?? 0) - borrow
      sum[word] = rest
      borrow = rest < 0 ? 1 : 0
    }
    sum[8] = to - from
    return createHash('sha256').update(new Uint8Array(sum.buffer)).digest().toString('latin1', 0, FINGERPRINT_BYTES)
  }

  id(index: number): Buffer {
    return Buffer.from(this.ids.buffer, this.ids.byteOffset + index * ID_BYTES, ID_BYTES)
  }

  /** The first place whose id is not below `bound`; no bound is the end. */
  place(bound: Buffer | undefined): number {
    if (!bound) return this.size
    let [low, high] = [0, this.size]
    while (low < high) {
      const middle = (low + high) >> 1
      if (Buffer.compare(this.id(middle), bound) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  /** The shortest prefix that is above the id before `index`, and not above that at it. */
  bound(index: number): Buffer {
    const [before, at] = [this.id(index - 1), this.id(index)]
    let same = 0
    while (before[same] === at[same]) same += 1
    return at.subarray(0, same + 1)
  }
}

/** A part of the order up to `bound`, and what the sender says of it. */
interface Range {
  readonly bound: Buffer | undefined
  readonly fingerprint?: string
  readonly ids?: readonly Buffer[]
}

const varintBytes = (value: number): number => (value < 128 ? 1 : value < 16_384 ? 2 : 3)

/** Mode, a time of one byte, the bound with its length, and what is said. */
const bytesOf = (range: Range): number =>
  3 +
  (range.bound?.length ?? 0) +
  (range.fingerprint === undefined ? 0 : FINGERPRINT_BYTES) +
  (range.ids === undefined ? 0 : varintBytes(range.ids.length) + ID_BYTES * range.ids.length)

export interface RangeResult {
  readonly bytes: number
  readonly flights: number
  readonly have: number
  readonly need: number
}

/** Finds what either side has alone; `mine` begins. */
export function compareByRanges(mine: RangeSet, theirs: RangeSet): RangeResult {
  let [bytes, flights, have, need] = [1, 0, 0, 0]
  let question = describe(mine, 0, mine.size, undefined)
  while (question.some((range) => range.fingerprint !== undefined || range.ids !== undefined)) {
    flights += 1
    const answer = respond(theirs, question, (range, from, to) => [listOf(theirs, from, to, range.bound)])
    bytes += sum(question) + 1 + sum(answer)
    question = respond(mine, answer, (range, from, to) => {
      const others = new Set(range.ids?.map((id) => id.toString('latin1')))
      for (let index = from; index < to; index++) if (!others.delete(mine.id(index).toString('latin1'))) have += 1
      need += others.size
      return [{ bound: range.bound }]
    })
    if (question.length > 0) bytes += 1
  }
  return { bytes, flights, have, need }
}

/** What to say to each range that was heard; what is equal is left out. */
function respond(
  set: RangeSet,
  heard: readonly Range[],
  onList: (range: Range, from: number, to: number) => readonly Range[],
): readonly Range[] {
  const said: Range[] = []
  let from = 0
  for (const range of heard) {
    const to = set.place(range.bound)
    if (range.ids) said.push(...onList(range, from, to))
    else if (range.fingerprint !== undefined && set.fingerprint(from, to) !== range.fingerprint)
      said.push(...describe(set, from, to, range.bound))
    else said.push({ bound: range.bound })
    from = to
  }
  return merged(said)
}

/** A range as a list when it is short, else as 16 fingerprints. */
function describe(set: RangeSet, from: number, to: number, bound: Buffer | undefined): readonly Range[] {
  if (to - from <= LEAF_MAX) return [listOf(set, from, to, bound)]
  return Array.from({ length: SPLIT }, (_, part) => {
    const start = from + Math.floor(((to - from) * part) / SPLIT)
    const end = from + Math.floor(((to - from) * (part + 1)) / SPLIT)
    return { bound: part === SPLIT - 1 ? bound : set.bound(end), fingerprint: set.fingerprint(start, end) }
  })
}

const listOf = (set: RangeSet, from: number, to: number, bound: Buffer | undefined): Range => ({
  bound,
  ids: Array.from({ length: to - from }, (_, index) => set.id(from + index)),
})

/** Neighbours of which nothing is said are one, and none at the end. */
function merged(ranges: readonly Range[]): readonly Range[] {
  const isSilent = (range: Range | undefined): boolean => range?.fingerprint === undefined && range?.ids === undefined
  const kept = ranges.filter((range, index) => !isSilent(range) || !isSilent(ranges[index + 1]))
  return isSilent(kept.at(-1)) ? kept.slice(0, -1) : kept
}

const sum = (ranges: readonly Range[]): number => ranges.reduce((all, range) => all + bytesOf(range), 0)
