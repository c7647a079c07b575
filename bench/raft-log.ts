/*
 * The log of a Raft member: `node bench/raft-log.ts [--rounds 20] [--here]`. Beside each figure stands a bare write and
 * fdatasync of the same bytes, taken in turns with it.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { encodeBatch, encodeRecord, type RaftBatch, type RaftStore } from '../src/raft/index.ts'
import { openRaftStore } from '../src/storage/index.ts'
import { bornState, dataEntry, SWARM } from '../test/support/raft-log.ts'
import { bench, option, printSection, progress, quantile, timed } from './support.ts'

const rounds = option('rounds', 20)
const PER_ROUND = 100
const TOGETHER = 64
const data = 'x'.repeat(100)

const ms = (figure: number): string => (figure < 10 ? figure.toFixed(2) : figure.toFixed(0))
const row = (what: string, writes: number, samples: readonly number[], total: number): readonly string[] => [
  what,
  String(writes),
  ((writes / total) * 1000).toFixed(0),
  ms(quantile(samples, 0.5)),
  ms(quantile(samples, 0.99)),
  ms(quantile(samples, 1)),
]

class Log {
  readonly #store: RaftStore
  #index = 0

  constructor(store: RaftStore) {
    this.#store = store
  }

  write(part: RaftBatch = {}): Promise<void> {
    this.#index += 1
    return new Promise((resolve, reject) => {
      this.#store.write({ ...part, entries: [dataEntry(this.#index, 1, data)] }, (answer) =>
        answer.ok ? resolve() : reject(answer.error),
      )
    })
  }

  /** What a member does every thousand entries, so that its log stays small. */
  compact(): Promise<void> {
    return this.write({ snapshot: { ...bornState().snapshot, index: this.#index, term: 1, data: data.repeat(1000) } })
  }
}

await bench(async (scope) => {
  const directory = mkdtempSync(join(process.argv.includes('--here') ? '.' : tmpdir(), 'mcp-swarm-bench-'))
  scope.after(() => rmSync(directory, { recursive: true, force: true }))
  const store = openRaftStore({ directory: join(directory, 'raft'), swarm: SWARM, clock: Date })
  scope.after(() => store.close())
  await store.open()
  await new Promise<void>((resolve, reject) => {
    const born = bornState({ hard: { term: 1, vote: null } })
    store.create(born, (answer) => (answer.ok ? resolve() : reject(answer.error)))
  })
  const log = new Log(store)
  const bare = await open(join(directory, 'bare'), 'w')
  scope.after(() => bare.close())
  const record = encodeRecord([encodeBatch({ entries: [dataEntry(1, 1, data)] })])

  const samples = { bare: [] as number[], one: [] as number[], together: [] as number[] }
  const totals = { bare: 0, one: 0, together: 0 }
  let lateMax = 0
  let at = 0
  for (let round = 0; round < rounds; round++) {
    progress(`round ${round + 1} of ${rounds}`)
    totals.bare += await timed(async () => {
      for (let n = 0; n < PER_ROUND; n++)
        samples.bare.push(
          await timed(async () => {
            await bare.write(record, 0, record.length, at)
            await bare.datasync()
          }),
        )
      at += record.length * PER_ROUND
    })
    totals.one += await timed(async () => {
      for (let n = 0; n < PER_ROUND; n++) samples.one.push(await timed(() => log.write()))
    })
    // A new one each time: what passes while one is switched off counts as late.
    const loop = monitorEventLoopDelay({ resolution: 1 })
    loop.enable()
    totals.together += await timed(async () => {
      for (let n = 0; n < 10; n++) {
        const burst = Array.from({ length: TOGETHER }, () => timed(() => log.write()))
        samples.together.push(...(await Promise.all(burst)))
      }
    })
    loop.disable()
    lateMax = Math.max(lateMax, loop.max / 1e6)
    await log.compact()
  }
  await store.close()
  const recovery = await timed(() => store.open())

  printSection({
    title: 'The log of a Raft member',
    about: `Entries of ${data.length} characters, a snapshot of 100 kB after each of ${rounds} rounds. While ${TOGETHER} wrote at a time the event loop was late by ${ms(lateMax)} ms at most, 1 ms of it the measure's own. Opening the log took ${ms(recovery)} ms.`,
    header: ['', 'writes', 'writes/s', 'p50 ms', 'p99 ms', 'max ms'],
    rows: [
      row('bare write + fdatasync', samples.bare.length, samples.bare, totals.bare),
      row('one after the other', samples.one.length, samples.one, totals.one),
      row(`${TOGETHER} at a time`, samples.together.length, samples.together, totals.together),
    ],
  })
})
