import type { NodeId } from '../base/index.ts'
import { nodeOfMember } from './lineage.ts'
import type { Peers } from './peers.ts'
import { byPriority } from './ranking.ts'
import type { Seat } from './seat.ts'

/** Leadership to another voter that is here, to the one on `to` if it is named. False when there is none. */
export function transferTo(seat: Seat, peers: Peers, to: NodeId | null): boolean {
  const [target] = seat.config.voters
    .filter((member) => member !== seat.member && peers.hasMember(member))
    .filter((member) => to === null || nodeOfMember(member) === to)
    .sort(byPriority(seat))
  return target !== undefined && seat.transfer(target)
}

/** A leader that is about to stop: another voter leads, or the sole voter's seat goes to a standby (L1, L3). */
export function giveAway(seat: Seat, peers: Peers): void {
  if (transferTo(seat, peers, null)) return
  const { learners, voters } = seat.config
  const [standby] = learners.filter((member) => peers.hasMember(member)).sort(byPriority(seat))
  if (standby && voters.length === 1)
    seat.change({ voters: [standby], learners: learners.filter((member) => member !== standby) })
}
