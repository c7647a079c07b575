import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { type Done, itemId } from '../../../src/base/index.ts'
import {
  type BrowsePage,
  type BrowseQuery,
  createMemorySearch,
  type SearchDocument,
  type SearchIndex,
} from '../../../src/resolve/index.ts'
import { openSearchIndex } from '../../../src/storage/index.ts'
import { scratch, value } from '../../support/storage.ts'

const WORDS = ['port', 'module', 'quota', 'ошибка', 'e404']
const FACETS = ['kind:fix', 'kind:note', 'tool:npm', 'tool:c++', 'tag:a b', 'day:2026-11-22', 'package:@a/b-c.d_e']

const arbitraryDocument: fc.Arbitrary<SearchDocument> = fc
  .record({
    item: fc.integer({ min: 1, max: 9 }),
    words: fc.array(fc.constantFrom(...WORDS), { maxLength: 6 }),
    facets: fc.uniqueArray(fc.constantFrom(...FACETS), { maxLength: 5 }),
    since: fc.integer({ min: 1, max: 40 }),
  })
  .map(({ facets, item, since, words }) => ({
    item: itemId(`k_${item}`),
    row: since,
    since,
    fingerprints: [],
    facets,
    terms: { problem: words.slice(0, 3).join(' '), context: '', solution: words.slice(3).join(' ') },
    meta: '{}',
  }))
const arbitraryChange = fc.record({
  documents: fc.uniqueArray(arbitraryDocument, { maxLength: 5, selector: ({ item }) => item }),
  gone: fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 2 }),
})
const arbitraryQuery = fc.record({
  facets: fc.array(fc.uniqueArray(fc.constantFrom(...FACETS, 'tool:none'), { minLength: 1, maxLength: 3 }), {
    maxLength: 3,
  }),
  words: fc.uniqueArray(fc.constantFrom(...WORDS), { maxLength: 2 }),
  limit: fc.integer({ min: 1, max: 4 }),
})

const browse = (index: SearchIndex, query: BrowseQuery): Promise<BrowsePage> =>
  value((done: Done<BrowsePage>) => index.browse(query, done))

async function walk(index: SearchIndex, query: BrowseQuery): Promise<readonly BrowsePage[]> {
  const pages = [await browse(index, query)]
  for (let next = pages[0]?.next ?? null; next !== null; next = pages.at(-1)?.next ?? null)
    pages.push(await browse(index, { ...query, after: next }))
  return pages
}

test('the index in memory and the one in SQLite list the same items, whatever is written and asked', async (t) => {
  let count = 0
  const directory = scratch(t)
  await fc.assert(
    fc.asyncProperty(
      fc.array(arbitraryChange, { minLength: 1, maxLength: 5 }),
      fc.array(arbitraryQuery, { minLength: 1, maxLength: 6 }),
      async (changes, queries) => {
        const twins = [
          createMemorySearch({ defer: queueMicrotask }),
          openSearchIndex({ file: join(directory, `${(count += 1)}.db`) }),
        ] as const
        for (const one of twins) await one.open()
        try {
          for (const [at, { documents, gone }] of changes.entries())
            for (const one of twins)
              await value((done: Done<void>) =>
                one.index(
                  documents,
                  gone.map((n) => itemId(`k_${n}`)),
                  at + 1,
                  done,
                ),
              )
          for (const query of queries) {
            const [dumb, ours] = await Promise.all(twins.map((one) => walk(one, query)))
            const items = (pages: typeof dumb): string[] =>
              (pages ?? []).flatMap(({ hits }) => hits.map(({ item }) => item))
            const inOrder = (pages: typeof dumb): string[] =>
              // Both rank by BM25, but not by the same arithmetic.
              query.words.length > 0 ? items(pages).sort((a, b) => (a < b ? -1 : 1)) : items(pages)
            assert.deepEqual(inOrder(ours), inOrder(dumb))
            assert.equal(new Set(items(ours)).size, items(ours).length)
            assert.deepEqual(ours?.[0]?.unknown, dumb?.[0]?.unknown)
          }
        } finally {
          for (const one of twins) await one.close()
        }
      },
    ),
    { numRuns: 40 },
  )
})
