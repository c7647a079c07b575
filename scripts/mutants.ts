/**
 * Whether the simulations of the Raft core, of the coordination, of admission and of the copies of knowledge notice deliberate faults (test/mutants): random
 * lives over seeds, or the scenario written for the fault, must fail. Exits 1 when a mutant survives, or when the core itself fails.
 *
 *   node scripts/mutants.ts [--workers 2] [--ticks 3000] [--lives N] [name or a part of it]...
 *
 * `--lives N` tries N random lives on every mutant that is named, also where a scenario is meant to catch it.
 */
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { type Mutant, mutants } from '../test/mutants/index.ts'

/** A life of the core takes some 40 ms, one of a swarm 300. A fault that makes messages breed does not end by itself. */
const SEED_MS_MAX = { raft: 10_000, coordination: 60_000, admission: 10_000, knowledge: 60_000 }
const HEAP_MB_MAX = 512

interface Task {
  readonly room: keyof typeof SEED_MS_MAX
  /** Undefined: the core as it is. */
  readonly mutant: Mutant | undefined
  readonly scenario: string | undefined
  readonly seedFirst: number
  readonly seedLast: number
  readonly ticks: number
}

type Report = { readonly begun: number } | { readonly caught: string; readonly seed: number }

/** How it ended: what was said at which seed, or nothing when all of them passed. */
interface Outcome {
  readonly caught: string | undefined
  readonly seed: number
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''

async function work({ mutant, room, scenario, seedFirst, seedLast, ticks }: Task): Promise<void> {
  const { withFault, withoutTests } = await import('../test/mutants/hooks.ts')
  withoutTests()
  if (mutant) withFault(mutant)
  const { life, scenarios } = await trials(room, ticks)
  const say = (report: Report): void => parentPort?.postMessage(report)
  for (let seed = seedFirst; seed <= seedLast; seed++) {
    say({ begun: seed })
    try {
      if (scenario === undefined) life(seed)
      else scenarios[scenario]?.()
    } catch (error) {
      return say({ caught: firstLine(error), seed })
    }
  }
}

interface Trials {
  readonly life: (seed: number) => unknown
  readonly scenarios: Readonly<Record<string, () => unknown>>
}

function trials(room: Task['room'], ticks: number): Promise<Trials> {
  if (room === 'raft') return raft(ticks)
  if (room === 'knowledge') return knowledge()
  return room === 'coordination' ? coordination() : admission()
}

async function knowledge(): Promise<Trials> {
  const { knowledgeLife } = await import('../src/sim/index.ts')
  return { life: (seed) => knowledgeLife({ seed, nodes: 2 + (seed % 4) }), scenarios: {} }
}

async function admission(): Promise<Trials> {
  const { admissionLife } = await import('../src/sim/index.ts')
  return { life: admissionLife, scenarios: {} }
}

async function raft(ticks: number): Promise<Trials> {
  const { life } = await import('../test/sim/raft.test.ts')
  const { scenarios } = await import('../test/mutants/directed.ts')
  return { life: (seed) => life(seed, ticks), scenarios }
}

async function coordination(): Promise<Trials> {
  const { life } = await import('../test/sim/coordination.test.ts')
  const { stories } = await import('../test/support/swarm-stories.ts')
  return { life, scenarios: stories }
}

function run(task: Task): Promise<Outcome> {
  return new Promise((resolve) => {
    const worker = new Worker(new URL(import.meta.url), {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX },
    })
    let seed = task.seedFirst
    const end = (caught: string | undefined): void => {
      clearTimeout(timer)
      resolve({ caught, seed })
      void worker.terminate()
    }
    const ms = SEED_MS_MAX[task.room]
    const timer = setTimeout(() => end(`does not end within ${ms / 1000} s`), ms)
    worker.on('message', (report: Report) => {
      timer.refresh()
      seed = 'begun' in report ? report.begun : report.seed
      if ('caught' in report) end(report.caught)
    })
    worker.on('error', (error) => end(firstLine(error)))
    worker.on('exit', () => end(undefined))
  })
}

/** Undefined: random lives. */
type Trial = string | undefined

/** Both where a mutant names both: then each of them must catch it. */
const trialsOf = ({ directed, seedsMax }: Mutant, lives: number | undefined): readonly Trial[] =>
  lives !== undefined || directed === undefined ? [undefined] : seedsMax > 0 ? [directed, undefined] : [directed]

/** The seed at which it was caught, or why it was not. */
async function judge(mutant: Mutant, scenario: Trial, seedLast: number, ticks: number): Promise<string> {
  const begun = performance.now()
  const room = mutant.room ?? 'raft'
  const { caught, seed } = await run({ mutant, room, scenario, seedFirst: 1, seedLast, ticks })
  const ms = Math.round(performance.now() - begun)
  const row = (how: string, by: string): string =>
    `${how.padEnd(9)} ${mutant.name.padEnd(52)} ${String(ms).padStart(7)}  ${by}`
  if (caught === undefined) return row('SURVIVES', scenario ?? `${seedLast} seeds`)
  // What also happens without the fault says nothing about it.
  const core = await run({ mutant: undefined, room, scenario, seedFirst: seed, seedLast: seed, ticks })
  if (core.caught !== undefined) return row('THE CORE', `fails at seed ${seed}: ${core.caught}`)
  return scenario === undefined ? row(`seed ${seed}`, caught) : row('directed', scenario)
}

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      workers: { type: 'string', default: '2' },
      ticks: { type: 'string', default: '3000' },
      lives: { type: 'string' },
    },
  })
  const chosen = mutants.filter(
    ({ name }) => positionals.length === 0 || positionals.some((part) => name.includes(part)),
  )
  const lives = values.lives === undefined ? undefined : Number(values.lives)
  const waiting = chosen.flatMap((mutant) => trialsOf(mutant, lives).map((trial) => ({ mutant, trial })))
  const survivors = new Set<Mutant>()
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { mutant, trial } = next
      const seedLast = trial === undefined ? (lives ?? mutant.seedsMax) : 1
      // oxlint-disable-next-line eslint/no-await-in-loop -- one mutant per worker at a time
      const row = await judge(mutant, trial, seedLast, Number(values.ticks))
      if (/^(?:SURVIVES|THE CORE)/.test(row)) survivors.add(mutant)
      console.log(row)
    }
  }
  console.log(`${'seed'.padEnd(9)} ${'mutant'.padEnd(52)} ${'ms'.padStart(7)}  caught by`)
  await Promise.all(Array.from({ length: Number(values.workers) }, lane))
  console.log(`${chosen.length - survivors.size} of ${chosen.length} mutants caught`)
  process.exitCode = survivors.size === 0 && chosen.length > 0 ? 0 : 1
}

if (isMainThread) await main()
else await work(workerData as Task)
