import { basename } from 'node:path'
import type { Random } from '../../src/base/index.ts'
import type { RaftFs, RaftHandle } from '../../src/storage/raft-place.ts'

interface Inode {
  live: Buffer
  /** What is surely on the disk. */
  synced: Buffer
}

type Names = ReadonlyMap<string, Inode>

export class PowerLost extends Error {
  readonly code = 'EIO'
}

/**
 * One folder of a disk whose power goes before the call numbered `dies`. What was not synced is then there in part:
 * of a file any beginning of what was added, also with zeros in place of the rest, and of the folder any number of
 * changes, in their order.
 */
export class PowerFs implements RaftFs {
  calls = 0
  readonly #dies: number
  /** The folder after each change that is not synced; the first is the one that is. */
  #folders: Names[]

  constructor(dies: number, left: Names = new Map()) {
    this.#dies = dies
    this.#folders = [left]
  }

  /** The same disk, when the power is back. */
  after(random: Random, dies: number): PowerFs {
    const names = this.#folders[random.below(this.#folders.length)] as Names
    return new PowerFs(dies, new Map([...names].map(([name, inode]) => [name, leftOf(inode, random)])))
  }

  open(file: string, flags: 'r' | 'w'): Promise<RaftHandle> {
    return this.#call(() => {
      if (flags === 'r') return this.#folderHandle()
      const inode = this.#names.get(basename(file)) ?? { live: Buffer.alloc(0), synced: Buffer.alloc(0) }
      inode.live = Buffer.alloc(0)
      this.#change((names) => names.set(basename(file), inode))
      return this.#fileHandle(inode)
    })
  }

  readFile(file: string): Promise<Buffer> {
    return this.#call(() => this.#inode(file).live)
  }
  readdir(): Promise<readonly string[]> {
    return this.#call(() => [...this.#names.keys()])
  }
  link(file: string, other: string): Promise<void> {
    return this.#call(() => this.#change((names) => names.set(basename(other), this.#inode(file))))
  }
  rename(file: string, other: string): Promise<void> {
    return this.#call(() => {
      const inode = this.#inode(file)
      this.#change((names) => names.set(basename(other), inode).delete(basename(file)))
    })
  }
  unlink(file: string): Promise<void> {
    return this.#call(() => this.#change((names) => names.delete(basename(file))))
  }

  get #names(): Names {
    return this.#folders.at(-1) as Names
  }

  #inode(file: string): Inode {
    const inode = this.#names.get(basename(file))
    if (!inode) throw Object.assign(new Error(`there is no ${file}`), { code: 'ENOENT' })
    return inode
  }

  #change(change: (names: Map<string, Inode>) => unknown): void {
    const names = new Map(this.#names)
    change(names)
    this.#folders.push(names)
  }

  async #call<T>(act: () => T): Promise<T> {
    this.calls += 1
    if (this.calls >= this.#dies) throw new PowerLost('the power is gone')
    return act()
  }

  #fileHandle(inode: Inode): RaftHandle {
    const sync = (): Promise<void> =>
      this.#call(() => {
        inode.synced = inode.live
      })
    return {
      write: (bytes, from, length, at) =>
        this.#call(() => {
          const longer = Buffer.alloc(Math.max(inode.live.length, at + length))
          inode.live.copy(longer)
          longer.set(bytes.subarray(from, from + length), at)
          inode.live = longer
          return { bytesWritten: length }
        }),
      truncate: (size) =>
        this.#call(() => {
          inode.live = inode.live.subarray(0, size)
        }),
      sync,
      datasync: sync,
      close: () => this.#call(() => {}),
    }
  }

  #folderHandle(): RaftHandle {
    const refuse = (): never => {
      throw new Error('this is a folder')
    }
    return {
      write: refuse,
      truncate: refuse,
      datasync: refuse,
      sync: () =>
        this.#call(() => {
          this.#folders = [this.#names]
        }),
      close: () => this.#call(() => {}),
    }
  }
}

function leftOf({ live, synced }: Inode, random: Random): Inode {
  const keep = Math.min(live.length, synced.length) + random.below(Math.max(0, live.length - synced.length) + 1)
  const whole = random.below(3) === 0 ? live.length : keep
  const left = Buffer.alloc(Math.max(whole, keep, synced.length))
  synced.copy(left)
  live.subarray(0, keep).copy(left)
  return { live: left, synced: left }
}
