import { FairShare, Turns } from '../access/index.ts'
import { SwarmError } from '../base/index.ts'

/**
 * Requests under way at once. One takes some milliseconds of the one thread or of the index, so that the last of so many
 * waits half a second: more would only wait longer.
 */
const WORKING_MAX = 256
/** Those that wait for something by their nature cost memory alone. */
const WAITING_MAX = 4_096
/** The least that is left when the thread is late: a client that asks one thing after the other always gets in. */
const WORKING_MIN = 8
/** Ticks come later than this, on the average of some: there is more to do than time for it. Milliseconds. */
const LATE_MS_MAX = 150
/** How much of the average a new figure is. */
const WEIGHT = 0.2
const SHRINK = 0.7
const GROW = 8
/**
 * Questions that are worked on at once, to begin with. A flood of heavy ones has to show itself before many are begun;
 * those that wait for another node or for the disk, and not for the thread, soon get more.
 */
const TURNS = 8
const TURNS_MIN = 4

export interface LoadNumbers {
  readonly working: number
  readonly workingMax: number
  /** Of those that work: they wait for their turn. */
  readonly queued: number
  readonly waiting: number
  /** By how much ticks come late, on the average of some: milliseconds. */
  readonly lateMs: number
  readonly refused: Readonly<Record<'overloaded' | 'stopping', number>>
}

/** How busy the doors are, for all of them together. */
export class Load {
  readonly #working = new FairShare(WORKING_MAX)
  readonly #waiting = new FairShare(WAITING_MAX)
  readonly #turns = new Turns(TURNS)
  readonly #refused = { overloaded: 0, stopping: 0 }
  #lateMs = 0
  #stage: 'open' | 'ending' | 'closed' = 'open'
  #isUsed = false

  get numbers(): LoadNumbers {
    return {
      working: this.#working.total,
      workingMax: this.#working.bound,
      queued: this.#turns.waiting,
      waiting: this.#waiting.total,
      lateMs: Math.round(this.#lateMs),
      refused: { ...this.#refused },
    }
  }

  /** A connection is not to be kept for further requests. */
  get isEnding(): boolean {
    return this.#stage !== 'open'
  }
  get isClosed(): boolean {
    return this.#stage === 'closed'
  }
  /** Somebody was there since the last `tick` or still is. */
  get isUsed(): boolean {
    return this.#isUsed || this.#working.total > 0
  }

  /** Every 100 ms. `lateMs`: how late it comes, because the thread had other things to do. */
  tick(lateMs: number): void {
    this.#isUsed = false
    this.#lateMs += (lateMs - this.#lateMs) * WEIGHT
    const { bound } = this.#working
    const { max } = this.#turns
    if (this.#lateMs > LATE_MS_MAX) {
      this.#working.bound = Math.max(WORKING_MIN, bound * SHRINK)
      this.#turns.max = Math.max(TURNS_MIN, max * SHRINK)
    } else {
      this.#working.bound = bound + GROW
      this.#turns.max = this.#turns.waiting > 0 ? Math.min(WORKING_MAX, max + GROW) : Math.max(TURNS, max - 1)
    }
  }

  /** `go` is called when it is this name's turn. What is returned is to be called once at the end. */
  turn(name: string, go: () => void): () => void {
    return this.#turns.take(name, go)
  }

  /** `name`: who shares. `waits`: mostly it does nothing. The refusal, or what is to be called once at the end. */
  enter(name: string, waits: boolean): SwarmError | (() => void) {
    this.#isUsed = true
    if (this.#stage === 'closed') {
      this.#refused.stopping += 1
      return new SwarmError('SWARM_STOPPING', 'the node is shutting down', 'Ask another one, or again when it is up.')
    }
    const share = waits ? this.#waiting : this.#working
    if (share.enter(name)) return () => share.leave(name)
    this.#refused.overloaded += 1
    const { bound, total } = share
    return new SwarmError(
      'SWARM_OVERLOADED',
      `${total} requests are under way, and this node takes ${bound} now`,
      'Ask again in a moment, with fewer requests at once, or ask another node.',
    )
  }

  /** From now on connections end with their answer. */
  end(): void {
    this.#stage = 'ending'
  }
  /** From now on nothing new is taken. */
  close(): void {
    this.#stage = 'closed'
  }
}
