/**
 * Lives of the Raft core, stories of the swarm, lives of its knowledge, of its coordination and of who is let in, one of each per seed, on every core of the machine.
 *
 *   npm run sim -- --seeds 1000 [--seed 1] [--workers N] [--only raft|swarm|knowledge|coordination|admission]
 *
 * Says how many seeds a minute passed. The first failure ends it, with what is needed to see it again: seed, kind,
 * commit, and the end of the transcript.
 */
import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

/** Seeds that a worker takes at a time: it asks for more every few seconds. */
const BATCH = 5
const TRANSCRIPT_LINES = 40
const LIFE_TICKS = 3000

interface Failure {
  readonly kind: 'raft' | 'swarm' | 'knowledge' | 'coordination' | 'admission'
  readonly seed: number
  readonly text: string
  readonly transcript: readonly string[]
}

/** Null: every seed of the batch passed. */
type Report = Failure | null

interface Told {
  readonly transcript: readonly string[]
  say(text: string): void
}

/** Remembers which world spoke last: a world that fails is not handed out. */
function listen(prototype: Told): () => readonly string[] {
  let last: readonly string[] = []
  const say = prototype.say
  prototype.say = function (this: Told, text) {
    last = this.transcript
    say.call(this, text)
  }
  return () => last.slice(-TRANSCRIPT_LINES)
}

async function work(): Promise<void> {
  const { only, seedLast } = workerData as { readonly only: string | undefined; readonly seedLast: number }
  const { withoutTests } = await import('../test/mutants/hooks.ts')
  withoutTests()
  const { life } = await import('../test/sim/raft.test.ts')
  const coordination = await import('../test/sim/coordination.test.ts')
  const { RaftWorld } = await import('../test/support/raft-world.ts')
  const { admissionLife, knowledgeLife, story, World } = await import('../src/sim/index.ts')
  const kinds = [
    { kind: 'raft', one: (seed: number) => life(seed, LIFE_TICKS), end: listen(RaftWorld.prototype) },
    { kind: 'swarm', one: (seed: number) => story({ seed, nodes: 3 + (seed % 4) }), end: listen(World.prototype) },
    {
      kind: 'knowledge',
      one: (seed: number) => knowledgeLife({ seed, nodes: 2 + (seed % 4) }),
      end: listen(World.prototype),
    },
    { kind: 'coordination', one: coordination.life, end: listen(World.prototype) },
    { kind: 'admission', one: admissionLife, end: () => [] },
  ] as const
  const chosen = kinds.filter(({ kind }) => only === undefined || kind === only)
  const batch = (seedFirst: number): Report => {
    for (let seed = seedFirst; seed < seedFirst + BATCH && seed <= seedLast; seed++)
      for (const { end, kind, one } of chosen)
        try {
          one(seed)
        } catch (error) {
          return { kind, seed, text: String(error instanceof Error ? error.stack : error), transcript: end() }
        }
    return null
  }
  parentPort?.on('message', (seedFirst: number) => parentPort?.postMessage(batch(seedFirst)))
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '200' },
      seed: { type: 'string', default: '1' },
      workers: { type: 'string', default: String(availableParallelism()) },
      only: { type: 'string' },
    },
  })
  const seeds = Number(values.seeds)
  const seedLast = Number(values.seed) + seeds - 1
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  let next = Number(values.seed)
  const failures: Failure[] = []
  const begun = performance.now()
  const lane = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL(import.meta.url), { workerData: { only: values.only, seedLast } })
      const go = (): void => {
        if (next > seedLast || failures.length > 0) return void worker.terminate()
        worker.postMessage(next)
        next += BATCH
      }
      worker.on('message', (report: Report) => {
        if (report) failures.push(report)
        go()
      })
      worker.on('error', reject)
      worker.on('exit', () => resolve())
      go()
    })
  await Promise.all(Array.from({ length: Number(values.workers) }, lane))
  for (const { kind, seed, text, transcript } of failures) {
    console.log(`${kind} seed ${seed} at commit ${commit} fails: ${text}\n${transcript.join('\n')}\n`)
    console.log(`again: npm run sim -- --seeds 1 --seed ${seed}\n`)
  }
  const minutes = (performance.now() - begun) / 60_000
  if (failures.length === 0)
    console.log(
      `${seeds} seeds (${values.only ?? 'raft, swarm, knowledge, coordination and admission'}) passed at ${commit}, ${Math.round(seeds / minutes)} seeds/min`,
    )
  process.exitCode = failures.length === 0 ? 0 : 1
}

if (isMainThread) await main()
else await work()
