import type { BrowseQuery, Lacking, SearchDocument, SearchQuery } from '../resolve/index.ts'

export interface SearchOptions {
  readonly file: string
  readonly of: string
}

export type SearchRequest =
  | {
      readonly ask: 'index'
      readonly documents: readonly SearchDocument[]
      readonly gone: readonly string[]
      readonly row: number
      readonly after: number | undefined
    }
  | { readonly ask: 'find'; readonly query: SearchQuery }
  | { readonly ask: 'browse'; readonly query: BrowseQuery }
  | { readonly ask: 'lacking'; readonly space: string; readonly limit: number }
  | {
      readonly ask: 'keep'
      readonly space: string
      readonly vectors: readonly (Lacking & { readonly values: Int8Array })[]
    }
  | { readonly ask: 'standing' }
