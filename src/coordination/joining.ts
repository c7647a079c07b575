import type { NodeId, Random } from '../base/index.ts'
import type { MemberId, RaftState } from '../raft/index.ts'
import type { Self } from './founding.ts'
import { type LineageId, newMember } from './lineage.ts'
import type { CoordinationMessage, Place } from './messages.ts'
import type { Peers } from './peers.ts'
import type { Seat } from './seat.ts'
import { legacyOf, type SwarmState } from './state.ts'

/** In ticks of 10 ms. */
const EVERY = 30
const GIVE_UP = 500

/** On its way into a lineage (J1): as a new member, with what it must not leave behind. */
export class Joining {
  readonly #self: Self
  readonly #member: MemberId
  readonly #lineage: LineageId
  /** Its own lineage has no leader that could hand over: it brings what it has itself (Q2). */
  readonly #dormant: boolean
  #ticks = 0
  /** The end of the log that it brings. */
  #brought = 0

  constructor(self: Self, place: Place, dormant: boolean, random: Random) {
    this.#self = self
    this.#member = newMember(self.self, random)
    this.#lineage = place.lineage.id
    this.#dormant = dormant
  }

  get isOver(): boolean {
    return this.#ticks > GIVE_UP
  }

  /** What to ask of whom now, if anything. */
  tick(peers: Peers, seat: Seat | null): { readonly to: NodeId; readonly message: CoordinationMessage } | null {
    if (this.#ticks++ % EVERY !== 0) return null
    const lineage = this.#lineage
    const there = peers.places.filter(({ place }) => place.lineage.id === lineage && place.leader !== null)
    const to = there.find(({ place }) => place.leader === place.member) ?? there[0]
    if (!to) return null
    const { name, role, self, topics } = this.#self
    const enrol = { member: this.#member, node: self, name, role, topics: [...topics] }
    const whole = this.#dormant && seat ? seat.whole : null
    const legacy = whole && legacyOf(whole.state, whole.index)
    this.#brought = whole?.index ?? 0
    return { to: to.node, message: { kind: 'join', lineage, enrol, floor: seat?.state.gen ?? 0, legacy } }
  }

  /** The log to begin with, when this is the answer. What `seat` obeyed since it asked must be below it too (J2). */
  accept(message: Extract<CoordinationMessage, { kind: 'joined' }>, seat: Seat | null): RaftState | null {
    const { config, index, member, state, term } = message
    if (member !== this.#member) return null
    if (seat && (JSON.parse(state) as SwarmState).gen <= seat.state.gen) return null
    // Its own lineage found a leader after all, and decided something: that comes along.
    if (seat && this.#dormant && seat.raft.log.last > this.#brought) return null
    return {
      group: this.#lineage,
      self: member,
      hard: { term, vote: null },
      snapshot: { index, term, config, data: state },
      entries: [],
    }
  }
}
