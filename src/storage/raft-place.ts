import * as promises from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makeDirectory } from '../files/index.ts'

/** The part of the file system that is used here: tests hand in one that fails, or whose power goes at any call. */
export interface RaftFs {
  open(file: string, flags: 'r' | 'w', mode?: number): Promise<RaftHandle>
  readFile(file: string): Promise<Buffer>
  readdir(directory: string): Promise<readonly string[]>
  link(file: string, other: string): Promise<void>
  rename(file: string, other: string): Promise<void>
  unlink(file: string): Promise<void>
}

export interface RaftHandle {
  write(bytes: Uint8Array, from: number, length: number, at: number): Promise<{ readonly bytesWritten: number }>
  truncate(size: number): Promise<void>
  sync(): Promise<void>
  datasync(): Promise<void>
  close(): Promise<void>
}

export const systemFs: RaftFs = promises
export const LOG = 'raft.wal'

/** An open file, and up to where it is synced. */
export interface SyncedFile {
  readonly handle: RaftHandle
  readonly size: number
}

/** The old log of a group that was left is good for questions for a week (M5). */
const KEPT_MS = 7 * 24 * 3600 * 1000
const ASIDE = /^(?:old-.*|corrupt)-(\d+)\.wal$/

/** The folder of a node's Raft state: files appear in it whole, and for this user alone. */
export class RaftPlace {
  readonly #fs: RaftFs
  readonly #directory: string

  constructor(directory: string, fs: RaftFs) {
    this.#fs = fs
    this.#directory = directory
  }

  get log(): string {
    return this.pathOf(LOG)
  }

  pathOf(name: string): string {
    return join(this.#directory, name)
  }

  async make(): Promise<void> {
    try {
      await this.#fs.readdir(this.#directory)
    } catch (thrown) {
      if (codeOf(thrown) !== 'ENOENT') throw thrown
      makeDirectory(this.#directory)
      await this.#syncFolder(dirname(this.#directory))
    }
  }

  /** Undefined for a file that is missing. */
  async read(name: string): Promise<Buffer | undefined> {
    try {
      return await this.#fs.readFile(this.pathOf(name))
    } catch (thrown) {
      if (codeOf(thrown) === 'ENOENT') return undefined
      throw thrown
    }
  }

  /** Writes the draft of a file and syncs it; `publish` or `discard` must follow. */
  async draft(name: string, parts: Iterable<Uint8Array>): Promise<SyncedFile> {
    const handle = await this.#fs.open(this.#draftOf(name), 'w', 0o600)
    let size = 0
    try {
      for (const part of parts) {
        await writeAll(handle, part, size)
        size += part.length
      }
      await handle.sync()
      return { handle, size }
    } catch (thrown) {
      await this.discard(name, { handle, size })
      throw thrown
    }
  }

  async discard(name: string, { handle }: SyncedFile): Promise<void> {
    await handle.close().catch(() => {})
    await this.#fs.unlink(this.#draftOf(name)).catch(() => {})
  }

  /** The draft takes the file's place. Whether it lasts is not known after a failure. */
  async publish(name: string): Promise<void> {
    await this.#fs.rename(this.#draftOf(name), this.pathOf(name))
    await this.#syncFolder(this.#directory)
  }

  /** The log, if there is one, gets a second name as well: there is one under its own at every moment. */
  async copyAside(group: string, now: number): Promise<void> {
    const names = await this.#fs.readdir(this.#directory)
    if (!names.includes(LOG)) return
    const aside = this.pathOf(asideName(`old-${group.replaceAll(/[^\w-]/g, '_').slice(0, 64)}`, now, names))
    try {
      await this.#fs.link(this.log, aside)
    } catch {
      // Some file systems have no hard links; there a crash between two renames leaves only the old name.
      await this.#fs.rename(this.log, aside)
    }
  }

  /** Returns the new name of the damaged log. */
  async putAside(now: number): Promise<string> {
    const aside = this.pathOf(asideName('corrupt', now, await this.#fs.readdir(this.#directory)))
    await this.#fs.rename(this.log, aside)
    await this.#syncFolder(this.#directory)
    return aside
  }

  /** Drafts of a life that ended, and what was set aside long ago. */
  async sweep(now: number): Promise<void> {
    for (const name of await this.#fs.readdir(this.#directory)) {
      const since = Number(ASIDE.exec(name)?.[1] ?? now)
      if (name.endsWith('.new') || now - since > KEPT_MS) await this.#fs.unlink(this.pathOf(name))
    }
  }

  #draftOf(name: string): string {
    return this.pathOf(`${name}.new`)
  }

  async #syncFolder(directory: string): Promise<void> {
    // Windows cannot open folders, and keeps their entries by itself.
    if (process.platform === 'win32') return
    const handle = await this.#fs.open(directory, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  }
}

/** All of it: a disk that is nearly full takes a part, and says so only at the next try. */
export async function writeAll(handle: RaftHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done)
    if (bytesWritten === 0) throw Object.assign(new Error('nothing more is taken'), { code: 'ENOSPC' })
    done += bytesWritten
  }
}

/** A name that is free: of two in one millisecond the second is a little later. */
function asideName(prefix: string, now: number, taken: readonly string[]): string {
  let at = now
  while (taken.includes(`${prefix}-${at}.wal`)) at += 1
  return `${prefix}-${at}.wal`
}

const codeOf = (thrown: unknown): unknown => (thrown as { readonly code?: unknown } | undefined)?.code
