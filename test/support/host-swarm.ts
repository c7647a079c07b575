import { type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Home, until } from './cli.ts'
import { Api } from './http-api.ts'
import { type Network, openNetwork } from './netns.ts'
import type { Scope } from './scope.ts'
import { TestSwarm } from './test-swarm.ts'

/* Nodes as real processes, each on a host of its own: a network namespace, and a state directory. */

/** What `GET /v1/leader` says, as far as tests and benches look at it. */
export interface LeaderReply {
  readonly leader: { readonly name: string | null; readonly id: string } | null
  readonly reason: string | null
  readonly seat: 'voter' | 'standby' | 'observer' | 'none'
  readonly state: string
  readonly term: number
  readonly voters: readonly { readonly name: string | null }[]
  readonly members: number
  readonly lineage: string | null
  readonly applied: number
}

const ASK_MS = 1_000

export interface HostOptions {
  /** Of the state directory. */
  readonly parent?: string
  readonly flags?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** The swarm it is a member of; by default all hosts of `hostSwarm` are in one. */
  readonly swarm?: TestSwarm
}

export class HostNode {
  readonly name: string
  readonly at: number
  readonly home: Home
  readonly api: Api
  readonly #flags: readonly string[]
  readonly #env: Readonly<Record<string, string>>
  #child: (ChildProcess & { output(): string }) | undefined

  constructor(scope: Scope, network: Pick<Network, 'on'>, at: number, options: HostOptions = {}) {
    this.name = `n${at}`
    this.at = at
    this.home = new Home(scope, network.on(at), options.parent)
    this.api = new Api({ socketPath: join(this.home.dir, 'nodes', this.name, 'api.sock') })
    scope.after(() => this.api.close())
    options.swarm?.provision(this.home.dir)
    this.#flags = options.flags ?? []
    this.#env = options.env ?? {}
  }

  get pid(): number {
    const pid = this.#child?.pid
    if (pid === undefined || !this.isRunning) throw new Error(`${this.name} does not run`)
    return pid
  }
  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** Every program on the way becomes the next one, so that the process is the node. */
  launch(): void {
    this.#child = this.home.spawn(['start', '--name', this.name, ...this.#flags], this.#env)
  }

  async start(): Promise<void> {
    this.launch()
    await until(`${this.name} answers`, async () => {
      if (!this.isRunning) throw new Error(`${this.name} ended: ${this.#child?.output()}`)
      return (await this.leader()) !== undefined
    })
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal)
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const exit = this.#child && once(this.#child, 'exit')
    this.signal(signal)
    await exit
  }

  /** Undefined when it does not answer. */
  async leader(): Promise<LeaderReply | undefined> {
    try {
      const signal = AbortSignal.timeout(ASK_MS)
      return await this.api.ask<LeaderReply>({ method: 'GET', path: '/v1/leader', signal })
    } catch {
      return undefined
    }
  }

  get log(): readonly string[] {
    return readFileSync(join(this.home.dir, 'nodes', this.name, 'node.log'), 'utf8').split('\n')
  }
}

export interface HostSwarm {
  readonly network: Network
  readonly nodes: readonly HostNode[]
}

/** The hosts and their nodes, none of them started; those from `apart` on are on another network for now. */
export function hostSwarm(
  scope: Scope,
  hosts: number,
  options: (at: number) => HostOptions = () => ({}),
  apart = hosts,
): HostSwarm {
  const network = openNetwork(scope, { hosts, multicastRoute: true, apart })
  const swarm = new TestSwarm()
  const nodes = Array.from({ length: hosts }, (_, at) => new HostNode(scope, network, at, { swarm, ...options(at) }))
  return { network, nodes }
}

/** What all of them say, when they all answer and agree on lineage and leader. */
export async function agreement(nodes: readonly HostNode[]): Promise<readonly LeaderReply[] | undefined> {
  const replies = await Promise.all(nodes.map((node) => node.leader()))
  const [first] = replies
  const agree = (reply: LeaderReply | undefined): reply is LeaderReply =>
    reply !== undefined &&
    reply.lineage !== null &&
    reply.lineage === first?.lineage &&
    reply.leader !== null &&
    reply.leader.id === first.leader?.id
  return replies.every(agree) ? replies : undefined
}

export const votersOf = (replies: readonly LeaderReply[]): number =>
  Math.min(...replies.map(({ voters }) => voters.length))

/** The node that leads, by its own word. */
export async function leaderAmong(nodes: readonly HostNode[]): Promise<HostNode | undefined> {
  const replies = await Promise.all(nodes.map((node) => node.leader()))
  return nodes.find((_, at) => replies[at]?.state === 'leader')
}
