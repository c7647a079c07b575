import { createReadStream, createWriteStream, existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { SwarmError } from '../../base/index.ts'
import { callNode, streamFrom } from '../client.ts'
import { type Common, runningNode } from '../context.ts'
import { counted, out, outJson, plain, say } from '../print.ts'
import { projectHere } from '../project.ts'

const PATH = '/v1/knowledge'
const NEWLINE = 0x0a
/** A busy node needs long for what is under way; it is still there. */
const SILENCE_MS = 120_000
/** Lines that could not be taken, told on the screen. */
const SHOWN = 20

export interface ExportFlags extends Common {
  readonly kind?: string
  readonly since?: string
  readonly private?: boolean
  readonly force?: boolean
}

/** All that the node holds, a line of JSON each: to a file that is whole when it has its name, or to standard output. */
export async function exportItems(file: string | undefined, flags: ExportFlags): Promise<number> {
  const query = new URLSearchParams({
    ...(flags.kind === undefined ? {} : { kind: flags.kind }),
    ...(flags.since === undefined ? {} : { since: flags.since }),
    ...(flags.private ? { private: '1' } : {}),
  })
  const target = file === undefined || file === '-' ? undefined : resolve(file)
  if (target !== undefined && existsSync(target) && !flags.force)
    throw new SwarmError('SWARM_CONFLICT', `there is a file ${target}`, 'Choose another name, or add --force.')
  const node = runningNode(flags)
  const lines = await streamFrom(node, { path: `${PATH}?${query.toString()}`, timeoutMs: SILENCE_MS })
  let items = 0
  const counting = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) items += 1
      yield chunk
    }
  }
  try {
    if (target === undefined) await pipeline(lines, counting, process.stdout, { end: false })
    else await writeWhole(target, lines, counting)
  } catch (error) {
    throw brokenOff(error, node.name)
  }
  if (target === undefined) return 0
  if (flags.json) outJson({ schema: 1, file: target, items })
  else out(`wrote ${counted(items, 'item')} to ${plain(target)}`)
  return 0
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

interface Taken {
  readonly lines: number
  readonly added: number
  readonly known: number
  readonly failed: number
  readonly errors: readonly { readonly line: number; readonly detail: string }[]
}

/** Takes in what `export` wrote, here or elsewhere. Exit 2 when some lines could not be taken; the others were. */
export async function importItems(
  file: string | undefined,
  flags: Common & { readonly visibility?: string; readonly project?: boolean },
): Promise<number> {
  const project = flags.project ? await projectHere() : undefined
  const query = new URLSearchParams({
    ...(flags.visibility === undefined ? {} : { visibility: flags.visibility }),
    ...(project === undefined ? {} : { project }),
  })
  const taken = await callNode<Taken>(runningNode(flags), {
    method: 'POST',
    path: `${PATH}?${query.toString()}`,
    headers: { 'content-type': 'application/x-ndjson' },
    lines: linesIn(file),
    timeoutMs: SILENCE_MS,
  })
  const { added, errors, failed, known, lines } = taken
  if (flags.json) outJson(taken)
  else
    out(
      `took in ${counted(added, 'new item')} of ${counted(lines, 'line')}; ${known} known already, ${failed} refused`,
    )
  for (const { detail, line } of flags.json ? [] : errors.slice(0, SHOWN)) say(`  line ${line}: ${plain(detail)}`)
  return failed > 0 ? 2 : 0
}

function linesIn(file: string | undefined): Readable {
  if (file !== undefined && file !== '-') {
    const found = statSync(file, { throwIfNoEntry: false })
    if (found && !found.isDirectory()) return createReadStream(file)
    throw new SwarmError(
      'SWARM_NOT_FOUND',
      found ? `${file} is a folder` : `there is no file ${file}`,
      'Name a file that `mcp-swarm export` wrote.',
    )
  }
  if (!process.stdin.isTTY) return process.stdin
  throw new SwarmError('SWARM_USAGE', 'there are no lines', 'mcp-swarm import items.ndjson, or … | mcp-swarm import')
}
