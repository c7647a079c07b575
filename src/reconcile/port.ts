import type { Elements } from './decoder.ts'

/**
 * What reconciliation needs of the store, beside the hashes of what is added and taken away. The calls are effects, so
 * that the store answers from its own thread, in slices; each answer comes back under its token.
 */
export type StoreCall =
  /**
   * Elements of the bucket (first byte of the hash), of all buckets where it is null, ascending, those behind `after`: one
   * page of at most PAGE_ELEMENTS_MAX. Answered by an `ElementPage`.
   */
  | {
      readonly do: 'elements'
      readonly token: number
      readonly bucket: number | null
      readonly after: Elements | undefined
    }
  /** The `KeyedSum` of all 32-byte hashes of the bucket. Answered by its 8 bytes. `key` is 32 hex digits. */
  | { readonly do: 'audit-sum'; readonly token: number; readonly key: string; readonly bucket: number }

export interface ElementPage {
  /** Ascending, 16 bytes each, at most PAGE_ELEMENTS_MAX of them. */
  readonly elements: Elements
  /** Whether there are more behind the last. */
  readonly more: boolean
}
