/**
 * How long nobody can write when the leader ends: `node bench/failover.ts [--trials 15] [--only etcd]`. About four
 * minutes for each group. Needs `etcd` for the anchor (Debian: etcd-server).
 */
import { type EtcdTimers, etcdGroup, etcdVersion } from './failover/etcd.ts'
import { swarmGroup, whyNoLeader } from './failover/swarm.ts'
import { BLOWS, type Blow, type Group, trials } from './failover/trials.ts'
import type { Recovery } from './failover/writer.ts'
import { bench, digits, median, option, printSection, progress, quantile } from './support.ts'
import type { Scope } from '../test/support/scope.ts'

const count = option('trials', 15)
const given = process.argv.indexOf('--only')
const only = given < 0 ? undefined : process.argv[given + 1]

const ETCD: readonly EtcdTimers[] = [
  { heartbeatMs: 100, electionMs: 1000 },
  { heartbeatMs: 10, electionMs: 100 },
]

interface Result {
  readonly title: string
  readonly blow: Blow
  readonly all: readonly Recovery[]
}

async function measure(group: Group): Promise<Result[]> {
  const results: Result[] = []
  for (const blow of BLOWS) {
    progress(`${group.title}: ${count} times ${blow}`)
    const all = await trials(group, blow, count)
    results.push({ title: group.title, blow, all })
  }
  return results
}

/** What one group opened is closed before the next one starts: they must not share the machine. */
async function alone(whole: Scope, open: (scope: Scope) => Promise<Group | undefined>): Promise<Result[]> {
  await using stack = new AsyncDisposableStack()
  // Also when the bench is interrupted.
  whole.after(() => stack.disposeAsync())
  const group = await open({ after: (close) => stack.defer(async () => void (await close())) })
  return group ? await measure(group) : []
}

await bench(async (whole) => {
  const results: Result[] = []
  const notes: string[] = []
  const etcd = etcdVersion()
  if (!etcd.ok) notes.push(`etcd was not measured: ${etcd.text}.`)
  else if (only !== 'swarm')
    for (const timers of ETCD) {
      const title = `${etcd.text}, ${timers.heartbeatMs}/${timers.electionMs} ms`
      results.push(...(await alone(whole, (scope) => etcdGroup(scope, title, timers))))
    }
  if (only !== 'etcd') {
    const ours = async (scope: Scope): Promise<Group | undefined> => {
      const group = swarmGroup(scope, 'mcp-swarm')
      const why = await whyNoLeader(group)
      if (why) notes.push(`mcp-swarm was not measured: ${why}.`)
      return why ? undefined : group
    }
    results.push(...(await alone(whole, ours)))
  }
  const anchors = new Map(
    results.filter(({ title }) => title.endsWith(' 10/100 ms')).map((one) => [one.blow, one.all]),
  )
  const times = (all: readonly Recovery[]): number[] => all.map(({ ms }) => ms)
  printSection({
    title: 'A leader that ends',
    about:
      `Three members on loopback. The leader is struck; from then to the first accepted write that was started after it, at one of the two that are left; a write is begun every 10 ms, and given up after 300 ms. The longest silence is the longest time without any accepted write from the signal to a second after that, at the median: an orderly end has its pause a little later than its signal. Then the leader is started again, and the next trial waits until all three agree. Anchor: etcd with its timers set as short as they go (heartbeat 10 ms, election 100 ms). ${notes.join(' ')}`.trim(),
    header: [
      'group',
      'signal',
      'runs',
      'min',
      'median',
      'p99',
      'max',
      '× anchor',
      'longest silence',
      'failed writes',
    ],
    rows: results.map(({ all, blow, title }) => {
      const ms = times(all)
      const anchor = anchors.get(blow)
      const figure = (value: number): string => `${digits(value)} ms`
      return [
        title,
        blow,
        String(ms.length),
        figure(Math.min(...ms)),
        figure(median(ms)),
        figure(quantile(ms, 0.99)),
        figure(Math.max(...ms)),
        anchor === undefined ? '' : anchor === all ? '1 (anchor)' : digits(median(ms) / median(times(anchor))),
        figure(median(all.map(({ silenceMs }) => silenceMs))),
        String(all.reduce((sum, { failed }) => sum + failed, 0)),
      ]
    }),
  })
})
