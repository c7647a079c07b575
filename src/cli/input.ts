import { createReadStream, statSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { SwarmError } from '../base/index.ts'
import { say } from './print.ts'

/** Of an input beyond what a node takes: the start names the tool, the end tells what failed. Bytes. */
const HEAD_BYTES = 3 * 1024 * 1024
const TAIL_BYTES = 4 * 1024 * 1024
/** Text has hardly any bytes that no text has; a picture or an archive is full of them. */
const STRANGE_SHARE_MAX = 0.1
/** Silence on standard input after which a person is told what is waited for. Milliseconds. */
const HINT_MS = 2_000
const LOOK_BYTES = 64 * 1024

export interface Input {
  readonly text: string
  /** What was left out of the middle. */
  readonly droppedBytes: number
}

/** Keeps the head and the tail of a stream of any length, in bounded memory. */
export class HeadAndTail {
  #head: Buffer[] = []
  #tail: Buffer[] = []
  #headBytes = 0
  #tailBytes = 0
  #dropped = 0
  readonly #headMax: number
  readonly #tailMax: number

  constructor(headMax = HEAD_BYTES, tailMax = TAIL_BYTES) {
    this.#headMax = headMax
    this.#tailMax = tailMax
  }

  push(chunk: Buffer): void {
    const room = this.#headMax - this.#headBytes
    if (room > 0) {
      const first = chunk.subarray(0, room)
      this.#head.push(Buffer.from(first))
      this.#headBytes += first.length
    }
    const rest = room > 0 ? chunk.subarray(room) : chunk
    if (rest.length === 0) return
    this.#tail.push(Buffer.from(rest))
    this.#tailBytes += rest.length
    // Chunks are dropped whole, so up to one chunk more than the bound is kept.
    while (this.#tail.length > 1 && this.#tailBytes - (this.#tail[0]?.length ?? 0) >= this.#tailMax) {
      const gone = this.#tail.shift()?.length ?? 0
      this.#tailBytes -= gone
      this.#dropped += gone
    }
  }

  end(): { readonly bytes: Buffer; readonly droppedBytes: number } {
    const gap = this.#dropped > 0 ? [Buffer.from(`\n… ${this.#dropped} bytes left out …\n`)] : []
    return { bytes: Buffer.concat([...this.#head, ...gap, ...this.#tail]), droppedBytes: this.#dropped }
  }
}

/** All of standard input or of a file, as text. Throws SWARM_EMPTY_INPUT, SWARM_BAD_INPUT for what is not text. */
export async function readInput(file: string | undefined): Promise<Input> {
  if (file === undefined && process.stdin.isTTY)
    throw new SwarmError(
      'SWARM_EMPTY_INPUT',
      'nothing is piped in and no text is given',
      'Try: npm test 2>&1 | mcp-swarm resolve, or mcp-swarm run -- npm test',
    )
  const kept = new HeadAndTail()
  // An open pipe that nobody writes to looks like a program that hangs.
  const hint = setTimeout(() => say('reading from standard input; Ctrl-D ends it'), HINT_MS)
  try {
    for await (const chunk of file === undefined ? process.stdin : openFile(file)) {
      clearTimeout(hint)
      kept.push(chunk as Buffer)
    }
  } catch (error) {
    throw error instanceof SwarmError ? error : unreadable(file ?? 'standard input', error)
  } finally {
    clearTimeout(hint)
  }
  const { bytes, droppedBytes } = kept.end()
  return { text: asText(bytes), droppedBytes }
}

function openFile(file: string): Readable {
  try {
    if (statSync(file).isDirectory()) throw new SwarmError('SWARM_BAD_INPUT', `${file} is a folder`, 'Name a file.')
  } catch (error) {
    throw error instanceof SwarmError ? error : unreadable(file, error)
  }
  return createReadStream(file)
}

const unreadable = (what: string, error: unknown): SwarmError =>
  new SwarmError(
    'SWARM_BAD_INPUT',
    `${what} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
    'Check the path, and that this user may read it.',
    { cause: error },
  )

export function asText(bytes: Buffer): string {
  if (bytes.length === 0)
    throw new SwarmError(
      'SWARM_EMPTY_INPUT',
      'the input is empty',
      'Pipe the output of the failing command in, with 2>&1.',
    )
  const look = bytes.subarray(0, LOOK_BYTES)
  let strange = 0
  for (const byte of look) if (byte === 0 || (byte < 32 && !(byte >= 7 && byte <= 13) && byte !== 27)) strange += 1
  const text = bytes.toString('utf8')
  const broken = text.slice(0, LOOK_BYTES).split('\uFFFD').length - 1
  if ((strange + broken) / look.length > STRANGE_SHARE_MAX)
    throw new SwarmError(
      'SWARM_BAD_INPUT',
      'this is binary data, not the output of a command',
      'Pipe the text a command printed.',
    )
  if (text.trim() === '')
    throw new SwarmError(
      'SWARM_EMPTY_INPUT',
      'there is only white space',
      'Pipe the output of the failing command in, with 2>&1.',
    )
  return text
}
