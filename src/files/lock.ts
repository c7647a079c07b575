import { linkSync, readFileSync, renameSync, unlinkSync } from 'node:fs'
import { SwarmError } from '../base/index.ts'
import { createSecret } from './secret-file.ts'

/** What a running node leaves in its lock file. */
export interface Holder {
  readonly pid: number
  /** The kernel's start time of the process: tells it from a later one with the same pid. Empty where unknown. */
  readonly started: string
}

/**
 * When the kernel started the process, in its own ticks; empty when it does not run or cannot be asked. A process
 * that was killed and waits for its parent to notice (a zombie) does not run.
 */
function startOf(pid: number): string {
  try {
    // The fields after the command's name, which may itself hold spaces and brackets.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' ? '' : (rest[18] ?? '')
  } catch {
    return ''
  }
}

function isAlive({ pid, started }: Holder): boolean {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return started === '' || startOf(pid) === started
}

/** Who holds the lock and still runs; undefined when nobody does. */
export function holderOf(file: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8')) as Partial<Holder>
    // To the kernel 0 and below are groups of processes, and `stop` would end them all.
    if (!Number.isSafeInteger(holder.pid) || holder.pid === undefined || holder.pid <= 0) return undefined
    const known = { pid: holder.pid, started: holder.started ?? '' }
    return isAlive(known) ? known : undefined
  } catch {
    return undefined
  }
}

/**
 * Takes the lock, or throws SWARM_ALREADY_RUNNING. A lock left by a process that is gone (kill -9, power loss) is
 * taken over: the pid and its start time decide, never a time-out. Returns the release.
 */
export function takeLock(file: string, name: string): () => void {
  for (let attempt = 0; attempt < 3; attempt++) {
    if (create(file)) return () => release(file)
    const holder = holderOf(file)
    if (holder)
      throw new SwarmError(
        'SWARM_ALREADY_RUNNING',
        `node "${name}" runs as process ${holder.pid}`,
        `Stop it with \`mcp-swarm stop --name ${name}\`, or start another with --name.`,
      )
    putAside(file)
  }
  throw new SwarmError(
    'SWARM_STATE_DIR',
    `the lock ${file} could not be taken`,
    'Remove the file if no node of this name runs.',
  )
}

/**
 * Of two that find the same dead lock one renames it away, and the other finds nothing to rename. Unless it was slow:
 * then it has renamed the first one's new lock, and gives it back.
 */
function putAside(file: string): void {
  const aside = `${file}.${process.pid}.stale`
  try {
    renameSync(file, aside)
    if (holderOf(aside)) linkSync(aside, file)
    unlinkSync(aside)
  } catch {}
}

/** The file appears with its content, never empty: whoever found it empty would take it for a dead one. */
const create = (file: string): boolean =>
  createSecret(file, Buffer.from(JSON.stringify({ pid: process.pid, started: startOf(process.pid) })), 'the lock')

function release(file: string): void {
  try {
    unlinkSync(file)
  } catch {}
}
