export { type Asker, MemoryDesk, type MemoryEmbedder, type MemoryStatus, type Outbox, type Recalled } from './desk.ts'
export { type Moved, moveMemories } from './move.ts'
export {
  GivenMemory,
  MEMORY_MODES,
  type MemoryHitTold,
  MemoryOp,
  type MemoryReplies,
  MemoryReply,
  type SimilarTold,
  type ToldMemory,
} from './operations.ts'
export {
  contentOf,
  type Memory,
  MEMORY_LIMITS,
  MEMORY_VISIBILITIES,
  type MemoryVisibility,
  type NewMemory,
  questionIdOf,
} from './record.ts'
export type {
  Audience,
  Draft,
  MemoryFacts,
  MemoryHit,
  MemoryPage,
  MemoryQuery,
  MemoryStore,
  MemoryVector,
  Retention,
  Stored,
} from './store.ts'
