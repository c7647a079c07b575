import { closeSync, existsSync, fstatSync, openSync, readSync, statSync, watch } from 'node:fs'
import { dirname } from 'node:path'
import { SwarmError } from '../../base/index.ts'
import { type Common, pickNode } from '../context.ts'
import { out, paint, plain } from '../print.ts'

export interface LogFlags extends Common {
  readonly follow?: boolean
  readonly lines?: number
  readonly level?: string
}

/** Old lines shown unless told. */
const LINES = 50
const LEVELS = ['debug', 'info', 'warn', 'error']
/** Enough for some thousand lines; older ones are in the file. Bytes. */
const TAIL_BYTES_MAX = 1024 * 1024

/** Works with the node down: it reads the file. */
export async function logs(flags: LogFlags): Promise<number> {
  const { name, paths } = pickNode(flags)
  if (!existsSync(paths.log))
    throw new SwarmError(
      'SWARM_NOT_FOUND',
      `"${name}" has not written a log (${paths.log})`,
      'Start it with `mcp-swarm start`, or name another with --name.',
    )
  const least = LEVELS.indexOf(flags.level ?? 'debug')
  const isShown = (entry: Entry | undefined): boolean => !entry || LEVELS.indexOf(entry.level) >= least
  const show = (line: string): void => {
    const entry = parse(line)
    if (isShown(entry)) out(flags.json || !entry ? line : render(entry))
  }
  const tail = new Tail(paths.log)
  const old = tail.read().filter((line) => isShown(parse(line)))
  for (const line of old.slice(Math.max(0, old.length - (flags.lines ?? LINES)))) show(line)
  if (!flags.follow) return 0
  await follow(paths.log, tail, show)
  return 0
}

interface Entry {
  readonly level: string
  readonly time: string
  readonly node: string
  readonly msg: string
}

function parse(line: string): Entry | undefined {
  try {
    const entry = JSON.parse(line) as Partial<Entry>
    return typeof entry.msg === 'string' && typeof entry.level === 'string'
      ? { level: entry.level, time: String(entry.time), node: String(entry.node), msg: entry.msg }
      : undefined
  } catch {
    return undefined
  }
}

function render({ level, msg, node, time }: Entry): string {
  const colour = level === 'error' ? 'red' : level === 'warn' ? 'yellow' : 'dim'
  return `${paint('dim', time.slice(11, 19))} ${paint(colour, level.padEnd(5))} ${plain(node)}  ${plain(msg)}`
}

/** The lines that were added since the last read, from the end of the file on; starts over when it was put aside. */
class Tail {
  readonly #file: string
  #handle: number
  #at: number
  #rest = ''

  constructor(file: string) {
    this.#file = file
    this.#handle = openSync(file, 'r')
    this.#at = Math.max(0, fstatSync(this.#handle).size - TAIL_BYTES_MAX)
  }

  read(): readonly string[] {
    const lines = this.#drain()
    if (!existsSync(this.#file) || statSync(this.#file).ino === fstatSync(this.#handle).ino) return lines
    closeSync(this.#handle)
    this.#handle = openSync(this.#file, 'r')
    this.#at = 0
    return [...lines, ...this.#drain()]
  }

  #drain(): readonly string[] {
    const size = fstatSync(this.#handle).size
    const bytes = Buffer.alloc(Math.max(0, size - this.#at))
    this.#at += readSync(this.#handle, bytes, 0, bytes.length, this.#at)
    const parts = (this.#rest + bytes.toString('utf8')).split('\n')
    this.#rest = parts.pop() ?? ''
    return parts
  }
}

/** Until the reader presses Ctrl-C or the pipe closes. */
async function follow(file: string, tail: Tail, show: (line: string) => void): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const pump = (): void => tail.read().forEach(show)
  const watcher = watch(dirname(file), pump)
  // A file system without notices (some network mounts) is looked at now and then.
  const timer = setInterval(pump, 1_000)
  process.once('SIGINT', () => resolve())
  process.once('SIGTERM', () => resolve())
  process.stdout.once('error', () => resolve())
  await promise
  clearInterval(timer)
  watcher.close()
}
