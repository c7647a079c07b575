import { assert, type Done, failed, type ItemId, ok, SwarmError } from '../../base/index.ts'
import { createMemoryBrowse } from './memory-browse.ts'
import { fused, isNear, NEAR_MAX } from '../match/meaning.ts'
import { MemoryVectors } from './memory-vectors.ts'
import type { Candidate, SearchDocument, SearchIndex, SearchQuery } from './search.ts'

/** BM25 as SQLite's FTS5 has it, with the weights of the columns. */
const K1 = 1.2
const B = 0.75
export const COLUMN_WEIGHTS = { problem: 6, context: 2, solution: 2 } as const
/** The rarest terms of a question are looked up: the rest costs much and says little. */
const RAREST_MAX = 32

interface Entry {
  readonly document: SearchDocument
  /** Weighted occurrences of each term. */
  readonly weights: ReadonlyMap<string, number>
  readonly length: number
}

/** The search index in memory: the twin of the one over SQLite, for tests and the simulation. Deterministic. */
export function createMemorySearch({ defer }: { readonly defer: (run: () => void) => void }): SearchIndex {
  const entries = new Map<ItemId, Entry>()
  const postings = new Map<string, Set<ItemId>>()
  const prints = new Map<string, Set<ItemId>>()
  let indexed = 0
  let length = 0
  let closed = false

  const browse = createMemoryBrowse({
    row: () => indexed,
    score: (words) => score(words, entries, postings, length),
    has: (item, word) => entries.get(item)?.weights.has(word) ?? false,
  })

  const vectors = new MemoryVectors(entries)

  const remove = (item: ItemId): void => {
    const entry = entries.get(item)
    if (!entry) return
    entries.delete(item)
    length -= entry.length
    for (const term of entry.weights.keys()) drop(postings, term, item)
    for (const print of entry.document.fingerprints) drop(prints, print, item)
  }
  const add = (document: SearchDocument): void => {
    const before = entries.get(document.item)?.document
    remove(document.item)
    if (textsOf(before) !== textsOf(document)) vectors.changed(document.item)
    const entry = entryOf(document)
    entries.set(document.item, entry)
    length += entry.length
    for (const term of entry.weights.keys()) put(postings, term, document.item)
    for (const print of document.fingerprints) put(prints, print, document.item)
  }
  const find = (query: SearchQuery): Candidate[] => {
    const hits = new Map<ItemId, string[]>()
    for (const print of new Set(query.fingerprints)) {
      for (const item of prints.get(print) ?? []) hits.set(item, [...(hits.get(item) ?? []), print])
    }
    const scores = score(query.terms, entries, postings, length)
    const rarity = (found: readonly string[]): number =>
      found.reduce((sum, print) => sum + 1 / (prints.get(print)?.size ?? 1), 0)
    const { facets: groups = [] } = query
    const isWanted = (item: ItemId): boolean =>
      groups.every((group) => group.some((one) => entries.get(item)?.document.facets?.includes(one) ?? false))
    const meanings = query.vector ? vectors.meanings(query.vector) : new Map<ItemId, number>()
    const near = [...meanings].filter(([, meaning]) => isNear(meaning)).sort(([, a], [, b]) => b - a)
    const close = near.slice(0, NEAR_MAX).map(([item]) => item)
    const asked = [...new Set([...hits.keys(), ...scores.keys(), ...close])].filter(isWanted)
    const all = asked.map((item) => {
      const fingerprints = hits.get(item) ?? []
      const meaning = meanings.get(item)
      const ranked = { item, fingerprints, weight: rarity(fingerprints), score: scores.get(item) ?? 0 }
      return meaning === undefined ? ranked : { ...ranked, meaning }
    })
    all.sort((a, b) => b.weight - a.weight || b.score - a.score || (a.item < b.item ? -1 : 1))
    return (query.vector ? fused(all) : all).slice(0, query.limit).flatMap(({ weight: _weight, ...found }) => {
      const document = entries.get(found.item)?.document
      return document ? [{ ...found, row: document.row, meta: document.meta }] : []
    })
  }
  const answer = <T>(done: Done<T>, work: () => T): void => {
    defer(() => done(closed ? failed(new SwarmError('SWARM_STOPPING', 'the search index is closed')) : ok(work())))
  }
  return {
    open: () => Promise.resolve({ row: indexed }),
    index: (documents, gone, row, done, after) =>
      answer(done, () => {
        assert(after === undefined || after === indexed, 'an index in memory loses nothing')
        for (const document of documents) {
          add(document)
          browse.put(document)
        }
        for (const item of gone) {
          remove(item)
          vectors.dropped(item)
          browse.drop(item)
        }
        indexed = row
      }),
    find: (query, done) => answer(done, () => find(query)),
    browse: (query, done) => answer(done, () => browse.page(query)),
    lacking: (space, limit, done) => answer(done, () => vectors.lacking(space, limit)),
    keep: (space, kept, done) => answer(done, () => vectors.keep(space, kept)),
    standing: (done) => answer(done, () => indexed),
    close: () => {
      closed = true
      return Promise.resolve()
    },
  }
}

/** What a vector is made of, as far as it can be seen here. */
const textsOf = (document: SearchDocument | undefined): string =>
  document ? JSON.stringify([document.terms, document.facets ?? []]) : ''

function entryOf(document: SearchDocument): Entry {
  const weights = new Map<string, number>()
  let length = 0
  for (const column of ['problem', 'context', 'solution'] as const) {
    for (const term of document.terms[column].split(' ')) {
      if (term === '') continue
      length += 1
      weights.set(term, (weights.get(term) ?? 0) + COLUMN_WEIGHTS[column])
    }
  }
  return { document, weights, length }
}

function score(
  terms: readonly string[],
  entries: ReadonlyMap<ItemId, Entry>,
  postings: ReadonlyMap<string, ReadonlySet<ItemId>>,
  length: number,
): Map<ItemId, number> {
  const scores = new Map<ItemId, number>()
  const mean = length / (entries.size || 1) || 1
  const rarest = [...new Set(terms)]
    .map((term) => ({ term, items: postings.get(term) }))
    .filter(({ items }) => items !== undefined)
    .sort((a, b) => (a.items?.size ?? 0) - (b.items?.size ?? 0))
    .slice(0, RAREST_MAX)
  for (const { term, items = new Set<ItemId>() } of rarest) {
    // FTS5 floors the weight of words that stand in more than half of the documents.
    const idf = Math.max(1e-6, Math.log((entries.size - items.size + 0.5) / (items.size + 0.5)))
    for (const item of items) {
      const entry = entries.get(item)
      const tf = entry?.weights.get(term) ?? 0
      const norm = K1 * (1 - B + (B * (entry?.length ?? 0)) / mean)
      scores.set(item, (scores.get(item) ?? 0) + (idf * tf * (K1 + 1)) / (tf + norm))
    }
  }
  return scores
}

function put(index: Map<string, Set<ItemId>>, key: string, item: ItemId): void {
  const set = index.get(key)
  if (set) set.add(item)
  else index.set(key, new Set([item]))
}

function drop(index: Map<string, Set<ItemId>>, key: string, item: ItemId): void {
  const set = index.get(key)
  set?.delete(item)
  if (set?.size === 0) index.delete(key)
}
