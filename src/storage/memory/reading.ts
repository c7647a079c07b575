import { sql } from 'kysely'
import { SwarmError } from '../../base/index.ts'
import type {
  Audience,
  Memory,
  MemoryFacts,
  MemoryHit,
  MemoryPage,
  MemoryQuery,
  MemoryStore,
} from '../../memory/index.ts'
import { versionOf } from './migrations.ts'
import { type Admit, askedTerms, type MemoryDb, type Particulars, seen } from './particulars.ts'
import { memoryOf, realmsOf, type VersionRow } from './tables.ts'

/** The port's number; a page of walking has room for more. */
const LIMIT_MAX = 100
const WALKED_MAX = 1000
/** Of a response, what a vector is made of. Characters. */
const EMBEDDED_CHARS = 8000

type Reading = Pick<MemoryStore, 'get' | 'history' | 'search' | 'list' | 'without' | 'walk'>

/** What reads the tables. */
export class MemoryReading implements Reading {
  readonly #db: MemoryDb
  readonly #own: Particulars

  constructor(db: MemoryDb, own: Particulars) {
    this.#db = db
    this.#own = own
  }

  async get(questionId: string, audience: Audience, rev?: number): Promise<Memory | undefined> {
    const versions = this.#versions(questionId, audience)
    const row = await (rev === undefined ? versions : versions.where('rev', '=', rev)).limit(1).executeTakeFirst()
    return row && memoryOf(row)
  }

  async history(questionId: string, audience: Audience, limit: number): Promise<readonly Memory[]> {
    const rows = await this.#versions(questionId, audience).limit(bounded(limit, LIMIT_MAX)).execute()
    return rows.map(memoryOf)
  }

  #versions(questionId: string, audience: Audience) {
    return this.#db
      .selectFrom('memory_versions')
      .selectAll()
      .where('question_id', '=', questionId)
      .where('realm', 'in', realmsOf(audience))
      .orderBy('rev', 'desc')
  }

  async search(query: MemoryQuery): Promise<readonly MemoryHit[]> {
    const limit = bounded(query.limit, LIMIT_MAX)
    const those = seen(this.#own.backend, realmsOf(query), query)
    const admit: Admit = async (ids) => {
      if (ids.length === 0) return new Map()
      const rows = await this.#db
        .selectFrom('memory_versions as v')
        .selectAll()
        .where('v.id', 'in', ids)
        .where(those)
        .execute()
      return new Map(rows.map((row) => [row.id, row]))
    }
    const hits = new Map<number, { row: VersionRow; text: number; cosine: number | null }>()
    const asked = askedTerms(query.words ?? [])
    if (asked.length > 0) {
      const found = await this.#own.words(this.#db, asked, those, limit)
      const rows = await admit(found.map(({ id }) => id))
      for (const { id, text } of found) {
        const row = rows.get(id)
        if (row) hits.set(id, { row, text, cosine: null })
      }
    }
    // No direction is near nothing.
    for (const vector of (query.vectors ?? []).filter(
      ({ values }) => values.some(Boolean) && values.every(Number.isFinite),
    ))
      for (const { cosine, row, version } of await this.#own.near(vector, limit, admit)) {
        const hit = hits.get(version) ?? { row, text: 0, cosine: null }
        hit.cosine = Math.max(hit.cosine ?? -1, cosine)
        hits.set(version, hit)
      }
    return [...hits.values()].map(({ cosine, row, text }) => ({ memory: memoryOf(row), text, cosine }))
  }

  async list(filter: Parameters<MemoryStore['list']>[0]): Promise<MemoryPage> {
    const limit = bounded(filter.limit, LIMIT_MAX)
    let rows = this.#db
      .selectFrom('memory_versions as v')
      .selectAll()
      .where(seen(this.#own.backend, realmsOf(filter), filter))
      .orderBy('v.updated', 'desc')
      .orderBy('v.id', 'desc')
      .limit(limit + 1)
    if (filter.after !== undefined) {
      const [updated, id] = placeOf(filter.after, 2)
      rows = rows.where(sql<boolean>`(v.updated, v.id) < (${updated}, ${id})`)
    }
    const found = await rows.execute()
    const last = found.length > limit ? found[limit - 1] : undefined
    return { memories: found.slice(0, limit).map(memoryOf), next: last ? `${last.updated}.${last.id}` : null }
  }

  async without(
    space: string,
    limit: number,
  ): Promise<readonly { readonly questionId: string; readonly rev: number; readonly text: string }[]> {
    const rows = await this.#db
      .selectFrom('memory_versions as v')
      .select([
        'v.question_id',
        'v.rev',
        'v.question',
        sql<string>`substr(v.response, 1, ${EMBEDDED_CHARS})`.as('response'),
      ])
      .where('v.newest', '=', 1)
      .where('v.forgotten', '=', 0)
      .where(({ exists, not, selectFrom }) =>
        not(
          exists(
            selectFrom('memory_vectors as x')
              .select('x.id')
              .whereRef('x.version', '=', 'v.id')
              .where('x.space', '=', space),
          ),
        ),
      )
      .orderBy('v.id')
      .limit(bounded(limit, WALKED_MAX))
      .execute()
    return rows.map(({ question, question_id, response, rev }) => ({
      questionId: question_id,
      rev,
      text: `${question}\n\n${response}`,
    }))
  }

  async walk(after: string | null, limit: number): ReturnType<MemoryStore['walk']> {
    const count = bounded(limit, WALKED_MAX)
    const rows = await this.#db
      .selectFrom('memory_versions')
      .selectAll()
      .where('id', '>', after === null ? 0 : (placeOf(after, 1)[0] as number))
      .orderBy('id')
      .limit(count + 1)
      .execute()
    const page = rows.slice(0, count)
    const last = rows.length > count ? page.at(-1) : undefined
    return {
      versions: page.map((row) => ({ ...memoryOf(row), content: row.content })),
      next: last ? String(last.id) : null,
    }
  }

  async counts(): Promise<Pick<MemoryFacts, 'memories' | 'spaces' | 'migration'>> {
    const { memories } = await this.#db
      .selectFrom('memory_versions')
      .select(({ fn }) => fn.countAll().as('memories'))
      .where('newest', '=', 1)
      .where('forgotten', '=', 0)
      .executeTakeFirstOrThrow()
    const spaces = await this.#db
      .selectFrom('memory_vectors')
      .select(['space', ({ fn }) => fn.countAll().as('vectors')])
      .groupBy('space')
      .orderBy('space')
      .execute()
    return {
      memories: Number(memories),
      spaces: spaces.map(({ space, vectors }) => ({ space, vectors: Number(vectors) })),
      migration: await versionOf(this.#db),
    }
  }
}

const bounded = (limit: number, max: number): number => Math.max(1, Math.min(max, Math.floor(limit)))

function placeOf(after: string, parts: number): readonly number[] {
  const numbers = after.split('.').map(Number)
  if (numbers.length !== parts || !numbers.every((one) => Number.isSafeInteger(one)))
    throw new SwarmError(
      'SWARM_BAD_INPUT',
      'the place to go on from is none that a list gave',
      'Begin at the first page.',
    )
  return numbers
}
