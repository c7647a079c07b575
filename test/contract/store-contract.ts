import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import { itemId, recordId, revisionHash, SetSum } from '../../src/base/index.ts'
import {
  claimOf,
  isNewer,
  type KnowledgeStore,
  type Revision,
  revisionId,
  type StoredRevision,
} from '../../src/knowledge/index.ts'
import {
  after,
  body,
  commit,
  everything,
  headsOf,
  list,
  ORIGIN,
  OTHER,
  range,
  result,
  revision,
  revisions,
  someItem,
  value,
} from '../support/storage.ts'
import { collecting } from './store-collecting.ts'

/** Gives stores over one place, each opened after the one before was closed. The first finds it empty. */
export type StorePlace = (t: TestContext) => () => KnowledgeStore

/** What every implementation of `KnowledgeStore` promises. */
export function storeContract(name: string, place: StorePlace): void {
  const opened = async (t: TestContext): Promise<KnowledgeStore> => {
    const store = place(t)()
    await store.open()
    t.after(() => store.close())
    return store
  }

  suite(`store: ${name}`, () => {
    openAndClose(place, opened)
    commits(opened)
    heads(opened)
    versions(place, opened)
    collecting(place, opened)
    records(opened)
    reads(opened)
  })
}

export type Opened = (t: TestContext) => Promise<KnowledgeStore>

function openAndClose(place: StorePlace, opened: Opened): void {
  test('a new store is empty', async (t) => {
    const store = place(t)()
    t.after(() => store.close())
    assert.deepEqual(await store.open(), { have: new Map(), hlcMax: 0, items: 0, row: 0 })
  })

  test('what was committed is there after closing and opening', async (t) => {
    const next = place(t)
    const first = next()
    await first.open()
    const written = [
      ...revisions(1, 3),
      ...revisions(5, 6, { origin: OTHER, hlc: 99 }),
      revision({ seq: 7, hlc: 100 }),
    ]
    await commit(first, written)
    await first.close()
    const second = next()
    t.after(() => second.close())
    const sum = new SetSum()
    for (const one of written) sum.add(revisionHash(one))
    assert.deepEqual(await second.open(), {
      sum: { hex: sum.hex, count: 6 },
      have: new Map([
        [
          ORIGIN,
          [
            [1, 3],
            [7, 7],
          ],
        ],
        [OTHER, [[5, 6]]],
      ]),
      hlcMax: Math.max(...written.map(({ hlc }) => hlc)),
      items: 6,
      row: 6,
      claims: written.map(claimOf),
    })
    assert.deepEqual(await everything(second), written)
  })

  test('opened again, the state says who wrote which item and from what, whatever the body is, and every record', async (t) => {
    const next = place(t)
    const first = next()
    await first.open()
    const sources = [someItem(7), someItem(8)]
    const bodies = [
      JSON.stringify({ provenance: { node: 'ana', derived_from: [...sources, 'nonsense', 7, null] } }),
      JSON.stringify({ provenance: { node: 7, derived_from: 'k_aaaaaaaaaaaaaaaa' } }),
      JSON.stringify({ provenance: { node: 'x'.repeat(100), derived_from: { a: 1 } } }),
      JSON.stringify({ provenance: null }),
      'not json {',
      'null',
      '[1]',
      '',
    ]
    const items = bodies.map((text, index) => revision({ seq: index + 1, body: text }))
    const record = revision({ seq: 20, item: recordId('o_aaaaaaaaaaaaaaaa'), body: body('o', 'outcome') })
    const gone = revision({ seq: 21, deleted: true, body: '' })
    await commit(first, [...items, record, gone])
    await first.close()
    const second = next()
    t.after(() => second.close())
    const { claims = [], records } = await second.open()
    assert.deepEqual(claims, [...items, gone].map(claimOf))
    assert.deepEqual(
      claims.slice(0, 3).map(({ derived, name }) => [name, derived]),
      [
        ['ana', sources],
        ['', []],
        ['x'.repeat(63), []],
      ],
    )
    assert.equal(claims.at(-1)?.deleted, true)
    assert.deepEqual(records, [record])
  })

  test('close waits for what was asked, may be called twice, and calls after it are refused', async (t) => {
    const store = await opened(t)
    const answers: string[] = []
    store.commit(revisions(1, 2), (answer) => answers.push(answer.ok ? 'ok' : answer.error.code))
    const closing = store.close()
    store.commit(revisions(3, 3), (answer) => answers.push(answer.ok ? 'ok' : answer.error.code))
    await closing
    await store.close()
    const late = await result<unknown>((done) => store.after(0, 1, done))
    assert.equal(late.ok ? 'ok' : late.error.code, 'SWARM_STOPPING')
    assert.deepEqual(answers.sort(), ['SWARM_STOPPING', 'ok'])
  })

  test('before it was opened, calls are refused', async (t) => {
    const store = place(t)()
    const early = await result<unknown>((done) => store.after(0, 1, done))
    assert.equal(early.ok ? 'ok' : early.error.code, 'SWARM_STOPPING')
    await store.close()
  })

  test('answers come after the call returned, in the order of the calls', async (t) => {
    const store = await opened(t)
    const order: string[] = []
    const all = [
      result((done) => store.commit(revisions(1, 2), done)).then(() => order.push('first')),
      result((done) => store.after(0, 10, done)).then(() => order.push('second')),
      result((done) => store.commit(revisions(3, 3), done)).then(() => order.push('third')),
      result((done) => store.heads([], done)).then(() => order.push('fourth')),
    ]
    order.push('returned')
    await Promise.all(all)
    assert.deepEqual(order, ['returned', 'first', 'second', 'third', 'fourth'])
  })

  test('a read sees the commits that were asked before it and not those after it', async (t) => {
    const store = await opened(t)
    void result((done) => store.commit(revisions(1, 2), done))
    const read = after(store, 0, 10)
    const later = result((done) => store.commit(revisions(3, 3), done))
    assert.equal((await read).length, 2)
    await later
  })
}

function commits(opened: Opened): void {
  test('a commit reports rows in the order given, counting from 1', async (t) => {
    const store = await opened(t)
    const batch = revisions(1, 3)
    const report = await commit(store, batch)
    assert.deepEqual(
      report.stored,
      batch.map((revision, index) => ({ row: index + 1, revision })),
    )
    assert.deepEqual(report.heads, report.stored)
    assert.equal(report.items, 3)
    assert.equal((await commit(store, revisions(4, 4))).stored[0]?.row, 4)
  })

  test('an empty commit is no error', async (t) => {
    const store = await opened(t)
    assert.deepEqual(await commit(store, []), { stored: [], heads: [], items: 0 })
  })

  test('a revision held already is not stored twice, within a commit or across commits', async (t) => {
    const store = await opened(t)
    const one = revision({ seq: 1 })
    assert.equal((await commit(store, [one, one])).stored.length, 1)
    assert.deepEqual(await commit(store, [one]), { stored: [], heads: [], items: 1 })
    assert.deepEqual(await commit(store, [{ ...one, sig: 't'.repeat(86) }]), { stored: [], heads: [], items: 1 })
    assert.deepEqual(await everything(store), [one])
  })

  test('of two contents under one number every store keeps the same, whichever came first', async (t) => {
    const one = revision({ seq: 1 })
    const other = { ...one, body: body('something else'), hlc: one.hlc + 9 }
    const [kept, lost] = [one, other].sort((a, b) => (revisionHash(a) < revisionHash(b) ? -1 : 1)) as [
      Revision,
      Revision,
    ]
    const store = await opened(t)
    await commit(store, [kept])
    const late = await commit(store, [lost, revision({ seq: 2 })])
    assert.deepEqual(
      [late.refused, late.displaced, late.stored.length],
      [[{ revision: lost, held: kept }], undefined, 1],
    )
    assert.deepEqual(await everything(store), [kept, revision({ seq: 2 })])
    const turned = await opened(t)
    await commit(turned, [lost])
    const early = await commit(turned, [kept])
    assert.deepEqual([early.refused, early.displaced, early.items], [undefined, [lost], 1])
    assert.deepEqual(await everything(turned), [kept])
    assert.deepEqual(
      (await headsOf(turned, [one.item])).map((head) => head.revision),
      [kept],
    )
  })

  test('bodies come back to the letter', async (t) => {
    const store = await opened(t)
    const bodies = [
      '',
      '{"a" :  1}',
      'ünïcödé 🐝 \u0000 inside',
      'not json {',
      'é'.repeat(30_000),
      '"\\ud83d\\u0000"',
    ]
    const batch = bodies.map((text, index) => revision({ seq: index + 1, body: text }))
    await commit(store, batch)
    assert.deepEqual(await everything(store), batch)
  })
}

function heads(opened: Opened): void {
  const item = someItem(1)
  const candidates: Revision[] = [
    revision({ seq: 1, item, hlc: 1024 }),
    revision({ seq: 2, item, hlc: 2048, priority: 1 }),
    revision({ seq: 3, item, hlc: 2048, priority: 100 }),
    revision({ seq: 3, item, hlc: 2048, priority: 100, origin: OTHER }),
    revision({ seq: 4, item, hlc: 2048, priority: 100, origin: OTHER, deleted: true, body: '' }),
  ]
  const newest = candidates.reduce((best, candidate) => (isNewer(candidate, best) ? candidate : best))

  test('the head is the newest revision, whatever came first', async (t) => {
    for (let turn = 0; turn < candidates.length; turn++) {
      const store = await opened(t)
      for (const one of [...candidates.slice(turn), ...candidates.slice(0, turn)]) await commit(store, [one])
      const [head, ...more] = await headsOf(store, [item])
      assert.deepEqual(head?.revision, newest)
      assert.deepEqual(more, [])
    }
  })

  test('a commit reports only the final head of an item, and none when it did not change', async (t) => {
    const store = await opened(t)
    const report = await commit(store, [...candidates.slice(0, 3), revision({ seq: 9 })])
    assert.deepEqual(
      report.heads.map(({ row }) => row),
      [3, 4],
    )
    assert.deepEqual((await commit(store, [revision({ seq: 10, item, hlc: 5 })])).heads, [])
  })

  test('a tombstone takes an item out of the count and of the list, and a newer revision brings it back', async (t) => {
    const store = await opened(t)
    await commit(store, [revision({ seq: 1, item, hlc: 1024 }), revision({ seq: 2 })])
    const gone = await commit(store, [revision({ seq: 3, item, hlc: 2048, deleted: true, body: '' })])
    assert.equal(gone.items, 1)
    assert.deepEqual(
      gone.heads.map(({ revision }) => revision.deleted),
      [true],
    )
    assert.equal((await list(store, { limit: 10 })).length, 1)
    assert.equal((await headsOf(store, [item]))[0]?.revision.deleted, true)
    const late = await commit(store, [revision({ seq: 4, item, hlc: 1500 })])
    assert.deepEqual([late.items, late.heads.length], [1, 0])
    assert.equal((await commit(store, [revision({ seq: 5, item, hlc: 4096 })])).items, 2)
  })
}

function versions(place: StorePlace, opened: Opened): void {
  const item = someItem(1)
  const first = revision({ seq: 1, item, hlc: 1024, body: body('one') })
  const left = revision({ seq: 2, item, hlc: 2048, body: body('left'), follows: [revisionId(first)] })
  const right = revision({
    seq: 1,
    item,
    hlc: 2049,
    origin: OTHER,
    body: body('right'),
    follows: [revisionId(first)],
    ext: '{"of":"later"}',
  })
  const merged = revision({ seq: 3, item, hlc: 4096, body: body('both'), follows: [left, right].map(revisionId) })

  test('versions are given newest first, with what they follow and what a later program added', async (t) => {
    const store = await opened(t)
    await commit(store, [right, first, revision({ seq: 9 }), left])
    const all = await value<readonly StoredRevision[]>((done) => store.versions([item, item, someItem(8)], done))
    assert.deepEqual(
      all.map((one) => one.revision),
      [right, left, first],
    )
  })

  test('two that follow the same are a conflict until one follows both, in whatever order they come', async (t) => {
    for (const batch of [
      [first, left, right],
      [right, left, first],
      [left, first, right],
    ]) {
      const store = await opened(t)
      for (const one of batch.slice(0, 2)) await commit(store, [one])
      assert.equal((await commit(store, batch.slice(2))).conflicts, 1)
      assert.deepEqual(await value<readonly string[]>((done) => store.conflicts('', 10, done)), [item])
      assert.deepEqual(await value<readonly string[]>((done) => store.conflicts(item, 10, done)), [])
      assert.equal((await commit(store, [merged])).conflicts, undefined)
      assert.deepEqual(await value<readonly string[]>((done) => store.conflicts('', 10, done)), [])
    }
  })

  test('the same said twice at the same time is no conflict, a deletion beside a correction is one', async (t) => {
    const store = await opened(t)
    const said = (node: string): string => JSON.stringify({ v: 1, kind: 'note', title: 'x', provenance: { node } })
    const once = revision({ seq: 1, item, hlc: 5, body: said('ana') })
    assert.equal((await commit(store, [once])).conflicts, undefined)
    assert.equal((await commit(store, [{ ...once, origin: OTHER, body: said('ben') }])).conflicts, undefined)
    const gone = revision({ seq: 2, item, hlc: 6, deleted: true, body: '' })
    assert.equal((await commit(store, [gone])).conflicts, 1)
  })

  test('opened again, it knows how many conflicts there are', async (t) => {
    const next = place(t)
    const store = next()
    await store.open()
    await commit(store, [first, left, right])
    await store.close()
    const again = next()
    t.after(() => again.close())
    assert.equal((await again.open()).conflicts, 1)
  })
}

function records(opened: Opened): void {
  const record = revision({ seq: 2, item: recordId('o_aaaaaaaaaaaaaaaa'), body: body('an outcome', 'outcome') })

  test('a record is kept, read and spread like an item, but neither counted nor listed', async (t) => {
    const store = await opened(t)
    const item = revision({ seq: 1 })
    const report = await commit(store, [item, record])
    assert.equal(report.items, 1)
    assert.equal(report.stored.length, 2)
    assert.deepEqual(await everything(store), [item, record])
    assert.deepEqual(
      (await headsOf(store, [record.item])).map(({ revision }) => revision),
      [record],
    )
    assert.deepEqual(
      (await list(store, { limit: 10 })).map(({ revision }) => revision),
      [item],
    )
    assert.deepEqual(await list(store, { limit: 10, kind: 'outcome' }), [])
  })

  test('a record written twice or taken back changes no count', async (t) => {
    const store = await opened(t)
    await commit(store, [revision({ seq: 1, item: itemId('k_bbbbbbbbbbbbbbbb') }), record])
    assert.equal((await commit(store, [{ ...record, seq: 3, hlc: record.hlc + 9 }])).items, 1)
    assert.equal((await commit(store, [{ ...record, seq: 4, hlc: record.hlc + 99, deleted: true }])).items, 1)
    assert.equal((await commit(store, [{ ...record, seq: 5, hlc: record.hlc + 999 }])).items, 1)
  })
}

function reads(opened: Opened): void {
  const seqs = (page: readonly Revision[]): number[] => page.map(({ seq }) => seq)

  test('range gives one origin, ascending, whatever the order of arrival', async (t) => {
    const store = await opened(t)
    await commit(store, [...revisions(4, 6), ...revisions(1, 2), ...revisions(1, 9, { origin: OTHER })])
    assert.deepEqual(seqs(await range(store, 2, 5)), [2, 4, 5])
    assert.deepEqual(seqs(await range(store, 1, Number.MAX_SAFE_INTEGER)), [1, 2, 4, 5, 6])
    assert.deepEqual(await range(store, 3, 3), [])
    assert.deepEqual(await range(store, 5, 4), [])
  })

  test('range stops before its bytes (UTF-8) and gives at least one', async (t) => {
    const store = await opened(t)
    await commit(store, revisions(1, 5, { body: 'é'.repeat(50) }))
    assert.deepEqual(seqs(await range(store, 1, 5, 1)), [1])
    assert.deepEqual(seqs(await range(store, 1, 5, 199)), [1])
    assert.deepEqual(seqs(await range(store, 1, 5, 200)), [1, 2])
    assert.deepEqual(seqs(await range(store, 1, 5, 500)), [1, 2, 3, 4, 5])
  })

  test('range gives one page at most, of empty bodies too', async (t) => {
    const store = await opened(t)
    await commit(store, revisions(1, 300, { deleted: true, body: '' }))
    assert.equal((await range(store, 1, 300, 1)).length, 256)
  })

  test('after gives arrivals in their order', async (t) => {
    const store = await opened(t)
    await commit(store, revisions(1, 5))
    const page = await after(store, 2, 2)
    assert.deepEqual(
      page.map(({ row }) => row),
      [3, 4],
    )
    assert.deepEqual(await after(store, 5, 2), [])
  })

  test('heads come in the order asked, each once, without the unknown', async (t) => {
    const store = await opened(t)
    await commit(store, revisions(1, 3))
    const asked = [someItem(3), someItem(99), someItem(1), someItem(3)]
    const found = await headsOf(store, asked)
    assert.deepEqual(
      found.map(({ revision }) => revision.item),
      [someItem(3), someItem(1)],
    )
  })

  test('list gives the newest arrivals first, page by page, by kind', async (t) => {
    const store = await opened(t)
    const fixes = [2, 5, 6]
    await commit(
      store,
      revisions(1, 7).map((one) => ({
        ...one,
        body: body(`note ${one.seq}`, fixes.includes(one.seq) ? 'fix' : 'note'),
      })),
    )
    const rows = async (filter: Parameters<KnowledgeStore['list']>[0]): Promise<number[]> =>
      (await list(store, filter)).map(({ row }) => row)
    assert.deepEqual(await rows({ limit: 3 }), [7, 6, 5])
    assert.deepEqual(await rows({ limit: 3, before: 5 }), [4, 3, 2])
    assert.deepEqual(await rows({ limit: 2, kind: 'fix' }), [6, 5])
    assert.deepEqual(await rows({ limit: 2, kind: 'fix', before: 5 }), [2])
    assert.deepEqual(await rows({ limit: 2, kind: 'guide' }), [])
    await commit(store, [revision({ seq: 8, item: someItem(2), hlc: 9e15, body: body('now a note') })])
    assert.deepEqual(await rows({ limit: 9, kind: 'fix' }), [6, 5])
  })
}
