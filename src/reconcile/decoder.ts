import { assert } from '../base/index.ts'
import { CHECK_MASK, type Cells } from './cells.ts'
import { ELEMENT_BYTES, writeWords } from './element.ts'
import { estimate } from './estimate.ts'
import { KeyedHash, type Salt } from './keyed-hash.ts'
import { Mapping } from './mapping.ts'

/** Elements, 16 bytes each, one after the other. */
export type Elements = Uint8Array

/** `open`: more cells are needed. `broken`: no two sets have such cells. */
export type Progress = 'done' | 'open' | 'broken'

/**
 * Takes cells of two sets, from the first on, and finds which elements are in one of them only. A cell whose difference
 * is one element gives it away; taken out of its other cells, it may leave a next one alone there.
 *
 * 1. What is solved is never more than the cells: the sum of a hostile stream's peeling is bounded.
 * 2. `done` is said when every cell is empty, and not when the first one is: with sums of XOR, elements can be chosen so
 *    that they vanish in one cell, and hardly in all.
 */
export class Decoder {
  readonly #hash: KeyedHash
  readonly #mapping = new Mapping()
  readonly #max: number
  #length = 0
  #sums: Int32Array
  #checks: Int32Array
  #counts: Int8Array
  /** As they came, for the estimate. */
  #raw: Int8Array
  /** What is solved: the element, and whose it is (1 theirs, −1 mine). */
  #solved = 0
  #elements: Int32Array
  #sides: Int8Array
  /** Cells that may hold one element alone. */
  #alone: number[] = []
  #broken = false

  constructor(salt: Salt, cellsMax: number) {
    this.#hash = new KeyedHash(salt)
    this.#max = cellsMax
    const first = Math.min(64, cellsMax)
    this.#sums = new Int32Array(4 * first)
    this.#checks = new Int32Array(first)
    this.#counts = new Int8Array(first)
    this.#raw = new Int8Array(first)
    this.#elements = new Int32Array(4 * first)
    this.#sides = new Int8Array(first)
  }

  /** Cells taken so far. */
  get length(): number {
    return this.#length
  }
  get solved(): number {
    return this.#solved
  }

  /** The cells that follow, of both sides: as many of one as of the other. */
  extend(theirs: Cells, mine: Cells): Progress {
    const from = this.#length
    const to = from + theirs.length
    assert(mine.length === theirs.length && to <= this.#max, 'cells of both sides, within the bound')
    this.#grow(to)
    for (let cell = from; cell < to; cell++) {
      const index = cell - from
      for (let word = 0; word < 4; word++)
        this.#sums[4 * cell + word] =
          (theirs.sums[4 * index + word] as number) ^ (mine.sums[4 * index + word] as number)
      this.#checks[cell] = (theirs.checks[index] as number) ^ (mine.checks[index] as number)
      this.#counts[cell] = (theirs.counts[index] as number) - (mine.counts[index] as number)
      this.#raw[cell] = this.#counts[cell] as number
    }
    this.#length = to
    for (let element = 0; element < this.#solved; element++) this.#takeOut(element, from)
    for (let cell = to - 1; cell >= from; cell--) this.#alone.push(cell)
    return this.#peel()
  }

  /** How many elements differ, as far as the cells show. `sizeDifference` is of the sets, theirs less mine. */
  estimate(sizeDifference: number): number {
    return estimate(this.#raw, this.#length, sizeDifference)
  }

  /** What is in one set only: 1 theirs, −1 mine. To be believed when all is `done`. */
  found(side: 1 | -1): Elements {
    const count = this.#sides.subarray(0, this.#solved).reduce((sum, one) => sum + (one === side ? 1 : 0), 0)
    const bytes = new Uint8Array(ELEMENT_BYTES * count)
    for (let element = 0, to = 0; element < this.#solved; element++) {
      if (this.#sides[element] !== side) continue
      writeWords(this.#elements, 4 * element, bytes, to)
      to += ELEMENT_BYTES
    }
    return bytes
  }

  #peel(): Progress {
    while (this.#alone.length > 0 && !this.#broken) this.#solve(this.#alone.pop() as number)
    if (this.#broken) return 'broken'
    for (let cell = 0; cell < this.#length; cell++) if (!this.#isEmpty(cell)) return 'open'
    return 'done'
  }

  #isEmpty(cell: number): boolean {
    if (this.#counts[cell] !== 0 || !this.#check(cell, 0)) return false
    for (let word = 4 * cell; word < 4 * cell + 4; word++) if (this.#sums[word] !== 0) return false
    return true
  }

  #check(cell: number, lo: number): boolean {
    return (((this.#checks[cell] as number) ^ lo) & CHECK_MASK) === 0
  }

  #solve(cell: number): void {
    const side = this.#counts[cell]
    if (side !== 1 && side !== -1) return
    this.#hash.of(this.#sums, 4 * cell)
    const { hi, lo } = this.#hash
    if (!this.#check(cell, lo)) return
    const mapping = this.#mapping
    mapping.start(lo, hi)
    while (mapping.index < cell) mapping.next()
    // An element that does not fall into this cell is a sum of several that looks like one.
    if (mapping.index !== cell) return
    if (this.#solved === this.#length) {
      this.#broken = true
      return
    }
    if (this.#solved === this.#sides.length) this.#growSolved()
    const element = this.#solved++
    this.#elements.set(this.#sums.subarray(4 * cell, 4 * cell + 4), 4 * element)
    this.#sides[element] = side
    this.#takeOut(element, 0)
  }

  /** Takes a solved element out of its cells, from one of them on. */
  #takeOut(element: number, from: number): void {
    const mapping = this.#mapping
    const at = 4 * element
    this.#hash.of(this.#elements, at)
    const { hi, lo } = this.#hash
    const side = this.#sides[element] as number
    const sums = this.#sums
    mapping.start(lo, hi)
    while (mapping.index < from) mapping.next()
    for (; mapping.index < this.#length; mapping.next()) {
      const cell = mapping.index
      for (let word = 0; word < 4; word++)
        sums[4 * cell + word] = (sums[4 * cell + word] as number) ^ (this.#elements[at + word] as number)
      this.#checks[cell] = (this.#checks[cell] as number) ^ lo
      const count = (((this.#counts[cell] as number) - side) << 24) >> 24
      this.#counts[cell] = count
      if (count === 1 || count === -1) this.#alone.push(cell)
    }
  }

  #grow(length: number): void {
    if (length <= this.#counts.length) return
    const room = Math.min(this.#max, Math.max(length, 2 * this.#counts.length))
    this.#sums = moreWords(this.#sums, 4 * room)
    this.#checks = moreWords(this.#checks, room)
    this.#counts = moreBytes(this.#counts, room)
    this.#raw = moreBytes(this.#raw, room)
  }

  #growSolved(): void {
    const room = Math.min(this.#max, 2 * this.#solved)
    this.#elements = moreWords(this.#elements, 4 * room)
    this.#sides = moreBytes(this.#sides, room)
  }
}

function moreWords(old: Int32Array, length: number): Int32Array {
  const fresh = new Int32Array(length)
  fresh.set(old)
  return fresh
}

function moreBytes(old: Int8Array, length: number): Int8Array {
  const fresh = new Int8Array(length)
  fresh.set(old)
  return fresh
}
