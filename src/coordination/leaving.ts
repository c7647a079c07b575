import { type Done, ok, type Random } from '../base/index.ts'
import type { MemberId } from '../raft/index.ts'
import type { Asks } from './asks.ts'
import type { Seat } from './seat.ts'

/** In ticks of 10 ms: a person waits no longer for a goodbye (L2). */
const LEAVE_MAX = 300
/** A change of the voters may be under way when this one is asked for. */
const AGAIN = 20

export interface Left {
  /** Null: no member any more. */
  readonly why: string | null
}

export interface LeavingParts {
  readonly asks: Asks
  readonly random: Random
  readonly done: Done<Left>
  /** Another leads, if another can. */
  readonly handOver: () => unknown
  /** Why nobody leads. */
  readonly reason: () => string | null
  /** Why its log cannot be used. */
  readonly blocked: () => string | null
}

/** A node that leaves for good (L2): it hands over, is dropped from the roster, and waits until its vote is gone. */
export class Leaving {
  readonly #parts: LeavingParts
  #ticks = 0
  #asked = false
  #dropped = false
  #over = false

  constructor(parts: LeavingParts) {
    this.#parts = parts
  }

  tick(seat: Seat | null, leader: MemberId | null): void {
    if (this.#over) return
    const { asks, blocked, handOver, random, reason } = this.#parts
    const waited = this.#ticks++
    // Without a seat there is nothing to leave, unless that is in a log which cannot be used.
    if (!seat) return this.#end(blocked())
    if (this.#dropped && seat.kind !== 'voter') return this.#end(null)
    const isAlone = Object.keys(seat.state.roster).length === 1 && leader === seat.member
    if (isAlone) return this.#end(null)
    if (waited >= LEAVE_MAX)
      return this.#end(this.#dropped ? null : (reason() ?? 'the others did not take over in time'))
    if (leader === seat.member && waited % AGAIN === 0) handOver()
    if (this.#asked || leader === null || leader === seat.member) return
    this.#asked = true
    const key = `leave ${random.below(0x1_0000_0000).toString(16)} ${seat.member.slice(-16)}`
    asks.start(key, { do: 'command', command: { do: 'drop', member: seat.member } }, (result) => {
      if (!result.ok) this.#end(result.error.why)
      else if (result.value.outcome.ok || result.value.outcome.why === 'unknown') this.#dropped = true
      else this.#end('the leader did not take it')
    })
  }

  #end(why: string | null): void {
    if (this.#over) return
    this.#over = true
    this.#parts.done(ok({ why }))
  }
}
