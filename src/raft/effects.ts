import type { RaftMessage } from './messages.ts'
import type { Entry, HardState, MemberId, Snapshot } from './types.ts'

export type RaftRole = 'follower' | 'pre-candidate' | 'candidate' | 'leader'

/** What the core asks of its driver, in order. */
export type RaftEffect =
  /**
   * To disk, synced, in the order of `id`; answered by `persisted(id)`. `entries` replace everything from the first
   * one's index on. A snapshot replaces what it
   * covers: entries after it stay if the one at its index is the snapshot's own.
   */
  | {
      readonly do: 'persist'
      readonly id: number
      readonly hard?: HardState
      readonly entries?: readonly Entry[]
      readonly snapshot?: Snapshot
    }
  /** Not before `persist` number `after` is done; at once when that is 0 or done already (R2). */
  | { readonly do: 'send'; readonly to: MemberId; readonly message: RaftMessage; readonly after: number }
  /** Committed and durable here, in order, each once per life of the core. */
  | { readonly do: 'apply'; readonly entries: readonly Entry[] }
  | { readonly do: 'restore'; readonly snapshot: Snapshot }
  /** The role, the term or the known leader changed. */
  | { readonly do: 'state'; readonly role: RaftRole; readonly term: number; readonly leader: MemberId | null }
  /** The state machine, once it has applied up to `index`, answers the read linearizably. */
  | { readonly do: 'read'; readonly id: number; readonly index: number }
  /** A read or proposal that this node can no longer answer for: ask the leader. */
  | { readonly do: 'read-lost'; readonly id: number }
