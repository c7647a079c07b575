import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Libp2pTransportOptions } from '../../src/swarm/libp2p/index.ts'

const PATIENCE_MS = 40_000

export interface Said {
  readonly is: string
  readonly at: number
  readonly [field: string]: unknown
}

/** A node in another process, and what it said. */
export interface NodeProcess {
  readonly said: Said[]
  readonly pid: number
  order(order: Record<string, string>): void
  until(what: string, holds: (said: readonly Said[]) => boolean): Promise<void>
  /** By signal; resolves when the process is gone. */
  kill(signal: NodeJS.Signals): Promise<void>
}

export interface NodeProcessOptions {
  readonly identity: string
  readonly token: string
  readonly options: Partial<Libp2pTransportOptions>
  readonly busyMs?: number
  /** What runs the command, for example `ip netns exec <name>`. */
  readonly prefix?: readonly string[]
}

/** The seed of a swarm. */
export const aToken = (): string => randomBytes(16).toString('hex')

export function startNode(t: TestContext, { prefix = [], ...settings }: NodeProcessOptions): NodeProcess {
  const node = [process.execPath, join(import.meta.dirname, 'swarm-node.ts'), JSON.stringify(settings)]
  const [command, ...rest] = [...prefix, ...node] as [string, ...string[]]
  const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'pipe'] })
  const said: Said[] = []
  const waiting = new Set<() => void>()
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  let half = ''
  let errors = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (half + chunk).split('\n')
    half = lines.pop() ?? ''
    for (const line of lines) said.push(JSON.parse(line) as Said)
    for (const check of waiting) check()
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk))
  child.stdin.on('error', () => {})
  t.after(async () => {
    child.kill('SIGKILL')
    await gone
  })

  return {
    said,
    pid: child.pid ?? 0,
    order: (order) => child.stdin.write(`${JSON.stringify(order)}\n`),
    async until(what, holds) {
      if (holds(said)) return
      const held = Promise.withResolvers<void>()
      const check = (): void => {
        if (holds(said)) held.resolve()
      }
      const story = (): string =>
        said
          .map((event) => JSON.stringify(event))
          .slice(-25)
          .join('\n')
      const timer = setTimeout(
        () => held.reject(new Error(`waited in vain: ${what}\n${story()}\n${errors}`)),
        PATIENCE_MS,
      )
      gone.then(() => held.reject(new Error(`the node ended: ${what}\n${story()}\n${errors}`))).catch(() => {})
      waiting.add(check)
      try {
        await held.promise
      } finally {
        clearTimeout(timer)
        waiting.delete(check)
      }
    },
    async kill(signal) {
      child.kill(signal)
      await gone
    },
  }
}

export const peersUp = (said: readonly Said[]): string[] => {
  const up = new Set<string>()
  for (const event of said) {
    if (event.is === 'up') up.add(String(event['peer']))
    if (event.is === 'down') up.delete(String(event['peer']))
  }
  return [...up]
}
