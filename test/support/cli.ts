import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Scope } from './scope.ts'

export const LAUNCHER = new URL('../../bin/mcp-swarm', import.meta.url).pathname

export interface Finished {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly input?: string | Buffer
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** A state directory of its own, and the command line in it. Nodes left running are stopped at the end. */
export class Home {
  readonly dir: string
  readonly #children: ChildProcess[] = []
  readonly #command: string
  readonly #before: readonly string[]

  /** `on` is what runs a command on another host, e.g. `ip netns exec NAME`. */
  constructor(t: Scope, on: readonly string[] = [], parent: string = tmpdir()) {
    const [command, ...before] = [...on, LAUNCHER]
    this.#command = command
    this.#before = before
    this.dir = mkdtempSync(join(parent, 'mcp-swarm-'))
    t.after(async () => {
      // Not through the other host's namespace, which may be gone by now: stopping needs the files and a signal.
      await finished(spawn(LAUNCHER, ['stop', '--all'], { env: this.env, stdio: 'pipe' }))
      for (const child of this.#children) child.kill('SIGKILL')
      rmSync(this.dir, { recursive: true, force: true, maxRetries: 5 })
    })
  }

  get env(): NodeJS.ProcessEnv {
    const { FORCE_COLOR: _force, ...rest } = process.env
    return { ...rest, NO_COLOR: '1', MCP_SWARM_STATE_DIR: this.dir, XDG_CONFIG_HOME: join(this.dir, 'config') }
  }

  /** A command on this home's host. */
  on(...command: readonly string[]): readonly string[] {
    return [this.#command, ...this.#before, ...command].filter((part) => part !== LAUNCHER)
  }

  /** Runs the launcher to its end, as a person at a shell would. */
  async cli(args: readonly string[], { cwd = this.dir, env = {}, input = '' }: RunOptions = {}): Promise<Finished> {
    const child = spawn(this.#command, [...this.#before, ...args], {
      cwd,
      env: { ...this.env, ...env },
      stdio: 'pipe',
    })
    // A program that refuses its input early closes the pipe under the writer.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    return finished(child)
  }

  async json<Reply>(args: readonly string[], options: RunOptions = {}): Promise<Reply> {
    const { code, stderr, stdout } = await this.cli([...args, '--json'], options)
    if (stdout === '') throw new Error(`${args.join(' ')} exited ${code}: ${stderr}`)
    return JSON.parse(stdout) as Reply
  }

  /** A node in the background; its name. */
  async start(name: string, ...flags: readonly string[]): Promise<string> {
    const { code, stderr } = await this.cli(['start', '--detach', '--name', name, ...flags])
    if (code !== 0) throw new Error(`${name} did not start: ${stderr}`)
    return name
  }

  /** A process that goes on; its output is collected. */
  spawn(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess & { output(): string } {
    const child = spawn(this.#command, [...this.#before, ...args], {
      cwd: this.dir,
      env: { ...this.env, ...env },
      stdio: 'pipe',
    })
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()))
    this.#children.push(child)
    return Object.assign(child, { output: () => text })
  }
}

async function finished(child: ChildProcessWithoutNullStreams): Promise<Finished> {
  const ended = once(child, 'close') as Promise<[number | null, string | null]>
  const [stdout, stderr, [code]] = await Promise.all([collect(child.stdout), collect(child.stderr), ended])
  return { code: code ?? -1, stdout, stderr }
}

async function collect(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/** Waits for a condition of the world outside, looking often; fails when it does not come. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, msMax = 20_000): Promise<void> {
  const end = performance.now() + msMax
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`never: ${what}`)
    await sleep(20)
  }
}

export interface Status {
  readonly node: { readonly id: string; readonly name: string; readonly pid: number }
  readonly stage: string
  readonly reason: string | null
  readonly swarm: { readonly nodes: number }
  readonly knowledge: { readonly items: number; readonly missing: number; readonly digest: string }
  readonly clock_offset_ms: number | null
  readonly api: { readonly url: string; readonly socket: string }
}
