import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { asSwarmError, type ErrorCode, errorTable, SwarmError } from '../../base/index.ts'
import { loadConfig, misspelt, readSources, type Settings } from '../../config/index.ts'
import { holderOf, makeDirectory, nodePaths, stateError } from '../../files/index.ts'
import type { NodeOptions, RunningNode } from '../../node/index.ts'
import { callNode } from '../client.ts'
import { type Common, defaultName, type Found, stateOf } from '../context.ts'
import { counted, out, outJson, paint, plain, printError, say } from '../print.ts'
import { VERSION } from '../version.ts'
import type { StatusReply } from './status.ts'

export interface StartFlags extends Common {
  readonly role?: string
  readonly open?: boolean
  readonly tokenFile?: string
  readonly join?: readonly string[]
  readonly specialize?: readonly string[]
  readonly with?: readonly string[]
  readonly timing?: string
  readonly port?: number
  readonly listen?: readonly string[]
  readonly swarmPort?: number
  readonly mdns?: boolean
  readonly beacon?: boolean
  readonly logLevel?: string
  readonly detach?: boolean
  readonly verbose?: boolean
}

/** A node answers well within this, also on a busy machine; beyond it something is wrong. Milliseconds. */
const READY_MS_MAX = 30_000

export async function start(flags: StartFlags): Promise<number> {
  const { config } = loadConfig(await readSources(settingsOf(flags), process.env, process.cwd()))
  for (const text of misspelt(process.env)) say(`${paint('yellow', '!', process.stderr)} ${text}`)
  const name = config.name ?? defaultName()
  const state = stateOf(flags)
  if (flags.detach) return detach({ name, paths: nodePaths(state, name), holder: undefined }, flags)
  const { startNode } = await import('../../node/index.ts')
  const run = (): Promise<RunningNode> => startNode({ config, name, state, version: VERSION, onEvent: tell })
  const began = performance.now()
  const node = await run()
  out(
    `${paint('green', '●')} ${paint('bold', name)} started in ${((performance.now() - began) / 1000).toFixed(1)} s  role ${config.role} · ${node.url} · ${node.id.slice(0, 6)}…${node.id.slice(-6)}`,
  )
  out(
    paint(
      'dim',
      `  looking for other nodes on this network; Ctrl-C stops${config.admission === 'open' ? '' : '; let other machines in: mcp-swarm nodes pending'}`,
    ),
  )
  return untilStopped(node, run, flags.verbose ?? false)
}

function settingsOf(flags: StartFlags): Settings {
  return {
    name: flags.name,
    role: flags.role,
    admission: flags.open ? 'open' : undefined,
    tokenFile: flags.tokenFile,
    specialize: flags.specialize,
    with: flags.with,
    coordination: { timing: flags.timing },
    api: { port: flags.port, listen: flags.listen },
    swarm: { port: flags.swarmPort },
    discovery: {
      bootstrap: flags.join,
      mdns: flags.mdns === false ? false : undefined,
      beacon: flags.beacon === false ? false : undefined,
    },
    log: { level: flags.logLevel },
  }
}

const tell: NodeOptions['onEvent'] = (event) => {
  switch (event.type) {
    case 'joined':
      return out(
        `${paint('green', '●')} found ${plain(event.member.name)}  role ${event.member.role}, version ${plain(event.member.version)}`,
      )
    case 'left':
      return out(`${paint('yellow', '○')} ${plain(event.member.name)} left: ${plain(event.why)}`)
    case 'leader':
      if (event.leader === null)
        return out(`${paint('yellow', '○')} nobody leads${event.reason ? `: ${plain(event.reason)}` : ''}`)
      return out(`${paint('green', '●')} ${event.own ? 'this node' : plain(event.leader)} leads  term ${event.term}`)
    case 'learned':
      return out(`${paint('cyan', '+')} learned ${counted(event.items, 'item')} from ${plain(event.from.join(', '))}`)
    case 'note':
    case 'remark':
      return event.level === 'warn' || event.level === 'error'
        ? say(`${paint('yellow', '!', process.stderr)} ${plain(event.text)}`)
        : undefined
    // For the log, and `mcp-swarm audit`; conflicts are told by a note.
    case 'audit':
    case 'conflicts':
    case 'request':
    case 'job':
      return undefined
    case 'stage':
      return event.stage === 'degraded'
        ? say(`${paint('red', '!', process.stderr)} degraded: see mcp-swarm status`)
        : undefined
  }
}

async function untilStopped(first: RunningNode, run: () => Promise<RunningNode>, verbose: boolean): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(0))
  // What nobody caught may have left a core in between two states: end, and let the supervisor start anew.
  const fail = (error: unknown): void => resolve(printError(error, verbose) || 1)
  for (const event of ['uncaughtException', 'unhandledRejection'] as const)
    process.removeAllListeners(event).on(event, fail)
  // A node goes on when nobody watches it any more: `start | head -1` is not a stop.
  process.stdout.removeAllListeners('error').on('error', () => {})
  for (let node = first; ;) {
    const code = await Promise.race([promise, node.entered])
    await node.stop()
    if (code !== undefined) return code
    // It was let into another swarm: the same process, as a member of that one.
    node = await run()
    out(`${paint('green', '●')} is a member of the other swarm now  ${node.url}`)
  }
}

/** Starts the node as a process of its own, and returns when it answers. Harmless when it runs already. */
async function detach(node: Found, flags: StartFlags): Promise<number> {
  const already = holderOf(node.paths.lock) !== undefined
  const log = `${node.paths.log}.start`
  const args = process.argv.slice(2).filter((arg) => arg !== '--detach' && arg !== '-d' && arg !== '--json')
  const status = await ready(node, log, already ? () => true : spawnDetached(log, args))
  // What a person in the foreground would have been warned of.
  if (!already) for (const line of read(log).split('\n')) if (line.startsWith('! ')) say(plain(line))
  if (flags.json) outJson({ ...status, already_running: already })
  else
    out(
      `${paint('green', '●')} ${paint('bold', node.name)} ${already ? 'is running already' : 'runs in the background'}  ${status.api.url} · process ${status.node.pid} · stop it with: mcp-swarm stop --name ${node.name}`,
    )
  return 0
}

/** For verbs that need a node and find none: one with the settings of the files, which may name it. */
export async function startDetached(common: Common): Promise<Found> {
  const state = stateOf(common)
  const { config } = loadConfig(await readSources({ name: common.name }, process.env, process.cwd()))
  const name = config.name ?? defaultName()
  const node: Found = { name, paths: nodePaths(state, name), holder: undefined }
  const log = `${node.paths.log}.start`
  const args = ['start', '--name', name, '--state-dir', state.root]
  await ready(node, log, spawnDetached(log, args))
  return node
}

/** Returns what tells whether the process has ended. */
function spawnDetached(log: string, args: readonly string[]): () => boolean {
  const handle = openLog(log, args)
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', ...args], {
    detached: true,
    stdio: ['ignore', handle, handle],
  })
  let ended = false
  child.once('exit', () => (ended = true)).unref()
  closeSync(handle)
  return () => ended
}

/** Begun by this process: on a full disk the other one could not say a word. */
function openLog(log: string, args: readonly string[]): number {
  try {
    makeDirectory(dirname(log))
    const handle = openSync(log, 'w', 0o600)
    writeSync(handle, `mcp-swarm ${args.join(' ')}\n`)
    return handle
  } catch (error) {
    throw stateError(log, error)
  }
}

async function ready(node: Found, log: string, ended: () => boolean): Promise<StatusReply> {
  const until = performance.now() + READY_MS_MAX
  while (performance.now() < until) {
    try {
      return await callNode<StatusReply>(node, { method: 'GET', path: '/v1/status', timeoutMs: 2_000 })
    } catch (error) {
      if (asSwarmError(error).code !== 'SWARM_NO_NODE') throw error
    }
    // It gave up, and said why; unless another start of the same moment was faster, whose node will answer.
    if (ended() && !holderOf(node.paths.lock)) break
    await sleep(25)
  }
  const said = read(log).trim()
  const coded = errorIn(said)
  if (coded) throw coded
  throw new SwarmError(
    'SWARM_NO_NODE',
    `it did not start; ${said ? `it said:\n${said}` : 'it said nothing'}`,
    'Try `mcp-swarm start` in the foreground, or `mcp-swarm doctor`.',
  )
}

/** The error the other process ended with, as it printed it. */
function errorIn(said: string): SwarmError | undefined {
  const [, message, , next, code] = /^error: ((?:.|\n)*?)\n( {2}next: (.*)\n)? {2}code: (SWARM_\w+)/m.exec(said) ?? []
  if (message === undefined || code === undefined || !(code in errorTable)) return undefined
  const known = code as ErrorCode
  const title = `${errorTable[known].title}: `
  return new SwarmError(known, message.startsWith(title) ? message.slice(title.length) : message, next)
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
