export { HybridClock, STAMP_AHEAD_MS_MAX } from './clock.ts'
export type { ReplicaEffect } from './effects.ts'
export { Item, ITEM_KINDS, itemJsonSchema, newItemId } from './item.ts'
export { createMemoryStore, type MemoryStore } from './memory-store.ts'
export { Announce, Heads, type KnowledgeMessage, Page, Pull } from './messages.ts'
export { Replica } from './replica.ts'
export {
  hasValidSignature,
  isNewer,
  type Revision,
  revisionHash,
  signRevision,
  type UnsignedRevision,
} from './revision.ts'
export type { CommitReport, ItemFilter, KnowledgeStore, SeqRanges, StoredRevision, StoreState } from './store.ts'
export type { Draft } from './writes.ts'
