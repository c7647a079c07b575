import Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { SwarmError } from '../../base/index.ts'
import { connect, type Layout } from '../connection.ts'
import { isDamage } from '../explain.ts'
import { makePlace } from '../place.ts'
import { migrate, MIGRATIONS } from './migrations.ts'
import type { MemoryDb } from './particulars.ts'
import type { MemoryTables } from './tables.ts'

/** Its migrations are those of both dialects, run below; their number stands in the header, so that a newer file is known. */
const layout: Layout = {
  name: 'the memory of this node',
  /** "mswy" */
  applicationId: 0x6d737779,
  migrations: MIGRATIONS.map(() => ''),
  synchronous: 'FULL',
  cacheKiB: 8192,
}

export interface OpenedLite {
  readonly lite: Database.Database
  readonly db: MemoryDb
}

/** Opens or makes the file, with the newest tables. Throws what `connect` throws. */
export async function openLite(file: string, now: number): Promise<OpenedLite> {
  makePlace(file)
  let lite: Database.Database | undefined
  try {
    lite = connect(file, layout)
    lite.pragma('foreign_keys = ON')
    // What was forgotten leaves no trace in the file.
    lite.pragma('secure_delete = ON')
    const db = new Kysely<MemoryTables>({ dialect: new SqliteDialect({ database: lite }) })
    await alone(lite, () => migrate(db, 'sqlite', now))
    return { lite, db }
  } catch (thrown) {
    lite?.close()
    if (!isDamage(thrown)) throw thrown
    throw new SwarmError(
      'SWARM_STORE_CORRUPT',
      `${file} cannot be read in full (${(thrown as Error).message})`,
      'Put it under another name and import the last export: `mcp-swarm memory import <file>`.',
    )
  }
}

/** One transaction that may write from its begin; what is thrown leaves nothing of it. */
export async function alone<T>(lite: Database.Database, run: () => Promise<T>): Promise<T> {
  lite.exec('BEGIN IMMEDIATE')
  try {
    const value = await run()
    lite.exec('COMMIT')
    return value
  } catch (thrown) {
    // A full disk ends the transaction by itself.
    if (lite.inTransaction) lite.exec('ROLLBACK')
    throw thrown
  }
}
