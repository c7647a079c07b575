export type { Candidate, SearchDocument, SearchIndex, SearchQuery } from './search.ts'
