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

/** Where a node keeps its Raft state: one at a time. Calls are done in their order. */
export interface RaftStore {
  open(): Promise<RaftFound>
  /** Begins anew with this state; what was there before is set aside for some days. Done when file and folder are synced. */
  create(state: RaftState, done: Done<void>): void
  /** Done when it is synced. After a failure nothing more is written until `create`: the tail of the file is not known. */
  write(batch: RaftBatch, done: Done<void>): void
  /** The greatest fencing token this node has obeyed, as text. Done when it is synced; `open` gives it back. */
  keepFloor(floor: string, done: Done<void>): void
  readonly floor: string | null
  close(): Promise<void>
}
