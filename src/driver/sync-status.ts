import { type ItemId, isItemId, type NodeId, nodeOf } from '../base/index.ts'
import { type Lag, millisOf, type Replica } from '../knowledge/index.ts'

/** Of each list in a status; the counts are whole. */
const SHOWN_MAX = 20

/** Where this node's copy of the knowledge stands. */
export interface SyncStatus {
  /** Every connected peer has shown what it holds, and this node has all of it. */
  readonly caughtUp: boolean
  /** When a connected peer last told that it holds the same, milliseconds since 1970; null before the first time. */
  readonly equalAt: number | null
  /** With whom differences are being looked for, null mostly. */
  readonly comparingWith: NodeId | null
  /** How far it and each connected peer are apart, in revisions. */
  readonly lag: readonly Lag[]
  /** Items with versions that were written at the same time, and that nobody has merged or dismissed. */
  readonly conflicts: number
  /** Revisions stamped with a time that has not come: they wait, and do not count. */
  readonly parked: {
    readonly count: number
    /** The next due first; at most 20. */
    readonly next: readonly { readonly item: ItemId | null; readonly by: NodeId; readonly due: number }[]
  }
  /** Two different revisions that one node signed under one number; at most 20. */
  readonly contradictions: readonly { readonly by: NodeId; readonly seq: number; readonly items: readonly string[] }[]
  /** What was deleted before is forgotten here; milliseconds since 1970, null before the first time. */
  readonly forgottenUpTo: number | null
  /** Why the swarm cannot agree on forgetting more; null when it could, or another node asks. */
  readonly forgettingHeldUp: string | null
}

export function syncStatus(
  replica: Replica,
  reconciling: { readonly equalAt: number | null; readonly with: NodeId | null },
  forgettingHeldUp: string | null,
): SyncStatus {
  const { collectedUpTo, conflicts, contradictions, parked, progress } = replica
  const { isCaughtUp, lag } = progress
  return {
    caughtUp: isCaughtUp,
    equalAt: reconciling.equalAt,
    comparingWith: reconciling.with,
    lag,
    conflicts,
    parked: {
      count: parked.length,
      next: parked.slice(0, SHOWN_MAX).map(({ hlc, item, origin }) => ({
        item: isItemId(item) ? item : null,
        by: nodeOf(origin),
        due: millisOf(hlc),
      })),
    },
    contradictions: contradictions.slice(0, SHOWN_MAX).map(({ kept, origin, other, seq }) => ({
      by: nodeOf(origin),
      seq,
      items: [...new Set([kept.item, other.item])],
    })),
    forgottenUpTo: collectedUpTo === 0 ? null : millisOf(collectedUpTo),
    forgettingHeldUp,
  }
}
