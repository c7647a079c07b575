import { type Kysely, sql } from 'kysely'
import type { SignRow, ValueRow, VectorSource } from './near-index.ts'
import type { MemoryTables } from './tables.ts'

const SIGNS_PAGE = 10_000

/** Until where a reader has read: transactions before `writer` had all ended; within a long page, row `id` of it. */
export interface PgMark {
  readonly writer: string
  readonly id: number
  /** Where the next reading begins when this one is through. */
  readonly until: string
}

/**
 * Vectors in PostgreSQL, also those that other nodes wrote. A row's number says nothing of when it was to be seen, so a
 * reading begins anew at the oldest transaction that was still open at the last one, and meets a few rows twice.
 */
export class PgVectors implements VectorSource<PgMark> {
  readonly #db: Kysely<MemoryTables>

  constructor(db: Kysely<MemoryTables>) {
    this.#db = db
  }

  async since(
    space: string,
    mark: PgMark = { writer: '0', id: 0, until: '' },
  ): Promise<{ readonly rows: readonly SignRow[]; readonly mark: PgMark; readonly more: boolean }> {
    const { rows: found } = await sql<SignRow & { writer: string | null; until: string; id: number | null }>`
      SELECT x.id, x.dimensions, x.signs, x.writer::text AS writer, s.until
      FROM (SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS until) s
      LEFT JOIN (SELECT id, octet_length(vals) / 4 AS dimensions, signs, writer FROM memory_vectors
        WHERE space = ${space} AND (writer, id) > (${mark.writer}::xid8, ${mark.id})
        ORDER BY writer, id LIMIT ${SIGNS_PAGE}) x ON true`.execute(this.#db)
    const rows = found.filter(({ id }) => id !== null)
    const until = mark.until === '' ? (found[0]?.until ?? mark.writer) : mark.until
    const last = rows.at(-1)
    if (rows.length === SIGNS_PAGE && last?.writer)
      return { rows, mark: { writer: last.writer, id: last.id, until }, more: true }
    return { rows, mark: { writer: until, id: 0, until: '' }, more: false }
  }

  async values(ids: readonly number[]): Promise<readonly ValueRow[]> {
    const { rows } = await sql<ValueRow>`
      SELECT id, version, vals FROM memory_vectors WHERE id = ANY(${[...ids]}::bigint[])`.execute(this.#db)
    return rows
  }
}
