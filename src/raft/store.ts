import type { Done } from '../base/index.ts'
import type { Entry, HardState, MemberId, Snapshot } from './types.ts'

/** What one `persist` effect asks for; see `RaftEffect`. */
export interface RaftBatch {
  readonly hard?: HardState | undefined
  readonly entries?: readonly Entry[] | undefined
  readonly snapshot?: Snapshot | undefined
}

/** All that a member must not forget. `group` names the log it is a member of. */
export interface RaftState {
  readonly group: string
  readonly self: MemberId
  readonly hard: HardState
  readonly snapshot: Snapshot
  readonly entries: readonly Entry[]
}

export type RaftFound =
  | { readonly kind: 'nothing' }
  /** `torn`: bytes of an unfinished write that were cut off at the end (R3). */
  | { readonly kind: 'state'; readonly state: RaftState; readonly torn: number }
  /** It may not vote with this any more (R3). It was set aside under the name that `why` tells. */
  | { readonly kind: 'damaged'; readonly why: string }

/** Where a node keeps its Raft state: one at a time. Calls are done in their order, never before they returned. */
export interface RaftStore {
  /**
   * What it gives back is synced. May be called again after a failure. Rejects with SWARM_RAFT_NEWER and
   * SWARM_RAFT_FOREIGN, having changed nothing, and with what is wrong with the disk.
   */
  open(): Promise<RaftFound>
  /** Begins anew with this state; what was there before is set aside for some days. Done when file and folder are synced. */
  create(state: RaftState, done: Done<void>): void
  /**
   * Done when it is synced. After a failure every later one fails too, until `open` or `create`: it would leave a hole,
   * and the core takes a write that is done for all before it. `open` may find what failed, as after a crash.
   * A batch that does not follow those before it is a broken invariant.
   */
  write(batch: RaftBatch, done: Done<void>): void
  /** The greatest fencing token this node has obeyed, as text. Done when it is synced; `open` gives it back. */
  keepFloor(floor: string, done: Done<void>): void
  readonly floor: string | null
  close(): Promise<void>
}
