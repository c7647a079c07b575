import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type NodeId, seededRandom } from '../../src/base/index.ts'
import {
  generateNodeKey,
  systemTimers,
  type Timers,
  type Transport,
  type TransportEvents,
} from '../../src/swarm/index.ts'
import { createLibp2pTransport, type Libp2pTransportOptions } from '../../src/swarm/libp2p/index.ts'
import { TestSwarm } from './test-swarm.ts'

/** Longer than anything takes on a busy machine; a test that reaches it has failed. Milliseconds. */
const PATIENCE_MS = 40_000

/** Records what a transport says, and waits for what it should say. */
export class Witness implements TransportEvents {
  readonly ups: NodeId[] = []
  readonly downs: { peer: NodeId; why: string }[] = []
  readonly frames: { peer: NodeId; text: string; bytes: number }[] = []
  readonly refusals: NodeId[] = []
  readonly notes: string[] = []
  #waiting = new Set<() => void>()
  /** Long frames are recorded by their length alone. */
  readonly #textBytesMax = 1_000

  up(peer: NodeId): void {
    this.ups.push(peer)
    this.#tell()
  }
  down(peer: NodeId, why: string): void {
    this.downs.push({ peer, why })
    this.#tell()
  }
  frame(peer: NodeId, frame: Uint8Array): void {
    const text = frame.length > this.#textBytesMax ? '' : Buffer.from(frame).toString('utf8')
    this.frames.push({ peer, text, bytes: frame.length })
    this.#tell()
  }
  refused(peer: NodeId): void {
    this.refusals.push(peer)
    this.#tell()
  }
  note(level: 'debug' | 'info' | 'warn', text: string): void {
    this.notes.push(`${level} ${text}`)
    this.#tell()
  }

  texts(): string[] {
    return this.frames.map((frame) => frame.text)
  }

  /** Resolves as soon as the condition holds; it is looked at after every event. */
  async until(what: string, holds: () => boolean): Promise<void> {
    if (holds()) return
    const held = Promise.withResolvers<void>()
    const check = (): void => {
      if (holds()) held.resolve()
    }
    const timer = setTimeout(() => held.reject(new Error(`waited in vain: ${what}\n${this.#story()}`)), PATIENCE_MS)
    this.#waiting.add(check)
    try {
      await held.promise
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(check)
    }
  }

  #tell(): void {
    for (const check of this.#waiting) check()
  }

  #story(): string {
    const frames = this.frames.length
    return `ups ${this.ups.length}, downs ${JSON.stringify(this.downs)}, frames ${frames}\n${this.notes.slice(-20).join('\n')}`
  }
}

export interface Member {
  readonly transport: Transport
  readonly saw: Witness
  readonly self: NodeId
}

export const text = (words: string): Uint8Array => Buffer.from(words)

/**
 * A directory of its own. It goes with the process and not with the test: nodes of the test may still write to it
 * while its hooks run, and a hook that fails keeps those after it from ending them.
 */
export function scratch(): string {
  if (directories.length === 0) process.once('exit', removeAll)
  const directory = mkdtempSync(join(tmpdir(), 'swarm-'))
  directories.push(directory)
  return directory
}

const directories: string[] = []

function removeAll(): void {
  for (const directory of directories) {
    try {
      rmSync(directory, { recursive: true, force: true, maxRetries: 3 })
    } catch {
      // A few files in a temporary directory are no reason to fail.
    }
  }
}

/** Ten times as fast as the system's: what takes half a minute of silence takes three seconds. */
export const hastyTimers: Timers = {
  after: (ms, run) => systemTimers.after(ms / 10, run),
  every: (ms, run) => systemTimers.every(ms / 10, run),
  monotonic: () => systemTimers.monotonic() * 10,
}

/** A quiet node on loopback: nothing but what the test switches on. */
export const quiet = ({
  home = new TestSwarm(),
  key = generateNodeKey(),
  ...over
}: Partial<Libp2pTransportOptions> & { readonly home?: TestSwarm } = {}): Libp2pTransportOptions => ({
  key,
  ...home.of(key),
  name: 'test',
  hosts: ['127.0.0.1'],
  port: 0,
  beacon: false,
  mdns: false,
  clock: { now: () => Date.now() },
  random: seededRandom(7),
  ...over,
})

/** Starts a libp2p transport that is stopped after the test. */
export async function member(t: TestContext, options: Libp2pTransportOptions): Promise<Member> {
  const transport = createLibp2pTransport(options)
  const saw = new Witness()
  t.after(() => transport.stop())
  await transport.start(saw)
  return { transport, saw, self: transport.self }
}

/** `host:port` of the first TCP listener. */
export async function addressOf({ transport }: Member): Promise<string> {
  const { listening } = await transport.report()
  const [, host, port] = /\/ip4\/([\d.]+)\/tcp\/(\d+)/.exec(listening.join(' ')) ?? []
  assert.ok(host !== undefined && port !== undefined, `no listener in ${listening.join(' ')}`)
  return `${host}:${port}`
}

export async function connected(one: Member, other: Member): Promise<void> {
  await Promise.all([
    one.saw.until(`${one.self} sees ${other.self}`, () => one.transport.peers().includes(other.self)),
    other.saw.until(`${other.self} sees ${one.self}`, () => other.transport.peers().includes(one.self)),
  ])
}
