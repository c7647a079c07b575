import type { BrowseQuery, SearchDocument, SearchQuery } from '../resolve/index.ts'

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
  | { readonly ask: 'standing' }
