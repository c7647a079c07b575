import { type RawBuilder, sql } from 'kysely'
import type { MemoryVector } from '../../memory/index.ts'
import { insertion } from './insert.ts'
import { admitted, NearIndex } from './near-index.ts'
import {
  type Admit,
  type Inserted,
  type MemoryDb,
  type NearVersion,
  type Particulars,
  termsOf,
} from './particulars.ts'
import { isClash, isUnknownName } from './pg-explain.ts'
import { type PgMark, PgVectors } from './pg-vectors.ts'
import { type Pgvector, PGVECTOR_FOUND_MAX } from './pgvector.ts'
import type { NewVersion, VersionRow } from './tables.ts'

/** Tells our locks from those of other programs in the same database: "mswy". */
export const LOCKS = 0x6d737779
const TRIES_MAX = 4
/** For one question more is not ranked: words that stand in everything say nothing. */
const RANKED_MAX = 20_000

/** What PostgreSQL does in its own way. */
export class PgParticulars implements Particulars {
  readonly backend = 'postgresql'
  readonly #db: MemoryDb
  readonly #near: NearIndex<PgMark>
  readonly #pgvector: Pgvector | undefined

  constructor(db: MemoryDb, pgvector: Pgvector | undefined) {
    this.#db = db
    this.#pgvector = pgvector
    this.#near = new NearIndex(new PgVectors(db))
  }

  get vectors(): 'pgvector' | 'in-process' {
    return this.#pgvector ? 'pgvector' : 'in-process'
  }

  async alone<T>(questions: readonly string[], run: (db: MemoryDb) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#db.transaction().execute(async (db) => {
          // Always in the same order, so that two never wait for each other.
          await sql`SELECT pg_advisory_xact_lock(${LOCKS}, hash) FROM
            (SELECT DISTINCT hashtext(one) AS hash FROM unnest(${[...questions]}::text[]) one ORDER BY 1) those`.execute(
            db,
          )
          return run(db)
        })
      } catch (thrown) {
        if (attempt >= TRIES_MAX || !isClash(thrown)) throw thrown
      }
    }
  }

  async insert(
    db: MemoryDb,
    row: NewVersion,
    realms: readonly string[],
    ifNew: boolean,
  ): Promise<Inserted | undefined> {
    const lexemes = row.forgotten === 1 ? [] : termsOf(row)
    const query = insertion('postgresql', row, realms, ifNew, lexemes)
    // The second time without the name that another session had.
    const { rows } = await db.executeQuery(query).catch((thrown: unknown) => {
      if (!isUnknownName(thrown) || db.isTransaction) throw thrown
      return db.executeQuery(query)
    })
    return rows[0]
  }

  async dropWords(db: MemoryDb, ids: readonly number[]): Promise<void> {
    await sql`UPDATE memory_versions SET terms = '' WHERE id = ANY(${[...ids]}::bigint[])`.execute(db)
  }

  async words(
    db: MemoryDb,
    asked: readonly string[],
    seen: RawBuilder<boolean>,
    limit: number,
  ): Promise<readonly { readonly id: number; readonly text: number }[]> {
    // Terms are letters and digits, so that marks around them are all that a query of lexemes needs.
    const query = asked.map((term) => `'${term}'`).join(' | ')
    const { rows } = await sql<{ id: number; text: number }>`
      SELECT found.id, ts_rank(found.terms, ${query}::tsquery)::float8 AS text
      FROM (SELECT v.id, v.terms FROM memory_versions v
        WHERE v.terms @@ ${query}::tsquery AND ${seen} LIMIT ${RANKED_MAX}) found
      ORDER BY text DESC, found.id DESC LIMIT ${limit}`.execute(db)
    return rows
  }

  async near(
    vector: MemoryVector,
    limit: number,
    admit: Admit,
  ): Promise<readonly (NearVersion & { row: VersionRow })[]> {
    const found = await this.#pgvector?.near(vector)
    if (found) {
      const hits = await admitted(found, limit, admit)
      // Mostly what others may not be told was near: then all are looked at.
      if (hits.length >= limit || found.length < PGVECTOR_FOUND_MAX) return hits
    }
    return this.#near.near(vector, limit, admit)
  }

  async keptVectors(
    db: MemoryDb,
    space: string,
    kept: readonly { readonly id: number; readonly values: Float32Array }[],
  ): Promise<void> {
    await this.#pgvector?.kept(db, space, kept)
  }

  async droppedSpace(db: MemoryDb, space: string): Promise<void> {
    this.#near.forget()
    await this.#pgvector?.dropped(db, space)
  }
}
