export { type KnowledgeDbOptions, openKnowledgeStore } from './knowledge-db.ts'
export { openSearchIndex, type SearchDbOptions } from './search-db.ts'
export { openRaftStore, type RaftStoreOptions } from './raft-store.ts'
