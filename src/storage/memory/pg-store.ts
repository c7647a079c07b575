import { sql } from 'kysely'
import { type Clock, SwarmError } from '../../base/index.ts'
import type { MemoryFacts, MemoryStore } from '../../memory/index.ts'
import { groundOf, type PgGround } from './pg-connection.ts'
import { explainPg, isLost, isReadOnly } from './pg-explain.ts'
import { type OpenedPool, openPool, placeOfUrl } from './pg-pool.ts'
import { MemoryReading } from './reading.ts'
import { MemoryWriting } from './writing.ts'

/** After a server could not be reached calls fail at once for so long, twice as long each time. Milliseconds. */
const BACK_OFF_MS_MIN = 100
const BACK_OFF_MS_MAX = 5000

interface Ready extends PgGround {
  readonly reading: MemoryReading
  readonly writing: MemoryWriting
}

export interface PgStoreOptions {
  readonly url: string
  readonly clock: Clock
  readonly onNote: (text: string) => void
  readonly connections?: number | undefined
}

/**
 * The memory in a PostgreSQL server. A server that is down is no error here: calls reject with SWARM_MEMORY_DOWN until
 * it is back. Rejects when trying again would be of no use: an address that is none, tables of a newer version.
 */
export async function openPgStore(options: PgStoreOptions): Promise<MemoryStore> {
  const store = new PgStore(options)
  try {
    await store.reach()
  } catch (thrown) {
    if (thrown instanceof SwarmError && thrown.code === 'SWARM_MEMORY_DOWN') return store
    await store.close()
    throw thrown
  }
  return store
}

class PgStore implements MemoryStore {
  readonly #place: string
  readonly #clock: Clock
  readonly #note: (text: string) => void
  readonly #pool: OpenedPool
  #ready: Promise<Ready> | undefined
  /** What was last in the way, until when nothing is tried, and how long that was. */
  #down: { readonly why: SwarmError; readonly until: number; readonly ms: number } | undefined

  constructor({ clock, connections, onNote, url }: PgStoreOptions) {
    this.#place = placeOfUrl(url)
    this.#clock = clock
    this.#note = onNote
    // An idle connection that breaks: the server stops, mostly, or has been another one since.
    this.#pool = openPool(url, () => (this.#ready = undefined), connections)
  }

  reach(): Promise<void> {
    return this.#use(() => Promise.resolve())
  }

  put: MemoryStore['put'] = (...args) => this.#use(({ writing }) => writing.put(...args))
  pin: MemoryStore['pin'] = (...args) => this.#use(({ writing }) => writing.pin(...args))
  forget: MemoryStore['forget'] = (...args) => this.#use(({ writing }) => writing.forget(...args))
  prune: MemoryStore['prune'] = (...args) => this.#use(({ writing }) => writing.prune(...args))
  take: MemoryStore['take'] = (...args) => this.#use(({ writing }) => writing.take(...args))
  keepVectors: MemoryStore['keepVectors'] = (...args) => this.#use(({ writing }) => writing.keepVectors(...args))
  dropSpace: MemoryStore['dropSpace'] = (...args) => this.#use(({ writing }) => writing.dropSpace(...args))
  get: MemoryStore['get'] = (...args) => this.#use(({ reading }) => reading.get(...args))
  history: MemoryStore['history'] = (...args) => this.#use(({ reading }) => reading.history(...args))
  search: MemoryStore['search'] = (...args) => this.#use(({ reading }) => reading.search(...args))
  list: MemoryStore['list'] = (...args) => this.#use(({ reading }) => reading.list(...args))
  without: MemoryStore['without'] = (...args) => this.#use(({ reading }) => reading.without(...args))
  walk: MemoryStore['walk'] = (...args) => this.#use(({ reading }) => reading.walk(...args))

  facts(): Promise<MemoryFacts> {
    return this.#use(async ({ own, readOnly, reading, version }) => {
      const { rows } = await sql<{ bytes: number }>`
        SELECT sum(pg_total_relation_size(oid))::bigint AS bytes FROM pg_class
        WHERE relkind = 'r' AND relname LIKE 'memory\\_%' AND pg_table_is_visible(oid)`.execute(this.#pool.db)
      return {
        backend: 'postgresql',
        version,
        place: this.#place,
        vectors: own.vectors,
        ...(await reading.counts()),
        readOnly,
        bytes: rows[0]?.bytes ?? null,
      }
    })
  }

  close(): Promise<void> {
    return this.#pool.end()
  }

  async #use<T>(run: (ready: Ready) => Promise<T>): Promise<T> {
    const before = this.#down
    if (before && performance.now() < before.until) throw before.why
    try {
      const value = await run(await (this.#ready ??= this.#prepare()))
      // What began before it was lost says nothing of now.
      if (before && this.#down === before) {
        this.#down = undefined
        this.#note(`memory: ${this.#place} can be reached again`)
      }
      return value
    } catch (thrown) {
      const error = explainPg(thrown, this.#place)
      // A primary that became a standby, or a standby that became the primary: looked at anew.
      if (isLost(thrown) || isReadOnly(thrown)) this.#ready = undefined
      if (isLost(thrown)) this.#lost(error)
      throw error
    }
  }

  async #prepare(): Promise<Ready> {
    try {
      const ground = await groundOf(this.#pool.db, this.#clock.now())
      const { db } = this.#pool
      return { ...ground, reading: new MemoryReading(db, ground.own), writing: new MemoryWriting(db, ground.own) }
    } catch (thrown) {
      this.#ready = undefined
      throw thrown
    }
  }

  #lost(why: SwarmError): void {
    if (this.#down === undefined) this.#note(`memory: ${why.why}`)
    // Calls that were under way together fail together: that is once.
    if (this.#down && performance.now() < this.#down.until) return
    const ms = Math.min(BACK_OFF_MS_MAX, this.#down ? this.#down.ms * 2 : BACK_OFF_MS_MIN)
    this.#down = { why, until: performance.now() + ms, ms }
  }
}
