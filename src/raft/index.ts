export type { RaftEffect, RaftRole } from './effects.ts'
export type { RaftMessage } from './messages.ts'
export { Raft, type RaftInit, type RaftStatus } from './raft.ts'
export type { RaftBatch, RaftFound, RaftState, RaftStore } from './store.ts'
export {
  type Entry,
  type GroupConfig,
  type HardState,
  type MemberId,
  type Snapshot,
  type Timing,
  timings,
} from './types.ts'
