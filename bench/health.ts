/**
 * How soon all nodes know that one was killed, and what a quiet swarm costs on the wire:
 * `node bench/health.ts [--nodes 5] [--rounds 10] [--seconds 30]`. Needs root for network namespaces.
 */
import { execFileSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { Home, type Status } from '../test/support/cli.ts'
import { openNetwork, whyNoNetwork } from '../test/support/netns.ts'
import type { Scope } from '../test/support/scope.ts'
import { Client, ensureBuilt, socketOf } from './nodes.ts'
import { bench, option, printFigures, printSection, progress, digits } from './support.ts'

const count = option('nodes', 5)
const rounds = option('rounds', 10)
const seconds = option('seconds', 30)
const LOOK_MS = 2
const PATIENCE_MS = 60_000
/** The first announcements, the exchange of addresses and the memory of gossip are over by then. */
const SETTLE_MS = 20_000

interface Nodes {
  readonly nodes: readonly { readonly name: string; readonly health: string }[]
}

interface Machine {
  readonly name: string
  readonly on: readonly string[]
  readonly home: Home
  readonly client: Client
}

async function healthAt({ client }: Machine, about: string): Promise<string | undefined> {
  const { nodes } = await client.json<Nodes>('GET', '/v1/nodes')
  return nodes.find(({ name }) => name === about)?.health
}

async function all(machines: readonly Machine[], about: string, health: string): Promise<number> {
  const start = performance.now()
  await Promise.all(
    machines.map(async (machine) => {
      while ((await healthAt(machine, about)) !== health) {
        if (performance.now() - start > PATIENCE_MS) throw new Error(`${machine.name}: ${about} is not ${health}`)
        await sleep(LOOK_MS)
      }
    }),
  )
  return performance.now() - start
}

/** TCP segments sent on the host, acknowledgements included, and packets of its interface in both directions. */
function counters(machine: Machine): { readonly tcp: number; readonly all: number; readonly bytes: number } {
  const read = (...command: string[]): string =>
    execFileSync(machine.on[0] ?? '', [...machine.on.slice(1), ...command], { encoding: 'utf8' })
  const [names = [], values = []] = read('cat', '/proc/net/snmp')
    .split('\n')
    .filter((line) => line.startsWith('Tcp:'))
    .map((line) => line.split(' '))
  const interfaces = read('cat', '/proc/net/dev')
  const eth0 = /eth0:\s*(.*)/.exec(interfaces)?.[1]?.trim().split(/\s+/).map(Number) ?? []
  return { tcp: Number(values[names.indexOf('OutSegs')]), all: eth0[9] ?? 0, bytes: eth0[8] ?? 0 }
}

async function start(scope: Scope, names: readonly string[]): Promise<Machine[]> {
  const network = openNetwork(scope, { hosts: names.length, multicastRoute: true })
  const machines: Machine[] = []
  for (const [at, name] of names.entries()) {
    const on = network.on(at)
    const home = new Home(scope, on)
    await home.start(name, '--open')
    machines.push({ name, on, home, client: new Client(scope, socketOf(home, name)) })
  }
  return machines
}

async function kill(victim: Machine, others: readonly Machine[]): Promise<number> {
  const { node } = await victim.client.json<Status>('GET', '/v1/status')
  process.kill(node.pid, 'SIGKILL')
  const ms = await all(others, victim.name, 'dead')
  await victim.home.start(victim.name, '--open')
  await all(others, victim.name, 'healthy')
  return ms
}

await bench(async (scope) => {
  const why = whyNoNetwork()
  if (why !== undefined) throw new Error(why)
  ensureBuilt()
  const names = Array.from({ length: count }, (_, at) => `n${at}`)
  const machines = await start(scope, names)
  for (const name of names) await all(machines, name, 'healthy')
  progress(`a quiet swarm of ${count}, for ${seconds} s`)
  await sleep(SETTLE_MS)
  const before = machines.map(counters)
  await sleep(seconds * 1000)
  const after = machines.map(counters)
  const rate = (field: 'tcp' | 'all' | 'bytes'): number[] =>
    after.map((now, at) => (now[field] - (before[at]?.[field] ?? 0)) / seconds)

  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    progress(`kill -9, round ${round + 1} of ${rounds}`)
    const victim = machines[1 + (round % (count - 1))]
    if (victim)
      times.push(
        await kill(
          victim,
          machines.filter((machine) => machine !== victim),
        ),
      )
  }
  printFigures(
    'Health of the members',
    `${count} nodes, each on a host of its own (network namespaces). From the signal to the moment at which the last of the others says \`dead\`, asked every ${LOOK_MS} ms.`,
    [{ what: 'kill -9 until dead for all', unit: 'ms', samples: times, aim: 500 }],
  )
  const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length
  printSection({
    title: 'A quiet swarm',
    about: `Sent per node and second, over ${seconds} s, nothing being asked or shared. TCP: segments, acknowledgements included.`,
    header: ['figure', 'mean', 'most', 'aim'],
    rows: [
      ['TCP segments', digits(mean(rate('tcp'))), digits(Math.max(...rate('tcp'))), '≤ 4'],
      ['packets, beacon and mDNS included', digits(mean(rate('all'))), digits(Math.max(...rate('all'))), ''],
      ['bytes', digits(mean(rate('bytes'))), digits(Math.max(...rate('bytes'))), ''],
    ],
  })
})
