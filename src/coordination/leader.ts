import type { MemberId } from '../raft/index.ts'
import type { Place } from './messages.ts'
import type { Peers } from './peers.ts'
import type { Seat } from './seat.ts'

export interface Leader {
  readonly member: MemberId
  readonly term: number
}

/** Who leads, as far as this node knows: a member of the group hears it itself, an observer is told. */
export function leaderOf(seat: Seat, peers: Peers): Leader | null {
  const { leader, term } = seat.raft.status
  if (seat.kind !== 'observer') return leader && { member: leader, term }
  let best: Place | null = null
  for (const { place } of peers.places)
    if (place.lineage.id === seat.lineage && place.leader !== null && place.term >= (best?.term ?? 0)) best = place
  return best?.leader ? { member: best.leader, term: best.term } : null
}
