/** The first 32 bits of an element's keyed hash go into a cell's check; so many of them are sent. */
export const CHECK_MASK = 0xff_ffff

/**
 * Coded symbols (arXiv 2402.02668), in typed arrays. A cell holds of the elements that fall into it: the XOR of the
 * elements, the XOR of their keyed hashes, and how many they are. 24 bytes each.
 */
export class Cells {
  readonly length: number
  readonly sums: Int32Array
  readonly checks: Int32Array
  readonly counts: Int32Array

  constructor(length: number) {
    this.length = length
    this.sums = new Int32Array(4 * length)
    this.checks = new Int32Array(length)
    this.counts = new Int32Array(length)
  }

  /** Puts the element at `words[at]` into one cell (`by` 1), or takes it out (−1). */
  change(index: number, words: Int32Array, at: number, check: number, by: number): void {
    const { sums } = this
    const to = 4 * index
    sums[to] = (sums[to] as number) ^ (words[at] as number)
    sums[to + 1] = (sums[to + 1] as number) ^ (words[at + 1] as number)
    sums[to + 2] = (sums[to + 2] as number) ^ (words[at + 2] as number)
    sums[to + 3] = (sums[to + 3] as number) ^ (words[at + 3] as number)
    this.checks[index] = (this.checks[index] as number) ^ check
    this.counts[index] = (this.counts[index] as number) + by
  }

  /** A copy of the cells `from` to `to`, `to` excluded. */
  slice(from: number, to: number): Cells {
    const part = new Cells(to - from)
    part.sums.set(this.sums.subarray(4 * from, 4 * to))
    part.checks.set(this.checks.subarray(from, to))
    part.counts.set(this.counts.subarray(from, to))
    return part
  }
}
