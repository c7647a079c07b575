import { type FileHandle, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { AuditDeed, AuditFilter, AuditPage, Clock } from '../base/index.ts'
import { fileReason, stateError } from '../files/index.ts'
import { type Head, link, parseLine, ROOT } from './chain.ts'
import { filesOf, readAudit } from './read.ts'

/** Size at which the file is put aside: some two thousand entries. With the older ones 4 MiB. */
const FILE_BYTES_MAX = 512 * 1024
/** Lines that wait for a disk that takes nothing. A person makes a few in an hour; more is a flood. */
const PENDING_MAX = 1_000

export interface AuditOptions {
  readonly file: string
  readonly clock: Clock
  /** Told once when lines cannot be written, and with null when they can again. */
  readonly onTrouble: (why: string | null) => void
  readonly bytesMax?: number
  /** Hears each deed as it is written down. */
  readonly heard?: (deed: AuditDeed) => void
}

/** The deeds that change who may do what, in the order in which they were done. One process writes, under its lock. */
export interface AuditLog {
  /** Resolves when it is on the disk, or waits for a disk that takes nothing: an audit log never stops a node. */
  record(deed: AuditDeed): Promise<void>
  read(filter: AuditFilter): Promise<AuditPage>
  /** Number and hash of the newest entry: for the log of the node, as a second witness. */
  readonly end: string
  close(): Promise<void>
}

/** Throws SWARM_STATE_DIR when the file cannot be opened. */
export async function openAuditLog(options: AuditOptions): Promise<AuditLog> {
  try {
    const file = await open(options.file, 'a', 0o600)
    await file.close()
    const handle = await open(options.file, 'r+')
    await handle.chmod(0o600)
    const { head, size } = await endOf(options.file)
    return new Writer(options, handle, head, size)
  } catch (error) {
    throw stateError(options.file, error)
  }
}

/** Where the next line goes: behind the last whole one. Half a line is what a power cut left; nobody was told of it. */
async function endOf(file: string): Promise<{ readonly head: Head; readonly size: number }> {
  let size: number | undefined
  for (const one of [...filesOf(file)].reverse()) {
    const bytes = await readFile(one).catch(() => undefined)
    if (bytes === undefined) continue
    const end = bytes.lastIndexOf(0x0a) + 1
    size ??= end
    for (const line of bytes.toString('utf8', 0, end).split('\n').reverse()) {
      const linked = parseLine(line)
      // A line that is no line stays where it is, and shows when the log is read.
      if (linked) return { head: { seq: linked.seq, hash: linked.hash }, size }
    }
  }
  return { head: ROOT, size: size ?? 0 }
}

class Writer implements AuditLog {
  readonly #options: AuditOptions
  readonly #pending: string[] = []
  #handle: FileHandle
  #head: Head
  #size: number
  #lost = 0
  #trouble: string | null = null
  #work: Promise<void> = Promise.resolve()

  constructor(options: AuditOptions, handle: FileHandle, head: Head, size: number) {
    this.#options = options
    this.#handle = handle
    this.#head = head
    this.#size = size
  }

  get end(): string {
    return `entry ${this.#head.seq}, ${this.#head.hash}`
  }

  record(deed: AuditDeed): Promise<void> {
    if (this.#pending.length >= PENDING_MAX) this.#lost += 1
    else this.#push(deed)
    this.#options.heard?.(deed)
    return this.#flush()
  }

  async read(filter: AuditFilter): Promise<AuditPage> {
    await this.#work
    const isWhole = this.#pending.length === 0
    return readAudit(this.#options.file, filter, isWhole ? this.#head : undefined)
  }

  async close(): Promise<void> {
    await this.#flush()
    await this.#handle.close()
  }

  #push(deed: AuditDeed): void {
    const { head, line } = link(this.#head, deed, new Date(this.#options.clock.now()).toISOString())
    this.#head = head
    this.#pending.push(`${line}\n`)
  }

  /** One write and one sync for all that wait; the next call finds its lines on the disk or in the next batch. */
  #flush(): Promise<void> {
    this.#work = this.#work.then(async () => {
      try {
        await this.#drain()
      } catch (error) {
        this.#tell(fileReason(error))
      }
    })
    return this.#work
  }

  async #drain(): Promise<void> {
    while (this.#pending.length > 0) {
      const count = this.#pending.length
      await this.#write(Buffer.from(this.#pending.join('')))
      this.#pending.splice(0, count)
      this.#tell(null)
      if (this.#lost === 0) continue
      this.#push({ action: 'audit-lost', actor: 'this node', subject: `${this.#lost} entries` })
      this.#lost = 0
    }
  }

  /** At a place of its own, so that a line written by half is written over when the disk has room again. */
  async #write(bytes: Buffer): Promise<void> {
    if (this.#size > 0 && this.#size + bytes.length > (this.#options.bytesMax ?? FILE_BYTES_MAX)) await this.#rotate()
    await this.#handle.truncate(this.#size)
    let written = 0
    while (written < bytes.length) {
      const { bytesWritten } = await this.#handle.write(bytes, written, bytes.length - written, this.#size + written)
      written += bytesWritten
    }
    await this.#handle.datasync()
    this.#size += bytes.length
  }

  /** The oldest goes; the chain goes on in the new file. */
  async #rotate(): Promise<void> {
    const { file } = this.#options
    const files = filesOf(file)
    // Made before anything is moved: a disk without room for it must not cost the oldest file again and again.
    const fresh = await open(`${file}.new`, 'w+', 0o600)
    for (let n = 1; n < files.length; n++) await rename(files[n] ?? '', files[n - 1] ?? '').catch(ignoreMissing)
    await rename(`${file}.new`, file)
    await this.#handle.close()
    this.#handle = fresh
    this.#size = 0
    const folder = await open(dirname(file), 'r')
    await folder.sync().finally(() => folder.close())
  }

  #tell(trouble: string | null): void {
    if (trouble === this.#trouble) return
    this.#trouble = trouble
    this.#options.onTrouble(trouble)
  }
}

function ignoreMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
}
