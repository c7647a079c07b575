import type { Done } from '../base/index.ts'
import type { ItemId, OriginId, SubjectId } from '../base/index.ts'
import type { Claim } from './claim.ts'
import type { Revision } from './revision.ts'

/** Inclusive ranges of sequence numbers, ascending, not touching: `[[1, 40], [42, 42]]`. */
export type SeqRanges = readonly (readonly [from: number, to: number])[]

/** What is in the store when it is opened. */
export interface StoreState {
  readonly have: ReadonlyMap<OriginId, SeqRanges>
  /** The greatest clock of any revision, 0 when empty. */
  readonly hlcMax: number
  /** Items whose head is not a tombstone; records are none. */
  readonly items: number
  /** Items with concurrent copies; left out when there is none. */
  readonly conflicts?: number
  /** The row of the newest arrival, 0 when empty. */
  readonly row: number
  /** Of every stored version of an item, in the order of arrival; left out when there is none. */
  readonly claims?: readonly Claim[]
  /** Every record, in the order of arrival; left out when there is none. */
  readonly records?: readonly Revision[]
  /**
   * One sentence when the file was damaged and had to be replaced or repaired; shown to the operator. The newest
   * revisions may be gone then, own ones too: what this node writes next needs a new origin, or a number that peers
   * have seen already would be given twice.
   */
  readonly repaired?: string
}

/** A stored revision with its place in the order of arrival on this node. Rows grow and are never reused. */
export interface StoredRevision {
  readonly row: number
  readonly revision: Revision
}

export interface CommitReport {
  /** Those that were not there before, in the order given. */
  readonly stored: readonly StoredRevision[]
  /** Heads that changed through this commit, ascending by row: the items to index again. */
  readonly heads: readonly StoredRevision[]
  /**
   * Those that differ from what is held under their origin and number: the first to arrive stays, these were not
   * stored. Present only when there are any; it means that an origin contradicts itself.
   */
  readonly refused?: readonly Revision[]
  /** Items whose head is not a tombstone, after the commit. */
  readonly items: number
  /** Items with concurrent copies, after the commit; left out when there is none. */
  readonly conflicts?: number
}

/** Of one item in one answer. */
export const VERSIONS_MAX = 256

export interface ItemFilter {
  readonly kind?: string
  /** From the row of the last page's last item, exclusive; newest arrivals come first. */
  readonly before?: number
  /** 1 to 100. */
  readonly limit: number
}

/**
 * Where revisions live. Calls answer through `done`, exactly once, never before the call returned; in the order in
 * which they were made. Expected failures are SWARM_DISK_FULL, SWARM_STORE_IO, SWARM_STORE_CORRUPT; and two refusals
 * that may overtake earlier answers: SWARM_OVERLOADED when too much waits, SWARM_STOPPING before `open` and after
 * `close`.
 */
export interface KnowledgeStore {
  open(): Promise<StoreState>
  /** Stores all or none. `done` with ok means: synced to disk. A revision held already is not an error. */
  commit(revisions: readonly Revision[], done: Done<CommitReport>): void
  /**
   * Revisions of one origin with from ≤ seq ≤ to, ascending: one page, that is at most PAGE_REVISIONS_MAX of them,
   * stopping before `bytesMax` bytes (UTF-8) of bodies, and at least one if there is one.
   */
  range(origin: OriginId, from: number, to: number, bytesMax: number, done: Done<readonly Revision[]>): void
  /** Arrivals after `row`, ascending, at most `limit`, fewer if they are large; only an empty page is the end. */
  after(row: number, limit: number, done: Done<readonly StoredRevision[]>): void
  /** The heads of these items, in that order, each once; unknown items are left out. Tombstones are included. */
  heads(items: readonly SubjectId[], done: Done<readonly StoredRevision[]>): void
  /** All stored versions of these items, the newest (`isNewer`) first, tombstones included; at most VERSIONS_MAX. */
  versions(items: readonly SubjectId[], done: Done<readonly StoredRevision[]>): void
  /** Items with concurrent copies (`versionsOf`), by id, from `after` exclusive; at most `limit`. */
  conflicts(after: string, limit: number, done: Done<readonly ItemId[]>): void
  /** Heads of items that are not tombstones, newest arrival first. */
  list(filter: ItemFilter, done: Done<readonly StoredRevision[]>): void
  /** Waits for what was asked, then closes. Harmless twice. */
  close(): Promise<void>
}
