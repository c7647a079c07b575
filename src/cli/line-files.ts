import { createReadStream, createWriteStream, existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { SwarmError } from '../base/index.ts'
import { streamFrom } from './client.ts'
import { type Common, runningNode } from './context.ts'

/* Lines of JSON between a node and a file, or a pipe. */

const NEWLINE = 0x0a
/** A busy node needs long for what is under way; it is still there. */
export const SILENCE_MS = 120_000

export interface Written {
  /** Undefined for standard output. */
  readonly file: string | undefined
  readonly lines: number
}

/** What a node tells there: to a file that is whole when it has its name, or to standard output. */
export async function writeLines(
  path: string,
  file: string | undefined,
  flags: Common & { readonly force?: boolean },
): Promise<Written> {
  const target = file === undefined || file === '-' ? undefined : resolve(file)
  if (target !== undefined && existsSync(target) && !flags.force)
    throw new SwarmError('SWARM_CONFLICT', `there is a file ${target}`, 'Choose another name, or add --force.')
  const node = runningNode(flags)
  const stream = await streamFrom(node, { path, timeoutMs: SILENCE_MS })
  let lines = 0
  const counting = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) lines += 1
      yield chunk
    }
  }
  try {
    if (target === undefined) await pipeline(stream, counting, process.stdout, { end: false })
    else await writeWhole(target, stream, counting)
  } catch (error) {
    throw brokenOff(error, node.name)
  }
  return { file: target, lines }
}

async function writeWhole(
  target: string,
  lines: Readable,
  through: (chunks: AsyncIterable<Buffer>) => AsyncGenerator<Buffer>,
): Promise<void> {
  const part = `${target}.part`
  try {
    await pipeline(lines, through, createWriteStream(part, { mode: 0o600, flush: true }))
    renameSync(part, target)
  } catch (error) {
    rmSync(part, { force: true })
    throw error
  }
}

function brokenOff(error: unknown, name: string): unknown {
  const { code, message, syscall } = error as NodeJS.ErrnoException
  if (code === 'EPIPE') return new SwarmError('SWARM_USAGE', 'the reader of the lines went away')
  if (syscall === undefined || code === 'ECONNRESET')
    return new SwarmError('SWARM_NO_NODE', `node "${name}" broke off: this is not all of it`, 'Ask again.')
  return new SwarmError('SWARM_STATE_DIR', message, 'Choose a place where this user may write.')
}

/** Of a file that the verb `from` wrote for the verb `to`, or of standard input. */
export function linesIn(file: string | undefined, verbs: { readonly from: string; readonly to: string }): Readable {
  if (file !== undefined && file !== '-') {
    const found = statSync(file, { throwIfNoEntry: false })
    if (found && !found.isDirectory()) return createReadStream(file)
    throw new SwarmError(
      'SWARM_NOT_FOUND',
      found ? `${file} is a folder` : `there is no file ${file}`,
      `Name a file that \`mcp-swarm ${verbs.from}\` wrote.`,
    )
  }
  if (!process.stdin.isTTY) return process.stdin
  throw new SwarmError(
    'SWARM_USAGE',
    'there are no lines',
    `mcp-swarm ${verbs.to} FILE, or … | mcp-swarm ${verbs.to}`,
  )
}
