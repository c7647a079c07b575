import { createHash } from 'node:crypto'
import { closeSync, fsyncSync, openSync } from 'node:fs'
import Database from 'better-sqlite3'
import { SwarmError } from '../base/index.ts'
import type { About, BackupPage, Manifest } from './backup-protocol.ts'
import { checkHeader, readHeader } from './connection.ts'
import { isDamage } from './explain.ts'
import { knowledgeLayout } from './knowledge-schema.ts'
import { type RevisionRow, storedRevision } from './revision-row.ts'

/** The oldest format that was ever backed up. */
const FORMAT_MIN = 3
/** Bodies in one answer, bytes: it stands whole in the memory of two threads. */
const PAGE_BYTES_MAX = 4 * 1024 * 1024

const damaged = (file: string, why: string): SwarmError =>
  new SwarmError('SWARM_STORE_CORRUPT', `the backup ${file} is damaged: ${why}`, 'Use another backup.')

const noBackup = (file: string, why: string): SwarmError =>
  new SwarmError('SWARM_BAD_INPUT', `${file} is no backup: ${why}`, 'Give a file that `mcp-swarm backup` made.')

/** Checks a finished copy, and makes it a file that stands for itself: no log beside it, and its manifest in it. */
export function seal(file: string, about: About): Manifest {
  const db = new Database(file, { fileMustExist: true })
  try {
    db.pragma('journal_mode = DELETE')
    check(db, file)
    const manifest: Manifest = { v: 1, ...about, ...factsOf(db) }
    db.exec('DROP TABLE IF EXISTS backup; CREATE TABLE backup (manifest TEXT NOT NULL) STRICT')
    db.prepare('INSERT INTO backup VALUES (?)').run(JSON.stringify(manifest))
    return manifest
  } finally {
    db.close()
    sync(file)
  }
}

/** Throws SWARM_BAD_INPUT for what is no backup, SWARM_STORE_CORRUPT for one that is not as it was made. */
export function openBackup(file: string): { readonly db: Database.Database; readonly manifest: Manifest } {
  const header = readHeader(file)
  if (!header) throw noBackup(file, 'it is no database')
  checkHeader(file, knowledgeLayout)
  if (header.version < FORMAT_MIN) throw noBackup(file, `it has the format ${header.version}`)
  const db = new Database(file, { readonly: true, fileMustExist: true })
  try {
    const manifest = manifestIn(db, file)
    check(db, file)
    const { digest, revisions } = factsOf(db)
    if (digest !== manifest.digest || revisions !== manifest.revisions)
      throw damaged(file, `it holds ${revisions} revisions, and not the ${manifest.revisions} it was made of`)
    return { db, manifest }
  } catch (thrown) {
    db.close()
    throw isDamage(thrown) ? damaged(file, (thrown as Error).message) : thrown
  }
}

export class BackupReader {
  readonly #page: Database.Statement<[number, number], RevisionRow>
  readonly #db: Database.Database

  constructor(db: Database.Database) {
    this.#db = db
    this.#page = db.prepare('SELECT * FROM revisions WHERE row > ? ORDER BY row LIMIT ?')
  }

  page(after: number, limit: number): BackupPage {
    const revisions: BackupPage['revisions'][number][] = []
    let row = after
    let bad = 0
    let bytes = 0
    for (const found of this.#page.iterate(after, limit)) {
      bytes += Buffer.byteLength(found.body)
      if (row !== after && bytes > PAGE_BYTES_MAX) break
      row = found.row
      try {
        revisions.push(storedRevision(found).revision)
      } catch (thrown) {
        if (!isDamage(thrown)) throw thrown
        bad += 1
      }
    }
    return { row, revisions, damaged: bad, end: row === after }
  }

  close(): void {
    this.#db.close()
  }
}

function manifestIn(db: Database.Database, file: string): Manifest {
  if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'backup'").get() === undefined)
    throw noBackup(file, 'it has no manifest; the database of a node is put back by putting it in its place')
  const text = db.prepare<[], string>('SELECT manifest FROM backup').pluck().get() ?? ''
  try {
    const manifest = JSON.parse(text) as Manifest
    if (manifest.v === 1 && typeof manifest.digest === 'string') return manifest
  } catch {}
  throw damaged(file, 'its manifest cannot be read')
}

function check(db: Database.Database, file: string): void {
  db.pragma('cell_size_check = ON')
  const found = String(db.pragma('quick_check(1)', { simple: true }))
  if (found !== 'ok') throw damaged(file, found.replaceAll(/\s+/g, ' '))
}

/** Read anew from the rows: what the copy itself says of them is not asked. */
function factsOf(db: Database.Database): Pick<Manifest, 'revisions' | 'items' | 'heads' | 'digest'> {
  const hash = createHash('sha256')
  const rows = db.prepare<[], Pick<RevisionRow, 'row' | 'item' | 'origin' | 'seq' | 'crc'>>(
    'SELECT row, item, origin, seq, crc FROM revisions ORDER BY row',
  )
  let revisions = 0
  for (const { crc, item, origin, row, seq } of rows.iterate()) {
    hash.update(`${row} ${item} ${origin} ${seq} ${crc}\n`)
    revisions += 1
  }
  const heads = db.prepare<[], Manifest['heads'][number]>(
    'SELECT origin, min(seq), max(seq), count(*) FROM revisions GROUP BY origin ORDER BY origin',
  )
  const items = db.prepare<[], number>("SELECT value FROM counters WHERE name = 'items'").pluck().get() ?? 0
  return { revisions, items, heads: heads.raw().all(), digest: hash.digest('hex') }
}

function sync(file: string): void {
  const fd = openSync(file, 'r+')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
