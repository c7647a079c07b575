/** Ticks of 100 ms. A frame of 100 KiB takes a second on a line of 1 Mbit/s. */
const WAIT_TICKS = 50
/** Of one question. */
const ASKS_MAX = 4

/** How long an answer is waited for, and how often it is asked for again. */
export class Patience {
  #waited = 0
  #asked = 1

  /** Something that was asked for arrived. */
  renew(): void {
    this.#waited = 0
    this.#asked = 1
  }

  tick(): 'wait' | 'again' | 'lost' {
    this.#waited += 1
    if (this.#waited < WAIT_TICKS) return 'wait'
    this.#waited = 0
    this.#asked += 1
    return this.#asked > ASKS_MAX ? 'lost' : 'again'
  }
}
