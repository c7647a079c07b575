import { Kysely, type PostgresPool, PostgresDialect, type PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { SwarmError } from '../../base/index.ts'
import { preparedName } from './insert.ts'
import { isLost, isUnknownName } from './pg-explain.ts'
import type { MemoryDb } from './particulars.ts'
import type { MemoryTables } from './tables.ts'

/** A server has 100 connections as a rule, and a swarm several nodes. */
const CONNECTIONS_MAX = 4
const CONNECT_MS_MAX = 3000
/** The server gives up first, so that its connection can be used again. Milliseconds. */
const STATEMENT_MS_MAX = 4000
const REPLY_MS_MAX = 4500
const IDLE_MS_MAX = 60_000
/** `bigint`: what is in our tables are numbers and milliseconds, all below 2^53. */
const INT8 = 20

export interface OpenedPool {
  readonly db: MemoryDb
  end(): Promise<void>
}

/** The address without its password. */
export function placeOfUrl(url: string): string {
  const { hostname, pathname, port } = urlOf(url)
  return `postgres://${hostname || 'localhost'}${port === '' ? '' : `:${port}`}${pathname}`
}

function urlOf(url: string): URL {
  if (!/^postgres(ql)?:\/\//i.test(url) || !URL.canParse(url))
    throw new SwarmError(
      'SWARM_BAD_CONFIG',
      'the address of the memory is none of a PostgreSQL server',
      'Write `memory.url: postgres://user:password@host:5432/database`, or leave it empty for a file of this node.',
    )
  return new URL(url)
}

/** As libpq reads `sslmode`, and so as the server's documentation has it: `require` encrypts, `verify-full` checks whom. */
function connectionString(url: string): string {
  const parsed = urlOf(url)
  if (parsed.searchParams.has('sslmode') && !parsed.searchParams.has('uselibpqcompat'))
    parsed.searchParams.set('uselibpqcompat', 'true')
  return parsed.href
}

/** Connects when it is first used. `onLost` is told of an idle connection that broke. */
export function openPool(url: string, onLost: (error: Error) => void, connections = CONNECTIONS_MAX): OpenedPool {
  const pool = new pg.Pool({
    connectionString: connectionString(url),
    max: connections,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    idleTimeoutMillis: IDLE_MS_MAX,
    query_timeout: REPLY_MS_MAX,
    keepAlive: true,
    allowExitOnIdle: true,
    application_name: 'mcp-swarm',
    types: {
      getTypeParser: ((oid: number, format?: 'text') =>
        oid === INT8 ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
    },
  })
  pool.on('error', onLost)
  const db = new Kysely<MemoryTables>({ dialect: new PostgresDialect({ pool: wary(pool) }) })
  return { db, end: () => db.destroy() }
}

/** Sets each new connection up, and does not take one back on which something broke. */
function wary(pool: pg.Pool): PostgresPool {
  const ready = new WeakSet<pg.PoolClient>()
  let isNaming = true
  return {
    options: pool.options,
    end: () => pool.end(),
    connect: async () => {
      const client = await pool.connect()
      let broken = false
      const noting = (error: Error): void => void (broken = error !== undefined)
      client.on('error', noting)
      const release = (destroy = false): void => {
        client.off('error', noting)
        client.release(broken || destroy)
      }
      try {
        if (!ready.has(client)) await client.query(SETTINGS)
        ready.add(client)
      } catch (thrown) {
        release(true)
        throw thrown
      }
      const query = async (text: string, parameters: readonly unknown[]): Promise<unknown> => {
        const name = isNaming ? preparedName(text) : undefined
        const values = [...parameters]
        try {
          return await client.query(name === undefined ? { text, values } : { name, text, values })
        } catch (thrown) {
          // A pooler in between gives each transaction another session, that knows no name.
          if (isUnknownName(thrown)) isNaming = false
          broken ||= isLost(thrown) || isUnknownName(thrown)
          throw thrown
        }
      }
      return { query, release } as PostgresPoolClient
    },
  }
}

/** What is acknowledged is on the disk, also where the server was told to be fast. The rest bounds what hangs. */
const SETTINGS = `
  SET statement_timeout = ${STATEMENT_MS_MAX}; SET lock_timeout = ${STATEMENT_MS_MAX};
  SET idle_in_transaction_session_timeout = ${2 * STATEMENT_MS_MAX}; SET hnsw.ef_search = 200;
  SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`
