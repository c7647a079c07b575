/**
 * What may be asked twice, as a share of what is asked once (Dean & Barroso, The Tail at Scale, 2013): when everybody
 * is slow, asking again makes it worse.
 */
export class Budget {
  readonly #share: number
  readonly #most: number
  #tokens: number

  /** `share` of each question is saved up, up to `most` questions, which are there at the start. */
  constructor(share: number, most: number) {
    this.#share = share
    this.#most = most
    this.#tokens = most
  }

  earn(): void {
    this.#tokens = Math.min(this.#most, this.#tokens + this.#share)
  }

  /** False when there is none left. */
  take(): boolean {
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }
}
