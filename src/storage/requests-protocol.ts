import type { ErrandRow } from '../durable/index.ts'

export interface RequestsOptions {
  readonly file: string
  /** Milliseconds since 1970, for the name of a damaged file that is kept. */
  readonly now: number
}

export type RequestsCall =
  | { readonly ask: 'put'; readonly rows: readonly ErrandRow[] }
  | { readonly ask: 'remove'; readonly ids: readonly string[] }
  | { readonly ask: 'texts'; readonly id: string }
