import { closeSync, existsSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs'

/** What waits for space, bytes: a full disk is when the log says most, and the file it says it in is on that disk. */
const WAITING_BYTES_MAX = 64 * 1024

/** A log file that is put aside (`.1`, replacing an older one) when it would grow beyond `bytesMax`. */
export class LogFile {
  readonly #file: string
  readonly #bytesMax: number
  #handle: number
  #bytes: number
  /** From where the last write ended. */
  #waiting: Buffer = Buffer.alloc(0)

  constructor(file: string, bytesMax: number) {
    this.#file = file
    this.#bytesMax = bytesMax
    this.#handle = openSync(file, 'a', 0o600)
    this.#bytes = fstatSync(this.#handle).size
  }

  /**
   * Never throws: a full disk must not end a node because of its log. A line that does not fit is written before the
   * next one that does; beyond 64 KiB of them, the newer ones are lost.
   */
  write(line: string): void {
    const bytes = Buffer.from(line)
    if (this.#waiting.length + bytes.length <= WAITING_BYTES_MAX || this.#waiting.length === 0)
      this.#waiting = this.#waiting.length === 0 ? bytes : Buffer.concat([this.#waiting, bytes])
    this.#flush()
  }

  close(): void {
    this.#flush()
    closeSync(this.#handle)
  }

  #flush(): void {
    try {
      if (this.#bytes + this.#waiting.length > this.#bytesMax && this.#bytes > 0) this.#putAside()
      while (this.#waiting.length > 0) {
        const written = writeSync(this.#handle, this.#waiting)
        this.#bytes += written
        this.#waiting = this.#waiting.subarray(written)
      }
    } catch {
      // What is left waits.
    }
  }

  /** The old file stays open until there is a new one: its number must not become another file's meanwhile. */
  #putAside(): void {
    if (existsSync(this.#file)) renameSync(this.#file, `${this.#file}.1`)
    const handle = openSync(this.#file, 'a', 0o600)
    closeSync(this.#handle)
    this.#handle = handle
    this.#bytes = 0
  }
}
