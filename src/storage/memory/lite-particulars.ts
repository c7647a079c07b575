import type { Database, Statement } from 'better-sqlite3'
import { type RawBuilder, sql } from 'kysely'
import type { MemoryVector } from '../../memory/index.ts'
import { tokensOf } from '../search-terms.ts'
import { insertion } from './insert.ts'
import { NearIndex, type SignRow, type ValueRow, type VectorSource } from './near-index.ts'
import {
  type Admit,
  type Inserted,
  type MemoryDb,
  type NearVersion,
  type Particulars,
  termsOf,
} from './particulars.ts'
import type { NewVersion, VersionRow } from './tables.ts'

const SIGNS_PAGE = 5000

/** What SQLite does in its own way. Whoever calls holds the transaction, and one call ends before the next begins. */
export class LiteParticulars implements Particulars {
  readonly backend = 'sqlite'
  readonly #db: MemoryDb
  readonly #near: NearIndex<number>

  constructor(lite: Database, db: MemoryDb) {
    this.#db = db
    this.#near = new NearIndex(new LiteVectors(lite))
  }

  /** After a transaction that failed. */
  abandon(): void {
    this.#near.forget()
  }

  alone<T>(_questions: readonly string[], run: (db: MemoryDb) => Promise<T>): Promise<T> {
    return run(this.#db)
  }

  async insert(
    db: MemoryDb,
    row: NewVersion,
    realms: readonly string[],
    ifNew: boolean,
  ): Promise<Inserted | undefined> {
    const { rows } = await db.executeQuery(insertion('sqlite', row, realms, ifNew, []))
    const inserted = rows[0]
    if (inserted && row.forgotten === 0)
      await sql`INSERT INTO memory_words (rowid, terms) VALUES (${inserted.id}, ${tokens(termsOf(row))})`.execute(db)
    return inserted
  }

  async dropWords(db: MemoryDb, ids: readonly number[]): Promise<void> {
    await sql`DELETE FROM memory_words WHERE rowid IN (${sql.join(ids)})`.execute(db)
  }

  async words(
    db: MemoryDb,
    asked: readonly string[],
    seen: RawBuilder<boolean>,
    limit: number,
  ): Promise<readonly { readonly id: number; readonly text: number }[]> {
    const match = tokensOf(asked.join(' '))
      .map((token) => `"${token}"`)
      .join(' OR ')
    const { rows } = await sql<{ id: number; text: number }>`
      SELECT v.id, -bm25(memory_words) AS text FROM memory_words JOIN memory_versions v ON v.id = memory_words.rowid
      WHERE memory_words MATCH ${match} AND ${seen} ORDER BY text DESC, v.id DESC LIMIT ${limit}`.execute(db)
    return rows
  }

  near(vector: MemoryVector, limit: number, admit: Admit): Promise<readonly (NearVersion & { row: VersionRow })[]> {
    return this.#near.near(vector, limit, admit)
  }

  keptVectors(): Promise<void> {
    return Promise.resolve()
  }

  droppedSpace(): Promise<void> {
    this.#near.forget()
    return Promise.resolve()
  }
}

const tokens = (terms: readonly string[]): string => tokensOf(terms.join(' ')).join(' ')

/** By prepared statements: a question reads some hundred vectors by their number. The mark is the last number read. */
class LiteVectors implements VectorSource<number> {
  readonly #since: Statement<[string, number, number], SignRow>
  readonly #values: Statement<[number], ValueRow>

  constructor(db: Database) {
    this.#since = db.prepare(
      'SELECT id, length(vals) / 4 AS dimensions, signs FROM memory_vectors WHERE space = ? AND id > ? ORDER BY id LIMIT ?',
    )
    this.#values = db.prepare('SELECT id, version, vals FROM memory_vectors WHERE id = ?')
  }

  since(
    space: string,
    mark = 0,
  ): Promise<{ readonly rows: readonly SignRow[]; readonly mark: number; readonly more: boolean }> {
    const rows = this.#since.all(space, mark, SIGNS_PAGE)
    return Promise.resolve({ rows, mark: rows.at(-1)?.id ?? mark, more: rows.length === SIGNS_PAGE })
  }

  values(ids: readonly number[]): Promise<readonly ValueRow[]> {
    return Promise.resolve(ids.map((id) => this.#values.get(id)).filter((row) => row !== undefined))
  }
}
