import type { ItemFilter, Numbers, Revision, Shelved, StoreState } from '../knowledge/index.ts'

export interface KnowledgeOptions {
  readonly file: string
  /** Milliseconds since 1970, for the name of a damaged file that is kept. */
  readonly now: number
}

export type KnowledgeRequest =
  | { readonly ask: 'commit'; readonly revisions: readonly Revision[] }
  | {
      readonly ask: 'range'
      readonly origin: string
      readonly from: number
      readonly to: number
      readonly bytesMax: number
    }
  | { readonly ask: 'after'; readonly row: number; readonly limit: number }
  | { readonly ask: 'heads'; readonly items: readonly string[] }
  | { readonly ask: 'collect'; readonly horizon: number }
  | { readonly ask: 'drop'; readonly numbers: Numbers; readonly horizon: number }
  | { readonly ask: 'sum'; readonly until: number; readonly bucket: number }
  | { readonly ask: 'elements'; readonly bucket: number | null; readonly after: Uint8Array | undefined }
  | { readonly ask: 'keyed-sum'; readonly key: string; readonly bucket: number }
  | { readonly ask: 'given'; readonly elements: Uint8Array; readonly bytesMax: number }
  | { readonly ask: 'lacking'; readonly elements: Uint8Array }
  | { readonly ask: 'unmark-gone' }
  | { readonly ask: 'mark-gone'; readonly numbers: Numbers }
  | {
      readonly ask: 'shelve'
      readonly put: readonly Shelved[]
      readonly remove: readonly Omit<Shelved, 'body'>[]
    }
  | { readonly ask: 'versions'; readonly items: readonly string[] }
  | { readonly ask: 'conflicts'; readonly after: string; readonly limit: number }
  | { readonly ask: 'list'; readonly filter: ItemFilter }
  /** Begins a copy; answered with a CopyState, as `copying` is. */
  | { readonly ask: 'copy'; readonly file: string }
  | { readonly ask: 'copying' }

/** A commit's report by index into its revisions: those need not travel back, the asker holds them. */
export interface CommitIndex {
  readonly stored: readonly (readonly [index: number, row: number])[]
  readonly heads: readonly (readonly [index: number, row: number])[]
  readonly refused: readonly (readonly [index: number, held: Revision])[]
  readonly displaced: readonly Revision[]
  readonly items: number
  readonly conflicts: number
}

/** A claim as SQLite reads it out of a body: what stands there is whatever its author wrote. */
export interface ClaimRow {
  readonly item: string
  readonly origin: string
  readonly seq: number
  readonly hlc: number
  readonly priority: number
  readonly deleted: number
  readonly name: unknown
  /** JSON text, when it is an array. */
  readonly derived: unknown
}

export type OpenedState = Omit<StoreState, 'claims'> & { readonly claims?: readonly ClaimRow[] }
