import type { NodeId } from '../base/index.ts'
import type { RaftBatch, RaftState } from '../raft/index.ts'
import type { CoordinationMessage } from './messages.ts'

/** What the coordinator asks of its driver, to be done in the order given. */
export type CoordinationEffect =
  | { readonly do: 'send'; readonly to: NodeId; readonly message: CoordinationMessage }
  /** To every connected peer. */
  | { readonly do: 'tell'; readonly message: CoordinationMessage }
  /** To the log on disk; answered by `written` with the same numbers. */
  | { readonly do: 'write'; readonly life: number; readonly id: number; readonly batch: RaftBatch }
  /** A log of its own, the old one set aside; answered by `created`. */
  | { readonly do: 'create'; readonly life: number; readonly state: RaftState }
  /** After a write that failed: read again what the disk holds; answered by `opened`. */
  | { readonly do: 'reopen' }
  | { readonly do: 'note'; readonly level: 'debug' | 'info' | 'warn'; readonly text: string }
