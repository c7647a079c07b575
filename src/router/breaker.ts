/** Failures in a row after which a node is left alone. */
const FAILURES_MAX = 3
const OPEN_MS = 1_000
const OPEN_MS_MAX = 30_000

/** `open`: it is left alone. `trying`: one question is let through to see. */
export type BreakerState = 'closed' | 'open' | 'trying'

/**
 * A circuit breaker (Nygard, Release It!): who fails several times in a row is asked nothing for a while, twice as long
 * each time, up to 30 s; then one question decides.
 */
export class Breaker {
  #failures = 0
  #opened = 0
  #until: number | null = null
  #isTrying = false

  state(now: number): BreakerState {
    if (this.#until === null) return 'closed'
    return this.#isTrying || now >= this.#until ? 'trying' : 'open'
  }

  /** Whether it may be asked something now. */
  allows(now: number): boolean {
    return this.#until === null || (now >= this.#until && !this.#isTrying)
  }

  /** It is asked. */
  asked(now: number): void {
    if (this.state(now) === 'trying') this.#isTrying = true
  }

  succeeded(): void {
    this.#failures = 0
    this.#opened = 0
    this.#until = null
    this.#isTrying = false
  }

  /** It did not answer in time, or could not. True when it is left alone from now on. */
  failed(now: number): boolean {
    this.#failures += 1
    this.#isTrying = false
    if (this.#failures < FAILURES_MAX && this.#until === null) return false
    const isNew = this.#until === null
    this.#until = now + Math.min(OPEN_MS_MAX, OPEN_MS * 2 ** Math.min(this.#opened, 10))
    this.#opened += 1
    return isNew
  }

  /** What was asked came to nothing for a reason of the asker's. */
  forgot(): void {
    this.#isTrying = false
  }
}
