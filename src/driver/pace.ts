/** A beat of the coordination core, milliseconds. */
export const BEAT_MS = 10

/** What the coordination core is told of the time that went by. */
export interface Beat {
  readonly ticks: number
  /** The process stood still or the machine slept: what it believed may be old (R9). */
  readonly resumed: boolean
}

/**
 * Turns two clocks into beats. A monotonic clock stops while the machine sleeps and the wall clock does not; a
 * process that was held up must read what waits for it before it counts the time as silence (R8).
 */
export class Pace {
  readonly #stallMs: number
  readonly #gapMs: number
  #mono: number
  #wall: number
  #carry = 0

  /** `stallMs`: later than this is one beat. `gapMs`: longer than this, and nothing it believed holds. */
  constructor(options: {
    readonly stallMs: number
    readonly gapMs: number
    readonly mono: number
    readonly wall: number
  }) {
    this.#stallMs = options.stallMs
    this.#gapMs = options.gapMs
    this.#mono = options.mono
    this.#wall = options.wall
  }

  at(mono: number, wall: number): Beat {
    const went = Math.max(0, mono - this.#mono)
    const drift = Math.abs(wall - this.#wall - went)
    this.#mono = mono
    this.#wall = wall
    if (went > this.#gapMs || drift > this.#gapMs) {
      this.#carry = 0
      return { ticks: 1, resumed: true }
    }
    if (went > this.#stallMs) {
      this.#carry = 0
      return { ticks: 1, resumed: false }
    }
    const ms = went + this.#carry
    const ticks = Math.floor(ms / BEAT_MS)
    this.#carry = ms - ticks * BEAT_MS
    return { ticks, resumed: false }
  }
}
