import { closeSync, existsSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs'

/** A log file that is put aside (`.1`, replacing an older one) when it would grow beyond `bytesMax`. */
export class LogFile {
  readonly #file: string
  readonly #bytesMax: number
  #handle: number
  #bytes: number

  constructor(file: string, bytesMax: number) {
    this.#file = file
    this.#bytesMax = bytesMax
    this.#handle = openSync(file, 'a', 0o600)
    this.#bytes = fstatSync(this.#handle).size
  }

  /** Never throws: a full disk must not end a node because of its log. */
  write(line: string): void {
    try {
      if (this.#bytes + line.length > this.#bytesMax && this.#bytes > 0) this.#putAside()
      this.#bytes += writeSync(this.#handle, line)
    } catch {
      // The line is lost; the next one may fit again.
    }
  }

  close(): void {
    closeSync(this.#handle)
  }

  #putAside(): void {
    closeSync(this.#handle)
    if (existsSync(this.#file)) renameSync(this.#file, `${this.#file}.1`)
    this.#handle = openSync(this.#file, 'a', 0o600)
    this.#bytes = 0
  }
}
