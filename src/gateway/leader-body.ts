import type { LeaderView } from '../driver/index.ts'

/** Who coordinates, in the words of the wire; a part of the status too. */
export const leaderBody = (view: LeaderView): object => ({
  leader: view.leader,
  reason: view.reason,
  seat: view.seat,
  state: view.state,
  term: view.term,
  voted_for: view.votedFor,
  last_heartbeat_ms: view.lastHeartbeatMs,
  elections: view.elections,
  voters: view.voters,
  standbys: view.standbys,
  members: view.members,
  lineage: view.lineage,
  generation: view.generation,
  frozen: view.frozen,
  commit: view.commit,
  applied: view.applied,
  topics: view.topics,
  jobs: view.jobs,
  conflicts: view.conflicts,
  draining: view.draining,
})
