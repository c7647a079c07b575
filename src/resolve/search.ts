import type { Done, ItemId } from '../base/index.ts'

/**
 * What the search index holds of an item. Terms are made by `tokens.ts`, of letters and digits only, so that a
 * tokenizer splits them at spaces and nowhere else; the index does not interpret them (it may stem them, both here
 * and in the question).
 */
export interface SearchDocument {
  readonly item: ItemId
  /** The row of the revision this was made from (`StoredRevision.row`). */
  readonly row: number
  /** At several levels, each `<version>:<level>:<hash>`, e.g. `f1:template:9f2c11ab03d77e01`. At most 64. */
  readonly fingerprints: readonly string[]
  readonly terms: {
    /** Of the error itself: message, code, type. Weighs most. */
    readonly problem: string
    /** Of what stood around it, of the title and tags. */
    readonly context: string
    /** Of the solution. Weighs least. */
    readonly solution: string
  }
  /** For the ranking only: opaque JSON text that comes back with each candidate. At most 8 KiB. */
  readonly meta: string
}

export interface SearchQuery {
  readonly fingerprints: readonly string[]
  /** Distinct terms, the most telling first; the index looks for the rarest of them. At most 64. */
  readonly terms: readonly string[]
  /** Candidates wanted: 1 to 100. */
  readonly limit: number
}

export interface Candidate {
  readonly item: ItemId
  readonly row: number
  /** Which of the query's fingerprints the item has. */
  readonly fingerprints: readonly string[]
  /** BM25 of the terms, greater is better; 0 when only a fingerprint matched. */
  readonly score: number
  readonly meta: string
}

/**
 * The derived index: may be deleted at any time and is rebuilt from the store. Calls answer through `done`, exactly
 * once, never before the call returned, in the order in which they were made.
 */
export interface SearchIndex {
  /** The row up to which arrivals are indexed; 0 when the index is new, was missing or damaged. */
  open(): Promise<{ readonly row: number; readonly rebuilt?: string }>
  /** Replaces the documents of these items, removes the `gone`, and remembers `row` as indexed, all or none. */
  index(documents: readonly SearchDocument[], gone: readonly ItemId[], row: number, done: Done<void>): void
  /** Items with one of the fingerprints first (more and rarer before fewer), then the best by BM25. */
  find(query: SearchQuery, done: Done<readonly Candidate[]>): void
  close(): Promise<void>
}
