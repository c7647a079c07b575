import type { NodeId } from '../base/index.ts'
import type { CoordinationMessage } from './messages.ts'
import type { Seat } from './seat.ts'

/** A fetch that was not answered by then is lost. Ticks of 10 ms. */
const AGAIN = 50

interface Next {
  readonly to: NodeId
  readonly message: CoordinationMessage
}

/** How an observer follows what the group commits: one question at a time, to whoever is ahead of it. */
export class Following {
  #askedAt: number | null = null

  /** `ahead` has applied more than this seat. */
  ask(ahead: NodeId, seat: Seat, tick: number): Next | null {
    if (this.#askedAt !== null && tick - this.#askedAt < AGAIN) return null
    this.#askedAt = tick
    return { to: ahead, message: { kind: 'fetch', lineage: seat.lineage, from: seat.applied.index } }
  }

  take(message: Extract<CoordinationMessage, { kind: 'fetched' }>, seat: Seat): void {
    this.#askedAt = null
    seat.follow(message.entries, message.whole)
  }

  /** What this seat has beyond `from`: the entries, or the whole state where they are gone. */
  static answer({ from, lineage }: Extract<CoordinationMessage, { kind: 'fetch' }>, seat: Seat): CoordinationMessage {
    const entries = seat.since(from)
    const whole = entries ? null : { ...seat.applied, state: JSON.stringify(seat.state) }
    return { kind: 'fetched', lineage, from, entries: [...(entries ?? [])], whole } as CoordinationMessage
  }
}
