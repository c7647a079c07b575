import assert from 'node:assert/strict'
import { test } from 'node:test'
import { itemId } from '../../src/base/index.ts'
import type {
  BrowsePage,
  BrowseQuery,
  Candidate,
  Lacking,
  LackingPage,
  SearchDocument,
  SearchIndex,
  SearchQuery,
} from '../../src/resolve/index.ts'

const document = (
  name: string,
  problem: string,
  fingerprints: readonly string[] = [],
  more: Partial<SearchDocument> = {},
): SearchDocument => ({
  item: itemId(name),
  row: 1,
  fingerprints,
  terms: { problem, context: '', solution: '' },
  meta: `{"name":"${name}"}`,
  ...more,
})

const print = (digit: string, level = 'template'): string => `f1:${level}:${digit.repeat(16)}`

function indexed(
  index: SearchIndex,
  documents: readonly SearchDocument[],
  gone: readonly string[] = [],
  row = 1,
): Promise<void> {
  return new Promise((resolve, reject) => {
    index.index(
      documents,
      gone.map((name) => itemId(name)),
      row,
      (result) => (result.ok ? resolve() : reject(result.error)),
    )
  })
}

function found(index: SearchIndex, query: Partial<SearchQuery>): Promise<readonly Candidate[]> {
  return new Promise((resolve, reject) => {
    index.find({ fingerprints: [], terms: [], limit: 10, ...query }, (result) =>
      result.ok ? resolve(result.value) : reject(result.error),
    )
  })
}

function browsed(index: SearchIndex, query: Partial<BrowseQuery> = {}): Promise<BrowsePage> {
  return new Promise((resolve, reject) => {
    index.browse({ facets: [], words: [], limit: 10, ...query }, (result) =>
      result.ok ? resolve(result.value) : reject(result.error),
    )
  })
}

/** Every page to the end; `between` happens after each. */
async function walked(
  index: SearchIndex,
  query: Partial<BrowseQuery>,
  between: () => Promise<void> = () => Promise.resolve(),
): Promise<string[]> {
  const items: string[] = []
  for (let page = await browsed(index, query); ; page = await browsed(index, { ...query, after: page.next ?? '' })) {
    items.push(...page.hits.map(({ item }) => item))
    if (page.next === null) return items
    await between()
  }
}

function lacking(index: SearchIndex, space: string, limit = 10): Promise<LackingPage> {
  return new Promise((resolve, reject) => {
    index.lacking(space, limit, (result) => (result.ok ? resolve(result.value) : reject(result.error)))
  })
}

function kept(
  index: SearchIndex,
  space: string,
  vectors: readonly (Lacking & { readonly values: Int8Array })[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    index.keep(space, vectors, (result) => (result.ok ? resolve() : reject(result.error)))
  })
}

/** Sixty-four directions, all at right angles; between two of them lies what has something of both. */
const toward = (...ways: readonly number[]): Int8Array =>
  Int8Array.from({ length: 64 }, (_, at) => (ways.includes(at) ? 100 : 0))
const vectorOf = (item: string, values: Int8Array, row = 1): Lacking & { readonly values: Int8Array } => ({
  item: itemId(item),
  row,
  values,
})

const names = (candidates: readonly Candidate[]): string[] => candidates.map(({ item }) => item)

/** The promises of the search port. `open` makes a new, empty index; the suite calls its `open` and `close`. */
export function searchContract(name: string, open: () => Promise<SearchIndex>): void {
  const contract = (promise: string, run: (index: SearchIndex) => Promise<void>): void => {
    test(`${name}: ${promise}`, async () => {
      const index = await open()
      await index.open()
      try {
        await run(index)
      } finally {
        await index.close()
      }
    })
  }

  test(`${name}: a new index stands at row 0`, async () => {
    const index = await open()
    assert.equal((await index.open()).row, 0)
    await index.close()
  })

  contract('an empty index finds nothing', async (index) => {
    assert.deepEqual(await found(index, { terms: ['port'], fingerprints: [print('1')] }), [])
  })

  contract('nothing asked is nothing found', async (index) => {
    await indexed(index, [document('k_a', 'port')])
    assert.deepEqual(await found(index, {}), [])
  })

  contract('finds by fingerprint, and says which', async (index) => {
    await indexed(index, [document('k_a', 'alpha', [print('1'), print('2')]), document('k_b', 'beta', [print('3')])])
    const [hit, ...rest] = await found(index, { fingerprints: [print('2'), print('9')] })
    assert.deepEqual(rest, [])
    assert.deepEqual(hit, { item: 'k_a', row: 1, fingerprints: [print('2')], score: 0, meta: '{"name":"k_a"}' })
  })

  contract('finds by terms, the rarer the better', async (index) => {
    const many = Array.from({ length: 20 }, (_, at) => document(`k_${at}`, 'error connection'))
    await indexed(index, [...many, document('k_rare', 'error zoneinfo'), document('k_other', 'something else')])
    const hits = await found(index, { terms: ['error', 'zoneinfo'] })
    assert.equal(hits[0]?.item, 'k_rare')
    assert.ok((hits[0]?.score ?? 0) > (hits[1]?.score ?? 0))
    assert.ok(hits.every(({ fingerprints }) => fingerprints.length === 0))
  })

  contract('the problem weighs more than the solution', async (index) => {
    const filler = Array.from({ length: 9 }, (_, at) => document(`k_${at}`, 'filler'))
    const solution = document('k_solution', 'other', [], {
      terms: { problem: 'other', context: '', solution: 'quota' },
    })
    await indexed(index, [...filler, solution, document('k_problem', 'quota')])
    assert.deepEqual(names(await found(index, { terms: ['quota'] })), ['k_problem', 'k_solution'])
  })

  contract('a fingerprint comes before any words, more and rarer before fewer', async (index) => {
    await indexed(index, [
      document('k_words', 'alpha beta gamma'),
      document('k_common', 'x', [print('1')]),
      document('k_common2', 'x', [print('1')]),
      document('k_rare', 'x', [print('2')]),
      document('k_both', 'x', [print('1'), print('2'), print('3')]),
      document('k_third', 'y'),
    ])
    const hits = names(
      await found(index, { fingerprints: [print('1'), print('2'), print('3')], terms: ['alpha', 'beta', 'gamma'] }),
    )
    assert.equal(hits[0], 'k_both')
    assert.equal(hits[1], 'k_rare')
    assert.equal(hits.at(-1), 'k_words')
  })

  contract('never more than was asked for', async (index) => {
    await indexed(
      index,
      Array.from({ length: 30 }, (_, at) => document(`k_${at}`, at < 8 ? 'word' : 'other', [print('1')])),
    )
    assert.equal((await found(index, { fingerprints: [print('1')], terms: ['word'], limit: 7 })).length, 7)
  })

  contract('an item that is indexed again is replaced', async (index) => {
    await indexed(index, [document('k_a', 'alpha', [print('1')])])
    await indexed(index, [document('k_a', 'beta', [print('2')], { row: 2 })], [], 2)
    assert.deepEqual(await found(index, { fingerprints: [print('1')], terms: ['alpha'] }), [])
    const hits = await found(index, { fingerprints: [print('2')] })
    assert.deepEqual(
      hits.map(({ item, row }) => [item, row]),
      [['k_a', 2]],
    )
  })

  contract('what is gone is not found, and what is not there may go', async (index) => {
    await indexed(index, [document('k_a', 'alpha', [print('1')]), document('k_b', 'alpha')])
    await indexed(index, [], ['k_a', 'k_never'], 2)
    assert.deepEqual(names(await found(index, { fingerprints: [print('1')], terms: ['alpha'] })), ['k_b'])
  })

  contract('letters of all scripts are terms', async (index) => {
    await indexed(index, [document('k_a', 'ошибка'), document('k_b', '接続'), document('k_c', 'other')])
    assert.deepEqual(names(await found(index, { terms: ['ошибка'] })), ['k_a'])
    assert.deepEqual(names(await found(index, { terms: ['接続'] })), ['k_b'])
  })

  contract('words of the query language are words', async (index) => {
    await indexed(index, [document('k_a', 'and or not near'), document('k_b', 'other'), document('k_c', 'more')])
    assert.deepEqual(names(await found(index, { terms: ['not', 'near', 'or', 'and'] })), ['k_a'])
  })

  contract('browses the newest arrivals first, and an edit keeps its place', async (index) => {
    await indexed(index, [document('k_a', 'one', [], { row: 3 }), document('k_b', 'two', [], { row: 5 })], [], 5)
    await indexed(index, [document('k_c', 'three', [], { row: 9, since: 7 })], [], 9)
    await indexed(index, [document('k_a', 'one again', [], { row: 12, since: 12 })], [], 12)
    assert.deepEqual(await walked(index, {}), ['k_c', 'k_b', 'k_a'])
    assert.deepEqual(await walked(index, { limit: 1 }), ['k_c', 'k_b', 'k_a'])
  })

  contract('browses by facets: one of each group, and says what no item has', async (index) => {
    await indexed(index, [
      document('k_a', 'x', [], { facets: ['tool:npm', 'kind:fix', 'tag:hot reload'] }),
      document('k_b', 'x', [], { facets: ['tool:cargo', 'kind:fix'] }),
      document('k_c', 'x', [], { facets: ['tool:npm', 'kind:note'] }),
    ])
    assert.deepEqual(await walked(index, { facets: [['tool:npm'], ['kind:fix']] }), ['k_a'])
    assert.deepEqual(await walked(index, { facets: [['tool:npm', 'tool:cargo']] }), ['k_c', 'k_b', 'k_a'])
    assert.deepEqual(await walked(index, { facets: [['tag:hot reload']] }), ['k_a'])
    const { hits, unknown } = await browsed(index, { facets: [['tool:pip'], ['kind:fix']] })
    assert.deepEqual(hits, [])
    assert.deepEqual(unknown, [{ facets: ['tool:pip'], known: ['tool:cargo', 'tool:npm'] }])
    await indexed(index, [document('k_b', 'x', [], { row: 2, facets: ['tool:pip', 'kind:fix'] })], ['k_a'], 2)
    assert.deepEqual(await walked(index, { facets: [['tool:pip']] }), ['k_b'])
    assert.deepEqual((await browsed(index, { facets: [['tool:cargo']] })).unknown?.[0]?.known, [
      'tool:npm',
      'tool:pip',
    ])
  })

  contract('finds among those that have the facets, and no others', async (index) => {
    const guide = { facets: ['kind:guide', 'tag:web'] }
    await indexed(index, [
      ...Array.from({ length: 30 }, (_, at) =>
        document(`k_${at}`, 'dark mode', [print('1')], { facets: ['kind:fix', 'tag:web'] }),
      ),
      document('k_guide', 'dark colours', [print('2')], guide),
      document('k_plain', 'dark mode', [print('1')]),
      document('k_other', 'light', [print('1')], guide),
    ])
    const of = (...facets: readonly (readonly string[])[]): Promise<readonly Candidate[]> =>
      found(index, { terms: ['dark', 'mode'], fingerprints: [print('1')], limit: 5, facets })
    assert.deepEqual(names(await of(['kind:guide'])), ['k_other', 'k_guide'])
    assert.deepEqual(names(await of(['kind:guide'], ['tag:web', 'tag:x'])), ['k_other', 'k_guide'])
    assert.deepEqual(names(await of(['kind:guide'], ['tag:x'])), [])
    assert.deepEqual(names(await of(['kind:nothing'])), [])
    assert.deepEqual(await found(index, { terms: ['mode'], facets: [['kind:guide']] }), [])
    assert.equal((await of()).length, 5)
    // The better ones that are something else take no place.
    const few = await found(index, { terms: ['dark', 'mode'], limit: 1, facets: [['kind:guide']] })
    assert.deepEqual(names(few), ['k_guide'])
  })

  contract('no word meets a facet', async (index) => {
    await indexed(index, [document('k_a', 'plain', [], { facets: ['tool:npm'] })])
    for (const word of ['npm', 'tool:npm', '__tool_3a_npm', 'tool'])
      assert.deepEqual(await walked(index, { words: [word] }), [], word)
    assert.deepEqual(await found(index, { terms: ['__tool_3a_npm'] }), [])
  })

  contract('browses by words that all stand there, the best first, beside facets', async (index) => {
    const facets = ['tool:npm']
    await indexed(index, [
      ...Array.from({ length: 8 }, (_, at) => document(`k_${at}`, `filler${at} other`)),
      document('k_often', 'port port port', [], { facets }),
      document('k_once', 'port of call and many more words beside', [], { facets }),
      document('k_other', 'port', [], { facets: ['tool:cargo'] }),
    ])
    assert.deepEqual(await walked(index, { words: ['port'], facets: [['tool:npm']], limit: 1 }), [
      'k_often',
      'k_once',
    ])
    assert.deepEqual(await walked(index, { words: ['port', 'call'] }), ['k_once'])
    assert.deepEqual(await walked(index, { words: ['port', 'nowhere'] }), [])
  })

  for (const words of [[], ['word']])
    contract(
      `a walk ${words.length > 0 ? 'with' : 'without'} words meets each item once while others write`,
      async (index) => {
        const facets = ['kind:fix']
        const all = Array.from({ length: 50 }, (_, at) =>
          document(`k_${at}`, `word ${'more '.repeat(at % 7)}`, [], { row: at + 1, facets }),
        )
        await indexed(index, all, [], 50)
        let row = 50
        const seen = await walked(index, { words, facets: [facets], limit: 7 }, async () => {
          // A new one, one of each half edited, and one deleted that was not met yet.
          row += 3
          const fresh = document(`k_new${row}`, 'word word word', [], { row, facets })
          const edited = [row % 50, (row + 25) % 50].map((at) =>
            document(`k_${at}`, `word word ${'less '.repeat(row % 5)}`, [], { row: row - 1, facets }),
          )
          await indexed(index, [fresh, ...edited], [], row)
        })
        assert.equal(new Set(seen).size, seen.length, 'none twice')
        assert.deepEqual(new Set(seen), new Set(all.map(({ item }) => item)))
      },
    )

  contract('a walk that was forgotten says so', async (index) => {
    await indexed(index, [document('k_a', 'word'), document('k_b', 'word')])
    const first = await browsed(index, { words: ['word'], limit: 1 })
    for (let n = 0; n < 40; n++) await browsed(index, { words: ['word'], limit: 1 })
    assert.equal((await browsed(index, { words: ['word'], limit: 1, after: first.next ?? '' })).lost, true)
    assert.equal((await browsed(index, { words: ['word'], limit: 1, after: 'w1-1.nonsense' })).lost, true)
  })

  contract('answers later, once each, in the order of the calls', async (index) => {
    const order: string[] = []
    let back = false
    await new Promise<void>((resolve) => {
      index.index([document('k_a', 'alpha')], [], 1, () => order.push('index'))
      index.find({ fingerprints: [], terms: ['alpha'], limit: 1 }, (result) => {
        assert.ok(back)
        order.push(result.ok ? `found ${result.value.length}` : 'failed')
      })
      index.index([], [itemId('k_a')], 2, () => order.push('index'))
      index.find({ fingerprints: [], terms: ['alpha'], limit: 1 }, (result) => {
        order.push(result.ok ? `found ${result.value.length}` : 'failed')
        resolve()
      })
      back = true
    })
    assert.deepEqual(order, ['index', 'found 1', 'index', 'found 0'])
  })

  contract('a document is found by its vector, and by that of its own space only', async (index) => {
    await indexed(index, [document('k_a', 'alpha'), document('k_b', 'beta'), document('k_c', 'gamma')])
    await kept(index, 'm:64', [vectorOf('k_a', toward(1)), vectorOf('k_b', toward(2)), vectorOf('k_c', toward(3, 4))])
    const hits = await found(index, { vector: { space: 'm:64', values: toward(3) } })
    assert.deepEqual(names(hits), ['k_c'])
    assert.equal(hits[0]?.meaning, 0.707)
    assert.equal(hits[0]?.score, 0)
    assert.deepEqual(await found(index, { vector: { space: 'other:64', values: toward(3) } }), [])
    assert.deepEqual(await found(index, { vector: { space: 'm:64', values: toward(9) } }), [])
  })

  contract('a vector of other dimensions meets nothing', async (index) => {
    await indexed(index, [document('k_a', 'alpha'), document('k_b', 'beta')])
    await kept(index, 'm', [vectorOf('k_a', toward(1)), vectorOf('k_b', toward(2))])
    assert.deepEqual(await found(index, { vector: { space: 'm', values: Int8Array.of(1, 2, 3) } }), [])
  })

  contract('without a vector in the question vectors change nothing', async (index) => {
    const documents = ['k_a', 'k_b', 'k_c'].map((name, at) => document(name, `port ${'word '.repeat(at)}`))
    await indexed(index, documents)
    const before = await found(index, { terms: ['port'] })
    await kept(index, 'm', [vectorOf('k_c', toward(1)), vectorOf('k_b', toward(2))])
    assert.deepEqual(await found(index, { terms: ['port'] }), before)
  })

  contract('words and meaning are fused, and what has a fingerprint stays before both', async (index) => {
    await indexed(index, [
      document('k_print', 'nothing', [print('1')]),
      document('k_words', 'socket socket'),
      document('k_both', 'socket and more words of other things'),
      document('k_near', 'else'),
      document('k_far', 'thing'),
    ])
    await kept(index, 'm', [
      vectorOf('k_print', toward(7)),
      vectorOf('k_words', toward(8)),
      vectorOf('k_both', toward(1, 2)),
      vectorOf('k_near', toward(1, 2, 3)),
      vectorOf('k_far', toward(9)),
    ])
    const question = { fingerprints: [print('1')], terms: ['socket'] }
    assert.deepEqual(names(await found(index, question)), ['k_print', 'k_words', 'k_both'])
    const hits = await found(index, { ...question, vector: { space: 'm', values: toward(1) } })
    assert.deepEqual(names(hits), ['k_print', 'k_both', 'k_words', 'k_near'])
    assert.deepEqual(
      hits.map(({ meaning }) => meaning),
      [0, 0.707, 0, 0.577],
    )
  })

  contract('what is near passes the facets of the question too', async (index) => {
    await indexed(index, [
      document('k_a', 'alpha', [], { facets: ['kind:fix'] }),
      document('k_b', 'beta', [], { facets: ['kind:note'] }),
      document('k_c', 'gamma', [], { facets: ['kind:note'] }),
    ])
    await kept(index, 'm', [vectorOf('k_a', toward(1)), vectorOf('k_b', toward(1, 2)), vectorOf('k_c', toward(5))])
    const vector = { space: 'm', values: toward(1) }
    const all = await found(index, { vector })
    assert.equal(all[0]?.item, 'k_a')
    assert.ok(!names(await found(index, { vector, facets: [['kind:note']] })).includes('k_a'))
  })

  contract('tells which documents lack a vector, the newest first, and how many have one', async (index) => {
    await indexed(
      index,
      [1, 2, 3].map((row) => document(`k_${row}`, 'alpha', [], { row })),
      [],
      3,
    )
    const before = await lacking(index, 'm', 2)
    assert.deepEqual(before, {
      documents: [
        { item: 'k_3', row: 3 },
        { item: 'k_2', row: 2 },
      ],
      left: 3,
      has: 0,
    })
    await kept(index, 'm', [vectorOf('k_3', toward(1), 3), vectorOf('k_2', new Int8Array(0), 2)])
    // One of them has no text to make one of: it is not asked for again, and is not found by one.
    assert.deepEqual(await lacking(index, 'm'), { documents: [{ item: 'k_1', row: 1 }], left: 1, has: 1 })
  })

  contract('a document whose texts changed loses its vector; one that is gone leaves none', async (index) => {
    await indexed(index, [document('k_a', 'alpha'), document('k_b', 'beta'), document('k_c', 'gamma')])
    await lacking(index, 'm')
    await kept(index, 'm', [vectorOf('k_a', toward(1)), vectorOf('k_b', toward(2)), vectorOf('k_c', toward(3))])
    // The second changes in what does not count for its text.
    await indexed(
      index,
      [document('k_a', 'omega', [], { row: 2 }), document('k_b', 'beta', [print('1')], { row: 2 })],
      ['k_c'],
      2,
    )
    assert.deepEqual(await lacking(index, 'm'), { documents: [{ item: 'k_a', row: 2 }], left: 1, has: 1 })
    assert.deepEqual(await found(index, { vector: { space: 'm', values: toward(3) } }), [])
  })

  contract('a vector of a text that is another by now is passed over', async (index) => {
    await indexed(index, [document('k_a', 'alpha')])
    await lacking(index, 'm')
    await indexed(index, [document('k_a', 'omega', [], { row: 2 })], [], 2)
    await kept(index, 'm', [vectorOf('k_a', toward(1), 1), vectorOf('k_unknown', toward(1))])
    assert.deepEqual(await lacking(index, 'm'), { documents: [{ item: 'k_a', row: 2 }], left: 1, has: 0 })
  })

  contract('while vectors are made anew both spaces are searched', async (index) => {
    const all = ['k_a', 'k_b', 'k_c', 'k_d']
    await indexed(
      index,
      all.map((name) => document(name, name)),
    )
    await lacking(index, 'old')
    await kept(
      index,
      'old',
      all.map((name, at) => vectorOf(name, toward(at))),
    )
    assert.equal((await lacking(index, 'new')).left, 4)
    await kept(index, 'new', [vectorOf('k_a', toward(10)), vectorOf('k_b', toward(11))])
    assert.deepEqual(names(await found(index, { vector: { space: 'new', values: toward(11) } })), ['k_b'])
    assert.deepEqual(names(await found(index, { vector: { space: 'old', values: toward(3) } })), ['k_d'])
    const { has, left } = await lacking(index, 'new')
    assert.deepEqual({ has, left }, { has: 2, left: 2 })
  })
}
