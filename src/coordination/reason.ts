import type { Role } from '../membership/index.ts'
import type { MemberId } from '../raft/index.ts'
import { PRIORITY } from './duties.ts'
import type { Peers } from './peers.ts'
import type { Seat } from './seat.ts'

/** Why a node without a seat has none. */
export const unseated = (role: Role, isJoining: boolean, peers: Peers): string => {
  if (isJoining) return 'joining the swarm'
  if (peers.places.length > 0) return 'the swarm that is here has no leader: this node waits for one'
  return PRIORITY[role] === 0
    ? 'a worker does not found a swarm: it waits for a node of another role'
    : 'looking for the swarm'
}

/** Why nobody leads. */
export function leaderless(seat: Seat, peers: Peers, nameOf: (member: MemberId) => string): string {
  const { outgoing, voters } = seat.config
  const all = [...new Set([...voters, ...outgoing])]
  const away = all.filter((member) => member !== seat.member && !peers.hasMember(member))
  if (away.length < all.length / 2) return 'an election is under way'
  if (all.length === 1) return `${away.map(nameOf).join()}, the only voter, cannot be reached`
  return `no quorum: ${all.length - away.length} of ${all.length} voters can be reached, ${away.map(nameOf).join(', ')} cannot`
}
