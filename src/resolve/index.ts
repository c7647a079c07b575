export { isInRange, isVersion } from './applies.ts'
export { bareDocument, toDocument } from './document.ts'
export { clusters } from './drain.ts'
export type { Runtime } from './environment.ts'
export { type Environment, type Fit, fitOf } from './fit.ts'
export { type Facet, facet, facetName, facetValue, timeFacets } from './facets.ts'
export { type Level, levelOf } from './fingerprint.ts'
export { createMemorySearch } from './memory-search.ts'
export { DOCUMENT_VERSION } from './meta.ts'
export { type Met, metOf } from './met.ts'
export type { Param, Role } from './occurrence.ts'
export { judged, KNOWN_MIN, type Match, rank, SIMILAR_MIN } from './rank.ts'
export type { ErrorReport } from './report.ts'
export { filledIn } from './slots.ts'
export type {
  BrowseHit,
  BrowsePage,
  BrowseQuery,
  Candidate,
  SearchDocument,
  SearchIndex,
  SearchQuery,
} from './search.ts'
export { terms, wordsOf } from './tokens.ts'
export { type OccurrenceSummary, isRecognised, type Problem, type ProblemInput, understand } from './understand.ts'
export { type Why, whyEach } from './why.ts'
