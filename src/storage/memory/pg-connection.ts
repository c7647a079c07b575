import { sql } from 'kysely'
import { SwarmError } from '../../base/index.ts'
import { migrate, MIGRATIONS, newer, versionOf } from './migrations.ts'
import type { MemoryDb } from './particulars.ts'
import { LOCKS, PgParticulars } from './pg-particulars.ts'
import { hasPgvector, Pgvector } from './pgvector.ts'

/** Numbers of transactions as we read them begin with PostgreSQL 13. */
const SERVER_MIN = 130_000
/** Whoever waits for the lock waits for the migration of another node. Milliseconds. */
const MIGRATION_MS_MAX = 10 * 60_000

export interface PgGround {
  readonly own: PgParticulars
  readonly version: string
  readonly readOnly: boolean
}

interface Server {
  readonly version: string
  readonly number: number
  readonly readOnly: boolean
}

/** What the server is, and that its tables are as this program needs them. Throws what `pg` throws, and SwarmErrors. */
export async function groundOf(db: MemoryDb, now: number): Promise<PgGround> {
  const { rows } = await sql<Server>`
    SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,
      (pg_is_in_recovery() OR current_setting('default_transaction_read_only') = 'on') AS "readOnly"`.execute(db)
  const { number, readOnly, version } = rows[0] as Server
  if (number < SERVER_MIN)
    throw new SwarmError(
      'SWARM_BAD_CONFIG',
      `the server of memory.url is PostgreSQL ${version}`,
      'It must be 13 or newer.',
    )
  await (readOnly ? checkTables(db) : makeTables(db, now))
  const pgvector = (await hasPgvector(db, readOnly)) ? new Pgvector(db, readOnly) : undefined
  return {
    own: new PgParticulars(db, pgvector),
    version: `PostgreSQL ${version.split(' ')[0]}`,
    readOnly,
  }
}

/** The lock is the transaction's: a node that dies in it leaves none behind. */
async function makeTables(db: MemoryDb, now: number): Promise<void> {
  if ((await tablesVersion(db)) === MIGRATIONS.length) return
  await db.transaction().execute(async (alone) => {
    await sql`SELECT set_config('statement_timeout', ${String(MIGRATION_MS_MAX)}, true),
      set_config('lock_timeout', ${String(MIGRATION_MS_MAX)}, true)`.execute(alone)
    await sql`SELECT pg_advisory_xact_lock(${LOCKS}, 0)`.execute(alone)
    await migrate(alone, 'postgresql', now)
  })
}

async function checkTables(db: MemoryDb): Promise<void> {
  const found = await tablesVersion(db)
  if (found > MIGRATIONS.length) throw newer(found, MIGRATIONS.length)
  if (found < MIGRATIONS.length)
    throw new SwarmError(
      'SWARM_MEMORY_DOWN',
      'the server of memory.url takes no writes, and has no tables that this version can read',
      'Name the primary server in `memory.url`, once, so that the tables are made there.',
    )
}

async function tablesVersion(db: MemoryDb): Promise<number> {
  const { rows } = await sql<{
    there: boolean
  }>`SELECT to_regclass('memory_migrations') IS NOT NULL AS there`.execute(db)
  return rows[0]?.there ? versionOf(db) : 0
}
