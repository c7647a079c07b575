export { type KnowledgeDbOptions, openKnowledgeStore } from './knowledge-db.ts'
export { openSearchIndex, type SearchDbOptions } from './search-db.ts'
