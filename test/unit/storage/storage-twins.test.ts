import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { revisionHash } from '../../../src/base/index.ts'
import {
  isNewer,
  type KnowledgeStore,
  type Revision,
  revisionId,
  type StoredRevision,
  type StoreState,
  versionsOf,
} from '../../../src/knowledge/index.ts'
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
  value,
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

/** Some of them follow others, whatever these are of. */
const arbitraryBatches = fc
  .array(fc.array(fc.tuple(arbitraryRevision, fc.nat(40)), { maxLength: 8 }), { maxLength: 8 })
  .map((batches) => {
    const before: Revision[] = []
    return batches.map((batch) =>
      batch.map(([one, pick]) => {
        const followed = before[pick]
        const written = followed ? { ...one, follows: [revisionId(followed)] } : one
        before.push(written)
        return written
      }),
    )
  })

/** The rules in their plainest form, over one array. */
class Dumb {
  readonly rows: Revision[] = []

  add(batch: readonly Revision[]): number {
    let stored = 0
    for (const one of batch) {
      const known = this.rows.findIndex((held) => held.origin === one.origin && held.seq === one.seq)
      const held = this.rows[known]
      if (held && revisionHash(held) <= revisionHash(one)) continue
      if (held) this.rows.splice(known, 1)
      this.rows.push(one)
      stored += 1
    }
    return stored
  }
  head(item: Revision['item']): Revision | undefined {
    return this.rows
      .filter((one) => one.item === item)
      .reduce<Revision | undefined>((best, one) => (best && !isNewer(one, best) ? best : one), undefined)
  }
  versions(item: Revision['item']): readonly Revision[] {
    return this.rows.filter((one) => one.item === item).sort((a, b) => (isNewer(a, b) ? -1 : 1))
  }
  get conflicts(): Revision['item'][] {
    const items = [...new Set(this.rows.map(({ item }) => item))].sort()
    return items.filter((item) => versionsOf(this.versions(item)).copies.length > 0)
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
    const versions = await value<readonly StoredRevision[]>((done) => store.versions(items, done))
    assert.deepEqual(
      versions.map(({ revision }) => revision),
      items.flatMap((item) => dumb.versions(item)),
    )
    const conflicts = await value<readonly Revision['item'][]>((done) => store.conflicts('', 100, done))
    assert.deepEqual(conflicts, dumb.conflicts)
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
