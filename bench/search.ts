/**
 * How fast knowledge is found: `npm run bench -- search [--documents 30000] [--queries 100]`. A million documents take
 * some minutes to be indexed.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { type Done, nodeId, type Random, seededRandom } from '../src/base/index.ts'
import { type SearchIndex, toDocument } from '../src/resolve/index.ts'
import { openSearchIndex } from '../src/storage/index.ts'
import { bench, digits, option, printSection, progress, quantile } from './support.ts'
import { itemAt, itemIdAt, wordsOf } from './texts.ts'

const documents = option('documents', 30_000)
const queries = option('queries', 100)
const PART = 256
const SEED = 5
const AUTHOR = nodeId('12D3KooWBenchmarkOfTheStore000000000000000000000001')

const promised = <T>(call: (done: Done<T>) => void): Promise<T> =>
  new Promise((resolve, reject) => {
    call((answer) => (answer.ok ? resolve(answer.value) : reject(answer.error)))
  })

/** Each item from a seed of its own: any of them can be made again. */
const itemOf = (n: number): ReturnType<typeof itemAt> => itemAt(seededRandom(SEED + n), n)

async function fill(search: SearchIndex): Promise<{ readonly perSecond: number; readonly cpu: number }> {
  let making = 0
  const start = performance.now()
  const cpuBefore = process.cpuUsage()
  let made = { user: 0, system: 0 }
  for (let from = 0; from < documents; from += PART) {
    const began = performance.now()
    const cpuBegan = process.threadCpuUsage()
    const batch = Array.from({ length: Math.min(PART, documents - from) }, (_, at) =>
      toDocument(itemOf(from + at), itemIdAt(from + at), from + at + 1, AUTHOR),
    )
    const { system, user } = process.threadCpuUsage(cpuBegan)
    made = { user: made.user + user, system: made.system + system }
    making += performance.now() - began
    await promised<void>((done) => search.index(batch, [], from + batch.length, done))
    if (from % (PART * 400) === 0) progress(`${from} of ${documents}`)
  }
  const cpu = process.cpuUsage(cpuBefore)
  const micros = cpu.user + cpu.system - made.user - made.system
  return { perSecond: (documents * 1000) / (performance.now() - start - making), cpu: micros / documents }
}

interface Timed {
  readonly ms: number[]
  right: number
}

async function measure(run: (at: number) => Promise<boolean> | boolean): Promise<Timed> {
  const timed: Timed = { ms: [], right: 0 }
  for (let at = -5; at < queries; at++) {
    const start = performance.now()
    const right = await run(at)
    if (at < 0) continue
    timed.ms.push(performance.now() - start)
    timed.right += Number(right)
  }
  return timed
}

/** As it would be pasted: most words of one stored item, in another order, and as many that have nothing to do with it. */
function pasted(random: Random, n: number, count: number): readonly string[] {
  const { error, text = '', title } = itemOf(n)
  const own = [...new Set(`${title} ${error?.sample ?? text}`.match(/w\d+/g) ?? [])].slice(0, count)
  return [...new Set([...own, ...wordsOf(random, Math.floor(count / 2))])]
}

await bench(async (scope) => {
  const directory = mkdtempSync(join(tmpdir(), 'mcp-swarm-bench-'))
  scope.after(() => rmSync(directory, { recursive: true, force: true }))
  const file = join(directory, 'search.db')
  const first = openSearchIndex({ file })
  await first.open()
  const { cpu, perSecond } = await fill(first)
  await first.close()
  const search = openSearchIndex({ file })
  await search.open()
  scope.after(() => search.close())
  const db = new Database(file, { readonly: true })
  scope.after(() => db.close())
  const naive = db
    .prepare<[string], number>('SELECT rowid FROM fts WHERE fts MATCH ? ORDER BY bm25(fts, 6, 2, 1, 0) LIMIT 20')
    .pluck()
  const random = seededRandom(99)
  const fix = (): number => Math.floor(random.below(documents) / 5) * 5
  const any = (): number => random.below(documents)
  const rows: string[][] = []
  const add = (what: string, { ms, right }: Timed, isSure = true): void => {
    const share = `${((100 * right) / queries).toFixed(0)} %`
    rows.push([what, digits(quantile(ms, 0.5)), digits(quantile(ms, 0.99)), isSure ? share : ''])
  }
  progress('exact')
  add(
    'exact: fingerprints of a known error',
    await measure(async () => {
      const n = fix()
      const { fingerprints } = toDocument(itemOf(n), itemIdAt(n), 1, AUTHOR)
      const found = await promised<readonly { item: string }[]>((done) =>
        search.find({ fingerprints, terms: [], limit: 20 }, done),
      )
      return found[0]?.item === itemIdAt(n)
    }),
  )
  for (const words of [8, 24]) {
    progress(`${words} words`)
    const asked = Array.from({ length: queries + 5 }, () => {
      const n = any()
      return { n, terms: pasted(random, n, words) }
    })
    const at = (index: number): { readonly n: number; readonly terms: readonly string[] } =>
      asked[index + 5] ?? { n: 0, terms: [] }
    add(
      `free text: ${words} words of an item and half as many others`,
      await measure(async (index) => {
        const { n, terms } = at(index)
        const found = await promised<readonly { item: string }[]>((done) =>
          search.find({ fingerprints: [], terms, limit: 20 }, done),
        )
        return found[0]?.item === itemIdAt(n)
      }),
    )
    add(
      `anchor: the same, MATCH … OR … ORDER BY bm25`,
      await measure(
        (index) =>
          naive.all(
            at(index)
              .terms.map((term) => `"${term}"`)
              .join(' OR '),
          )[0] ===
          at(index).n + 1,
      ),
    )
  }
  progress('filters')
  const browse = (
    facets: readonly (readonly string[])[],
    words: readonly string[] = [],
  ): (() => Promise<boolean>) => {
    return async () => {
      const { hits } = await promised<{ hits: readonly unknown[] }>((done) =>
        search.browse({ facets, words, limit: 20 }, done),
      )
      return hits.length > 0
    }
  }
  add('list: the newest 20', await measure(browse([])), false)
  add('list: tool and kind, 20', await measure(browse([['tool:npm'], ['kind:fix']])), false)
  add('list: one day, 20', await measure(browse([['day:2025-11-13']])), false)
  add('list: a word and a kind, best first, 20', await measure(browse([['kind:note']], ['w700'])), false)
  printSection({
    title: `Finding, ${documents.toLocaleString('en')} documents`,
    about: `Items of about 1 KB (four notes to a fix), ${digits(statSync(file).size / documents)} bytes of index each; indexed ${perSecond.toFixed(0)} per second of waiting for the index, at ${cpu.toFixed(0)} µs of processor time each. One question after the other, ${queries} of each kind, through the index's own thread. First: how often the item that the words were taken from came first.`,
    header: ['question', 'p50 ms', 'p99 ms', 'right one first'],
    rows,
  })
})
