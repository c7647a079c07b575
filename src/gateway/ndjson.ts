import type { Readable } from 'node:stream'
import { TextDecoder } from 'node:util'
import { SwarmError } from '../base/index.ts'

/*
 * A line of JSON for each thing: as many as there are, and no more of them in memory than one at a time.
 */

export const NDJSON = 'application/x-ndjson'
/** An item as it is stored has 64 KiB at the most; with terminal text that is shortened later, some more. */
const LINE_BYTES_MAX = 1024 * 1024
const NEWLINE = 0x0a

export const isNdjson = (type: string | undefined): boolean =>
  type !== undefined && /^application\/(?:x-)?ndjson\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i.test(type)

/** Counted from 1. `value` is what the line says; `wrong` why it says nothing. */
export type Line =
  | { readonly line: number; readonly value: unknown; readonly wrong?: undefined }
  | { readonly line: number; readonly wrong: SwarmError }

/**
 * The lines of a body, in order; blank ones are counted and passed over. Throws SWARM_SLOW_SENDER when nothing comes
 * for `idleMs`. The time its reader takes does not count: nothing is asked for meanwhile.
 */
export async function* linesOf(body: Readable, idleMs: number): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let line = 0
  let pieces: Buffer[] = []
  let bytes = 0
  const ended = (): Line | undefined => {
    line += 1
    const all = pieces
    const length = bytes
    pieces = []
    bytes = 0
    return length > LINE_BYTES_MAX ? { line, wrong: tooLong() } : read(line, Buffer.concat(all), decoder)
  }
  for await (const chunk of chunksOf(body, idleMs)) {
    let from = 0
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      const piece = chunk.subarray(from, at)
      bytes += piece.length
      if (bytes <= LINE_BYTES_MAX) pieces.push(piece)
      from = at + 1
      const found = ended()
      if (found) yield found
    }
    const rest = chunk.subarray(from)
    bytes += rest.length
    // The rest of a line that is too long is counted and thrown away.
    if (bytes <= LINE_BYTES_MAX) pieces.push(rest)
    else pieces = []
  }
  if (bytes === 0) return
  const last = ended()
  if (last) yield last
}

function read(line: number, bytes: Buffer, decoder: TextDecoder): Line | undefined {
  try {
    const text = decoder.decode(bytes)
    return text.trim() === '' ? undefined : { line, value: JSON.parse(text) as unknown }
  } catch {
    return { line, wrong: new SwarmError('SWARM_BAD_JSON', 'the line is not JSON', 'Send one JSON object a line.') }
  }
}

const tooLong = (): SwarmError =>
  new SwarmError('SWARM_TOO_LARGE', `the line is longer than ${LINE_BYTES_MAX} bytes`, 'Leave it out, or shorten it.')

async function* chunksOf(body: Readable, idleMs: number): AsyncGenerator<Buffer> {
  // Not destroyed when the reader has had enough: the answer goes out over the same socket.
  const chunks = body.iterator({ destroyOnReturn: false })
  for (;;) {
    const next = await within(idleMs, chunks.next() as Promise<IteratorResult<Buffer>>)
    if (next.done === true) return
    yield next.value
  }
}

async function within<Value>(ms: number, coming: Promise<Value>): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(tooSlow(ms)), ms)
  try {
    return await Promise.race([coming, late])
  } finally {
    clearTimeout(timer)
  }
}

const tooSlow = (ms: number): SwarmError =>
  new SwarmError(
    'SWARM_SLOW_SENDER',
    `nothing came for ${ms / 1000} s`,
    'What came before is kept: send the rest, or all of it again.',
  )
