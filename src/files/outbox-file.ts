import { open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { SwarmError } from '../base/index.ts'
import { stateError } from './state-error.ts'

export interface OutboxOptions<Entry> {
  readonly file: string
  /** Entries, and bytes of the file; beyond either it is full. */
  readonly entriesMax: number
  readonly bytesMax: number
  /** Undefined for a line that is none: torn, or of another version. */
  readonly read: (value: unknown) => Entry | undefined
}

/**
 * A queue on disk, of JSON lines: what was added is synced before `add` resolves, and stays until it is dropped. A line
 * that was torn by a crash was never acknowledged, and is left out.
 */
export class OutboxFile<Entry> {
  readonly #options: OutboxOptions<Entry>
  #entries: Entry[]
  #bytes: number
  #turn: Promise<unknown> = Promise.resolve()

  private constructor(options: OutboxOptions<Entry>, entries: Entry[], bytes: number) {
    this.#options = options
    this.#entries = entries
    this.#bytes = bytes
  }

  static async open<Entry>(options: OutboxOptions<Entry>): Promise<OutboxFile<Entry>> {
    const text = await readFile(options.file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return ''
      throw stateError(options.file, error)
    })
    const lines = text.split('\n').filter((line) => line !== '')
    const entries = lines.flatMap((line) => {
      try {
        return options.read(JSON.parse(line)) ?? []
      } catch {
        return []
      }
    })
    const outbox = new OutboxFile(options, entries, Buffer.byteLength(text))
    // Whatever was torn goes, or the next line would be part of it.
    if (text !== '') await outbox.drop(0)
    return outbox
  }

  get size(): number {
    return this.#entries.length
  }

  oldest(count: number): readonly Entry[] {
    return this.#entries.slice(0, count)
  }

  add(entry: Entry): Promise<void> {
    return this.#inTurn(async () => {
      const line = `${JSON.stringify(entry)}\n`
      const bytes = Buffer.byteLength(line)
      const { bytesMax, entriesMax, file } = this.#options
      if (this.size >= entriesMax || this.#bytes + bytes > bytesMax)
        throw new SwarmError(
          'SWARM_OVERLOADED',
          `${this.size} entries wait to be stored already, and there is no room for more`,
          'Make the memory reachable again; see `mcp-swarm memory status`.',
        )
      await synced(file, 'a', line)
      this.#entries.push(entry)
      this.#bytes += bytes
    })
  }

  /** The oldest so many are stored elsewhere now. */
  drop(count: number): Promise<void> {
    return this.#inTurn(async () => {
      const left = this.#entries.slice(count)
      const text = left.map((entry) => `${JSON.stringify(entry)}\n`).join('')
      const { file } = this.#options
      await synced(`${file}.new`, 'w', text)
      await rename(`${file}.new`, file).catch((error: NodeJS.ErrnoException) => {
        throw stateError(file, error)
      })
      await syncFolder(dirname(file))
      this.#entries = left
      this.#bytes = Buffer.byteLength(text)
    })
  }

  /** Resolves when nothing is being written. */
  async close(): Promise<void> {
    await this.#turn
  }

  #inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }
}

async function synced(file: string, flag: 'a' | 'w', text: string): Promise<void> {
  try {
    const handle = await open(file, flag, 0o600)
    try {
      await handle.appendFile(text)
      await handle.datasync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw stateError(file, error)
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    // Some systems cannot sync a folder, and need not.
    await handle.sync().catch(() => undefined)
  } finally {
    await handle.close()
  }
}
