import { RecentMap } from './recent-map.ts'

/** Walks whose order is remembered. */
const WALKS_MAX = 32

/** A stretch of a walk: numbers in the order in which they are shown. */
export interface Stretch {
  readonly ids: readonly number[] | Uint32Array
  /** Everything of the walk that comes later lies below this; null when nothing does. */
  readonly below: number | null
}

interface Step {
  readonly ids: readonly number[]
  /** The place after each of them. */
  readonly places: readonly string[]
  readonly next: string | null
}

/**
 * Walks through a ranking that changes while they last: the order found at the start of a stretch is kept, and places
 * are numbers in it. Places are `w<start>-<number>.<offset>`, where `start` tells one life of the process from another.
 */
export class Walks {
  readonly #start: () => number
  readonly #walks = new RecentMap<string, Stretch>(WALKS_MAX)
  #count = 0

  constructor(start: () => number) {
    this.#start = start
  }

  /** Undefined when the walk that `after` is of is forgotten. */
  step(after: string | undefined, limit: number, stretchBelow: (below: number | null) => Stretch): Step | undefined {
    const [key = '', offset = ''] = after?.split('.') ?? []
    if (after === undefined) return this.#begin(stretchBelow(null), limit)
    const stretch = this.#walks.get(key)
    if (!stretch || !/^\d{1,9}$/.test(offset)) return undefined
    const from = Number(offset)
    if (from < stretch.ids.length || stretch.below === null) return this.#cut(key, stretch, from, limit)
    return this.#begin(stretchBelow(stretch.below), limit)
  }

  #begin(stretch: Stretch, limit: number): Step {
    this.#count += 1
    const key = `w${this.#start()}-${this.#count}`
    this.#walks.set(key, stretch)
    return this.#cut(key, stretch, 0, limit)
  }

  #cut(key: string, { below, ids }: Stretch, from: number, limit: number): Step {
    const cut = Array.from(ids.slice(from, from + limit))
    const end = from + cut.length
    return {
      ids: cut,
      places: cut.map((_, at) => `${key}.${from + at + 1}`),
      next: end < ids.length || below !== null ? `${key}.${end}` : null,
    }
  }
}
