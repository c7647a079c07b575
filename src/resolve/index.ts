export { isInRange, isVersion } from './applies.ts'
export { bareDocument, toDocument } from './document.ts'
export { clusters } from './drain.ts'
export type { Runtime } from './environment.ts'
export { type Environment, type Fit, fitOf } from './fit.ts'
export { type Embedded, EMBEDDED_MAX, type Embedder, type Meaning } from './embedder.ts'
export { type Facet, facet, facetName, facetValue, timeFacets } from './facets.ts'
export { type Level, levelOf } from './fingerprint.ts'
export { createMemorySearch } from './memory-search.ts'
export { cosineOf, fused, isNear, NEAR_MAX, quantised, standingOut, USUAL_SAMPLE, usualOf } from './meaning.ts'
export { askedText, itemText } from './meaning-text.ts'
export { DOCUMENT_VERSION } from './meta.ts'
export { type Met, metOf } from './met.ts'
export type { Param, Role } from './occurrence.ts'
export { judged, KNOWN_MIN, type Match, rank, SIMILAR_MIN } from './rank.ts'
export type { ErrorReport } from './report.ts'
export { SignBits } from './sign-bits.ts'
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
} from './search.ts'
export { terms, wordsOf } from './tokens.ts'
export { type OccurrenceSummary, isRecognised, type Problem, type ProblemInput, understand } from './understand.ts'
export { type Why, whyEach } from './why.ts'
