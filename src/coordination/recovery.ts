import { failed, ok, type Result, SwarmError } from '../base/index.ts'
import type { Role } from '../membership/index.ts'
import type { MemberId } from '../raft/index.ts'
import { PRIORITY } from './duties.ts'
import type { Peers } from './peers.ts'
import type { Seat } from './seat.ts'
import { moreComplete } from './succession.ts'

/** What a recovery goes on from, for the person who asked for it. */
export interface Recovered {
  /** The last entry of the log on this node's disk. */
  readonly applied: number
  readonly gone: readonly string[]
  readonly settings: number
}

/** Whether an operator may let this node go on without the others (Q5): never where somebody leads, or could. */
export function recovery(
  role: Role,
  seat: Seat | null,
  peers: Peers,
  nameOf: (member: MemberId) => string,
  leader: MemberId | null,
): Result<Recovered> {
  const refuse = (why: string, next: string): Result<Recovered> => failed(new SwarmError('SWARM_CONFLICT', why, next))
  if (!seat)
    return refuse(
      'this node holds nothing to recover from',
      'Run it on a node that `mcp-swarm leader` shows as voter or standby.',
    )
  if (PRIORITY[role] === 0) return refuse('a worker does not lead', 'Run it on a node of another role.')
  if (leader !== null)
    return refuse(`${nameOf(leader)} leads: there is nothing to recover`, 'See `mcp-swarm leader`.')
  if (peers.bestLive(seat.lineage))
    return refuse('another part of the swarm has a leader, and this node is about to join it', 'Wait a moment.')
  const { voters } = seat.config
  const gone = voters.filter((member) => member !== seat.member && !peers.hasMember(member))
  if (gone.length < voters.length / 2) return refuse('a quorum is there: an election is under way', 'Wait a moment.')
  const better = moreComplete(seat, peers)
  if (better) return refuse(`${nameOf(better.member)} has more of the log than this node`, 'Run it there.')
  const { index, state } = seat.whole
  return ok({ applied: index, gone: gone.map(nameOf), settings: Object.keys(state.settings).length })
}
