export {
  contentOf,
  type Memory,
  MEMORY_LIMITS,
  MEMORY_VISIBILITIES,
  type MemoryVisibility,
  type NewMemory,
  questionIdOf,
  questionKey,
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
