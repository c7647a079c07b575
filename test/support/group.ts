import assert from 'node:assert/strict'
import { request } from 'node:http'
import { Home, type Status, until } from './cli.ts'
import type { Scope } from './scope.ts'

interface Named {
  readonly id: string
  readonly name: string | null
  readonly connected?: boolean
}

/** `GET /v1/leader`. */
export interface Leadership {
  readonly leader: Named | null
  readonly reason: string | null
  readonly seat: string
  readonly state: string
  readonly term: number
  readonly voted_for: Named | null
  readonly last_heartbeat_ms: number | null
  readonly elections: { readonly started: number; readonly won: number; readonly seen: number }
  readonly voters: readonly Named[]
  readonly standbys: readonly Named[]
  readonly members: number
  readonly lineage: string | null
  readonly topics: Readonly<Record<string, readonly Named[]>>
  readonly conflicts: readonly { readonly key: string; readonly kept: string | null; readonly lost: string | null }[]
  readonly draining: readonly Named[]
}

export interface Reply<Body> {
  readonly status: number
  readonly body: Body
}

export interface Setting {
  readonly value: unknown
  readonly version: string
  readonly code?: string
  readonly detail?: string
}

/** Only by the registry of their state directory: swarms of other tests on this machine are not heard. */
const QUIET = ['--no-mdns', '--no-beacon']

/** Nodes of one state directory, asked over their sockets: a look at them must not cost a process. */
export class Group {
  readonly home: Home
  readonly #nodes = new Map<string, { readonly socket: string; pid: number }>()

  constructor(t: Scope, home = new Home(t)) {
    this.home = home
  }

  async start(name: string, ...flags: readonly string[]): Promise<void> {
    const { api, node } = await this.home.json<Status>(['start', '--detach', '--name', name, ...QUIET, ...flags])
    this.#nodes.set(name, { socket: api.socket, pid: node.pid })
  }

  async startAll(names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name) => this.start(name)))
  }

  async kill(...names: readonly string[]): Promise<void> {
    for (const name of names) process.kill(this.#nodes.get(name)?.pid ?? 0, 'SIGKILL')
    for (const name of names)
      await until(`${name} is gone`, async () => (await this.call(name, 'GET', '/livez').catch(() => null)) === null)
  }

  call<Body>(
    name: string,
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Reply<Body>> {
    const { promise, reject, resolve } = Promise.withResolvers<Reply<Body>>()
    const socketPath = this.#nodes.get(name)?.socket
    assert.ok(socketPath, `${name} was started`)
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    const call = request({ socketPath, method, path, headers: { ...headers, ...type } }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: parse(text) as Body }))
    })
    call.once('error', reject)
    call.end(body === undefined ? undefined : JSON.stringify(body))
    return promise
  }

  async look(name: string): Promise<Leadership> {
    return (await this.call<Leadership>(name, 'GET', '/v1/leader')).body
  }

  set(
    name: string,
    key: string,
    value: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Reply<Setting>> {
    return this.call(name, 'PUT', `/v1/settings/${key}`, { value }, headers)
  }
  get(name: string, key: string): Promise<Reply<Setting>> {
    return this.call(name, 'GET', `/v1/settings/${key}`)
  }

  /** Waits until all of these name the same leader in the same lineage; its name. */
  async agree(names: readonly string[], msMax?: number): Promise<string> {
    let leader: string | null | undefined
    await until(
      `${names.join(', ')} name one leader`,
      async () => {
        const views = await Promise.all(names.map((name) => this.look(name)))
        const [first] = views
        leader = first?.leader?.name
        return views.every((view) => view.leader && view.leader.name === leader && view.lineage === first?.lineage)
      },
      msMax,
    )
    return leader ?? ''
  }

  /** Waits until it says so of the swarm. */
  async sees(name: string, what: string, holds: (view: Leadership) => boolean, msMax?: number): Promise<Leadership> {
    let view: Leadership | undefined
    await until(`${name}: ${what}`, async () => holds((view = await this.look(name))), msMax)
    assert.ok(view)
    return view
  }
}

export const namesOf = (members: readonly Named[]): readonly string[] =>
  members.map(({ id, name }) => name ?? id).sort()

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
