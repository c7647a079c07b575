/** Acknowledged writes per second, and how long each waits: `npm run bench -- write [--seconds 5]`. */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { seededRandom } from '../src/base/index.ts'
import { Indexer } from '../src/driver/indexer.ts'
import type { KnowledgeStore, Revision } from '../src/knowledge/index.ts'
import type { SearchIndex } from '../src/resolve/index.ts'
import { openKnowledgeStore, openSearchIndex } from '../src/storage/index.ts'
import { bench, digits, option, printSection, progress, quantile } from './support.ts'
import { revisionAt } from './texts.ts'

const seconds = option('seconds', 5)
const RATES = [1_000, 3_000, 5_000, 10_000, 20_000]
const BATCH = 256
/** As a queue of a node that is offered more than it can take would be cut off. */
const WAITING_MAX = 4_096

interface Run {
  readonly perSecond: number
  readonly acks: readonly number[]
  readonly loopP99: number
  readonly indexed: number
  readonly written: number
}

let written = 0
const random = seededRandom(11)
/** Made beforehand: making them is the writer's work, not the store's. */
function make(count: number): readonly Revision[] {
  const made = Array.from({ length: count }, (_, at) => revisionAt(random, written + at))
  written += count
  return made
}

interface Node {
  readonly store: KnowledgeStore
  readonly indexer: Indexer
  readonly search: SearchIndex
}

async function open(directory: string): Promise<Node> {
  const store = openKnowledgeStore({ file: join(directory, 'knowledge.db'), clock: Date })
  const search = openSearchIndex({ file: join(directory, 'search.db') })
  await Promise.all([store.open(), search.open()])
  const onError = (text: string): void => progress(`index: ${text}`)
  return {
    store,
    search,
    indexer: new Indexer({ store, search, row: 0, onError, onIndexed: () => {}, isHeld: () => false, met: () => [] }),
  }
}

/** Each write falls due at its time, whatever became of those before it, and is timed from then. */
async function offered({ indexer, store }: Node, rate: number): Promise<Run> {
  const revisions = make(rate * seconds)
  const before = indexer.row
  const acks: number[] = []
  const loop = monitorEventLoopDelay({ resolution: 1 })
  const start = performance.now()
  loop.enable()
  const { promise, resolve } = Promise.withResolvers<void>()
  let waiting = 0
  let skipped = 0
  for (let next = 0; next < revisions.length;) {
    const due = Math.min(revisions.length, Math.floor(((performance.now() - start) / 1000) * rate))
    for (; next < due; next++) {
      if (waiting >= WAITING_MAX) {
        skipped += 1
        continue
      }
      waiting += 1
      const at = start + (next / rate) * 1000
      store.commit([revisions[next] as Revision], (result) => {
        waiting -= 1
        if (!result.ok) throw result.error
        acks.push(performance.now() - at)
        if (acks.length + skipped === revisions.length) resolve()
      })
      indexer.kick()
    }
    await sleep(1)
  }
  if (acks.length + skipped < revisions.length) await promise
  const took = (performance.now() - start) / 1000
  loop.disable()
  const indexed = indexer.row - before
  const run = {
    perSecond: acks.length / took,
    acks,
    loopP99: loop.percentile(99) / 1e6,
    indexed,
    written: acks.length,
  }
  await idle(indexer)
  return run
}

async function idle(indexer: Indexer): Promise<void> {
  indexer.kick()
  while (indexer.isBusy) await sleep(20)
}

/** Commits of 256, one after the other, and the index as fast as it goes. */
async function flatOut({ indexer, store }: Node): Promise<{ readonly written: number; readonly indexed: number }> {
  const batches = Array.from({ length: 100 }, () => make(BATCH))
  const start = performance.now()
  const before = indexer.row
  for (const batch of batches)
    await new Promise<void>((resolve, reject) => {
      store.commit(batch, (result) => (result.ok ? resolve() : reject(result.error)))
      indexer.kick()
    })
  const stored = (performance.now() - start) / 1000
  await idle(indexer)
  const all = (performance.now() - start) / 1000
  return { written: (batches.length * BATCH) / stored, indexed: (indexer.row - before) / all }
}

function bareSqlite(directory: string): number {
  const db = new Database(join(directory, 'bare.db'))
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.exec('CREATE TABLE revisions (id INTEGER PRIMARY KEY, item TEXT UNIQUE, origin TEXT, seq INTEGER, body TEXT)')
  const put = db.prepare('INSERT INTO revisions (item, origin, seq, body) VALUES (?, ?, ?, ?)')
  const all = db.transaction((batch: readonly Revision[]) => {
    for (const { body, item, origin, seq } of batch) put.run(item, origin, seq, body)
  })
  const batches = Array.from({ length: 100 }, () => make(BATCH))
  const start = performance.now()
  for (const batch of batches) all(batch)
  const rate = (100 * BATCH * 1000) / (performance.now() - start)
  db.close()
  return rate
}

function syncedPuts(directory: string): { readonly perSecond: number; readonly ms: readonly number[] } {
  const fd = openSync(join(directory, 'puts'), 'a')
  const ms: number[] = []
  const start = performance.now()
  for (const { body } of make(1000)) {
    const began = performance.now()
    writeSync(fd, body)
    fdatasyncSync(fd)
    ms.push(performance.now() - began)
  }
  closeSync(fd)
  return { perSecond: 1_000_000 / (performance.now() - start), ms }
}

await bench(async (scope) => {
  const directory = mkdtempSync(join(tmpdir(), 'mcp-swarm-bench-'))
  scope.after(() => rmSync(directory, { recursive: true, force: true }))
  const node = await open(directory)
  scope.after(() => Promise.all([node.store.close(), node.search.close()]))
  progress('anchors')
  const puts = syncedPuts(directory)
  const bare = bareSqlite(directory)
  const rows = [
    ['anchor: append and fdatasync, each', puts.perSecond.toFixed(0), latency(puts.ms), '', ''],
    ['anchor: bare SQLite, FULL, batches of 256', bare.toFixed(0), '', '', ''],
  ]
  for (const rate of RATES) {
    progress(`${rate} writes/s for ${seconds} s`)
    const { acks, indexed, loopP99, perSecond, written: kept } = await offered(node, rate)
    const share = `${((100 * indexed) / Math.max(1, kept)).toFixed(0)} %`
    rows.push([`${rate}/s offered, one each`, perSecond.toFixed(0), latency(acks), digits(loopP99), share])
  }
  progress('flat out')
  const flat = await flatOut(node)
  rows.push(['flat out, commits of 256', flat.written.toFixed(0), '', '', `${flat.indexed.toFixed(0)}/s`])
  printSection({
    title: 'Acknowledged writes',
    about:
      'Items of about 1 KB (four notes to a fix) into the store of a node with its text index following, each on the disk before it is acknowledged. Offered at a fixed rate whatever becomes of those before, timed from when each was due. The event loop is that of the thread which also makes the index documents, as in a node. Indexed: how many of those written could be found when the last was acknowledged; flat out, how many per second until all could.',
    header: ['writes', 'acknowledged/s', 'ack p50 / p99 / max ms', 'event loop p99 ms', 'indexed'],
    rows,
  })
})

function latency(ms: readonly number[]): string {
  return [0.5, 0.99, 1].map((share) => digits(quantile(ms, share))).join(' / ')
}
