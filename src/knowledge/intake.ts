import type { OriginId } from '../base/index.ts'

/** Of one origin by gossip, a second and at once: what is beyond waits for a pull, which goes at this node's pace. */
const PUSHED_PER_SECOND = 2_000
const PUSHED_AT_ONCE = 20_000
const TICKS_PER_SECOND = 10
/** Revisions of one origin that this node holds: a person or an agent does not write so many in a life. */
export const ORIGIN_REVISIONS_MAX = 2_000_000

/** How much of one origin is taken in, so that one that floods takes nothing from the others. */
export class Intake {
  readonly #pushed = new Map<OriginId, { tokens: number; tick: number }>()

  /** Whether so many pushed revisions are taken now. */
  takes(origin: OriginId, count: number, tick: number): boolean {
    const bucket = this.#pushed.get(origin) ?? { tokens: PUSHED_AT_ONCE, tick }
    this.#pushed.set(origin, bucket)
    const earned = ((tick - bucket.tick) * PUSHED_PER_SECOND) / TICKS_PER_SECOND
    bucket.tokens = Math.min(PUSHED_AT_ONCE, bucket.tokens + earned)
    bucket.tick = tick
    if (bucket.tokens < count) return false
    bucket.tokens -= count
    return true
  }

  /** Forgets those that have been quiet. */
  sweep(tick: number): void {
    for (const [origin, bucket] of this.#pushed)
      if (tick - bucket.tick > (PUSHED_AT_ONCE / PUSHED_PER_SECOND) * TICKS_PER_SECOND) this.#pushed.delete(origin)
  }
}
