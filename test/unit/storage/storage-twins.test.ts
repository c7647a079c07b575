import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { isNewer, type KnowledgeStore, type Revision, type StoreState } from '../../../src/knowledge/index.ts'
import { createMemoryStore } from '../../../src/knowledge/memory-store.ts'
import { openKnowledgeStore } from '../../../src/storage/index.ts'
import {
  after,
  body,
  commit,
  everything,
  fixedClock,
  headsOf,
  list,
  ORIGIN,
  OTHER,
  range,
  revision,
  scratch,
  someItem,
} from '../../support/storage.ts'

const arbitraryRevision: fc.Arbitrary<Revision> = fc
  .record({
    seq: fc.integer({ min: 1, max: 12 }),
    origin: fc.constantFrom(ORIGIN, OTHER),
    item: fc.integer({ min: 1, max: 5 }).map(someItem),
    hlc: fc.integer({ min: 1, max: 4 }),
    priority: fc.constantFrom(1, 50, 100),
    deleted: fc.boolean(),
    kind: fc.constantFrom('fix', 'note'),
  })
  .map(({ kind, ...part }) => revision({ ...part, body: part.deleted ? '' : body('é'.repeat(part.seq), kind) }))

const arbitraryBatches = fc.array(fc.array(arbitraryRevision, { maxLength: 8 }), { maxLength: 8 })

/** The rules in their plainest form, over one array. */
class Dumb {
  readonly rows: Revision[] = []

  add(batch: readonly Revision[]): number {
    const before = this.rows.length
    for (const one of batch)
      if (!this.rows.some((held) => held.origin === one.origin && held.seq === one.seq)) this.rows.push(one)
    return this.rows.length - before
  }
  head(item: Revision['item']): Revision | undefined {
    return this.rows
      .filter((one) => one.item === item)
      .reduce<Revision | undefined>((best, one) => (best && !isNewer(one, best) ? best : one), undefined)
  }
  get heads(): Revision[] {
    return [...new Set(this.rows.map(({ item }) => item))].map((item) => this.head(item) as Revision)
  }
}

async function same(stores: readonly KnowledgeStore[], dumb: Dumb): Promise<void> {
  const items = [1, 2, 3, 4, 5, 6].map(someItem)
  for (const store of stores) {
    assert.deepEqual(await everything(store), dumb.rows)
    const heads = await headsOf(store, items)
    assert.deepEqual(
      heads.map(({ revision }) => revision),
      items.map((item) => dumb.head(item)).filter((head) => head !== undefined),
    )
    const listed = await list(store, { limit: 100 })
    assert.equal(listed.length, dumb.heads.filter(({ deleted }) => !deleted).length)
  }
  const [one, two] = await Promise.all(
    stores.map(async (store) => [
      await after(store, 3, 4),
      await list(store, { limit: 2, kind: 'fix' }),
      await list(store, { limit: 3, before: 6 }),
      await range(store, 2, 9, 60),
    ]),
  )
  assert.deepEqual(one, two)
}

test('SQLite, memory and a plain array hold the same, whatever arrives, and after opening again', async (t) => {
  const directory = scratch(t)
  let run = 0
  await fc.assert(
    fc.asyncProperty(arbitraryBatches, async (batches) => {
      const file = join(directory, `${(run += 1)}.db`)
      const sqlite = openKnowledgeStore({ file, clock: fixedClock })
      const memory = createMemoryStore({ defer: queueMicrotask })
      const dumb = new Dumb()
      await Promise.all([sqlite.open(), memory.open()])
      for (const batch of batches) {
        const [one, two] = await Promise.all([commit(sqlite, batch), commit(memory, batch)])
        assert.deepEqual(one, two)
        assert.equal(one.stored.length, dumb.add(batch))
        assert.equal(one.items, dumb.heads.filter(({ deleted }) => !deleted).length)
      }
      await same([sqlite, memory], dumb)
      await sqlite.close()
      const again = openKnowledgeStore({ file, clock: fixedClock })
      const states: StoreState[] = [
        await again.open(),
        await createMemoryStore({ defer: queueMicrotask, durable: memory.durable() }).open(),
      ]
      await again.close()
      // The order of origins is nobody's promise.
      const plain = states.map((state) => ({ ...state, have: [...state.have].sort(([a], [b]) => (a < b ? -1 : 1)) }))
      assert.deepEqual(plain[0], plain[1])
    }),
    { numRuns: Number(process.env['STORAGE_RUNS'] ?? 40), seed: 20_261_122 },
  )
})
