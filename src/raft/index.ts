export { crc32c } from './crc32c.ts'
export type { RaftEffect, RaftRole } from './effects.ts'
export { sizeOf } from './log.ts'
export type { RaftMessage } from './messages.ts'
export type { RaftImage } from './image.ts'
export {
  createMemoryRaftStore,
  type MemoryRaftStore,
  type MemoryRaftStoreOptions,
  type RaftDisk,
} from './memory-store.ts'
export { Raft, type RaftInit } from './raft.ts'
export type { RaftCounters, RaftPeer, RaftStatus } from './status.ts'
export type { RaftBatch, RaftFound, RaftState, RaftStore } from './store.ts'
export {
  type Entry,
  type GroupConfig,
  type HardState,
  type MemberId,
  type RaftLimits,
  raftLimits,
  type Snapshot,
  type Timing,
  timings,
} from './types.ts'
export {
  encodeBatch,
  encodeRecord,
  encodeState,
  follow,
  imageOf,
  recover,
  type Recovered,
  recovering,
  refusal,
} from './wal.ts'
