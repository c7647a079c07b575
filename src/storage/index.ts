export { type KnowledgeDbOptions, openKnowledgeStore } from './knowledge-db.ts'
