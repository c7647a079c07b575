import type { ItemId, NodeId } from '../base/index.ts'
import type { Item, Visibility } from '../knowledge/index.ts'
import type { Standing } from '../trust/index.ts'
import type { NewerItem, SeenItem, Shared } from './exchange.ts'
import type { Change } from './history.ts'
import type { Fields } from './merge-patch.ts'

/** Of whom it comes, as every writing says. */
interface Writing {
  readonly source: Item['provenance']['source']
  readonly agent?: string | undefined
}

/** What is asked to be changed. */
interface OfItem extends Writing {
  readonly id: ItemId
  /** Only if this is the present version: 16 hex digits. */
  readonly expected?: string | undefined
}

export interface Edit extends OfItem {
  /** JSON merge patch (RFC 7396) of the item. */
  readonly patch: Fields
}

export interface OfVersion extends OfItem {
  readonly version: string
}

export interface Merge extends OfItem {
  /** The version whose text is taken; else `patch` says what is different from the present one. */
  readonly take?: string | undefined
  readonly patch?: Fields | undefined
  /** The versions that are settled by it; all that stand beside one another unless told. */
  readonly versions?: readonly string[] | undefined
}

/** What became of a change. */
export interface Changed {
  readonly id: ItemId
  /** The version that was written; the present one when nothing was. */
  readonly version: string
  /** Something was written. If not, it said so already. */
  readonly changed: boolean
  readonly deleted: boolean
  /** The versions it replaces, the present one first. */
  readonly follows: readonly string[]
  readonly visibility: Visibility
  readonly redacted: Shared['redacted']
  /** It is what counts on this node now. */
  readonly counts: boolean
  /** Versions that still stand beside it. */
  readonly others: readonly string[]
  /** What its writer should know; null for most. */
  readonly note: string | null
}

/** A version, without what it says. */
export interface VersionHead {
  readonly version: string
  /** By its writer's clock, milliseconds since 1970. */
  readonly at: number
  readonly by: { readonly node: NodeId; readonly name: string | null; readonly standing: Standing }
  /** Null for a deletion, and where it cannot be read. */
  readonly source: string | null
  readonly agent: string | null
  readonly title: string | null
  readonly change: Change
  /** The versions that it replaced directly, as far as it says. */
  readonly follows: readonly string[]
  /** present: it counts here. other: it says something else, and nothing replaces it. past: it was replaced. */
  readonly state: 'present' | 'other' | 'past'
  /** It stays on this node. */
  readonly private: boolean
}

export interface ItemHistory {
  readonly id: ItemId
  /** The version that counts here. */
  readonly present: string
  /** Why it does, in words. */
  readonly why: string
  /** Newest first; of a long history the newest 256. */
  readonly versions: readonly VersionHead[]
}

export type VersionView = VersionHead & {
  readonly id: ItemId
  /** What it says; null for a deletion, and where it cannot be read. */
  readonly item: SeenItem | NewerItem | null
}

export interface ConflictView {
  readonly id: ItemId
  readonly title: string
  readonly kind: string | null
  readonly present: VersionHead
  readonly others: readonly VersionHead[]
}

/** By id. `next`, given as `after`, leads on; null at the end. A page may be short, even empty, and lead on. */
export interface ConflictPage {
  readonly conflicts: readonly ConflictView[]
  readonly next: string | null
}

export interface EditExchange {
  readonly edit: { readonly input: Edit; readonly reply: Changed }
  readonly delete: { readonly input: OfItem; readonly reply: Changed }
  /** The text of an earlier version is written anew. */
  readonly 'restore-version': { readonly input: OfVersion; readonly reply: Changed }
  readonly merge: { readonly input: Merge; readonly reply: Changed }
  /** The present text is written anew, as following that version also. */
  readonly dismiss: { readonly input: OfVersion; readonly reply: Changed }
  readonly versions: { readonly input: ItemId; readonly reply: ItemHistory }
  readonly version: { readonly input: { readonly id: ItemId; readonly version: string }; readonly reply: VersionView }
  readonly conflicts: {
    readonly input: { readonly after?: string | undefined; readonly limit: number }
    readonly reply: ConflictPage
  }
}

export type EditRequest = {
  [Kind in keyof EditExchange]: { readonly kind: Kind; readonly input: EditExchange[Kind]['input'] }
}[keyof EditExchange]

const KINDS: Readonly<Record<keyof EditExchange, true>> = {
  edit: true,
  delete: true,
  'restore-version': true,
  merge: true,
  dismiss: true,
  versions: true,
  version: true,
  conflicts: true,
}
export const isEditRequest = (request: { readonly kind: string }): request is EditRequest =>
  Object.hasOwn(KINDS, request.kind)
