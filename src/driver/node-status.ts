import type { Replica } from '../knowledge/index.ts'
import type { Members } from '../membership/index.ts'
import type { Door } from './door.ts'
import type { NodeStatus } from './inputs.ts'
import type { Reconciling } from './reconciling.ts'
import { syncStatus } from './sync-status.ts'

/** Where this node's copy of the knowledge stands. */
export const copyStatus = (
  replica: Replica,
  reconciling: Reconciling,
  forgettingHeldUp: string | null,
): Pick<NodeStatus, 'digest' | 'items' | 'missing' | 'sync'> => ({
  items: replica.items,
  missing: replica.progress.missing,
  digest: replica.digest,
  sync: syncStatus(replica, reconciling, forgettingHeldUp),
})

/** Who else is there, and what comes from them. */
export const memberStatus = (
  members: Members,
  door: Door,
): Pick<NodeStatus, 'badFrames' | 'clockOffsetMs' | 'healthScore' | 'members' | 'refusedFrames'> => ({
  clockOffsetMs: members.clockOffsetMs,
  badFrames: door.bad,
  refusedFrames: door.refused,
  members: members.list(),
  healthScore: members.score,
})
