import type { NodeId } from '../base/index.ts'
import { nodeOfMember } from './lineage.ts'
import type { Peers } from './peers.ts'
import { byPriority } from './ranking.ts'
import type { Seat } from './seat.ts'

/**
 * Leadership to another voter that is here, to the one on `to` if it is named. Of two that are as good, to the one that
 * holds more: it takes over sooner. False when there is none.
 */
export function transferTo(seat: Seat, peers: Peers, to: NodeId | null): boolean {
  const held = new Map(seat.raft.status.peers.map(({ match, member }) => [member, match]))
  const [target] = seat.config.voters
    .filter((member) => member !== seat.member && peers.hasMember(member))
    .filter((member) => to === null || nodeOfMember(member) === to)
    .sort(byPriority(seat, (a, b) => (held.get(b) ?? 0) - (held.get(a) ?? 0)))
  return target !== undefined && seat.transfer(target)
}

/**
 * A leader that is about to stop: another voter leads, or the sole voter's seat goes to a standby (L1, L3). Also when
 * what it committed last is not on its own disk yet. False when it leads nothing, or there is nobody to take it.
 */
export function giveAway(seat: Seat | null, peers: Peers): boolean {
  if (seat?.raft.status.role !== 'leader') return false
  if (transferTo(seat, peers, null)) return true
  const { learners, voters } = seat.config
  const [standby] = learners.filter((member) => peers.hasMember(member)).sort(byPriority(seat))
  if (!standby || voters.length > 1) return false
  return seat.change({ voters: [standby], learners: learners.filter((member) => member !== standby) })
}
