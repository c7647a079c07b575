/** Heartbeats answered without a word about the piece of a snapshot: it is lost. Generous: a copy too many is the most that one message holds. */
const STALLED_MAX = 10

/**
 * What the leader knows of one member. `probe`: its log is not known to fit, one message at a time. `replicate`: it
 * fits, batches go ahead of their acknowledgements. `snapshot`: it lacks what the log no longer holds.
 */
export class Progress {
  state: 'probe' | 'replicate' | 'snapshot' = 'probe'
  match: number
  next: number
  /** A word of it came since the last check of the quorum (R5); at first everybody has the benefit of the doubt. */
  active = true
  /** It answered this leader, in this span between two checks or in the one before. */
  lately = false
  #answered = false
  /** Since it was heard, or since this leadership began. */
  silentTicks = 0
  /** The last round of heartbeats it answered. */
  round = 0
  /** The snapshot on its way, and how much of its data was acknowledged. */
  snapshotIndex = 0
  offset = 0
  #stalled = 0
  #waiting = false
  #inflight: number[] = []
  readonly #inflightMax: number

  constructor(match: number, next: number, inflightMax: number) {
    this.#inflightMax = inflightMax
    this.match = match
    this.next = next
  }

  get mayBeSent(): boolean {
    return this.state === 'replicate' ? this.#inflight.length < this.#inflightMax : !this.#waiting
  }

  /** A message of it came. */
  heard(): void {
    this.active = true
    this.lately = true
    this.silentTicks = 0
    this.#answered = true
  }

  /** The quorum was checked. */
  checked(): void {
    this.active = false
    this.lately = this.#answered
    this.#answered = false
  }

  sent(last: number): void {
    if (this.state !== 'replicate') {
      this.#waiting = true
      return
    }
    this.#inflight.push(last)
    this.next = last + 1
  }

  /** True when it moved on. */
  accepted(index: number): boolean {
    this.#waiting = false
    this.#inflight = this.#inflight.filter((last) => last > index)
    const moved = index > this.match
    this.match = Math.max(this.match, index)
    this.next = Math.max(this.next, this.match + 1)
    if (this.state === 'probe' || (this.state === 'snapshot' && this.match >= this.snapshotIndex))
      this.become('replicate')
    return moved
  }

  /** An append at `index` did not fit. Replies that are older than what is known already say nothing. */
  refused(index: number, back: number): boolean {
    if (this.state === 'replicate' ? index <= this.match : index !== this.next - 1) return false
    this.become('probe')
    this.next = Math.max(this.match + 1, Math.min(index, back + 1))
    return true
  }

  /** A heartbeat was answered: what was not acknowledged by now is lost, try again. */
  resume(): void {
    if (this.state === 'snapshot' && ++this.#stalled < STALLED_MAX) return
    this.#stalled = 0
    this.#waiting = false
    if (this.#inflight.length >= this.#inflightMax) this.#inflight.shift()
  }

  /** It holds this much of the snapshot's data. False when that is no news. */
  received(offset: number): boolean {
    if (offset === this.offset) return false
    this.offset = offset
    this.#stalled = 0
    this.#waiting = false
    return true
  }

  become(state: 'probe' | 'replicate' | 'snapshot', next = this.match + 1): void {
    this.state = state
    this.#waiting = false
    this.#inflight = []
    if (state !== 'snapshot') this.next = next
  }
}
