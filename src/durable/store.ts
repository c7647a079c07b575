import type { Done } from '../base/index.ts'

/** An errand on the disk. `meta`, `input` and `answer` are JSON texts that the store does not read. */
export interface ErrandRow {
  readonly id: string
  readonly meta: string
  /** Undefined: as it stands there. */
  readonly input?: string | null
  readonly answer?: string | null
}

export interface ErrandTexts {
  readonly input: string | null
  readonly answer: string | null
}

export interface FoundErrand {
  readonly meta: string
  readonly input: string | null
}

export interface FoundErrands {
  readonly errands: readonly FoundErrand[]
  /** For a person, when a damaged file was set aside. */
  readonly repaired?: string
}

/** Where a node keeps errands. Calls are answered once each, in order. */
export interface ErrandStore {
  /** All that are kept, without answers. Once, before anything else. */
  open(): Promise<FoundErrands>
  /** Acknowledged is synced to the disk. */
  put(rows: readonly ErrandRow[], done: Done<void>): void
  remove(ids: readonly string[], done: Done<void>): void
  /** Null: there is no such errand. */
  texts(id: string, done: Done<ErrandTexts | null>): void
  close(): Promise<void>
}
