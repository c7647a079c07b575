/*
 * Where memories are: `node bench/memory-store.ts [--memories 100000] [--rounds 20] [--questions 300]`. Storing in
 * PostgreSQL beside a bare insert of the same row by `pg`, in turns; looking for the nearest in process (SQLite) beside
 * a plain scan of all vectors in this one. Needs PostgreSQL for the first part; with 100,000 memories some minutes.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { Draft, MemoryStore } from '../src/memory/index.ts'
import { insertion } from '../src/storage/memory/insert.ts'
import { openMemoryStore } from '../src/storage/memory/index.ts'
import { termsOf } from '../src/storage/memory/particulars.ts'
import { rowOfDraft } from '../src/storage/memory/tables.ts'
import { asks, AT, draft, vectors } from '../test/support/memories.ts'
import { Postgres, whyNoPostgres } from '../test/support/postgres.ts'
import type { Scope } from '../test/support/scope.ts'
import { bench, digits, median, option, printFigures, printSection, progress, quantile, timed } from './support.ts'

const DIMENSIONS = 384
const PER_ROUND = 100
const BATCH = 500
const memories = option('memories', 100_000)
const rounds = option('rounds', 20)
const questions = option('questions', 300)

const WORDS = 'port server build fails type error module import path token cache node vite docker test timeout'.split(
  ' ',
)
const some = (at: number, count: number): string =>
  Array.from({ length: count }, (_, n) => `${WORDS[(at * 7 + n * n) % WORDS.length]}${(at + n) % 997}`).join(' ')
const numbered = (name: string, at: number): Draft =>
  draft({ questionId: `${name}${at}`, question: some(at, 12), response: some(at + 1, 100), at: AT + at })

async function storing(scope: Scope): Promise<void> {
  const lack = whyNoPostgres()
  if (lack !== undefined) return progress(`storing is left out: ${lack}`)
  const server = await Postgres.start(scope)
  const store = await openMemoryStore({ url: server.url('postgres'), file: '' })
  scope.after(() => store.close())
  const client = new pg.Client({ connectionString: server.url('postgres') })
  await client.connect()
  scope.after(() => client.end())
  await client.query('CREATE TABLE bare (LIKE memory_versions INCLUDING ALL)')
  const bare = (one: Draft): Promise<unknown> => {
    const row = rowOfDraft(one)
    const { parameters } = insertion('postgresql', row, [], true, termsOf(row))
    // The columns and the lexemes: what stands behind them is for our own statement.
    const values = parameters.slice(0, Object.keys(row).length + 1)
    const places = values.map((_, at) => (at === values.length - 1 ? `array_to_tsvector($${at + 1})` : `$${at + 1}`))
    return client.query(
      `INSERT INTO bare (${[...Object.keys(row), 'terms'].join(', ')}) VALUES (${places.join(', ')})`,
      [...values],
    )
  }
  const samples = { bare: [] as number[], put: [] as number[] }
  for (let round = -2; round < rounds; round++) {
    if (round % 5 === 0) progress(`storing, round ${round + 1} of ${rounds}`)
    for (const [what, one] of [
      ['bare', bare],
      ['put', (given: Draft) => store.put(given)],
    ] as const)
      for (let at = 0; at < PER_ROUND; at++) {
        const given = numbered(`${what}-${round}-`, at + round * PER_ROUND)
        const ms = await timed(() => one(given))
        // The first rounds warm both up.
        if (round >= 0) samples[what].push(ms)
      }
  }
  const rate = (ms: readonly number[]): number => (1000 * ms.length) / ms.reduce((sum, one) => sum + one, 0)
  printFigures(
    'Storing a memory in PostgreSQL, one after the other',
    `A question of 12 words and a response of 100, synced to disk. The anchor is an insert of the same row by \`pg\` into a table with the same indices. Per second: ${rate(samples.put).toFixed(0)} stored, ${rate(samples.bare).toFixed(0)} bare inserts, ${digits(rate(samples.put) / rate(samples.bare))} ×.`,
    [
      { what: 'bare insert', unit: 'ms', samples: samples.bare, anchor: samples.bare },
      { what: 'put', unit: 'ms', samples: samples.put, anchor: samples.bare, aim: median(samples.bare) / 0.8 },
    ],
  )
}

async function fill(store: MemoryStore, all: readonly Float32Array[]): Promise<void> {
  for (let from = 0; from < all.length; from += BATCH) {
    if (from % 10_000 === 0) progress(`${from} of ${all.length} memories`)
    const part = all.slice(from, from + BATCH)
    await Promise.all(part.map((_, at) => store.put(numbered('m', from + at))))
    await store.keepVectors(
      'bench',
      part.map((values, at) => ({ questionId: `m${from + at}`, rev: 1, values })),
    )
  }
}

async function nearest(scope: Scope): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'mcp-swarm-bench-'))
  scope.after(() => rmSync(directory, { recursive: true, force: true }))
  const store = await openMemoryStore({ url: '', file: join(directory, 'memory.db') })
  scope.after(() => store.close())
  const every = vectors(memories + questions, DIMENSIONS, 11, 500)
  const all = every.slice(0, memories)
  const asked = every.slice(memories)
  const filling = await timed(() => fill(store, all))

  const flat = new Float32Array(memories * DIMENSIONS)
  for (const [at, values] of all.entries()) {
    const length = Math.hypot(...values)
    flat.set(
      values.map((value) => value / length),
      at * DIMENSIONS,
    )
  }
  const scan = (values: Float32Array): readonly string[] => {
    const dots = new Float32Array(memories)
    for (let at = 0, slot = 0; slot < memories; slot++) {
      let dot = 0
      for (let n = 0; n < DIMENSIONS; n++, at++) dot += (flat[at] as number) * (values[n] as number)
      dots[slot] = dot
    }
    let least = -Infinity
    let best: number[] = []
    for (let slot = 0; slot < memories; slot++)
      if ((dots[slot] as number) > least) {
        best = [...best, slot].sort((a, b) => (dots[b] as number) - (dots[a] as number)).slice(0, 10)
        if (best.length === 10) least = dots[best[9] as number] as number
      }
    return best.map((slot) => `m${slot}`)
  }
  const find = async (values: Float32Array): Promise<readonly string[]> =>
    (await store.search({ ...asks(), vectors: [{ space: 'bench', values }], limit: 10 })).map(
      ({ memory }) => memory.questionId,
    )
  const first = await timed(() => find(asked[0] as Float32Array))
  const samples = { scan: [] as number[], find: [] as number[] }
  const recalls: number[] = []
  for (const [at, values] of asked.entries()) {
    let exact: readonly string[] = []
    let found: readonly string[] = []
    const scanned = await timed(() => Promise.resolve((exact = scan(values))))
    const searched = await timed(async () => (found = await find(values)))
    if (at < 20) continue
    samples.scan.push(scanned)
    samples.find.push(searched)
    recalls.push(found.filter((one) => exact.includes(one)).length / 10)
  }
  printFigures(
    `The nearest 10 of ${memories} memories, in process`,
    `SQLite, ${DIMENSIONS} dimensions, whole memories in the answer, asked from another thread. The anchor is a plain scan of all vectors in memory. Filled in ${digits(filling / 1000)} s; the first question, which reads the signs, took ${digits(first)} ms.`,
    [
      { what: 'plain scan', unit: 'ms', samples: samples.scan, anchor: samples.scan },
      { what: 'search', unit: 'ms', samples: samples.find, anchor: samples.scan, aim: 3 },
    ],
  )
  printSection({
    title: 'Recall of the nearest 10',
    about: 'Of the ten that a plain scan finds; vectors lie around 500 centres.',
    header: ['', 'mean', 'p5', 'aim'],
    rows: [
      [
        'recall@10',
        digits(recalls.reduce((sum, one) => sum + one, 0) / recalls.length),
        digits(quantile(recalls, 0.05)),
        '≥ 0.95',
      ],
    ],
  })
}

await bench(async (scope) => {
  await storing(scope)
  await nearest(scope)
})
