import { sql } from 'kysely'
import { sha256 } from '../../base/index.ts'
import type { MemoryVector } from '../../memory/index.ts'
import type { MemoryDb, NearVersion } from './particulars.ts'
import { floatsOf } from './vector-bytes.ts'

/** What an index of pgvector takes; more are compared without one. */
const INDEXED_MAX = 2000
/** What its type takes. */
const DIMENSIONS_MAX = 16_000
const FILLED_PAGE = 200
/** A node that had not seen the extension writes none of its rows: looked for now and then. Milliseconds. */
const FILL_EVERY_MS = 60_000
/** As many as `hnsw.ef_search` finds. */
export const PGVECTOR_FOUND_MAX = 200

interface Near {
  readonly table: string
  readonly dimensions: number
  isFull: boolean
  filled: number
  filling: Promise<void> | undefined
}

/** True when pgvector is there, or could be put there. */
export async function hasPgvector(db: MemoryDb, readOnly: boolean): Promise<boolean> {
  const { rows } = await sql<{ installed: boolean }>`
    SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'vector') AS installed
    FROM pg_available_extensions WHERE name = 'vector'`.execute(db)
  const found = rows[0]
  if (found === undefined || found.installed || readOnly) return found?.installed ?? false
  try {
    await sql`CREATE EXTENSION IF NOT EXISTS vector`.execute(db)
    return true
  } catch {
    // It takes a right that this user has not: then this process compares.
    return false
  }
}

/**
 * A table of pgvector's per space and number of dimensions, beside the vectors, filled from them. Until one is full the
 * process itself compares.
 */
export class Pgvector {
  readonly #db: MemoryDb
  readonly #readOnly: boolean
  readonly #tables = new Map<string, Near>()

  constructor(db: MemoryDb, readOnly: boolean) {
    this.#db = db
    this.#readOnly = readOnly
  }

  /** Undefined while the table is not full. At most PGVECTOR_FOUND_MAX. */
  async near({ space, values }: MemoryVector): Promise<readonly NearVersion[] | undefined> {
    const near = this.#nearOf(space, values.length)
    if (near === undefined) return undefined
    if (near.filling === undefined && performance.now() - near.filled > FILL_EVERY_MS) {
      near.filling = this.#fill(space, near)
        .catch(() => {
          // The connection, mostly: the next question tries again.
        })
        .finally(() => (near.filling = undefined))
      // Mostly nothing is missing, and then it is worth its time.
      if (!near.isFull) await near.filling
    }
    if (!near.isFull) return undefined
    const { rows } = await sql<NearVersion>`
      SELECT x.version, n.cosine FROM (SELECT id, 1 - (vals <=> ${textOf(values)}::vector) AS cosine
        FROM ${sql.table(near.table)} ORDER BY vals <=> ${textOf(values)}::vector LIMIT ${PGVECTOR_FOUND_MAX}) n
      JOIN memory_vectors x ON x.id = n.id ORDER BY n.cosine DESC, x.version DESC`.execute(this.#db)
    // Those without a direction have no angle.
    return rows.filter(({ cosine }) => Number.isFinite(cosine))
  }

  /** In the transaction that keeps the vectors. */
  async kept(
    db: MemoryDb,
    space: string,
    kept: readonly { readonly id: number; readonly values: Float32Array }[],
  ): Promise<void> {
    for (const [dimensions, group] of Map.groupBy(kept, ({ values }) => values.length)) {
      const near = this.#nearOf(space, dimensions)
      // Whoever fills the table finds them.
      if (near?.isFull) await add(db, near, group)
    }
  }

  async dropped(db: MemoryDb, space: string): Promise<void> {
    const prefix = tablePrefix(space)
    const { rows } = await sql<{ name: string }>`
      SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relname LIKE ${`${prefix.replaceAll('_', String.raw`\_`)}%`}
      AND pg_table_is_visible(oid)`.execute(db)
    for (const { name } of rows) {
      await sql`DROP TABLE IF EXISTS ${sql.table(name)}`.execute(db)
      this.#tables.delete(name)
    }
  }

  #nearOf(space: string, dimensions: number): Near | undefined {
    if (this.#readOnly || dimensions < 1 || dimensions > DIMENSIONS_MAX) return undefined
    const table = `${tablePrefix(space)}${dimensions}`
    const near = this.#tables.get(table) ?? {
      table,
      dimensions,
      isFull: false,
      filled: -Infinity,
      filling: undefined,
    }
    this.#tables.set(table, near)
    return near
  }

  async #fill(space: string, near: Near): Promise<void> {
    await this.#make(near)
    for (;;) {
      const { rows } = await sql<{ id: number; vals: Uint8Array }>`
        SELECT x.id, x.vals FROM memory_vectors x
        WHERE x.space = ${space} AND octet_length(x.vals) = ${near.dimensions * 4}
        AND NOT EXISTS (SELECT 1 FROM ${sql.table(near.table)} n WHERE n.id = x.id)
        ORDER BY x.id LIMIT ${FILLED_PAGE}`.execute(this.#db)
      if (rows.length > 0)
        await add(
          this.#db,
          near,
          rows.map(({ id, vals }) => ({ id, values: floatsOf(vals) })),
        )
      if (rows.length < FILLED_PAGE) break
    }
    near.filled = performance.now()
    near.isFull = true
  }

  async #make({ dimensions, table }: Near): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      // Two that make the same table at once are in each other's way, IF NOT EXISTS or not.
      await sql`SELECT pg_advisory_xact_lock(hashtext(${table}))`.execute(db)
      await sql`CREATE TABLE IF NOT EXISTS ${sql.table(table)} (
        id bigint PRIMARY KEY REFERENCES memory_vectors (id) ON DELETE CASCADE,
        vals vector(${sql.raw(String(dimensions))}) NOT NULL)`.execute(db)
      if (dimensions <= INDEXED_MAX)
        await sql`CREATE INDEX IF NOT EXISTS ${sql.ref(`${table}_hnsw`)} ON ${sql.table(table)}
          USING hnsw (vals vector_cosine_ops)`.execute(db)
    })
  }
}

async function add(
  db: MemoryDb,
  { table }: Near,
  rows: readonly { readonly id: number; readonly values: Float32Array }[],
): Promise<void> {
  // Only of what is still there: a memory may have been forgotten since its vector was read.
  await sql`INSERT INTO ${sql.table(table)} (id, vals)
    SELECT x.id, given.vals FROM unnest(${rows.map(({ id }) => id)}::bigint[], ${rows.map(({ values }) => textOf(values))}::vector[])
      AS given (id, vals) JOIN memory_vectors x ON x.id = given.id
    ON CONFLICT (id) DO NOTHING`.execute(db)
}

const tablePrefix = (space: string): string => `memory_near_${sha256(space).slice(0, 12)}_`

const textOf = (values: Float32Array): string => `[${values.join(',')}]`
