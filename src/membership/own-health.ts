/*
 * How far this node trusts its own ears (Lifeguard's local health multiplier): 1 when all is well, up to SCORE_MAX
 * when its probes go unanswered where others get answers, when it was accused wrongly, or when its event loop is
 * held up. It multiplies the node's own time-outs, so that a slow node does not call the others dead.
 */

export const SCORE_MAX = 8
/** A tick later than this is held against the node; each further one of these counts again. Milliseconds. */
const LATE_MS = 100
/** Of one late tick. A stall of half a second and one of a minute say the same: it happens here. */
const LATE_POINTS_MAX = 4
/** Punctual ticks that make up for one point. */
const PUNCTUAL_TICKS = 10

const bounded = (points: number): number => Math.min(SCORE_MAX - 1, Math.max(0, points))

export class OwnHealth {
  #missed = 0
  #late = 0
  #punctual = 0

  /** 1 to SCORE_MAX. */
  get score(): number {
    return 1 + bounded(this.#missed + this.#late)
  }

  tick(lateMs: number): void {
    if (lateMs >= LATE_MS) {
      this.#punctual = 0
      this.#late = bounded(this.#late + Math.min(LATE_POINTS_MAX, Math.floor(lateMs / LATE_MS)))
      return
    }
    this.#punctual += 1
    if (this.#punctual % PUNCTUAL_TICKS === 0) this.#late = bounded(this.#late - 1)
  }

  /** Nobody answered whom others might have reached, or others wrongly missed this node. */
  missed(points = 1): void {
    this.#missed = bounded(this.#missed + points)
  }

  answered(): void {
    this.#missed = bounded(this.#missed - 1)
  }
}
