/**
 * What open live connections cost, and how soon one event is with all of them:
 * `node bench/live.ts [--clients 1000] [--events 20]`. Linux.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import type { Status } from '../test/support/cli.ts'
import type { Scope } from '../test/support/scope.ts'
import { Client, ensureBuilt, loopbackHome, socketOf } from './nodes.ts'
import { bench, option, printFigures, progress } from './support.ts'

const clients = option('clients', 1_000)
const events = option('events', 20)
/** As many connections one key may have. */
const PER_KEY = 64
const SETTLE_MS = 3_000

const residentMiB = (pid: number | undefined): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

interface Round {
  /** From the moment at which it happened, as the server says, until the last client has it. */
  readonly ms: number
  /** From its order. */
  readonly wholeMs: number
  readonly bytes: number
}

/** Rejects with what a refusal says. */
async function opened(socket: WebSocket): Promise<void> {
  const refused = once(socket, 'unexpected-response').then(async ([, response]: IncomingMessage[]) => {
    const chunks = await response?.toArray()
    throw new Error(`refused: ${Buffer.concat(chunks ?? []).toString()}`)
  })
  await Promise.race([once(socket, 'open'), refused])
}

/** All clients in this process, so that their reading costs the figure and not the server. */
class Crowd {
  readonly #sockets: WebSocket[] = []
  #heard = 0
  #all = Promise.withResolvers<Buffer>()

  async open(count: number, connect: (at: number) => WebSocket, hello?: string): Promise<void> {
    for (let from = 0; from < count; from += 50) {
      const part = Array.from({ length: Math.min(50, count - from) }, (_, at) => connect(from + at))
      this.#sockets.push(...part)
      await Promise.all(part.map((socket) => this.#ready(socket, hello)))
    }
  }

  async #ready(socket: WebSocket, hello: string | undefined): Promise<void> {
    socket.on('error', () => {})
    await opened(socket)
    const ready = Promise.withResolvers<void>()
    let isReady = hello === undefined
    socket.on('message', (frame: Buffer) => {
      if (!isReady) {
        isReady = frame.includes('"type":"ready"')
        if (isReady) ready.resolve()
        return
      }
      this.#heard += 1
      if (this.#heard === this.#sockets.length) this.#all.resolve(frame)
    })
    if (hello === undefined) return
    socket.send(hello)
    await ready.promise
  }

  async round(say: () => unknown): Promise<Round> {
    this.#heard = 0
    this.#all = Promise.withResolvers()
    const began = Date.now()
    await say()
    const frame = await this.#all.promise
    const now = Date.now()
    const { at } = JSON.parse(frame.toString()) as { at: number }
    return { ms: now - at, wholeMs: now - began, bytes: frame.length }
  }

  close(): void {
    for (const socket of this.#sockets) socket.terminate()
  }
}

interface Measured {
  readonly addedMiB: number
  readonly rounds: readonly Round[]
}

async function measured(pid: number, crowd: Crowd, open: () => Promise<void>, say: () => unknown): Promise<Measured> {
  await sleep(SETTLE_MS)
  const before = residentMiB(pid)
  await open()
  const rounds: Round[] = []
  for (let at = 0; at < events; at++) {
    rounds.push(await crowd.round(say))
    await sleep(50)
  }
  await sleep(SETTLE_MS)
  const addedMiB = residentMiB(pid) - before
  crowd.close()
  return { addedMiB, rounds }
}

async function node(scope: Scope): Promise<Measured> {
  const home = loopbackHome(scope)
  await home.start('alpha')
  const { api, node: self } = await home.json<Status>(['status'])
  const owner = new Client(scope, socketOf(home, 'alpha'))
  const keys: string[] = []
  for (let at = 0; at * PER_KEY < clients; at++) {
    const made = await owner.json<{ key: string }>('POST', '/v1/keys', { name: `bench ${at}`, scopes: ['admin'] })
    keys.push(made.key)
  }
  const crowd = new Crowd()
  const address = `${api.url.replace('http', 'ws')}/v1/live`
  const open = (): Promise<void> =>
    crowd.open(
      clients,
      (at) => new WebSocket(address, { headers: { 'x-api-key': keys[Math.floor(at / PER_KEY)] ?? '' } }),
      '{"subscribe":["events"]}',
    )
  let made = 0
  // An entry of the audit log is an event for administrators: written, synced and told.
  const say = (): Promise<unknown> =>
    owner.json('POST', '/v1/keys', { name: `event ${++made} ${'x'.repeat(40)}`, scopes: ['read'] })
  return measured(self.pid, crowd, open, say)
}

async function anchor(scope: Scope, bytes: number): Promise<Measured> {
  const child: ChildProcess = fork(join(import.meta.dirname, 'live-anchor.ts'))
  scope.after(() => child.kill())
  const [port] = (await once(child, 'message')) as [number]
  const crowd = new Crowd()
  const open = (): Promise<void> => crowd.open(clients, () => new WebSocket(`ws://127.0.0.1:${port}`))
  return measured(child.pid ?? 0, crowd, open, () => child.send('x'.repeat(Math.max(0, bytes - 35))))
}

await bench(async (scope) => {
  ensureBuilt()
  progress(`a node with ${clients} live connections`)
  const ours = await node(scope)
  progress(`ws alone with ${clients} connections`)
  const bare = await anchor(scope, ours.rounds[0]?.bytes ?? 200)
  const times = (of: Measured): number[] => of.rounds.map(({ ms }) => ms)
  const scale = clients / 1_000
  printFigures(
    `${clients} live connections`,
    `WebSockets of \`/v1/live\` over 127.0.0.1, each with the topic events, all in one other process that reads them. One event: an administrator makes a key over the owner's socket; counted from the moment the event carries to the last client that has it, and from the request on (with the audit log's sync). The anchor is a server of \`ws\` alone, in a process of its own, that sends as many bytes (${ours.rounds[0]?.bytes}) to as many clients.`,
    [
      { what: 'memory added', unit: 'MiB', samples: [ours.addedMiB], anchor: [bare.addedMiB], aim: 100 * scale },
      { what: 'the same, ws alone', unit: 'MiB', samples: [bare.addedMiB] },
      { what: 'one event at all', unit: 'ms', samples: times(ours), anchor: times(bare), aim: 250 },
      { what: 'the same, from the request on', unit: 'ms', samples: ours.rounds.map(({ wholeMs }) => wholeMs) },
      { what: 'one event at all, ws alone', unit: 'ms', samples: times(bare) },
    ],
  )
})
