/* Figures of the storage room: `node bench/storage.ts [documents...]`. Prints a table; every line names its anchor. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { type Done, itemId, nodeId, originId, type Random, seededRandom, sha256 } from '../src/base/index.ts'
import type { CommitReport, KnowledgeStore, Revision } from '../src/knowledge/index.ts'
import type { Candidate, SearchDocument, SearchIndex } from '../src/resolve/index.ts'
import { openKnowledgeStore, openSearchIndex } from '../src/storage/index.ts'

const directory = mkdtempSync(join(process.argv.includes('--here') ? '.' : tmpdir(), 'mcp-swarm-bench-'))
const sizes = process.argv
  .slice(2)
  .map(Number)
  .filter((size) => size > 0)
const origin = originId(nodeId('bench'), '00000001')
const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`
const line = (what: string, figure: string, beside = ''): void => {
  process.stdout.write(`${what.padEnd(54)} ${figure.padStart(22)}   ${beside}\n`)
}

const promised = <T>(call: (done: Done<T>) => void): Promise<T> =>
  new Promise((resolve, reject) => {
    call((answer) => (answer.ok ? resolve(answer.value) : reject(answer.error)))
  })

function quantiles(samples: readonly number[]): { p50: number; p99: number; text: string } {
  const sorted = samples.toSorted((a, b) => a - b)
  const at = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0
  return { p50: at(0.5), p99: at(0.99), text: `${at(0.5).toFixed(2)} / ${at(0.99).toFixed(2)} ms` }
}

let seq = 0
const text = JSON.stringify({ v: 1, kind: 'fix', title: 'x'.repeat(1000) })
function revisionsOf(count: number): Revision[] {
  return Array.from({ length: count }, () => {
    seq += 1
    const item = itemId(`k_${sha256(String(seq)).slice(0, 16)}`)
    return { v: 1, item, origin, seq, hlc: seq, priority: 50, deleted: false, body: text, sig: 's'.repeat(86) }
  })
}

const commit = (store: KnowledgeStore, revisions: readonly Revision[]): Promise<CommitReport> =>
  promised((done) => store.commit(revisions, done))

async function rate(count: number, run: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await run()
  return (count / (performance.now() - start)) * 1000
}

async function writes(): Promise<void> {
  const before = process.memoryUsage.rss()
  const store = openKnowledgeStore({ file: join(directory, 'knowledge.db'), clock: Date })
  await store.open()
  line('memory of the knowledge worker, just opened', mib(process.memoryUsage.rss() - before))
  const single = await rate(500, async () => {
    for (const one of revisionsOf(500)) await commit(store, [one])
  })
  line('writes/s, one after the other (one sync each)', single.toFixed(0), '1.0')
  const ratio = (figure: number): string => `${(figure / single).toFixed(1)} × one after the other`
  const batched = await rate(256 * 80, async () => {
    for (let batch = 0; batch < 80; batch++) await commit(store, revisionsOf(256))
  })
  line('writes/s, commits of 256', batched.toFixed(0), ratio(batched))
  const together = await rate(256 * 40, async () => {
    for (let turn = 0; turn < 40; turn++) await Promise.all(revisionsOf(256).map((one) => commit(store, [one])))
  })
  line('writes/s, 256 single commits at a time (shared sync)', together.toFixed(0), ratio(together))
  line('memory of the process after it', mib(process.memoryUsage.rss() - before))
  await store.close()
}

/** Words with Zipf's frequencies, as text has them: a few in nearly every document, most in one or two. */
function wordsOf(random: Random, count: number, vocabulary: number): string[] {
  return Array.from({ length: count }, () => `w${Math.floor(vocabulary ** random.next()) - 1}`)
}

const texts = (n: number): string => wordsOf(seededRandom(n), 24, 50_000).join(' ')

const documentOf = (random: Random, n: number): SearchDocument => ({
  item: itemId(`d${n}`),
  row: n,
  fingerprints: [`f1:exact:${n}`, `f1:template:${random.below(5000)}`, `f1:type:${random.below(20)}`],
  terms: {
    problem: texts(n),
    context: wordsOf(random, 30, 50_000).join(' '),
    solution: wordsOf(random, 30, 50_000).join(' '),
  },
  meta: '{"kind":"fix"}',
})

async function finds(documents: number): Promise<void> {
  const file = join(directory, `search-${documents}.db`)
  const before = process.memoryUsage.rss()
  const search = openSearchIndex({ file })
  await search.open()
  if (documents === sizes[0])
    line('memory of the search worker, just opened', mib(process.memoryUsage.rss() - before))
  const random = seededRandom(7)
  const indexing = await rate(documents, async () => {
    for (let from = 0; from < documents; from += 64) {
      const batch = Array.from({ length: Math.min(64, documents - from) }, (_, n) => documentOf(random, from + n))
      await promised<void>((done) => search.index(batch, [], from, done))
    }
  })
  line(`${documents} documents: indexed per second`, indexing.toFixed(0))
  await compare(search, file, documents, random)
  line(`${documents} documents: memory of the process after it`, mib(process.memoryUsage.rss() - before))
  await search.close()
}

async function compare(search: SearchIndex, file: string, documents: number, random: Random): Promise<void> {
  const db = new Database(file, { readonly: true })
  const naive = db.prepare('SELECT rowid FROM fts WHERE fts MATCH ? ORDER BY bm25(fts, 6, 2, 1) LIMIT 20')
  const ours: number[] = []
  const theirs: number[] = []
  const exact: number[] = []
  let right = 0
  let rightPlain = 0
  const queries = 100
  for (let n = 0; n < queries; n++) {
    // A pasted error: most words of one stored problem, and as many again that have nothing to do with it.
    const target = random.below(documents)
    const problem = texts(target).split(' ')
    const terms = [...new Set([...problem.slice(0, 20), ...wordsOf(random, 90, 50_000)])].slice(0, 64)
    const fingerprints = [`f1:exact:${random.below(documents)}`, `f1:template:${random.below(5000)}`]
    const timed = async <T>(samples: number[], run: () => T | Promise<T>): Promise<T> => {
      const start = performance.now()
      const answer = await run()
      samples.push(performance.now() - start)
      return answer
    }
    const ask = (query: { fingerprints: string[]; terms: string[] }): Promise<readonly Candidate[]> =>
      promised((done) => search.find({ ...query, limit: 20 }, done))
    const best = await timed(ours, () => ask({ fingerprints: [], terms }))
    await timed(exact, () => ask({ fingerprints, terms: [] }))
    const all = (await timed(theirs, () => naive.all(terms.join(' OR ')))) as { rowid: number }[]
    if (best[0]?.item === `d${target}`) right += 1
    if (all[0]?.rowid === target + 1) rightPlain += 1
  }
  db.close()
  const [find, plain] = [quantiles(ours), quantiles(theirs)]
  line(`${documents} documents: naive OR of 64 terms, p50 / p99`, plain.text, '1.0')
  line(
    `${documents} documents: find, 64 terms, p50 / p99`,
    find.text,
    `${(plain.p99 / find.p99).toFixed(1)} × faster at p99`,
  )
  line(`${documents} documents: the right one first`, `${right} of ${queries}`, `naive: ${rightPlain}`)
  line(`${documents} documents: find by fingerprint, p50 / p99`, quantiles(exact).text)
}

if (sizes.length === 0) sizes.push(1000, 10_000, 100_000)
try {
  await writes()
  for (const documents of sizes) await finds(documents)
} finally {
  rmSync(directory, { recursive: true, force: true })
}
