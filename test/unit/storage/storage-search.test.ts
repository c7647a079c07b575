import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import Database from 'better-sqlite3'
import type { SearchIndex } from '../../../src/resolve/index.ts'
import { openSearchIndex } from '../../../src/storage/index.ts'
import { isCounted } from '../../../src/storage/search-write.ts'
import { scratch } from '../../support/storage.ts'
import { bytesOf, overwrite, sizeOf } from '../../support/storage-files.ts'
import { document, found, foundResult, indexed, itemsOf } from '../../support/storage-search.ts'

interface Opened {
  readonly search: SearchIndex
  readonly file: string
}

async function opened(t: TestContext, file = join(scratch(t), 'search.db')): Promise<Opened> {
  const search = openSearchIndex({ file })
  t.after(() => search.close())
  assert.deepEqual(await search.open(), { row: 0 })
  return { search, file }
}

/** Enough other documents that a word of one of them is rare. */
const crowd = Array.from({ length: 40 }, (_, n) =>
  document(`crowd${n}`, { problem: `common word${n}`, context: 'stuff' }),
)

suite('search: ranking', () => {
  test('the problem weighs more than the context, and the context more than the solution', async (t) => {
    const { search } = await opened(t)
    const filled = { problem: 'aa bb', context: 'cc dd', solution: 'ee ff' }
    await indexed(search, [
      ...crowd,
      document('solution', { ...filled, solution: 'needle ff' }),
      document('context', { ...filled, context: 'needle dd' }),
      document('problem', { ...filled, problem: 'needle bb' }),
    ])
    const candidates = await found(search, { terms: ['needle'] })
    assert.deepEqual(itemsOf(candidates), ['problem', 'context', 'solution'])
    assert.ok((candidates[2]?.score ?? 0) > 0)
  })

  test('more fingerprints come before fewer, rarer before common, all before text', async (t) => {
    const { search } = await opened(t)
    await indexed(search, [
      ...crowd.map((one) => ({ ...one, fingerprints: ['f1:type:common'] })),
      document('two', { fingerprints: ['f1:type:common', 'f1:template:x'] }),
      document('rare', { fingerprints: ['f1:exact:y'] }),
      document('text', { problem: 'needle needle' }),
    ])
    const candidates = await found(search, {
      fingerprints: ['f1:exact:y', 'f1:template:x', 'f1:type:common', 'f1:type:unknown'],
      terms: ['needle'],
      limit: 100,
    })
    assert.deepEqual(itemsOf(candidates).slice(0, 2), ['two', 'rare'])
    // Two fingerprints tell the problem: twelve candidates do, and what only has the word is none of them.
    assert.equal(candidates.length, 12)
    assert.equal(itemsOf(candidates).includes('text'), false)
    const untold = await found(search, { fingerprints: ['f1:type:common'], terms: ['needle'], limit: 100 })
    assert.equal(itemsOf(untold).at(-1), 'text')
    assert.deepEqual(candidates[0]?.fingerprints, ['f1:type:common', 'f1:template:x'])
    assert.deepEqual([candidates[1]?.score, candidates[1]?.fingerprints], [0, ['f1:exact:y']])
  })

  test('a document found by fingerprint and by text has both', async (t) => {
    const { search } = await opened(t)
    await indexed(search, [
      ...crowd,
      document('both', { fingerprints: ['f'], problem: 'needle', row: 9, meta: '{"m":1}' }),
    ])
    const [first] = await found(search, { fingerprints: ['f'], terms: ['needle'], limit: 1 })
    assert.ok(first && first.score > 1)
    assert.deepEqual({ ...first, score: 0 }, { item: 'both', row: 9, fingerprints: ['f'], score: 0, meta: '{"m":1}' })
  })

  test('the limit holds, and nothing known is an empty list', async (t) => {
    const { search } = await opened(t)
    await indexed(search, crowd)
    assert.equal((await found(search, { terms: ['common'], limit: 7 })).length, 7)
    assert.deepEqual(await found(search, { terms: ['unheard'], fingerprints: ['none'] }), [])
    assert.deepEqual(await found(search, {}), [])
  })
})

suite('search: terms', () => {
  const odd = [
    '"',
    "'",
    '*',
    'a*',
    'NEAR(a',
    'OR',
    'AND',
    'NOT',
    'problem:',
    '(',
    ')',
    '^x',
    '-x',
    '+',
    'ünï',
    '🐝',
    '日本',
    'a\u0000b',
    '%_%',
    'E0308',
    'node:fs',
    './src/a.ts',
    '{',
    '\\',
    ';--',
    '_61_',
  ]

  test('any term finds itself and nothing else', async (t) => {
    const { search } = await opened(t)
    await indexed(
      search,
      odd.map((term, n) => document(`odd${n}`, { problem: `${term} filler` })),
    )
    for (const [n, term] of odd.entries())
      assert.deepEqual(itemsOf(await found(search, { terms: [term] })), [`odd${n}`], `for ${term}`)
  })

  test('terms are not interpreted: no stemming, no folding, no parts', async (t) => {
    const { search } = await opened(t)
    await indexed(search, [document('a', { problem: 'modules Error node:fs' })])
    for (const term of ['module', 'error', 'node', 'fs', 'mod*'])
      assert.deepEqual(await found(search, { terms: [term] }), [], term)
  })

  test('a query of nothing but spaces and a document without words do no harm', async (t) => {
    const { search } = await opened(t)
    await indexed(search, [document('empty')])
    assert.deepEqual(await found(search, { terms: ['', '  ', '\n'] }), [])
    await indexed(search, [], ['empty'])
  })
})

suite('search: writing', () => {
  test('a document replaced is found by its new words and fingerprints only', async (t) => {
    const { search } = await opened(t)
    await indexed(search, [...crowd, document('a', { problem: 'before', fingerprints: ['old', 'kept'] })])
    await indexed(search, [document('a', { problem: 'afterwards', fingerprints: ['kept', 'new'], row: 2 })])
    assert.deepEqual(await found(search, { terms: ['before'], fingerprints: ['old'] }), [])
    const [one] = await found(search, { terms: ['afterwards'], fingerprints: ['kept', 'new'] })
    assert.deepEqual([one?.row, one?.fingerprints], [2, ['kept', 'new']])
  })

  test('meta alone may change', async (t) => {
    const { search } = await opened(t)
    await indexed(search, [...crowd, document('a', { problem: 'needle', meta: '1' })])
    await indexed(search, [document('a', { problem: 'needle', meta: '2', row: 5 })])
    const candidates = await found(search, { terms: ['needle'] })
    assert.deepEqual(
      candidates.map(({ meta, row }) => [meta, row]),
      [['2', 5]],
    )
  })

  test('what is gone is not found, and its terms are no longer counted', async (t) => {
    const { search, file } = await opened(t)
    await indexed(search, [...crowd, document('a', { problem: 'needle common', fingerprints: ['f'] })])
    await indexed(search, [], ['a', 'never there'])
    assert.deepEqual(await found(search, { terms: ['needle'], fingerprints: ['f'] }), [])
    await search.close()
    const db = new Database(file, { readonly: true })
    t.after(() => db.close())
    assert.deepEqual(db.prepare("SELECT * FROM df WHERE term IN ('needle', 'common')").all(), [
      { term: 'common', n: crowd.filter(({ item }) => isCounted(item)).length },
    ])
  })

  test('the frequencies are those of the documents, after many changes', async (t) => {
    const { search, file } = await opened(t)
    const words = (n: number): string => Array.from({ length: 5 }, (_, k) => `w${(n * (k + 3)) % 13}`).join(' ')
    for (let turn = 0; turn < 30; turn++) {
      const documents = [turn % 7, turn % 5, turn % 7].map((n) =>
        document(`d${n}`, { problem: words(turn), context: words(n) }),
      )
      await indexed(search, documents, turn % 4 === 0 ? [`d${turn % 3}`] : [], turn)
    }
    await search.close()
    const db = new Database(file, { readonly: true })
    t.after(() => db.close())
    const expected = new Map<string, number>()
    const all = db.prepare<[], { item: string; terms: string }>('SELECT item, terms FROM doc').all()
    assert.ok(all.some(({ item }) => isCounted(item)))
    for (const { terms } of all.filter((one) => isCounted(one.item)))
      for (const term of terms.split(' ')) expected.set(term, (expected.get(term) ?? 0) + 1)
    const counted = db.prepare<[], [string, number]>('SELECT term, n FROM df').raw().all()
    assert.ok(all.every(({ item, terms }) => isCounted(item) || terms === ''))
    assert.deepEqual(new Map(counted), expected)
  })

  test('a find sees the index calls before it, all asked at once', async (t) => {
    const { search } = await opened(t)
    const first = indexed(search, [...crowd, document('a', { problem: 'needle' })])
    const between = found(search, { terms: ['needle'] })
    const second = indexed(search, [], ['a'])
    const last = found(search, { terms: ['needle'] })
    await Promise.all([first, second])
    assert.deepEqual([itemsOf(await between), itemsOf(await last)], [['a'], []])
  })
})

suite('search: the file', () => {
  async function closedWith(t: TestContext): Promise<string> {
    const { search, file } = await opened(t)
    await indexed(search, crowd, [], 17)
    await search.close()
    return file
  }
  async function again(t: TestContext, file: string): Promise<{ row: number; rebuilt?: string }> {
    const search = openSearchIndex({ file })
    t.after(() => search.close())
    const state = await search.open()
    await indexed(search, crowd, [], 20)
    assert.equal((await found(search, { terms: ['word3'] })).length, 1)
    await search.close()
    return state
  }

  test('documents and row survive closing', async (t) => {
    const file = await closedWith(t)
    assert.deepEqual(await again(t, file), { row: 17 })
    assert.deepEqual(await again(t, file), { row: 20 })
  })

  test('garbage, a cut, a torn page: rebuilt, and it says why', async (t) => {
    const harms: ((file: string) => void)[] = [
      (file) => writeFileSync(file, 'nonsense '.repeat(2000)),
      (file) => overwrite(file, 0, Buffer.alloc(60, 'z')),
      (file) => writeFileSync(file, bytesOf(file, 0, sizeOf(file) / 2)),
      (file) => overwrite(file, 4096 * 3, Buffer.alloc(4096, 'z')),
      (file) => {
        const db = new Database(file)
        db.unsafeMode()
        db.exec('DELETE FROM fts_data WHERE id > 10')
        db.close()
      },
    ]
    for (const harm of harms) {
      const file = await closedWith(t)
      harm(file)
      const state = await again(t, file)
      assert.equal(state.row, 0)
      assert.match(state.rebuilt ?? '', /search\.db is built anew from the knowledge: /)
    }
  })

  test('damage that is met in use is answered with its code, and rebuilt at the next opening', async (t) => {
    // The second leaves postings that SQLite takes for an empty index: the counts of terms know better.
    for (const harm of ['DELETE FROM fts_docsize', 'DELETE FROM fts_data']) {
      const file = await closedWith(t)
      const search = openSearchIndex({ file })
      t.after(() => search.close())
      await search.open()
      const db = new Database(file)
      db.unsafeMode()
      db.exec(harm)
      db.close()
      const answer = await foundResult(search, { terms: ['word3'] })
      assert.equal(answer.ok ? 'ok' : answer.error.code, 'SWARM_STORE_CORRUPT')
      await search.close()
      assert.match((await again(t, file)).rebuilt ?? '', /while it was in use/)
    }
  })

  test('another version of ours is rebuilt; a database of another program is refused and left alone', async (t) => {
    const file = await closedWith(t)
    const db = new Database(file)
    db.pragma('user_version = 99')
    db.close()
    assert.match((await again(t, file)).rebuilt ?? '', /another version/)
    const foreign = join(scratch(t), 'search.db')
    const theirs = new Database(foreign)
    theirs.exec('CREATE TABLE precious (x)')
    theirs.close()
    const search = openSearchIndex({ file: foreign })
    await assert.rejects(search.open(), { code: 'SWARM_STATE_DIR' })
    await search.close()
    assert.ok(sizeOf(foreign) > 0)
  })
})
