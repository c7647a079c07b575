/** Resident memory of what stays running: `node bench/memory.ts [--rounds 2]`. Linux. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { LAUNCHER, type Home, type Status } from '../test/support/cli.ts'
import type { Scope } from '../test/support/scope.ts'
import { Client, ensureBuilt, errorAt, fill, type Machine, machines, socketOf } from './nodes.ts'
import { bench, option, printFigures, progress } from './support.ts'

const rounds = option('rounds', 2)
/** Nodes at a time, each with a swarm of its own. */
const SIDE_BY_SIDE = 3
const IDLE_MS = 10_000
const BRIDGE_IDLE_MS = 1_000

const residentMiB = (pid: number | undefined): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

/** Asks as agents do: the handshake, then one call. */
const DIALOGUE: readonly object[] = [
  {
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
  },
  { method: 'notifications/initialized' },
  { id: 2, method: 'tools/call', params: { name: 'resolve_error', arguments: { error: errorAt(7) } } },
]

async function bridge(home: Home): Promise<number> {
  const child = spawn(LAUNCHER, ['mcp', '--name', 'alpha'], { env: home.env, stdio: ['pipe', 'pipe', 'inherit'] })
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    for (const message of DIALOGUE) {
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
      if (!('id' in message)) continue
      const { value } = (await lines.next()) as { value: string }
      if (!value.includes('"result"')) throw new Error(`the bridge answered ${value}`)
    }
    await sleep(BRIDGE_IDLE_MS)
    return residentMiB(child.pid)
  } finally {
    await ended(child)
  }
}

async function bare(): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'])
  await sleep(BRIDGE_IDLE_MS)
  const mib = residentMiB(child.pid)
  await ended(child)
  return mib
}

async function ended(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  await exit
}

interface Samples {
  readonly bare: number[]
  readonly idle: number[]
  readonly filled: number[]
  readonly bridge: number[]
  readonly asked: number[]
}

async function life(scope: Scope, machine: Machine, into: Samples): Promise<void> {
  const home = machine.home()
  await home.start('alpha')
  await sleep(IDLE_MS)
  const { node } = await home.json<Status>(['status'])
  into.idle.push(residentMiB(node.pid))
  into.bare.push(await bare())
  const client = new Client(scope, socketOf(home, 'alpha'))
  await fill(client, 0, 1000)
  await sleep(IDLE_MS)
  into.filled.push(residentMiB(node.pid))
  into.bridge.push(await bridge(home))
  into.asked.push(residentMiB(node.pid))
  await home.cli(['stop'])
}

await bench(async (scope) => {
  ensureBuilt()
  const machine = machines(scope, 1)[0]
  if (!machine) return
  const into: Samples = { bare: [], idle: [], filled: [], bridge: [], asked: [] }
  for (let round = 0; round < rounds; round++) {
    progress(`memory, round ${round + 1} of ${rounds}`)
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, () => life(scope, machine, into)))
  }
  const figure = (what: string, samples: readonly number[], aim?: number): Parameters<typeof printFigures>[2][0] => ({
    what,
    unit: 'MiB',
    samples,
    anchor: into.bare,
    ...(aim ? { aim } : {}),
  })
  printFigures(
    'Memory',
    'Resident memory (VmRSS) of one process. Anchor: a Node.js process that only waits. A node: the bundle, 10 s after its start, three side by side with a swarm each; then with 1,000 items shared into it, 10 s later; then after its first MCP call. A bridge: `mcp-swarm mcp` after a handshake and one tool call.',
    [
      figure('bare Node.js', into.bare),
      figure('node, idle', into.idle, 170),
      figure('node, 1,000 items shared', into.filled),
      figure('node, after the first MCP call', into.asked),
      figure('mcp-swarm mcp', into.bridge, 60),
    ],
  )
})
