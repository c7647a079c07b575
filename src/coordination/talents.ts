import { wilson } from '../base/index.ts'

/** Topics a node tells of: the ones it was asked about most. */
const TOLD_MAX = 16
/** Counts are halved beyond this, so that what a node was good at long ago fades. */
const ASKED_MAX = 200
/** Fewer questions than this say nothing. */
const ASKED_MIN = 5
/** A specialist answers at least this share, with confidence. */
const SHARE_MIN = 0.5
/** One-sided 90 %. */
const Z = 1.28

export type Talent = [topic: string, asked: number, known: number]

/** What this node was asked about, and how often it knew. */
export class Talents {
  readonly #counts = new Map<string, { asked: number; known: number }>()

  record(topic: string, known: boolean): void {
    const count = this.#counts.get(topic) ?? { asked: 0, known: 0 }
    this.#counts.delete(topic)
    const half = count.asked >= ASKED_MAX ? 0.5 : 1
    this.#counts.set(topic, {
      asked: Math.floor(count.asked * half) + 1,
      known: Math.floor(count.known * half) + Number(known),
    })
    // A topic that was not asked about for longest gives way.
    const [oldest] = this.#counts.keys()
    if (this.#counts.size > 4 * TOLD_MAX && oldest !== undefined) this.#counts.delete(oldest)
  }

  get told(): Talent[] {
    return [...this.#counts]
      .map(([topic, { asked, known }]): Talent => [topic, asked, known])
      .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .slice(0, TOLD_MAX)
  }
}

/**
 * How sure it is that a node answers a topic well: the lower bound of the share it knew (Wilson 1927), in tenths, so
 * that the table does not change with every question; 0 for who is no specialist.
 */
export function talent(asked: number, known: number): number {
  if (asked < ASKED_MIN) return 0
  const { low } = wilson(known, asked, Z)
  return low < SHARE_MIN ? 0 : Math.floor(low * 10) / 10
}
