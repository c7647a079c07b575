/**
 * Five nodes on hosts of their own, clients at all of them, and faults drawn by chance:
 *
 *   npm run chaos -- [--minutes 10] [--seed 1]
 *
 * In the end: linearizable, nothing lost, one leader a term, one lineage. Needs root for network namespaces. The seed
 * draws faults and questions; when things happen is up to the machine, so that a failure may need several runs.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { seededRandom } from '../src/base/index.ts'
import { Trial } from '../test/support/fault-world.ts'
import { whyNoNetwork } from '../test/support/netns.ts'
import { FAULTS } from '../test/support/swarm-faults.ts'

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string', default: '1' } },
})
const minutes = Number(values.minutes)
const seed = Number(values.seed)
if (!(minutes > 0) || !Number.isSafeInteger(seed)) throw new Error('--minutes and --seed take numbers')

const say = (text: string): void => console.log(`${new Date().toISOString().slice(11, 19)} ${text}`)

const why = whyNoNetwork()
if (why !== undefined) throw new Error(why)
await using stack = new AsyncDisposableStack()
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void stack.disposeAsync().finally(() => process.exit(130)))

const random = seededRandom(seed)
const trial = await Trial.open({ after: (close) => stack.defer(async () => void (await close())) }, seed)
const faults = FAULTS.filter(({ unable }) => unable === undefined)
for (const { name, unable } of FAULTS) if (unable !== undefined) say(`without "${name}": ${unable}`)
say(`five voters; ${minutes} minutes, seed ${seed}`)
const end = performance.now() + minutes * 60_000
while (performance.now() < end) {
  const fault = faults[random.below(faults.length)]
  if (!fault) break
  // The next one begins 5 to 15 s after this one did.
  const ms = 500 + random.below(4_500)
  const silenceMs = await trial.suffer(fault, ms)
  say(`${fault.name}, ${ms} ms: nobody could write for ${silenceMs.toFixed(0)} ms`)
  await sleep(4_500 + random.below(10_000 - ms))
}
await trial.verdict()
const { acknowledged, unknown } = trial.load.counts
say(
  `linearizable: ${acknowledged} answered, ${unknown} not; ${trial.watch.terms} terms, one leader in each; one lineage`,
)
