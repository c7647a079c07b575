/* Nodes to measure: built, on loopback or in network namespaces of their own, filled, and asked over their socket. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { Agent, type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { Home } from '../test/support/cli.ts'
import { openNetwork, whyNoNetwork } from '../test/support/netns.ts'
import type { Scope } from '../test/support/scope.ts'

export const PROJECT = join(import.meta.dirname, '..')
/** No file asks for less than the loopback interface and the registry of this user's nodes. */
const LOOPBACK = 'swarm: { hosts: [127.0.0.1] }\ndiscovery: { beacon: false, mdns: false }\n'

/** Builds dist/ when the launcher would run the sources: it is the bundle that people run. */
export function ensureBuilt(): void {
  const bundle = statSync(join(PROJECT, 'dist/main.js'), { throwIfNoEntry: false })?.mtimeMs ?? 0
  const newest = Math.max(
    ...globSync('src/**/*.ts', { cwd: PROJECT }).map((file) => statSync(join(PROJECT, file)).mtimeMs),
  )
  if (bundle > newest) return
  const { status } = spawnSync(process.execPath, ['scripts/build.ts'], { cwd: PROJECT, stdio: 'inherit' })
  if (status !== 0) throw new Error('the build failed')
}

/** A machine for nodes: a namespace with a network nobody else is on, or loopback only. */
export interface Machine {
  /** What runs a command there. */
  readonly on: readonly string[]
  home(): Home
}

/** One or two machines on one network; loopback of this one when there can be no namespaces and one is enough. */
export function machines(scope: Scope, hosts: 1 | 2): Machine[] {
  const why = whyNoNetwork()
  if (why === undefined) {
    const network = openNetwork(scope, { hosts, multicastRoute: true })
    return Array.from({ length: hosts }, (_, at) => {
      const on = network.on(at)
      return { on, home: () => new Home(scope, on) }
    })
  }
  if (hosts > 1) throw new Error(why)
  return [{ on: [], home: () => loopbackHome(scope) }]
}

export function loopbackHome(scope: Scope): Home {
  const home = new Home(scope)
  const folder = join(home.dir, 'config', 'mcp-swarm')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'config.yaml'), LOOPBACK)
  return home
}

/** Milliseconds until a command has ended as it should. */
export async function commandTime(
  command: readonly string[],
  { code = 0, cwd, env }: { readonly code?: number; readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<number> {
  const [file = '', ...args] = command
  const start = performance.now()
  const child = spawn(file, args, { stdio: 'ignore', ...(cwd ? { cwd } : {}), ...(env ? { env } : {}) })
  const [ended] = (await once(child, 'exit')) as [number | null]
  const ms = performance.now() - start
  if (ended !== code) throw new Error(`${command.join(' ')}: ended with ${ended}, not ${code}`)
  return ms
}

export const socketOf = (home: Home, name: string): string => join(home.dir, 'nodes', name, 'api.sock')

export interface Reply {
  readonly status: number
  readonly text: string
}

/** Keep-alive connections to a node's socket. */
export class Client {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 })
  readonly #socket: string

  constructor(scope: Scope, socket: string) {
    this.#socket = socket
    scope.after(() => this.close())
  }

  close(): void {
    this.#agent.destroy()
  }

  ask(method: 'GET' | 'POST', path: string, body = '', headers: Record<string, string> = {}): Promise<Reply> {
    const { promise, reject, resolve } = Promise.withResolvers<Reply>()
    const length =
      body === '' ? {} : { 'content-length': Buffer.byteLength(body), 'content-type': 'application/json' }
    const options = { socketPath: this.#socket, agent: this.#agent, method, path }
    const call = request({ ...options, headers: { ...length, ...headers } }, (response: IncomingMessage) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text }))
      response.on('error', reject)
    })
    call.on('error', reject)
    call.end(body)
    return promise
  }

  async json<Answer>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> {
    const { status, text } = await this.ask(method, path, body === undefined ? '' : JSON.stringify(body))
    if (status >= 400) throw new Error(`${method} ${path}: ${status} ${text}`)
    return JSON.parse(text) as Answer
  }
}

/** Eight kinds of errors, so that ten thousand of them have many look-alikes, as those of a real swarm do. */
const SHAPES: readonly ((name: string) => string)[] = [
  (name) => `Error: Cannot find module '${name}'\nRequire stack:\n- PATH/src/index.js`,
  (name) =>
    `Traceback (most recent call last):\n  File "PATH/main.py", line 3, in <module>\n    import ${name}\nModuleNotFoundError: No module named '${name}'`,
  (name) => `PATH/src/view.ts(12,7): error TS2304: Cannot find name '${name}'.`,
  (name) =>
    `TypeError: Cannot read properties of undefined (reading '${name}')\n    at render (PATH/src/view.js:40:11)`,
  (name) => `error[E0432]: unresolved import \`${name}\`\n --> PATH/src/lib.rs:4:5`,
  (name) =>
    `npm error code E404\nnpm error 404 Not Found - GET /${name}\nnpm error 404 '${name}@*' is not in this registry.`,
  (name) => `psql: error: connection to server failed: FATAL:  role "${name}" does not exist`,
  (name) => `PATH/main.c:9:10: fatal error: ${name}.h: No such file or directory`,
]
const SYLLABLES = ['ba', 'co', 'du', 'fi', 'ga', 'lo', 'mu', 'ne', 'pi', 'ra', 'so', 'ta', 've', 'wi', 'yo', 'zu']

/** A name of its own for every number, which is no number. */
const nameOf = (n: number): string =>
  [...(n + 4096 > 0xffff ? [16] : []), 12, 8, 4, 0]
    .map((shift) => SYLLABLES[((n + 4096) >> shift) & 15] ?? '')
    .join('')

/** The n-th error as printed in a folder. */
export const errorAt = (n: number, path = '/home/ana/app'): string =>
  `> build\n${(SHAPES[n % SHAPES.length] ?? String)(nameOf(n)).replaceAll('PATH', path)}\n`
export const actionAt = (n: number): string => `Add ${nameOf(n)} to the manifest, then install again.`
export const fixAt = (n: number): object => ({
  error: errorAt(n),
  action: actionAt(n),
  cause: `${nameOf(n)} was never declared, only used.`,
})

/** Shares the fixes `from` up to `to`, some at a time. */
export async function fill(client: Client, from: number, to: number): Promise<void> {
  let next = from
  const share = async (): Promise<void> => {
    while (next < to) await client.json('POST', '/v1/items', fixAt(next++))
  }
  await Promise.all(Array.from({ length: 32 }, share))
}
