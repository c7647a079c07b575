import type { Done, ItemId } from '../../base/index.ts'
import type { Meaning } from './embedder.ts'

/**
 * What the search index holds of an item. Terms are made by `tokens.ts`, of letters and digits only, so that a
 * tokenizer splits them at spaces and nowhere else; the index does not interpret them (it may stem them, both here
 * and in the question).
 */
export interface SearchDocument {
  readonly item: ItemId
  /** The row of the revision this was made from (`StoredRevision.row`). */
  readonly row: number
  /** At several levels, each `<version>:<level>:<hash>`, e.g. `f2:template:9f2c11ab03d77e01`. At most 64. */
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
  /** What it can be chosen by, each `<name>:<value>`, see `facets.ts`. None when it is left out. */
  readonly facets?: readonly string[]
  /** The row of the item's first arrival that the index knows; it gives a new item its place. `row` when it is left out. */
  readonly since?: number
}

export interface SearchQuery {
  readonly fingerprints: readonly string[]
  /** Distinct terms, the most telling first; the index looks for the rarest of them. At most 64. */
  readonly terms: readonly string[]
  /** Candidates wanted: 1 to 100. */
  readonly limit: number
  /** Of each group a candidate has at least one; any candidate when it is left out. */
  readonly facets?: readonly (readonly string[])[]
  /** Items with a vector of the same space that lie near it are candidates too. */
  readonly vector?: Meaning
}

export interface Candidate {
  readonly item: ItemId
  readonly row: number
  /** Which of the query's fingerprints the item has. */
  readonly fingerprints: readonly string[]
  /** BM25 of the terms, greater is better; 0 when only a fingerprint matched. */
  readonly score: number
  readonly meta: string
  /** How far it stands out by its vector, 0 to 1; absent unless it and the question have one of the same space. */
  readonly meaning?: number
}

/** A document without a vector of the space that is wanted. */
export interface Lacking {
  readonly item: ItemId
  readonly row: number
}

/** Where the vectors stand. */
export interface LackingPage {
  /** The newest first. */
  readonly documents: readonly Lacking[]
  /** Documents without a vector of the space; those of which there is nothing to make one do not count. */
  readonly left: number
  /** Those that a question finds by their vector. */
  readonly has: number
}

/** Items by what they are, rather than by what they help against. */
export interface BrowseQuery {
  /** Of each group the item has at least one. */
  readonly facets: readonly (readonly string[])[]
  /** Terms that all stand in it; without any, the words do not matter. At most 64. */
  readonly words: readonly string[]
  /** The `place` of the last hit of the page before. */
  readonly after?: string
  /** 1 to 1,000. */
  readonly limit: number
}

export interface BrowseHit {
  readonly item: ItemId
  /** Given as `after`, what follows this one comes next. Letters, digits, hyphens and points. */
  readonly place: string
}

export interface BrowsePage {
  /** Fewer than asked for where items went away meanwhile. */
  readonly hits: readonly BrowseHit[]
  /** Where to go on; null when there is no more. */
  readonly next: string | null
  /** Groups of the question that no item at all has, with what others have instead (at most 200); first pages only. */
  readonly unknown?: readonly { readonly facets: readonly string[]; readonly known: readonly string[] }[]
  /** The place is of a walk that is not remembered any more. */
  readonly lost?: true
}

/**
 * The derived index: may be deleted at any time and is rebuilt from the store. Calls answer through `done`, exactly
 * once, never before the call returned, in the order in which they were made.
 */
export interface SearchIndex {
  /** The row up to which arrivals are indexed; 0 when the index is new, was missing or damaged. */
  open(): Promise<{ readonly row: number; readonly rebuilt?: string }>
  /**
   * Replaces the documents of these items, removes the `gone`, and remembers `row` as indexed, all or none. They can be
   * found from then on, and are on the disk a moment later. `after`: refused with SWARM_STORE_IO unless it stands there.
   */
  index(
    documents: readonly SearchDocument[],
    gone: readonly ItemId[],
    row: number,
    done: Done<void>,
    after?: number,
  ): void
  /**
   * Items with one of the fingerprints first (more and rarer before fewer), then the best by BM25. With a vector the
   * latter and the nearest are fused by their ranks, and those with a fingerprint stay where they are.
   */
  find(query: SearchQuery, done: Done<readonly Candidate[]>): void
  /**
   * Items that match, a page at a time: without words the newest first, by when the item first arrived here, which
   * an edit does not change; with words the best first (BM25), of the newest 20,000 that match, then of those before
   * them. Whatever is written meanwhile, a walk through the pages meets each item that was there at its start, and
   * still is, exactly once. The order of a walk with words is kept for the last 32 of them.
   */
  browse(query: BrowseQuery, done: Done<BrowsePage>): void
  /**
   * The row up to which it is complete: less than was answered when its disk failed, 0 when its file was removed. To
   * be indexed again from there.
   */
  standing(done: Done<number>): void
  /**
   * Documents that have no vector of this space, at most `limit` (1 to 1,000). From now on documents whose texts are
   * new or change lose theirs, and are told of here, until another space is asked for.
   */
  lacking(space: string, limit: number, done: Done<LackingPage>): void
  /**
   * Keeps vectors, each in the place of what its document had, of whatever space; one of no values stands for a text
   * of which there is none. Passed over where the document is not of this `row` any more.
   */
  keep(space: string, vectors: readonly (Lacking & { readonly values: Int8Array })[], done: Done<void>): void
  /** It is on a disk, which may fail, or be cleaned up by somebody: worth asking now and then. */
  readonly mayVanish?: true
  close(): Promise<void>
}
