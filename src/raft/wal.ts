import { assert, SwarmError } from '../base/index.ts'
import { crc32c } from './crc32c.ts'
import { RaftImage } from './image.ts'
import type { RaftBatch, RaftState } from './store.ts'
import type { MemberId } from './types.ts'

/*
 * A member's log as bytes: records, one after the other. Integers are big-endian.
 *
 *   magic u32 | CRC-32C u32 of all that follows | length u32 | JSON in UTF-8, `length` bytes
 *
 * 1. The first record is the header. The frame, and `format` in the header, are the same in every version to come.
 * 2. The second holds hard state and snapshot. A file appears with both or not at all.
 * 3. Every later one is a list of batches. One write of a store is one record: what a power cut leaves of it, in
 *    whatever order its pages reached the disk, is never a bad record with a good one after it.
 */

const FORMAT = 1
/** Begins with a byte that UTF-8 never has, so that a search for records does not stop at text. */
const MAGIC = 0xff57414c
const MAGIC_BYTE = 0xff
const HEAD_BYTES = 12
/** A snapshot is about 1 MiB and a batch of entries as much; JSON may double it. Anything longer is not a length. */
const RECORD_BYTES_MAX = 32 * 1024 * 1024
/** Of 16 KiB at most each: about 1 MiB. */
const ENTRIES_PER_RECORD = 64

const NO_HARD_STATE = 'there is no term and vote'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })

interface Header {
  readonly format: number
  readonly group: string
  readonly self: MemberId
  readonly swarm: string
}

export type Recovered =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'state'; readonly state: RaftState; readonly torn: number }
  | { readonly kind: 'damaged'; readonly why: string }
  /** Written by a version of the program that came after this one. */
  | { readonly kind: 'newer'; readonly format: number }
  | { readonly kind: 'foreign'; readonly swarm: string }

/** A batch as it stands in a record; what is queued for one write is joined. */
export const encodeBatch = (batch: RaftBatch): string => JSON.stringify(batch)

/** Throws SWARM_TOO_LARGE for what no later version of this file could be read with. */
export const encodeRecord = (batches: readonly string[]): Uint8Array => record(`[${batches.join(',')}]`)

/** The records of a whole file, one at a time: who writes them need not hold them all, nor stand still for all. */
export function* encodeState(state: RaftState, swarm: string): Generator<Uint8Array, void> {
  const { entries, group, hard, self, snapshot } = state
  const header: Header = { format: FORMAT, group, self, swarm }
  yield record(JSON.stringify(header))
  yield encodeRecord([encodeBatch({ hard, snapshot })])
  for (let from = 0; from < entries.length; from += ENTRIES_PER_RECORD)
    yield encodeRecord([encodeBatch({ entries: entries.slice(from, from + ENTRIES_PER_RECORD) })])
}

/** What a file says of a member of the swarm with this tag (R3). Never throws, whatever the bytes are. */
export function recover(bytes: Uint8Array, swarm: string): Recovered {
  const steps = recovering(bytes, swarm)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** The same, pausing after each record. */
export function* recovering(bytes: Uint8Array, swarm: string): Generator<void, Recovered> {
  if (bytes.length === 0) return { kind: 'nothing' }
  let at = endOf(bytes, 0)
  if (at === undefined) return damaged('it does not begin with a header')
  const header = read(bytes, 0, at) as Partial<Header> | undefined
  const format = Number(header?.format)
  if (format > FORMAT) return { kind: 'newer', format }
  if (!isHeader(header)) return damaged('its header cannot be read')
  if (header.swarm !== swarm) return { kind: 'foreign', swarm: header.swarm }
  let image: RaftImage | undefined
  for (let end = endOf(bytes, at); end !== undefined; end = endOf(bytes, at)) {
    const replayed = replay(image, header, read(bytes, at, end))
    if (typeof replayed === 'string') return damaged(`${replayed} (the record at byte ${at})`)
    image = replayed
    at = end
    yield
  }
  if (hasRecord(bytes, at + 1)) return damaged(`the record at byte ${at} is broken, and others follow it`)
  if (!image) return damaged(NO_HARD_STATE)
  return { kind: 'state', state: image.state, torn: bytes.length - at }
}

/** The image of a state that is to be written whole. */
export function imageOf(state: RaftState): RaftImage {
  const image = new RaftImage(state)
  follow(image, { hard: state.hard, snapshot: state.snapshot, entries: state.entries })
  return image
}

/** A batch that does not follow is a fault of who writes it: in the file, it would look like damage. */
export function follow(image: RaftImage, batch: RaftBatch): void {
  const wrong = image.apply(batch)
  assert(wrong === undefined, `a batch does not follow those before it: ${wrong}`)
}

/** Why a store leaves the file alone and does not open. `place` is the file. */
export function refusal(found: Extract<Recovered, { kind: 'newer' | 'foreign' }>, place: string): SwarmError {
  const away = `or move ${place} away: then this node joins as a new member.`
  return found.kind === 'newer'
    ? new SwarmError(
        'SWARM_RAFT_NEWER',
        `${place} has format ${found.format}, and this version knows up to ${FORMAT}`,
        `Start the newer version of mcp-swarm again, ${away}`,
      )
    : new SwarmError(
        'SWARM_RAFT_FOREIGN',
        `${place} belongs to the swarm ${found.swarm}`,
        `Start this node with the key of that swarm, ${away}`,
      )
}

function record(text: string): Uint8Array {
  const payload = encoder.encode(text)
  if (payload.length > RECORD_BYTES_MAX)
    throw new SwarmError(
      'SWARM_TOO_LARGE',
      `a record of the group's log would have ${payload.length} bytes, and ${RECORD_BYTES_MAX} are allowed`,
    )
  const bytes = new Uint8Array(HEAD_BYTES + payload.length)
  const view = new DataView(bytes.buffer)
  bytes.set(payload, HEAD_BYTES)
  view.setUint32(0, MAGIC)
  view.setUint32(8, payload.length)
  view.setUint32(4, crc32c(bytes.subarray(8)))
  return bytes
}

/** Where the record ends that begins at `at`; nothing when there is no good one. */
function endOf(bytes: Uint8Array, at: number): number | undefined {
  if (at + HEAD_BYTES > bytes.length) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, HEAD_BYTES)
  if (view.getUint32(0) !== MAGIC) return undefined
  const length = view.getUint32(8)
  const end = at + HEAD_BYTES + length
  if (length > RECORD_BYTES_MAX || end > bytes.length) return undefined
  return crc32c(bytes.subarray(at + 8, end)) === view.getUint32(4) ? end : undefined
}

function hasRecord(bytes: Uint8Array, from: number): boolean {
  for (let at = bytes.indexOf(MAGIC_BYTE, from); at !== -1; at = bytes.indexOf(MAGIC_BYTE, at + 1))
    if (endOf(bytes, at) !== undefined) return true
  return false
}

function read(bytes: Uint8Array, at: number, end: number): unknown {
  try {
    return JSON.parse(decoder.decode(bytes.subarray(at + HEAD_BYTES, end)))
  } catch {
    return undefined
  }
}

/** The image after one more record, or what is wrong with it. */
function replay(before: RaftImage | undefined, { group, self }: Header, batches: unknown): RaftImage | string {
  try {
    let image = before
    for (const batch of batches as readonly RaftBatch[]) {
      const { hard, snapshot } = batch
      image ??= hard && snapshot && new RaftImage({ group, self, hard, snapshot })
      const wrong = image ? image.apply(batch) : NO_HARD_STATE
      if (wrong !== undefined) return wrong
    }
    return image ?? NO_HARD_STATE
  } catch {
    // The checksum says that we wrote it, and what we wrote has another shape.
    return 'it cannot be read'
  }
}

const isHeader = (header: Partial<Header> | undefined): header is Header =>
  header?.format === FORMAT && [header.group, header.self, header.swarm].every((text) => typeof text === 'string')

const damaged = (why: string): Recovered => ({ kind: 'damaged', why })
