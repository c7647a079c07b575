import type { Clock } from '../base/index.ts'

/**
 * A stamp further ahead of this node's clock than this does not move the clock, and what carries it waits until its
 * time has come: one machine whose clock is wrong by an hour must not drag every other an hour into the future.
 */
export const STAMP_AHEAD_MS_MAX = 60_000

const COUNTS = 1024

export const millisOf = (stamp: number): number => Math.floor(stamp / COUNTS)

/**
 * Hybrid logical clock (Kulkarni et al. 2014) in one safe integer: milliseconds × 1024 + counter, good until the
 * year 2248. Stamps of one node only grow, and are greater than every stamp it had seen, whatever its wall clock does.
 * Nobody sees a stamp before it is on disk with what it stamps, so that none is given twice.
 */
export class HybridClock {
  readonly #clock: Clock
  #last: number
  #correctionMs = 0

  /** `last` is the greatest stamp in the store: no stamp is given twice, even if the wall clock went back. */
  constructor(clock: Clock, last: number) {
    this.#clock = clock
    this.#last = last
  }

  /** Milliseconds since 1970, as the members of the swarm see it together. */
  get now(): number {
    return this.#clock.now() + this.#correctionMs
  }

  /** How far this machine's clock is behind those of the members, milliseconds. */
  correct(ms: number): void {
    this.#correctionMs = ms
  }

  stamp(): number {
    this.#last = Math.max(this.now * COUNTS, this.#last + 1)
    return this.#last
  }

  isAhead(stamp: number): boolean {
    return millisOf(stamp) > this.now + STAMP_AHEAD_MS_MAX
  }

  /** Takes note of a stamp from elsewhere. False, and no note, when it lies too far ahead. */
  observe(stamp: number): boolean {
    if (this.isAhead(stamp)) return false
    this.#last = Math.max(this.#last, stamp)
    return true
  }
}
