import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { basename } from 'node:path'
import Database from 'better-sqlite3'
import { SwarmError } from '../base/index.ts'

/** What a database file of ours is. */
export interface Layout {
  /** For people, inside a sentence: "the knowledge of this node". */
  readonly name: string
  /** Stands in the file's header and tells our files from everybody else's. */
  readonly applicationId: number
  /** `migrations[n]` leads from version n to n + 1. Forward only: what is released is never edited. */
  readonly migrations: readonly string[]
  /** FULL: a commit returned is on disk. NORMAL: a crash of the machine may lose the newest commits, nothing else. */
  readonly synchronous: 'FULL' | 'NORMAL'
  /** The page cache, KiB. The system's own cache of the file is beside it. */
  readonly cacheKiB: number
  /** What migrations may call. */
  readonly functions?: Readonly<Record<string, (...args: never[]) => unknown>>
}

/** Fixed, so that salvage can read a file whose header is gone. Bytes. */
export const PAGE_BYTES = 4096
/** A backup or a second process may hold the lock for a moment; a healthy one never this long. Milliseconds. */
const BUSY_MS = 5000
/** Checkpoints cost two syncs; at 4000 pages (16 MiB) of log they are rare enough not to show in the latencies. */
const WAL_PAGES = 4000
/** What the log may keep of a burst on disk once it is checkpointed. Bytes. */
const WAL_BYTES_KEPT = 32 * 1024 * 1024

const MAGIC = 'SQLite format 3\0'

/**
 * Opens a file that exists or not, creates or migrates its tables. Throws SWARM_STATE_DIR for a file that is not
 * ours or comes from a newer version, having changed nothing in it; and what SQLite throws.
 */
export function connect(file: string, layout: Layout): Database.Database {
  checkHeader(file, layout)
  const db = new Database(file, { timeout: BUSY_MS })
  try {
    // The compiled default in WAL mode is NORMAL, which acknowledges before the disk has it.
    db.pragma(`synchronous = ${layout.synchronous}`)
    db.pragma(`cache_size = -${layout.cacheKiB}`)
    db.pragma('cell_size_check = ON')
    db.pragma('trusted_schema = OFF')
    db.pragma(`page_size = ${PAGE_BYTES}`)
    for (const [name, compute] of Object.entries(layout.functions ?? {}))
      db.function(name, { deterministic: true, varargs: true }, compute as (...args: unknown[]) => unknown)
    migrate(db, layout, file)
    // After the tables: the header with our mark is in the file itself from the first moment, not in its log.
    if (db.pragma('journal_mode = WAL', { simple: true }) !== 'wal')
      throw new SwarmError('SWARM_STATE_DIR', `the file system of ${file} does not support write-ahead logging`)
    db.pragma(`wal_autocheckpoint = ${WAL_PAGES}`)
    db.pragma(`journal_size_limit = ${WAL_BYTES_KEPT}`)
    return db
  } catch (thrown) {
    db.close()
    throw thrown
  }
}

/** Empties the log into the file, then closes. A log that cannot be emptied now is emptied at the next opening. */
export function disconnect(db: Database.Database): void {
  try {
    db.pragma('wal_checkpoint(TRUNCATE)')
  } finally {
    db.close()
  }
}

function migrate(db: Database.Database, { applicationId, migrations, name }: Layout, file: string): void {
  const read = (pragma: string): number => db.pragma(pragma, { simple: true }) as number
  const isNew = read('application_id') === 0 && db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined
  if (!isNew) refuseForeign(read('application_id'), read('user_version'), { applicationId, migrations, name }, file)
  if (read('user_version') === migrations.length) return
  const upgrade = db.transaction(() => {
    // Read again under the lock: another process may have been faster.
    for (let version = read('user_version'); version < migrations.length; version++) {
      db.exec(migrations[version] as string)
      db.pragma(`user_version = ${version + 1}`)
    }
    db.pragma(`application_id = ${applicationId}`)
  })
  upgrade.immediate()
}

/**
 * Throws SWARM_STATE_DIR for a file that is not ours or newer than we are: from the bytes of its header alone, so that
 * SQLite does not even open it. A header that cannot be read says nothing.
 */
export function checkHeader(file: string, layout: Layout): void {
  const header = readHeader(file)
  if (header) refuseForeign(header.applicationId, header.version, layout, file)
}

export interface Header {
  readonly applicationId: number
  /** How many migrations the file has seen. */
  readonly version: number
}

/** Nothing for a file that is missing, unreadable, being created, or no SQLite file: SQLite then says what it is. */
export function readHeader(file: string): Header | undefined {
  // A creation that was cut short: SQLite rolls it back, and the header before that says nothing.
  if (existsSync(`${file}-journal`)) return undefined
  let fd: number | undefined
  try {
    fd = openSync(file, 'r')
    const header = Buffer.alloc(100)
    const isOne = readSync(fd, header, 0, 100, 0) === 100 && header.toString('latin1', 0, 16) === MAGIC
    return isOne ? { applicationId: header.readUInt32BE(68), version: header.readUInt32BE(60) } : undefined
  } catch {
    return undefined
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

type Known = Pick<Layout, 'name' | 'applicationId' | 'migrations'>

function refuseForeign(applicationId: number, version: number, known: Known, file: string): void {
  if (applicationId !== known.applicationId)
    throw new SwarmError(
      'SWARM_STATE_DIR',
      `${file} is a database of another program, not ${known.name}; it was left as it is`,
      `Move ${basename(file)} elsewhere, or give this node a state directory of its own.`,
    )
  if (version > known.migrations.length)
    throw new SwarmError(
      'SWARM_STATE_DIR',
      `${file} was written by a newer mcp-swarm (format ${version}, this one knows ${known.migrations.length})`,
      'Start the newer version again, or give this node a state directory of its own.',
    )
}
