import type { MemberId } from '../raft/index.ts'
import type { Place } from './messages.ts'
import type { Peers } from './peers.ts'
import type { Seat } from './seat.ts'

/** What those say who are in the group, to one who is not: an observer, or a node without a seat. */
export function witnessOf(seat: Seat | null, peers: Peers): Place | null {
  if (!seat) return peers.bestLive(null)?.place ?? null
  return seat.kind === 'observer' ? peers.newestOf(seat.lineage) : null
}

/** Who leads the lineage of this seat, as far as is known there. */
export function leaderOf(seat: Seat | null, peers: Peers): MemberId | null {
  if (!seat) return null
  return seat.kind === 'observer' ? (witnessOf(seat, peers)?.leader ?? null) : seat.raft.status.leader
}
