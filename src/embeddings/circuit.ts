/** Failures in a row after which nothing is tried for a while. */
const FAILURES_MAX = 3
/** The first pause; each further one is twice as long. Milliseconds. */
const PAUSE_MS = 1_000
const PAUSE_MS_MAX = 60_000

/** Keeps a caller from waiting, again and again, for what does not answer. Times in milliseconds, from any beginning. */
export class Circuit {
  #failures = 0
  #shutUntil = 0

  /** Milliseconds for which nothing is to be tried; 0 when it may be. */
  shutFor(now: number): number {
    return Math.max(0, this.#shutUntil - now)
  }

  worked(): void {
    this.#failures = 0
    this.#shutUntil = 0
  }

  failed(now: number): void {
    this.#failures += 1
    const beyond = this.#failures - FAILURES_MAX
    if (beyond >= 0) this.#shutUntil = now + Math.min(PAUSE_MS_MAX, PAUSE_MS * 2 ** Math.min(beyond, 16))
  }
}
