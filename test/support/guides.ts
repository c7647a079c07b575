import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ItemId, itemId, shortHash } from '../../src/base/index.ts'
import { draftItem } from '../../src/driver/draft-item.ts'
import type { NewItem } from '../../src/driver/index.ts'
import { goalQuery, match, readGoal } from '../../src/guide/index.ts'
import { Item } from '../../src/knowledge/index.ts'
import { createMemorySearch, type Match, toDocument } from '../../src/resolve/index.ts'

const folder = join(import.meta.dirname, '../fixtures/guides')

/** What somebody wants in their own words, and the guide that leads there; null when none of ours does. */
interface AskedGoal {
  readonly goal: string
  readonly guide: string | null
  /** Weights were set by one half, and are reported on the other. */
  readonly half: 'tune' | 'held'
}

export const guides = (): readonly (Omit<NewItem, 'source'> & { readonly slug: string })[] =>
  JSON.parse(readFileSync(join(folder, 'guides.json'), 'utf8')) as readonly (Omit<NewItem, 'source'> & {
    readonly slug: string
  })[]
export const goals = (): readonly AskedGoal[] =>
  JSON.parse(readFileSync(join(folder, 'goals.json'), 'utf8')) as readonly AskedGoal[]

export const guideItem = (given: Omit<NewItem, 'source'>): Item =>
  Item.parse(draftItem({ source: 'cli', ...given }, { node: 'a', at: 0 }).item)

/** Answers over guides, by slug, through the index and the ranking of production. */
export function guided(
  items: Readonly<Record<string, Item>>,
): (goal: string, stack?: readonly string[]) => (Match & { readonly slug: string }) | undefined {
  const index = createMemorySearch({ defer: (run) => run() })
  const known = new Map(
    Object.entries(items).map(([slug, item]): [ItemId, { id: ItemId; slug: string; item: Item }] => {
      const id = itemId(`k_${shortHash(slug, 16)}`)
      return [id, { id, slug, item }]
    }),
  )
  const documents = [...known.values()].map(({ id, item }, at) => toDocument(item, id, at + 1))
  index.index(documents, [], documents.length, () => {})
  return (goal, stack = []) => {
    const read = readGoal({ goal, stack })
    let best: Match | undefined
    index.find(goalQuery(read), (result) => {
      if (result.ok)
        best = match(
          read,
          result.value.flatMap(({ item }) => known.get(item) ?? []),
        )[0]
    })
    return best && { ...best, slug: known.get(best.item)?.slug ?? '' }
  }
}
