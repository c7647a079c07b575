/**
 * What a quiet swarm costs: packets, processor and memory of three voters and a worker, each on a host of its own:
 * `node bench/quiet.ts [--seconds 30]`. Needs root for network namespaces.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '../test/support/cli.ts'
import { agreement, type HostNode, hostSwarm, votersOf } from '../test/support/host-swarm.ts'
import { whyNoNetwork } from '../test/support/netns.ts'
import { ensureBuilt } from './nodes.ts'
import { bench, digits, option, printSection, progress } from './support.ts'

const seconds = option('seconds', 30)
const VOTERS = 3
/** The first announcements, the exchange of addresses and the memory of gossip are over by then. */
const SETTLE_MS = 20_000
/** `getconf CLK_TCK` of every Linux that Node.js runs on. */
const TICK_MS = 10

interface Counts {
  readonly tcp: number
  readonly packets: number
  readonly bytes: number
  readonly cpuMs: number
}

/** What the host sent so far: TCP segments with acknowledgements, and all packets of its interface. */
function countsOf({ home, pid }: HostNode): Counts {
  const read = (file: string): string => {
    const [command = '', ...args] = home.on('cat', file)
    return execFileSync(command, args, { encoding: 'utf8' })
  }
  const [names = [], values = []] = read('/proc/net/snmp')
    .split('\n')
    .filter((line) => line.startsWith('Tcp:'))
    .map((line) => line.split(' '))
  const eth0 = /eth0:\s*(.*)/.exec(read('/proc/net/dev'))?.[1]?.trim().split(/\s+/).map(Number) ?? []
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return {
    tcp: Number(values[names.indexOf('OutSegs')]),
    packets: eth0[9] ?? 0,
    bytes: eth0[8] ?? 0,
    cpuMs: (Number(stat[11]) + Number(stat[12])) * TICK_MS,
  }
}

const residentMiB = ({ pid }: HostNode): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

/** Heap and buffers of coordination and membership, by themselves; see there. */
function added(): number {
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    ['--expose-gc', join(import.meta.dirname, 'added.ts')],
    { encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(stderr)
  return Number(stdout)
}

await bench(async (scope) => {
  const why = whyNoNetwork()
  if (why !== undefined) throw new Error(why)
  ensureBuilt()
  const { nodes } = hostSwarm(scope, VOTERS + 1, (at) => ({ flags: at < VOTERS ? [] : ['--role', 'worker'] }))
  await Promise.all(nodes.map((node) => node.start()))
  await until(
    'three voters',
    async () => {
      const replies = await agreement(nodes)
      return replies !== undefined && votersOf(replies) === VOTERS
    },
    30_000,
  )
  await sleep(SETTLE_MS)
  progress(`a quiet swarm, for ${seconds} s`)
  const before = nodes.map(countsOf)
  await sleep(seconds * 1000)
  const after = nodes.map(countsOf)
  const replies = (await agreement(nodes)) ?? []
  const rates = after.map((now, at) => {
    const rate = (of: keyof Counts): number => (now[of] - (before[at]?.[of] ?? 0)) / seconds
    return { tcp: rate('tcp'), packets: rate('packets'), bytes: rate('bytes'), cpu: rate('cpuMs') / 10 }
  })
  const group = rates.slice(0, VOTERS)
  const sum = (of: keyof (typeof rates)[number]): number => group.reduce((all, one) => all + one[of], 0)
  const row = (title: string, of: (typeof rates)[number], mib: string): string[] => [
    title,
    digits(of.tcp),
    digits(of.packets),
    digits(of.bytes),
    `${digits(of.cpu)} %`,
    mib,
  ]
  printSection({
    title: 'Three voters and a worker at rest',
    about:
      `Three voters and a worker, each on a host of its own (network namespaces), nothing being asked or shared; sent per second, over ${seconds} s. TCP: segments, acknowledgements included; packets: all of the interface, with beacon and mDNS. The processor's time is of one core. Aims: a worker 4 packets, the three voters together 60, a voter 1 %.\n\n` +
      `Coordination and membership add ${digits(added())} MiB to a process that has loaded what the rest needs: their code, a log and state of a thousand commands, heap and buffers after a collection (aim: 8 MiB).`,
    header: ['node', 'TCP segments', 'packets', 'bytes', 'processor', 'resident'],
    rows: [
      ...nodes.map((node, at) => {
        const what = replies[at]?.state === 'leader' ? 'leader' : at < VOTERS ? 'voter' : 'worker'
        return row(what, rates[at] ?? { tcp: 0, packets: 0, bytes: 0, cpu: 0 }, `${digits(residentMiB(node))} MiB`)
      }),
      row('three voters', { tcp: sum('tcp'), packets: sum('packets'), bytes: sum('bytes'), cpu: sum('cpu') }, ''),
    ],
  })
})
