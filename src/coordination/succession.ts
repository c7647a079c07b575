import type { MemberId } from '../raft/index.ts'
import { nodeOfMember } from './lineage.ts'
import type { Place } from './messages.ts'
import type { Peers } from './peers.ts'
import type { Seat } from './seat.ts'
import { settingOf } from './state.ts'

/** In ticks of 10 ms. */
export const FORK_AFTER = 3_000
/**
 * The only voter is gone: go on alone (Q3). Where its host refuses connections the process is dead; had it only
 * restarted, it would be back by then.
 */
const FORK_AFTER_REFUSED = 250

/** The only voter, when it is gone for so long that the standby asked goes on without it; null when it must not. */
export function successionOf(seat: Seat, peers: Peers, leaderlessTicks: number): MemberId | null {
  const [sole, ...more] = seat.config.voters
  if (sole === undefined || more.length > 0 || seat.config.outgoing.length > 0 || seat.kind !== 'standby') return null
  const gone = nodeOfMember(sole)
  if (peers.isUp(gone) || settingOf(seat.state, 'recovery.fork') === 'never') return null
  const wait = peers.wasRefused(gone) ? FORK_AFTER_REFUSED : FORK_AFTER
  return leaderlessTicks >= wait && moreComplete(seat, peers) === null ? sole : null
}

/** A reachable member of the lineage whose log goes further: it should go on, not this one (Q4). */
export function moreComplete(seat: Seat, peers: Peers): Place | null {
  const { last, lastTerm } = seat.raft.log
  const more = peers.places.find(({ place }) => {
    if (place.lineage.id !== seat.lineage || place.seat === 'observer') return false
    const [term, index] = place.last
    if (term !== lastTerm) return term > lastTerm
    return index === last ? place.member < seat.member : index > last
  })
  return more?.place ?? null
}
