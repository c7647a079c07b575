import type { Database } from 'better-sqlite3'
import { sizeOf } from './place.ts'

/** After so long without a write the log is emptied into the file. Milliseconds. */
const IDLE_MS = 5_000
/** A smaller one is not worth the syncs. Bytes. */
const LOG_BYTES_MIN = 1024 * 1024

/**
 * Empties the log of a database that is idle. SQLite does so while it commits, but not as long as somebody reads from
 * the log (another program with an open transaction), and then never again until the next commit.
 */
export class IdleCheckpoint {
  readonly #db: Database
  readonly #log: string
  #timer: NodeJS.Timeout | undefined

  constructor(db: Database, file: string) {
    this.#db = db
    this.#log = `${file}-wal`
  }

  wrote(): void {
    if (this.#timer) this.#timer.refresh()
    else this.#timer = setTimeout(() => this.#empty(), IDLE_MS).unref()
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #empty(): void {
    if ((sizeOf(this.#log) ?? 0) < LOG_BYTES_MIN) return
    try {
      if (!this.#db.inTransaction) this.#db.pragma('wal_checkpoint(TRUNCATE)')
    } catch {
      // The next write meets what is wrong with the disk, and tells it.
    }
    // Whoever reads keeps it: it is tried again.
    if ((sizeOf(this.#log) ?? 0) >= LOG_BYTES_MIN) this.#timer?.refresh()
  }
}
