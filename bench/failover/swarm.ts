import { type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Home } from '../../test/support/cli.ts'
import { Api } from '../../test/support/http-api.ts'
import type { Scope } from '../../test/support/scope.ts'
import { ensureBuilt, loopbackHome, socketOf } from '../nodes.ts'
import type { Group, Member } from './trials.ts'

const SETTING = '/v1/settings/x.bench'

interface LeaderAnswer {
  readonly leader: { readonly name: string; readonly id: string } | null
}

class SwarmMember implements Member {
  readonly name: string
  readonly #home: Home
  readonly #api: Api
  #child: ChildProcess
  #puts = 0

  constructor(home: Home, name: string) {
    this.name = name
    this.#home = home
    this.#api = new Api({ socketPath: socketOf(home, name) })
    this.#child = this.#spawn()
  }

  start(): void {
    this.#child = this.#spawn()
  }

  get exited(): Promise<unknown> {
    return this.#child.exitCode === null && this.#child.signalCode === null
      ? once(this.#child, 'exit')
      : Promise.resolve()
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  async put(value: string, signal: AbortSignal): Promise<void> {
    const headers = { 'idempotency-key': `${this.name}-${process.pid}-${this.#puts++}` }
    await this.#api.ask({ method: 'PUT', path: SETTING, body: { value }, headers, signal })
  }

  async leader(signal: AbortSignal): Promise<string | undefined> {
    const { leader } = await this.#api.ask<LeaderAnswer>({ method: 'GET', path: '/v1/leader', signal })
    return leader?.name
  }

  close(): void {
    this.#api.close()
    this.signal('SIGKILL')
  }

  /** The launcher becomes the node, so that its process is the one to strike. */
  #spawn(): ChildProcess {
    return this.#home.spawn(['start', '--name', this.name])
  }
}

/** Three nodes of one user on loopback: they find each other, and hold the same key. */
export function swarmGroup(scope: Scope, title: string): Group {
  ensureBuilt()
  const home = loopbackHome(scope)
  const members = ['alpha', 'beta', 'gamma'].map((name) => new SwarmMember(home, name))
  for (const member of members) scope.after(() => member.close())
  return { title, members }
}

/** Why our own half cannot be measured: this build has no leader to ask for. */
export async function whyNoLeader({ members }: Group): Promise<string | undefined> {
  const [first] = members
  for (let tries = 0; tries < 100; tries++) {
    try {
      // oxlint-disable-next-line eslint/no-await-in-loop -- one try after the other
      await first?.leader(AbortSignal.timeout(1_000))
      return undefined
    } catch (error) {
      const { message } = error as Error
      if (message.includes(': 404')) return 'this build has no GET /v1/leader'
    }
    // oxlint-disable-next-line eslint/no-await-in-loop -- the node is starting
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  return 'the node does not answer'
}
