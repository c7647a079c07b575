export { type Claim, claimOf, derivedIn, nameIn } from './claim.ts'
export { HybridClock, millisOf, STAMP_AHEAD_MS_MAX } from './clock.ts'
export type { ReplicaEffect } from './effects.ts'
export { folded, newItemId, slugOf } from './identity.ts'
export { Item, ITEM_KINDS, type ItemKind, VISIBILITIES, type Visibility } from './item.ts'
export { proseOf } from './prose.ts'
export { itemJsonSchema, kindJsonSchemas } from './item-schema.ts'
export { createMemoryStore, type MemoryStore } from './memory-store.ts'
export { diskOf, type MemoryDisk } from './revision-table.ts'
export { Announce, Cut, CutSum, Given, Heads, type KnowledgeMessage, Page, Pull } from './messages.ts'
export {
  type Decision,
  newRecordId,
  type Outcome,
  type OutcomeResult,
  readRecord,
  type SwarmRecord,
  MetRecord,
} from './records.ts'
export type { Contradiction } from './contradictions.ts'
export { HorizonJob, type HorizonJobEffect, type HorizonView } from './horizon-job.ts'
export type { Lag } from './progress.ts'
export { Replica } from './replica.ts'
export { following, saying, type Versions, versionsOf } from './lineage.ts'
export { isNewer, type Revision, revisionId, type UnsignedRevision } from './revision.ts'
export { HISTORY_KEPT } from './store.ts'
export type {
  Collected,
  CommitReport,
  ElementsPage,
  GivenPage,
  ItemFilter,
  KnowledgeStore,
  Numbers,
  SeqRanges,
  Shelved,
  StoredRevision,
  StoreState,
} from './store.ts'
export type { Draft } from './writes.ts'
