import { type ItemId, type Stretch, Walks } from '../../base/index.ts'
import { facetName } from './facets.ts'
import type { BrowsePage, BrowseQuery, SearchDocument } from './search.ts'

/** The port's numbers. */
const STRETCH_MAX = 20_000
const KNOWN_MAX = 200

interface Parts {
  readonly row: () => number
  readonly score: (words: readonly string[]) => ReadonlyMap<ItemId, number>
  readonly has: (item: ItemId, word: string) => boolean
}

interface MemoryBrowse {
  put(document: SearchDocument): void
  drop(item: ItemId): void
  page(query: BrowseQuery): BrowsePage
}

/** Choosing by facets, in memory: each item has a place, which it keeps until it goes. */
export function createMemoryBrowse({ has, row, score }: Parts): MemoryBrowse {
  const places = new Map<ItemId, number>()
  const items = new Map<number, { readonly item: ItemId; readonly facets: ReadonlySet<string> }>()
  const walks = new Walks(row)

  const matches = ({ facets, words }: BrowseQuery, below: number): number[] =>
    [...items]
      .filter(
        ([place, entry]) => place < below && facets.every((group) => group.some((one) => entry.facets.has(one))),
      )
      .filter(([, { item }]) => words.every((word) => has(item, word)))
      .map(([place]) => place)
      .sort((a, b) => b - a)

  const stretch = (query: BrowseQuery, below: number): Stretch => {
    const newest = matches(query, below).slice(0, STRETCH_MAX)
    const scores = score(query.words)
    const scoreOf = (place: number): number => scores.get(items.get(place)?.item as ItemId) ?? 0
    const ids = newest.toSorted((a, b) => scoreOf(b) - scoreOf(a) || b - a)
    return { ids, below: newest.length === STRETCH_MAX ? (newest.at(-1) ?? null) : null }
  }

  const knownOf = (name: string): readonly string[] => {
    const all = new Set([...items.values()].flatMap(({ facets }) => [...facets]))
    return [...all]
      .filter((one) => facetName(one) === name)
      .sort((a, b) => (a < b ? -1 : 1))
      .slice(0, KNOWN_MAX)
  }

  const unknownIn = (groups: BrowseQuery['facets']): NonNullable<BrowsePage['unknown']> => {
    const all = new Set([...items.values()].flatMap(({ facets }) => [...facets]))
    return groups
      .filter((group) => !group.some((one) => all.has(one)))
      .map((facets) => ({ facets, known: [...new Set(facets.map(facetName))].flatMap(knownOf) }))
  }

  const hitsOf = (ids: readonly number[], placeOf: (id: number, at: number) => string): BrowsePage['hits'] =>
    ids.flatMap((id, at) => {
      const entry = items.get(id)
      return entry ? [{ item: entry.item, place: placeOf(id, at) }] : []
    })

  const list = (query: BrowseQuery): BrowsePage => {
    const before = query.after === undefined ? Infinity : Number(query.after)
    const ids = matches(query, before).slice(0, query.limit)
    return { hits: hitsOf(ids, String), next: ids.length < query.limit ? null : String(ids.at(-1)) }
  }

  const walk = (query: BrowseQuery): BrowsePage => {
    const step = walks.step(query.after, query.limit, (below) => stretch(query, below ?? Infinity))
    if (!step) return { hits: [], next: null, lost: true }
    return { hits: hitsOf(step.ids, (_, at) => step.places[at] ?? ''), next: step.next }
  }

  const drop = (item: ItemId): void => {
    const place = places.get(item)
    if (place === undefined) return
    places.delete(item)
    items.delete(place)
  }

  return {
    drop,
    put({ facets = [], item, row: head, since = head }) {
      const known = places.get(item)
      const place = known ?? (items.has(since) ? Math.max(...items.keys()) + 1 : since)
      places.set(item, place)
      items.set(place, { item, facets: new Set(facets) })
    },
    page(query) {
      const page = query.words.length === 0 ? list(query) : walk(query)
      const unknown = query.after === undefined ? unknownIn(query.facets) : []
      return unknown.length > 0 ? { ...page, unknown } : page
    },
  }
}
