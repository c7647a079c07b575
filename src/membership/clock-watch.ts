import type { Here } from './here.ts'

/** Clocks of machines that keep time differ by milliseconds; beyond this a person should look. */
export const CLOCK_OFFSET_MS_MAX = 2_000

/** Tells once when this machine's clock is far from its peers', and once when it agrees again. */
export class ClockWatch {
  readonly #here: Here
  #warned = false
  #correctionMs = 0

  constructor(here: Here) {
    this.#here = here
  }

  /** The median distance of the peers' clocks from this one, milliseconds; null without peers. */
  get offsetMs(): number | null {
    const offsets = this.#offsets
    return offsets[offsets.length >> 1] ?? null
  }

  /**
   * What to add to this clock for the median of all members' clocks, its own among them: every member comes to the same
   * time. 0 while it is near; the last one known while nobody is connected.
   */
  get correctionMs(): number {
    const peers = this.#offsets
    if (peers.length > 0) {
      const all = [...peers, 0].sort((a, b) => a - b)
      const middle = (all.length - 1) / 2
      const median = Math.round(((all[Math.floor(middle)] ?? 0) + (all[Math.ceil(middle)] ?? 0)) / 2)
      this.#correctionMs = Math.abs(median) > CLOCK_OFFSET_MS_MAX ? median : 0
    }
    return this.#correctionMs
  }

  get #offsets(): readonly number[] {
    return [...this.#here.peers.values()]
      .flatMap(({ connected, offsetMs }) => (connected ? (offsetMs ?? []) : []))
      .sort((a, b) => a - b)
  }

  check(): void {
    const offset = this.offsetMs
    const wrong = offset !== null && Math.abs(offset) > CLOCK_OFFSET_MS_MAX
    if (wrong === this.#warned) return
    this.#warned = wrong
    if (!wrong) return this.#here.note('info', 'the clocks agree again')
    const seconds = Math.round(Math.abs(offset) / 1000)
    const text = `this machine's clock is ${seconds} s ${offset > 0 ? 'behind' : 'ahead of'} its peers': check the time (timedatectl)`
    this.#here.note('warn', text)
  }
}
