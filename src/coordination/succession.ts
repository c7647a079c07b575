import type { MemberId } from '../raft/index.ts'
import { PRIORITY } from './duties.ts'
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

/**
 * The only voter, when it is gone for so long that the member asked goes on without it; null when it must not. A
 * standby holds the log; an observer goes on from what it followed, where no standby is left.
 */
export function successionOf(seat: Seat, peers: Peers, leaderlessTicks: number): MemberId | null {
  const [sole, ...more] = seat.config.voters
  if (sole === undefined || more.length > 0 || seat.config.outgoing.length > 0 || seat.kind === 'voter') return null
  const gone = nodeOfMember(sole)
  if (peers.isUp(gone)) return null
  const wait = peers.wasRefused(gone) && seat.kind === 'standby' ? FORK_AFTER_REFUSED : FORK_AFTER
  if (leaderlessTicks < wait || moreComplete(seat, peers) !== null) return null
  // After a restart the committed state is an old one: what was decided since stands in the log.
  return settingOf(seat.whole.state, 'recovery.fork') === 'never' ? null : sole
}

/** A reachable member of the lineage that knows more of it: that one should go on, not this one (Q4). */
export function moreComplete(seat: Seat, peers: Peers): Place | null {
  const { last, lastTerm } = seat.raft.log
  const more = peers.places.find(({ place, role }) => {
    if (place.lineage.id !== seat.lineage || PRIORITY[role] === 0) return false
    if (place.seat === 'observer') {
      if (seat.kind !== 'observer') return false
      return place.applied === seat.applied.index ? place.member < seat.member : place.applied > seat.applied.index
    }
    if (seat.kind === 'observer') return true
    const [term, index] = place.last
    if (term !== lastTerm) return term > lastTerm
    return index === last ? place.member < seat.member : index > last
  })
  return more?.place ?? null
}
