import { assert } from '../base/index.ts'
import { Cells } from './cells.ts'
import { readWords } from './element.ts'
import { KeyedHash, type Salt } from './keyed-hash.ts'
import { Mapping } from './mapping.ts'

/** Enough for some 11,000 differences; 384 KiB. Beyond it the buckets. */
export const SKETCH_CELLS = 16_384
/** Changes that can be undone: a session sees one moment of the set while the set moves on. 68 KiB. */
export const CHANGES_KEPT = 4096

/**
 * The sketch of this node's set, kept with every change: a constant size for any number of elements. An element costs
 * some 19 cells.
 *
 * Its version counts the changes. `at` gives cells as they were at an earlier version, so that all the cells of a
 * session are of one moment, and the node that answers keeps nothing for who asks.
 */
export class Sketch {
  readonly #cells: Cells
  readonly #hash: KeyedHash
  readonly #mapping = new Mapping()
  readonly #words = new Int32Array(4)
  /** The last changes, in a ring: what, and 1 or −1. */
  readonly #changed = new Int32Array(4 * CHANGES_KEPT)
  readonly #by = new Int8Array(CHANGES_KEPT)
  #size = 0
  #version = 0

  constructor(salt: Salt, cells = SKETCH_CELLS) {
    this.#hash = new KeyedHash(salt)
    this.#cells = new Cells(cells)
  }

  get size(): number {
    return this.#size
  }
  get version(): number {
    return this.#version
  }
  /** How many cells there are. */
  get length(): number {
    return this.#cells.length
  }

  /** `bytes` holds the element at `from`. Who calls knows that it was not there before. */
  add(bytes: Uint8Array, from = 0): void {
    this.#change(bytes, from, 1)
  }

  /** Who calls knows that it was there. */
  remove(bytes: Uint8Array, from = 0): void {
    this.#change(bytes, from, -1)
  }

  /** How many elements there were at `version`; undefined when that is too long ago. */
  sizeAt(version: number): number | undefined {
    if (!this.#reaches(version)) return undefined
    let size = this.size
    for (let change = version; change < this.#version; change++) size -= this.#by[change % CHANGES_KEPT] as number
    return size
  }

  /** The cells `from` to `to`, `to` excluded, as they were at `version`; undefined when that is too long ago. */
  at(version: number, from: number, to: number): Cells | undefined {
    assert(from >= 0 && from <= to && to <= this.#cells.length, `cells ${from} to ${to} of ${this.#cells.length}`)
    if (!this.#reaches(version)) return undefined
    const cells = this.#cells.slice(from, to)
    for (let change = version; change < this.#version; change++) {
      const place = change % CHANGES_KEPT
      const by = this.#by[place] as number
      this.#hash.of(this.#changed, 4 * place)
      const { hi, lo } = this.#hash
      this.#mapping.start(lo, hi)
      for (; this.#mapping.index < to; this.#mapping.next())
        if (this.#mapping.index >= from) cells.change(this.#mapping.index - from, this.#changed, 4 * place, lo, -by)
    }
    return cells
  }

  #reaches(version: number): boolean {
    return version <= this.#version && this.#version - version <= CHANGES_KEPT
  }

  #change(bytes: Uint8Array, from: number, by: number): void {
    const words = this.#words
    readWords(bytes, from, words, 0)
    put(this.#cells, this.#hash, this.#mapping, words, 0, by)
    const place = this.#version % CHANGES_KEPT
    this.#changed.set(words, 4 * place)
    this.#by[place] = by
    this.#size += by
    this.#version += 1
  }
}

/** Puts one element into all its cells, or takes it out. */
export function put(
  cells: Cells,
  hash: KeyedHash,
  mapping: Mapping,
  words: Int32Array,
  at: number,
  by: number,
): void {
  hash.of(words, at)
  const { lo } = hash
  mapping.start(lo, hash.hi)
  for (; mapping.index < cells.length; mapping.next()) cells.change(mapping.index, words, at, lo, by)
}
