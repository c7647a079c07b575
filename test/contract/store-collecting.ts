import assert from 'node:assert/strict'
import { test } from 'node:test'
import { privateOriginOf, revisionHash, SetSum } from '../../src/base/index.ts'
import {
  type Collected,
  type KnowledgeStore,
  type Revision,
  revisionId,
  type StoredRevision,
} from '../../src/knowledge/index.ts'
import { body, commit, everything, headsOf, ORIGIN, OTHER, revision, someItem, value } from '../support/storage.ts'
import type { Opened, StorePlace } from './store-contract.ts'

/** What is collected behind a horizon, dropped by its number, summed up to a stamp, and put on the shelf. */
export function collecting(place: StorePlace, opened: Opened): void {
  const collect = async (store: KnowledgeStore, horizon: number): Promise<readonly number[]> => {
    const seqs: number[] = []
    for (;;) {
      const { more, removed } = await value<Collected>((done) => store.collect(horizon, done))
      seqs.push(...removed.map(({ seq }) => seq))
      if (!more) return seqs.sort((a, b) => a - b)
    }
  }
  const item = someItem(1)
  const live = revision({ seq: 1, hlc: 10 })
  const written = revision({ seq: 2, item: someItem(2), hlc: 20 })
  const gone = revision({ seq: 3, item: someItem(2), hlc: 30, deleted: true, body: '' })

  test('behind the horizon a deleted item goes with all its versions, and its numbers stay known', async (t) => {
    const next = place(t)
    const store = next()
    await store.open()
    await commit(store, [live, written, gone])
    assert.deepEqual(await collect(store, 29), [])
    assert.deepEqual(await collect(store, 30), [2, 3])
    assert.deepEqual(await collect(store, 30), [])
    assert.deepEqual(await everything(store), [live])
    assert.deepEqual(await headsOf(store, [someItem(2)]), [])
    await store.close()
    const again = next()
    t.after(() => again.close())
    const state = await again.open()
    assert.deepEqual(state.gone, { sure: new Map([[ORIGIN, [[2, 3]]]]), told: new Map() })
    assert.deepEqual([state.items, state.have], [1, new Map([[ORIGIN, [[1, 1]]]])])
  })

  test('what somebody else deleted stays, with its tombstone', async (t) => {
    const store = await opened(t)
    await commit(store, [written, { ...gone, origin: OTHER }])
    assert.deepEqual(await collect(store, 100), [])
  })

  test('what was removed is told by its content address', async (t) => {
    const store = await opened(t)
    await commit(store, [written, gone])
    const { removed } = await value<Collected>((done) => store.collect(30, done))
    assert.deepEqual(
      new Set(removed.map(({ hash }) => hash)),
      new Set([written, gone].map((one) => revisionHash(one))),
    )
  })

  test('an item that was written again after its deletion stays', async (t) => {
    const store = await opened(t)
    await commit(store, [written, gone, revision({ seq: 4, item: someItem(2), hlc: 40 })])
    assert.deepEqual(await collect(store, 100), [])
  })

  for (const origin of [ORIGIN, OTHER])
    test(`newer versions have no say in what is collected: by ${origin === ORIGIN ? 'the same' : 'another'} node`, async (t) => {
      const store = await opened(t)
      const again = revision({ seq: 4, item: someItem(2), hlc: 40, origin })
      await commit(store, [written, gone, again])
      assert.deepEqual(await collect(store, 30), [2, 3])
      assert.deepEqual(
        (await headsOf(store, [someItem(2)])).map(({ revision }) => revision),
        [again],
      )
      assert.deepEqual(await everything(store), [again])
      const deleted = revision({ seq: 5, item: someItem(2), hlc: 50, origin, deleted: true, body: '' })
      await commit(store, [deleted])
      assert.deepEqual(await collect(store, 49), [])
      assert.deepEqual(await collect(store, 50), [4, 5])
    })

  test('of a long history the newest sixteen and what nobody follows stay', async (t) => {
    const store = await opened(t)
    const line = [revision({ seq: 1, item, hlc: 1 })]
    for (let seq = 2; seq <= 30; seq++)
      line.push(revision({ seq, item, hlc: seq, follows: [revisionId(line.at(-1) as Revision)] }))
    const copy = revision({ seq: 1, item, hlc: 2, origin: OTHER, body: body('on its own') })
    await commit(store, [...line, copy])
    assert.deepEqual(await collect(store, 20), [1, 2, 3])
    assert.deepEqual(
      await collect(store, 100),
      Array.from({ length: 10 }, (_, at) => at + 4),
    )
    const { length } = await value<readonly StoredRevision[]>((done) => store.versions([item], done))
    assert.equal(length, 18)
    assert.deepEqual(await value<readonly string[]>((done) => store.conflicts('', 10, done)), [item])
  })

  test('many deleted items are collected in turns, and nothing else', async (t) => {
    const store = await opened(t)
    const all = Array.from({ length: 600 }, (_, at) => [
      revision({ seq: at * 2 + 1, item: someItem(at), hlc: 10 }),
      revision({ seq: at * 2 + 2, item: someItem(at), hlc: at % 3 === 0 ? 11 : 99, deleted: true, body: '' }),
    ]).flat()
    await commit(store, all)
    assert.equal((await collect(store, 50)).length, 400)
    assert.equal((await everything(store)).length, 800)
    assert.equal((await collect(store, 99)).length, 800)
  })

  test('dropped is what the numbers name and is not newer, as told', async (t) => {
    const next = place(t)
    const store = next()
    await store.open()
    await commit(store, [live, written, gone])
    const dropped = await value<Collected>((done) => store.drop([[ORIGIN, [[1, 9]]]], 20, done))
    assert.deepEqual(
      dropped.removed.map(({ seq }) => seq),
      [1, 2],
    )
    assert.deepEqual(await everything(store), [gone])
    await value<void>((done) =>
      store.markGone(
        [
          [OTHER, [[3, 5]]],
          [OTHER, [[6, 7]]],
        ],
        done,
      ),
    )
    await store.close()
    const again = next()
    t.after(() => again.close())
    assert.deepEqual((await again.open()).gone, {
      sure: new Map(),
      told: new Map([
        [ORIGIN, [[1, 2]]],
        [OTHER, [[3, 7]]],
      ]),
    })
  })

  test('the sum up to a stamp is that of all that others may know of, in whatever order it came', async (t) => {
    const store = await opened(t)
    await commit(store, [gone, revision({ seq: 9, origin: privateOriginOf(ORIGIN), hlc: 1 }), live, written])
    const sum = (until: number): Promise<string> => value<string>((done) => store.sum(until, done))
    const expected = new SetSum()
    assert.equal(await sum(9), expected.hex)
    for (const one of [written, live]) expected.add(revisionHash(one))
    assert.equal(await sum(29), expected.hex)
    expected.add(revisionHash(gone))
    assert.equal(await sum(30), expected.hex)
  })

  test('what is put on the shelf is there after a restart, until it is taken away', async (t) => {
    const next = place(t)
    const store = next()
    await store.open()
    const parked = { kind: 'parked', key: 'a', body: '1' } as const
    await value<void>((done) => store.shelve([parked, { kind: 'mark', key: 'a', body: '2' }], [], done))
    await value<void>((done) => store.shelve([{ ...parked, body: '3' }], [{ kind: 'mark', key: 'a' }], done))
    await store.close()
    const again = next()
    t.after(() => again.close())
    assert.deepEqual((await again.open()).shelf, [{ ...parked, body: '3' }])
  })
}
