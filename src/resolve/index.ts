export { isInRange, isVersion } from './match/applies.ts'
export { bareDocument, toDocument } from './search/document.ts'
export { clusters } from './match/drain.ts'
export type { Runtime } from './environment.ts'
export { type Environment, type Fit, fitOf } from './match/fit.ts'
export { type Embedded, EMBEDDED_MAX, type Embedder, type Meaning } from './search/embedder.ts'
export { type Facet, facet, facetName, facetValue, timeFacets } from './search/facets.ts'
export { type Level, levelOf } from './fingerprint.ts'
export { createMemorySearch } from './search/memory-search.ts'
export { cosineOf, fused, isNear, NEAR_MAX, quantised, standingOut, USUAL_SAMPLE, usualOf } from './match/meaning.ts'
export { askedText, itemText } from './match/meaning-text.ts'
export { alikeness, gramVector } from './match/gram-vector.ts'
export { DOCUMENT_VERSION } from './search/meta.ts'
export { type Met, metOf } from './search/met.ts'
export type { Param, Role } from './occurrence.ts'
export { judged, KNOWN_MIN, type Match, rank, SIMILAR_MIN } from './match/rank.ts'
export type { ErrorReport } from './report.ts'
export { SignBits } from './match/sign-bits.ts'
export { filledIn } from './slots.ts'
export type {
  BrowseHit,
  BrowsePage,
  BrowseQuery,
  Candidate,
  Lacking,
  LackingPage,
  SearchDocument,
  SearchIndex,
  SearchQuery,
} from './search/search.ts'
export { terms, wordsOf } from './tokens.ts'
export { type OccurrenceSummary, isRecognised, type Problem, type ProblemInput, understand } from './understand.ts'
export { type Why, whyEach } from './match/why.ts'
