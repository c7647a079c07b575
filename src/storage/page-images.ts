import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { PAGE_BYTES } from './connection.ts'

/** The log: a header of 32 bytes, then frames of a page each behind 24 bytes (sqlite.org/fileformat2.html, part 4). */
const LOG_HEADER_BYTES = 32
const FRAME_HEADER_BYTES = 24
const FRAME_BYTES = FRAME_HEADER_BYTES + PAGE_BYTES
const LOG_MAGIC = 0x377f0682

/**
 * Every image of every page that a database file and its log hold, read without SQLite: nothing in them is trusted
 * or needed but the page size, which is ours. Close it after use.
 */
export class PageImages {
  readonly #file: number | undefined
  readonly #log: number | undefined
  /** The place in the log of each page's newest committed image. */
  readonly #newest = new Map<number, number>()
  readonly #frames: number[] = []

  constructor(file: string) {
    this.#file = openIfThere(file)
    this.#log = openIfThere(`${file}-wal`)
    this.#readLog()
  }

  /** The pages as a reader of the database would see them, then what lies under newer images of the same page. */
  *all(): Generator<Buffer> {
    const count = this.#file === undefined ? 0 : Math.ceil(fstatSync(this.#file).size / PAGE_BYTES)
    for (let page = 1; page <= count; page++) yield this.inFile(page) as Buffer
    for (const place of this.#frames) {
      const image = read(this.#log, place)
      if (image) yield image
    }
  }

  /** As the database stands: from the log if it has the page, else from the file. */
  current(page: number): Buffer | undefined {
    const place = this.#newest.get(page)
    return place === undefined ? this.inFile(page) : read(this.#log, place)
  }

  inFile(page: number): Buffer | undefined {
    return read(this.#file, (page - 1) * PAGE_BYTES)
  }

  close(): void {
    for (const fd of [this.#file, this.#log]) if (fd !== undefined) closeSync(fd)
  }

  /** Frames count while they carry the log's salts, up to the last one that ends a commit. */
  #readLog(): void {
    if (this.#log === undefined) return
    const header = readBytes(this.#log, 0, LOG_HEADER_BYTES + FRAME_HEADER_BYTES)
    if (header.length < LOG_HEADER_BYTES + FRAME_HEADER_BYTES) return
    // Of a log with a broken header, the first frame's salts are the best guess.
    const salts = isLogHeader(header) ? header.subarray(16, 24) : header.subarray(40, 48)
    let committed = 0
    const frames: { readonly page: number; readonly place: number }[] = []
    for (let place = LOG_HEADER_BYTES; ; place += FRAME_BYTES) {
      const frame = readBytes(this.#log, place, FRAME_HEADER_BYTES)
      if (frame.length < FRAME_HEADER_BYTES || !frame.subarray(8, 16).equals(salts)) break
      frames.push({ page: frame.readUInt32BE(0), place: place + FRAME_HEADER_BYTES })
      if (frame.readUInt32BE(4) !== 0) committed = frames.length
    }
    for (const { page, place } of frames.slice(0, committed)) {
      this.#newest.set(page, place)
      this.#frames.push(place)
    }
  }
}

/** True for a log that holds something and that SQLite would ignore, because its header is not one. */
export function hasBrokenLog(file: string): boolean {
  const fd = openIfThere(`${file}-wal`)
  if (fd === undefined) return false
  try {
    const header = readBytes(fd, 0, LOG_HEADER_BYTES)
    // All zeros: the machine stopped before the first commit of this log.
    return header.length === LOG_HEADER_BYTES && !isLogHeader(header) && header.some((byte) => byte !== 0)
  } finally {
    closeSync(fd)
  }
}

// The lowest bit of the magic number tells the byte order of the checksums.
const isLogHeader = (header: Buffer): boolean => header.readUInt32BE(0) >>> 1 === LOG_MAGIC >>> 1

const openIfThere = (file: string): number | undefined => (existsSync(file) ? openSync(file, 'r') : undefined)

/** A page, padded with zeros where the file ends within it; nothing where the file ended before, or cannot be read. */
function read(fd: number | undefined, place: number): Buffer | undefined {
  if (fd === undefined || place < 0) return undefined
  const bytes = readBytes(fd, place, PAGE_BYTES)
  return bytes.length === 0 ? undefined : Buffer.concat([bytes], PAGE_BYTES)
}

function readBytes(fd: number, place: number, length: number): Buffer {
  const buffer = Buffer.alloc(length)
  try {
    return buffer.subarray(0, readSync(fd, buffer, 0, length, place))
  } catch {
    // A sector the disk cannot read is as good as not there.
    return buffer.subarray(0, 0)
  }
}
