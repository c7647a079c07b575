/**
 * The transport's figures on this machine: `node bench/swarm.ts`. Prints JSON: memory of an idle process, time from
 * `start()` of a second node until both are up (one host; two network namespaces when root), round trips and bytes
 * per second between two processes, beside the same over plain TCP in the same run.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { type NodeId, seededRandom } from '../src/base/index.ts'
import { generateNodeKey } from '../src/swarm/index.ts'
import { createLibp2pTransport } from '../src/swarm/libp2p/index.ts'
import { openNetwork, whyNoNetwork } from '../test/support/netns.ts'
import { TestSwarm } from '../test/support/test-swarm.ts'
import { aToken, type NodeProcess, peersUp, startNode } from '../test/support/swarm-process.ts'

const SECONDS = 3
const figures: Record<string, unknown> = {}
const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0
const round = (number: number): number => Math.round(number * 100) / 100

const timeOf = (node: NodeProcess, is: string): number => node.said.find((event) => event.is === is)?.at ?? 0
const residentMiB = (pid: number): number =>
  Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024)

/** Milliseconds from the moment the second process calls `start()` until both sides are up. */
async function untilUp(t: TestContext, prefixes: readonly (readonly string[])[], registry: boolean): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'swarm-bench-'))
  const token = aToken()
  const started: NodeProcess[] = []
  for (const [at, prefix] of prefixes.entries()) {
    const options = registry ? { registryDir: join(directory, 'registry') } : {}
    const node = startNode(t, { identity: join(directory, `${at}`), token, prefix, options })
    await node.until('the start', (said) => said.some(({ is }) => is === 'started'))
    started.push(node)
  }
  for (const node of started) await node.until('up', (said) => peersUp(said).length === 1)
  const [one, other] = started as [NodeProcess, NodeProcess]
  const ms = Math.max(timeOf(one, 'up'), timeOf(other, 'up')) - timeOf(other, 'starting')
  await Promise.all(started.map((node) => node.kill('SIGKILL')))
  rmSync(directory, { recursive: true, force: true })
  return ms
}

async function repeat(times: number, once: () => Promise<number>): Promise<{ median: number; max: number }> {
  const all: number[] = []
  for (let at = 0; at < times; at++) all.push(await once())
  return { median: median(all), max: Math.max(...all) }
}

/** Round trips for some seconds with `outstanding` of them under way. */
async function roundTrips(ask: (answered: () => void) => void, outstanding: number): Promise<Record<string, number>> {
  const times: number[] = []
  const cpu = process.cpuUsage()
  const start = performance.now()
  const end = start + SECONDS * 1000
  await Promise.all(
    Array.from({ length: outstanding }, async () => {
      while (performance.now() < end) {
        const at = performance.now()
        await new Promise<void>((resolve) => ask(resolve))
        times.push(performance.now() - at)
      }
    }),
  )
  const { user, system } = process.cpuUsage(cpu)
  times.sort((a, b) => a - b)
  const quantile = (share: number): number => round(times[Math.floor(times.length * share)] ?? 0)
  return {
    perSecond: Math.round(times.length / SECONDS),
    p50ms: quantile(0.5),
    p99ms: quantile(0.99),
    cpuMsPerTripThisEnd: round((user + system) / 1000 / times.length),
  }
}

async function transportTrips(t: TestContext): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'swarm-bench-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  const token = aToken()
  const options = { hosts: ['127.0.0.1'], beacon: false, mdns: false, registryDir: join(directory, 'registry') }
  startNode(t, { identity: join(directory, 'identity'), token, options })
  const waiting: (() => void)[] = []
  const up = Promise.withResolvers<NodeId>()
  const key = generateNodeKey()
  const transport = createLibp2pTransport({
    key,
    ...new TestSwarm(token).of(key),
    name: 'bench',
    port: 0,
    clock: { now: () => Date.now() },
    random: seededRandom(1),
    ...options,
  })
  await transport.start({ up: up.resolve, down: () => {}, frame: () => waiting.shift()?.(), note: () => {} })
  t.after(() => transport.stop())
  const peer = await up.promise
  const frame = Buffer.from('echo'.padEnd(100, '.'))
  const ask = (answered: () => void): void => {
    waiting.push(answered)
    transport.send(peer, frame, 'control')
  }
  figures['control lane, 100 B, 1 outstanding'] = await roundTrips(ask, 1)
  figures['control lane, 100 B, 16 outstanding'] = await roundTrips(ask, 16)
  figures['bulk lane, 256 KiB frames, MiB/s accepted'] = await bulk((page) => transport.send(peer, page, 'bulk'))
}

/** Sends pages as fast as they are taken, for some seconds. */
async function bulk(send: (page: Uint8Array) => boolean): Promise<number> {
  const page = Buffer.alloc(256 * 1024, 1)
  const start = performance.now()
  let sent = 0
  while (performance.now() - start < SECONDS * 1000) {
    if (send(page)) sent++
    else await new Promise((resolve) => setImmediate(resolve))
  }
  return Math.round(sent / 4 / SECONDS)
}

async function plainTrips(t: TestContext): Promise<void> {
  const script = `require('net').createServer((s) => s.setNoDelay(true).pipe(s)).listen(0, '127.0.0.1', function () {
    console.log(this.address().port) })`
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => child.kill())
  const port = Number(await new Promise((resolve) => child.stdout.once('data', (line) => resolve(String(line)))))
  const socket = createConnection({ port, host: '127.0.0.1', noDelay: true })
  t.after(() => socket.destroy())
  const waiting: (() => void)[] = []
  let bytes = 0
  socket.on('data', (data) => {
    for (bytes += data.length; bytes >= 100; bytes -= 100) waiting.shift()?.()
  })
  const frame = Buffer.alloc(100)
  const ask = (answered: () => void): void => {
    waiting.push(answered)
    socket.write(frame)
  }
  figures['anchor: plain TCP, 100 B, 1 outstanding'] = await roundTrips(ask, 1)
}

await test('figures', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'swarm-bench-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  const idle = startNode(t, { identity: join(directory, 'identity'), token: aToken(), options: {} })
  await idle.until('the start', (said) => said.some(({ is }) => is === 'started'))
  const bare = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'])
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  figures['resident memory, idle node, MiB'] = residentMiB(idle.pid)
  figures['anchor: resident memory, bare process, MiB'] = residentMiB(bare.pid ?? 0)
  bare.kill()
  await idle.kill('SIGKILL')

  figures['start() to up, one host, beacon, ms'] = await repeat(7, () => untilUp(t, [[], []], false))
  figures['start() to up, one host, registry, ms'] = await repeat(7, () => untilUp(t, [[], []], true))
  const why = whyNoNetwork()
  if (why === undefined) {
    figures['start() to up, two namespaces, ms'] = await repeat(7, async () => {
      const network = openNetwork(t, { hosts: 2 })
      const ms = await untilUp(t, [network.on(0), network.on(1)], false)
      network.close()
      return ms
    })
  } else figures['start() to up, two namespaces, ms'] = why
  await plainTrips(t)
  await transportTrips(t)
})
process.stdout.write(`${JSON.stringify(figures, undefined, 2)}\n`)
process.exit(0)
