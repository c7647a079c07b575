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
  /** Of all revisions that others may know of (`SetSum`); left out when there is none. */
  readonly sum?: { readonly hex: string; readonly count: number }
  /** Numbers that are known and held no more; left out when there is none. */
  readonly gone?: Gone
  /** What was put beside the revisions; left out when there is nothing. */
  readonly shelf?: readonly Shelved[]
  /**
   * One sentence when the file was damaged and had to be replaced or repaired; shown to the operator. The newest
   * revisions may be gone then, own ones too: what this node writes next needs a new origin, or a number that peers
   * have seen already would be given twice.
   */
  readonly repaired?: string
}

/**
 * Numbers whose revisions were collected. `sure`: by this node itself, behind a horizon it had agreed to. `told`: peers
 * say so, and none of them holds them.
 */
export interface Gone {
  readonly sure: ReadonlyMap<OriginId, SeqRanges>
  readonly told: ReadonlyMap<OriginId, SeqRanges>
}

/** Numbers of several origins. */
export type Numbers = readonly (readonly [origin: OriginId, ranges: SeqRanges])[]

/**
 * Kept beside the revisions, neither counted nor spread: revisions whose time has not come (`parked`), proofs that an
 * origin contradicts itself (`proof`), and this node's own marks (`mark`). Whoever puts them there bounds their number.
 */
export interface Shelved {
  readonly kind: 'parked' | 'proof' | 'mark'
  readonly key: string
  readonly body: string
}

/** Of one item that are kept behind a horizon, concurrent copies aside. */
export const HISTORY_KEPT = 16

/** What was collected in one turn. */
export interface Collected {
  /** Names and content addresses (64 hex digits) of what is held no more. */
  readonly removed: readonly { readonly origin: OriginId; readonly seq: number; readonly hash: string }[]
  /** There is more to collect: ask again. */
  readonly more: boolean
  readonly items: number
  readonly conflicts: number
}

/** Elements: the first 16 bytes of content addresses, ascending, one after the other. */
export interface ElementsPage {
  readonly elements: Uint8Array
  /** There are more behind the last. */
  readonly more: boolean
}

export interface GivenPage {
  readonly revisions: readonly Revision[]
  /** Of the elements asked for, from the first on: those that are not held are covered and left out. */
  readonly covered: number
}

/** A stored revision with its place in the order of arrival on this node. Rows grow and are never reused. */
export interface StoredRevision {
  readonly row: number
  readonly revision: Revision
}

/** Of two contents under one number: which was offered, and which is held. */
export interface Refused {
  readonly revision: Revision
  readonly held: Revision
}

export interface CommitReport {
  /** Those that were not there before, in the order given. */
  readonly stored: readonly StoredRevision[]
  /** Heads that changed through this commit, ascending by row: the items to index again. */
  readonly heads: readonly StoredRevision[]
  /**
   * Those that differ from what is held under their origin and number: of two contents the one with the smaller content
   * address stays, these were not stored. Present only when there are any: an origin contradicts itself.
   */
  readonly refused?: readonly Refused[]
  /** Held before, and gone in favour of one of `stored` for the same reason. */
  readonly displaced?: readonly Revision[]
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
  /**
   * Forgets what nobody needs behind `horizon` (a stamp): items that were deleted by the only node that ever wrote them,
   * with all their versions (what somebody else deleted stays as a tombstone: whether that counts is everyone's own
   * judgement), and superseded versions beyond the newest HISTORY_KEPT of an item. Equal sets stay equal. Some hundred items in one
   * turn; the numbers are `gone` for sure from then on.
   */
  collect(horizon: number, done: Done<Collected>): void
  /** The sum (`SetSum`) of all revisions that others may know of and that carry this stamp or an older one. */
  sum(until: number, done: Done<string>): void
  /** At most 4,096 elements of one bucket (their first byte), or of all, behind `after`. */
  elements(bucket: number | null, after: Uint8Array | undefined, done: Done<ElementsPage>): void
  /** The `KeyedSum` of the content addresses of a bucket, 8 bytes; `key` is 32 hex digits. */
  keyedSum(key: string, bucket: number, done: Done<Uint8Array>): void
  /** The revisions of these elements in their order, as many as fit: one page. */
  given(elements: Uint8Array, bytesMax: number, done: Done<GivenPage>): void
  /** Of these elements, those that are not held. */
  lacking(elements: Uint8Array, done: Done<Uint8Array>): void
  /** Forgets these as far as they are not newer than `horizon`; their numbers are `gone` as told. */
  drop(numbers: Numbers, horizon: number, done: Done<Collected>): void
  /** Numbers that need not be asked for any more, as told; those that are held stay. */
  markGone(numbers: Numbers, done: Done<void>): void
  /** What was told to be gone is asked for again. */
  unmarkGone(done: Done<void>): void
  /** Puts and takes away what stands beside the revisions, all or nothing. */
  shelve(put: readonly Shelved[], remove: readonly Omit<Shelved, 'body'>[], done: Done<void>): void
  /** Waits for what was asked, then closes. Harmless twice. */
  close(): Promise<void>
}
