import { PAGE_BYTES } from './connection.ts'
import type { PageImages } from './page-images.ts'
import { checksum, type RevisionRow } from './revision-row.ts'

/*
 * Reads rows of `revisions` out of single pages, without the rest of the file (sqlite.org/fileformat2.html, part 1.6
 * and 2.1). Everything read is a guess until the row's own checksum confirms it, so no structure is checked
 * further than is needed to stay inside the buffers.
 */

const TABLE_LEAF = 0x0d
/** Of the local part of a long row, and of the whole: the formulas of the file format for our page size. */
const LOCAL_MAX = PAGE_BYTES - 35
const LOCAL_MIN = Math.floor(((PAGE_BYTES - 12) * 32) / 255) - 23
/** No row of ours is longer: the item's limit is 64 KiB, the envelope's is below 1 KiB. Generous, to outlive both. */
const ROW_BYTES_MAX = 4 * 1024 * 1024
const COLUMNS_MIN = 10
const COLUMNS = 11

/** The rows of one page image that are undamaged. */
export function* rowsOf(page: Buffer, images: PageImages): Generator<RevisionRow> {
  if (page[0] !== TABLE_LEAF) return
  const cells = Math.min(page.readUInt16BE(3), Math.floor((PAGE_BYTES - 8) / 2))
  for (let cell = 0; cell < cells; cell++) {
    const row = rowAt(page, page.readUInt16BE(8 + cell * 2), images)
    if (row) yield row
  }
}

function rowAt(page: Buffer, place: number, images: PageImages): RevisionRow | undefined {
  const length = varint(page, place)
  const number = length && varint(page, length.end)
  if (!length || !number || length.value < COLUMNS_MIN || length.value > ROW_BYTES_MAX) return undefined
  // A long row goes on in other pages: as the log has them, or, where that is damaged, as the file has them.
  for (const pageOf of [images.current.bind(images), images.inFile.bind(images)]) {
    const payload = payloadAt(page, number.end, length.value, pageOf)
    const row = payload && decode(payload, number.value)
    if (row && checksum(row) === row.crc) return row
    if (length.value <= LOCAL_MAX) return undefined
  }
  return undefined
}

type PageOf = (page: number) => Buffer | undefined

function payloadAt(page: Buffer, place: number, length: number, pageOf: PageOf): Buffer | undefined {
  if (length <= LOCAL_MAX) return page.subarray(place, place + length)
  const fitting = LOCAL_MIN + ((length - LOCAL_MIN) % (PAGE_BYTES - 4))
  const local = fitting <= LOCAL_MAX ? fitting : LOCAL_MIN
  if (place + local + 4 > PAGE_BYTES) return undefined
  const parts = [page.subarray(place, place + local)]
  let next = page.readUInt32BE(place + local)
  for (let missing = length - local; missing > 0; missing -= PAGE_BYTES - 4) {
    const overflow = pageOf(next)
    if (!overflow) return undefined
    parts.push(overflow.subarray(4, 4 + missing))
    next = overflow.readUInt32BE(0)
  }
  return Buffer.concat(parts)
}

/** A record: the types of its columns, then their values, in the order of the table's definition. */
function decode(payload: Buffer, row: number): RevisionRow | undefined {
  const header = varint(payload, 0)
  if (!header) return undefined
  const values: (number | string | undefined)[] = []
  let type = varint(payload, header.end)
  let place = header.value
  while (type && values.length < COLUMNS) {
    const [value, end] = column(payload, type.value, place)
    values.push(value)
    place = end
    type = type.end < header.value ? varint(payload, type.end) : undefined
  }
  // The first column is the row's number, which stands beside the record.
  // A row from before there was `more` has none.
  const [, item, origin, seq, hlc, priority, deleted, crc, sig, body, more = ''] = values
  if (!isText(item) || !isText(origin) || !isText(sig) || !isText(body) || !isText(more)) return undefined
  if (!isNumber(seq) || !isNumber(hlc) || !isNumber(priority) || !isNumber(deleted) || !isNumber(crc))
    return undefined
  return { row, item, origin, seq, hlc, priority, deleted, crc, sig, body, more }
}

const INTEGER_BYTES = [0, 1, 2, 3, 4, 6, 8] as const

function column(payload: Buffer, type: number, place: number): [value: number | string | undefined, end: number] {
  if (type === 8 || type === 9) return [type - 8, place]
  const bytes = INTEGER_BYTES[type]
  if (bytes !== undefined) return [bytes === 0 ? undefined : integer(payload, place, bytes), place + bytes]
  if (type < 13 || type % 2 === 0) return [undefined, place]
  const end = place + (type - 13) / 2
  return [end <= payload.length ? payload.toString('utf8', place, end) : undefined, end]
}

function integer(payload: Buffer, place: number, bytes: number): number | undefined {
  if (place + bytes > payload.length) return undefined
  return bytes === 8 ? Number(payload.readBigInt64BE(place)) : payload.readIntBE(place, bytes)
}

/** Big-endian groups of seven bits; the ninth byte, which gives eight, never occurs in what we look for. */
function varint(from: Buffer, place: number): { readonly value: number; readonly end: number } | undefined {
  let value = 0
  for (let end = place; end < Math.min(from.length, place + 8); end++) {
    const byte = from[end] as number
    value = value * 128 + (byte & 0x7f)
    if (byte < 0x80) return { value, end: end + 1 }
  }
  return undefined
}

const isText = (value: unknown): value is string => typeof value === 'string'
const isNumber = (value: unknown): value is number => typeof value === 'number'
