import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Api } from '../../test/support/http-api.ts'
import type { Scope } from '../../test/support/scope.ts'
import type { Group, Member } from './trials.ts'

export interface EtcdTimers {
  readonly heartbeatMs: number
  readonly electionMs: number
}

const HOST = '127.0.0.1'

/** What etcd this is; or how to get one. */
export function etcdVersion(): { readonly ok: boolean; readonly text: string } {
  const { error, stdout } = spawnSync('etcd', ['--version'], { encoding: 'utf8' })
  if (error)
    return { ok: false, text: 'there is no etcd here; Debian and Ubuntu have it: apt-get install etcd-server' }
  return { ok: true, text: stdout.split('\n', 1)[0]?.replace(' Version:', '') ?? 'etcd' }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, HOST))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports
}

interface MaintenanceStatus {
  readonly header: { readonly member_id: string }
  readonly leader?: string
}

class EtcdMember implements Member {
  readonly name: string
  readonly #api: Api
  readonly #args: readonly string[]
  /** Names by the ids that etcd drew. */
  readonly #names: Map<string, string>
  #child: ChildProcess

  constructor(name: string, port: number, args: readonly string[], names: Map<string, string>) {
    this.name = name
    this.#api = new Api({ host: HOST, port })
    this.#args = args
    this.#names = names
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
    const body = { key: Buffer.from('x.bench').toString('base64'), value: Buffer.from(value).toString('base64') }
    await this.#api.ask({ method: 'POST', path: '/v3/kv/put', body, signal })
  }

  async leader(signal: AbortSignal): Promise<string | undefined> {
    const ask = { method: 'POST', path: '/v3/maintenance/status', body: {}, signal } as const
    const { header, leader } = await this.#api.ask<MaintenanceStatus>(ask)
    this.#names.set(header.member_id, this.name)
    return this.#names.get(leader ?? '')
  }

  async close(): Promise<void> {
    this.#api.close()
    const { exited } = this
    this.signal('SIGKILL')
    await exited
  }

  #spawn(): ChildProcess {
    return spawn('etcd', this.#args, { stdio: 'ignore' })
  }
}

/** Three on loopback, with data on the disk of the temporary folder, as our own nodes have theirs. */
export async function etcdGroup(
  scope: Scope,
  title: string,
  { electionMs, heartbeatMs }: EtcdTimers,
): Promise<Group> {
  const dir = mkdtempSync(join(tmpdir(), 'etcd-bench-'))
  scope.after(() => rmSync(dir, { recursive: true, force: true }))
  const ports = await freePorts(6)
  const url = (at: number): string => `http://${HOST}:${ports[at]}`
  const cluster = [0, 1, 2].map((at) => `e${at}=${url(at + 3)}`).join(',')
  const names = new Map<string, string>()
  const members = [0, 1, 2].map((at) => {
    const args = [
      ['--name', `e${at}`, '--data-dir', join(dir, `e${at}`)],
      ['--listen-client-urls', url(at), '--advertise-client-urls', url(at)],
      ['--listen-peer-urls', url(at + 3), '--initial-advertise-peer-urls', url(at + 3)],
      ['--initial-cluster', cluster, '--initial-cluster-token', 'bench'],
      ['--heartbeat-interval', String(heartbeatMs), '--election-timeout', String(electionMs)],
    ].flat()
    const member = new EtcdMember(`e${at}`, ports[at] ?? 0, args, names)
    scope.after(() => member.close())
    return member
  })
  return { title, members }
}
