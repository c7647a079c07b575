import type { Clock } from '../base/index.ts'
import { type Bucket, full, type Policy, refill, take, type Taken } from './bucket.ts'

/** Names that are watched at once. An attacker may have more addresses than this; the oldest are forgotten. */
const NAMES_MAX = 10_000

/** One bucket per name (a key, an address), in bounded memory: who has not asked for a while has a full one again. */
export class Limiter {
  readonly policy: Policy
  readonly #clock: Clock
  /** In the order of last use. */
  readonly #buckets = new Map<string, Bucket>()

  constructor(policy: Policy, clock: Clock) {
    this.policy = policy
    this.#clock = clock
  }

  take(name: string): Taken {
    const now = this.#clock.now()
    const taken = take(this.#buckets.get(name) ?? full(this.policy, now), this.policy, now)
    this.#buckets.delete(name)
    this.#buckets.set(name, taken.bucket)
    if (this.#buckets.size > NAMES_MAX) this.#forget(now)
    return taken
  }

  get size(): number {
    return this.#buckets.size
  }

  #forget(now: number): void {
    for (const [name, bucket] of this.#buckets) {
      // The oldest go in any case; beside it those that say nothing any more.
      const isFull = refill(bucket, this.policy, now).tokens >= this.policy.quota
      if (!isFull && this.#buckets.size <= NAMES_MAX) return
      this.#buckets.delete(name)
    }
  }
}

/** How much a name may have under way at once. */
export class Concurrency {
  readonly #max: number
  readonly #open = new Map<string, number>()

  constructor(max: number) {
    this.#max = max
  }

  /** False when there is no room; otherwise `leave` must follow once. */
  enter(name: string): boolean {
    const open = this.#open.get(name) ?? 0
    if (open >= this.#max) return false
    this.#open.set(name, open + 1)
    return true
  }

  leave(name: string): void {
    const open = (this.#open.get(name) ?? 1) - 1
    if (open <= 0) this.#open.delete(name)
    else this.#open.set(name, open)
  }
}
