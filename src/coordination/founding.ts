import type { NodeId, Random } from '../base/index.ts'
import type { Role } from '../membership/index.ts'
import type { RaftState } from '../raft/index.ts'
import { PRIORITY } from './duties.ts'
import { newLineage, newMember, nodeOfMember } from './lineage.ts'
import type { Presence } from './messages.ts'
import type { Peers } from './peers.ts'
import { genesis, legacyOf, type SwarmState } from './state.ts'

/** Who a node is, to others. */
export interface Self {
  readonly self: NodeId
  readonly name: string
  readonly role: Role
  /** What it says it is good at. */
  readonly topics: readonly string[]
}

/**
 * The log of a new lineage whose one voter is this node (B4), or of a child that goes on from what is known of its
 * parent (Q4). It begins above the parent's entries: a version that a client read there names nothing else here.
 */
export function foundingState(
  { name, role, self, topics }: Self,
  from: { readonly state: SwarmState; readonly index: number } | null,
  random: Random,
): RaftState {
  const lineage = newLineage(self, from?.state.lineage ?? null, random)
  const member = newMember(self, random)
  const state = genesis(lineage, (from?.state.gen ?? 0) + 1, from && legacyOf(from.state, from.index))
  state.roster[member] = { member, node: self, name, role, topics: [...topics], draining: false }
  const config = { voters: [member], outgoing: [], learners: [], learnersNext: [] }
  return {
    group: lineage.id,
    self: member,
    hard: { term: 1, vote: null },
    snapshot: { index: (from?.index ?? 0) + 1, term: 1, config, data: JSON.stringify(state) },
    entries: [],
  }
}

/** Founded a moment ago: there is nobody who could have gone on without it. */
export const isNew = ({ entries, hard }: RaftState): boolean => entries.length === 0 && hard.vote === null

/** Of the unborn that hear each other the one with the best priority founds; lots decide among equals (B3). */
export function isFirst(own: Pick<Presence, 'role' | 'lot'>, others: readonly Presence[]): boolean {
  const key = ({ lot, role }: Pick<Presence, 'role' | 'lot'>): string =>
    `${String(100 - PRIORITY[role]).padStart(3, '0')} ${lot}`
  return !others.some((other) => PRIORITY[other.role] > 0 && key(other) < key(own))
}

/** In ticks of 10 ms. */
const ORPHANS_WAIT = 3_000

/**
 * How long an unborn node leaves the members of a leaderless lineage to themselves. While one of them holds the log
 * it may lead again (Q1). Observers alone cannot: they join what is founded, and bring what they followed. Where the
 * node itself was their only voter and has lost its disk, nobody else will come back.
 */
export function orphansWait(self: NodeId, { places }: Pick<Peers, 'places'>): number {
  if (places.length === 0) return 0
  if (places.some(({ place }) => place.seat !== 'observer')) return Number.POSITIVE_INFINITY
  const own = places.every(({ place }) => place.voters.every((member) => nodeOfMember(member) === self))
  return own ? 0 : ORPHANS_WAIT
}
