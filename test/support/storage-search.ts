import { type Done, itemId, type Result } from '../../src/base/index.ts'
import type { Candidate, SearchDocument, SearchIndex, SearchQuery } from '../../src/resolve/index.ts'
import { result, value } from './storage.ts'

export type DocumentPart = Partial<Omit<SearchDocument, 'item' | 'terms'>> & Partial<SearchDocument['terms']>

export const document = (item: string, part: DocumentPart = {}): SearchDocument => {
  const { row = 1, fingerprints = [], meta = '{}', problem = '', context = '', solution = '' } = part
  return { item: itemId(item), row, fingerprints, terms: { problem, context, solution }, meta }
}

export const indexed = (
  search: SearchIndex,
  documents: readonly SearchDocument[],
  gone: readonly string[] = [],
  row = 1,
): Promise<void> => value((done: Done<void>) => search.index(documents, gone.map(itemId), row, done))

export const found = (search: SearchIndex, query: Partial<SearchQuery>): Promise<readonly Candidate[]> =>
  value((done: Done<readonly Candidate[]>) => search.find({ fingerprints: [], terms: [], limit: 10, ...query }, done))

export const foundResult = (
  search: SearchIndex,
  query: Partial<SearchQuery>,
): Promise<Result<readonly Candidate[]>> =>
  result((done: Done<readonly Candidate[]>) =>
    search.find({ fingerprints: [], terms: [], limit: 10, ...query }, done),
  )

export const itemsOf = (candidates: readonly Candidate[]): string[] => candidates.map(({ item }) => item)
