import type { NodeId } from '../base/index.ts'
import { type Coordinator, nodeOfMember } from '../coordination/index.ts'
import type { MemberId } from '../raft/index.ts'
import { BEAT_MS } from './pace.ts'

export interface Named {
  readonly id: NodeId
  /** Null: not in the roster any more. */
  readonly name: string | null
}

/** Who coordinates, as this node knows it: the six steps of an election are in it. */
export interface LeaderView {
  readonly leader: Named | null
  /** Why there is none, or why things stand still. */
  readonly reason: string | null
  /** `none`: no place in the swarm yet. */
  readonly seat: 'voter' | 'standby' | 'observer' | 'none'
  readonly state: 'follower' | 'pre-candidate' | 'candidate' | 'leader' | 'none'
  readonly term: number
  readonly votedFor: Named | null
  /** Since the leader's last word, milliseconds; null for who does not listen to it. */
  readonly lastHeartbeatMs: number | null
  readonly elections: { readonly started: number; readonly won: number; readonly seen: number }
  readonly voters: readonly (Named & { readonly connected: boolean })[]
  readonly standbys: readonly (Named & { readonly connected: boolean })[]
  readonly members: number
  readonly lineage: string | null
  readonly generation: number
  readonly frozen: boolean
  readonly commit: number
  readonly applied: number
  readonly topics: Readonly<Record<string, readonly Named[]>>
  readonly jobs: Readonly<Record<string, Named>>
  readonly conflicts: readonly { readonly key: string; readonly kept: string | null; readonly lost: string | null }[]
  readonly draining: readonly Named[]
}

export function leaderView(coordinator: Coordinator, self: NodeId): LeaderView {
  const { peers, reason, seat, witness } = coordinator
  const leader = witness?.leader ?? coordinator.leader
  const roster = Object.values(seat?.state.roster ?? {})
  const nameOf = (node: NodeId): Named => ({
    id: node,
    name: roster.find((entry) => entry.node === node)?.name ?? peers.nameOf(node),
  })
  const of = (member: MemberId): Named => ({
    id: nodeOfMember(member),
    name: coordinator.nameOf(member),
  })
  const group = (members: readonly MemberId[]): (Named & { connected: boolean })[] =>
    members.map((member) => ({
      ...of(member),
      connected: nodeOfMember(member) === self || peers.hasMember(member),
    }))
  const status = seat?.raft.status
  const voters = seat ? [...new Set([...seat.config.voters, ...seat.config.outgoing])] : (witness?.voters ?? [])
  const listens = seat !== null && seat.kind !== 'observer' && status?.leader !== null
  return {
    leader: leader === null ? null : of(leader),
    reason,
    seat: seat?.kind ?? 'none',
    state: seat === null || seat.kind === 'observer' ? 'none' : (status?.role ?? 'none'),
    // Who is not in the group has the term of those who are.
    term: Math.max(status?.term ?? 0, witness?.term ?? 0),
    votedFor: status?.vote ? of(status.vote) : null,
    lastHeartbeatMs: listens ? (status?.sinceLeader ?? 0) * BEAT_MS : null,
    elections: coordinator.elections,
    voters: group(voters),
    standbys: group(seat?.config.learners ?? witness?.standbys ?? []),
    members: roster.length,
    lineage: seat?.lineage ?? null,
    generation: seat?.state.gen ?? 0,
    frozen: seat !== null && seat.state.frozen !== null,
    commit: Math.max(status?.commit ?? 0, seat?.applied.index ?? 0),
    applied: seat?.applied.index ?? 0,
    topics: Object.fromEntries(
      Object.entries(seat?.state.topics ?? {}).map(([topic, nodes]) => [topic, nodes.map(nameOf)]),
    ),
    jobs: Object.fromEntries(Object.entries(seat?.state.jobs ?? {}).map(([job, { node }]) => [job, nameOf(node)])),
    conflicts: (seat?.state.conflicts ?? []).map(({ key, kept, lost }) => ({ key, kept, lost })),
    draining: roster.filter(({ draining }) => draining).map(({ node }) => nameOf(node)),
  }
}
