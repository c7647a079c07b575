import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, globSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { Scope } from './scope.ts'

/** `nobody`: PostgreSQL refuses to run as root. */
const UID = 65534
const START_MS_MAX = 30_000

/** The folder of `initdb` and `postgres`: of PATH, or where Debian puts them, the newest. */
function binaries(): string | undefined {
  const debian = globSync('/usr/lib/postgresql/*/bin').toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }))
  return [...(process.env['PATH'] ?? '').split(delimiter), ...debian].find((folder) =>
    ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))),
  )
}

/** Why no server can be started here; undefined when one can. */
export function whyNoPostgres(): string | undefined {
  if (binaries() === undefined) return 'needs PostgreSQL: initdb and postgres on PATH or in /usr/lib/postgresql/*/bin'
  if (process.getuid?.() === 0 && spawnSync('setpriv', ['--version']).status !== 0)
    return 'PostgreSQL refuses root, and there is no setpriv (util-linux) to become somebody else'
  return undefined
}

/** A PostgreSQL server of its own: private port and folder, syncing as in production, gone in the end. */
export class Postgres {
  readonly #folder: string
  readonly #bin: string
  readonly #port: number
  #server: ChildProcess | undefined
  #databases = 0

  private constructor(folder: string, bin: string, port: number) {
    this.#folder = folder
    this.#bin = bin
    this.#port = port
  }

  static async start(scope: Scope): Promise<Postgres> {
    const folder = mkdtempSync(join(tmpdir(), 'mcp-swarm-pg-'))
    if (process.getuid?.() === 0) chownSync(folder, UID, UID)
    const server = new Postgres(folder, binaries() ?? '', await freePort())
    scope.after(async () => {
      await server.kill()
      rmSync(folder, { recursive: true, force: true })
    })
    const made = server.#asOther('initdb', [
      '-D',
      join(folder, 'data'),
      '-U',
      'swarm',
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--locale=C',
      '-N',
    ])
    let said = ''
    made.stderr?.on('data', (part: Buffer) => (said += part.toString()))
    const [code] = (await once(made, 'close')) as [number | null]
    if (code !== 0) throw new Error(`initdb: ${said}`)
    await server.run()
    return server
  }

  /** Begins, or begins again after a kill; when it answers. */
  async run(...settings: readonly string[]): Promise<void> {
    const until = performance.now() + START_MS_MAX
    for (;;) {
      const server = this.#asOther('postgres', [
        '-D',
        join(this.#folder, 'data'),
        '-p',
        String(this.#port),
        '-k',
        this.#folder,
        ...['listen_addresses=127.0.0.1', 'shared_buffers=32MB', ...settings].flatMap((one) => ['-c', one]),
      ])
      this.#server = server
      while (server.exitCode === null) {
        if (
          await this.query('postgres', 'SELECT 1').then(
            () => true,
            () => false,
          )
        )
          return
        if (performance.now() > until) throw new Error('PostgreSQL does not answer')
        await pause(20)
      }
      // Those of the one that was killed hold its memory until they notice.
      if (performance.now() > until) throw new Error(`PostgreSQL ended with ${server.exitCode}`)
      await pause(50)
    }
  }

  #asOther(name: string, args: readonly string[]): ChildProcess {
    const program = join(this.#bin, name)
    const [command, all] =
      process.getuid?.() === 0
        ? ['setpriv', [`--reuid=${UID}`, `--regid=${UID}`, '--clear-groups', program, ...args]]
        : [program, args]
    return spawn(command, all, {
      cwd: this.#folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, LC_ALL: 'C' },
    })
  }

  get pid(): number {
    return this.#server?.pid ?? 0
  }

  url(database: string): string {
    return `postgres://swarm@127.0.0.1:${this.#port}/${database}`
  }

  /** An empty one. */
  async database(): Promise<string> {
    const name = `d${++this.#databases}`
    await this.query('postgres', `CREATE DATABASE ${name}`)
    return name
  }

  async query(database: string, text: string): Promise<readonly Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: this.url(database), connectionTimeoutMillis: 5000 })
    client.on('error', () => {})
    await client.connect()
    try {
      const { rows } = await client.query<Record<string, unknown>>(text)
      return rows
    } finally {
      await client.end()
    }
  }

  /** As when the machine loses power, but for the disk's own memory. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const server = this.#server
    if (server?.exitCode !== null || server.signalCode !== null) return
    const ended = once(server, 'exit')
    server.kill(signal)
    await ended
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
