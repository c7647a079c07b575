import { sql } from 'kysely'
import {
  type Audience,
  type Draft,
  type Memory,
  MEMORY_LIMITS,
  MEMORY_VISIBILITIES,
  type MemoryStore,
  type MemoryVisibility,
  type Retention,
  type Stored,
} from '../../memory/index.ts'
import { forgetHeads, settle } from './heads.ts'
import type { MemoryDb, Particulars } from './particulars.ts'
import {
  memoryOf,
  type NewVersion,
  realmOf,
  realmsOf,
  realmsOfWriter,
  rowOfDraft,
  rowOfVersion,
  type VersionRow,
} from './tables.ts'
import { signsOf } from './vector-bytes.ts'

/** The port's number: forgotten at once by one call. */
const PRUNED_MAX = 1000

type Writing = Pick<MemoryStore, 'put' | 'pin' | 'forget' | 'prune' | 'keepVectors' | 'dropSpace' | 'take'>

/** What changes the tables; in SQLite whoever calls holds the transaction. */
export class MemoryWriting implements Writing {
  readonly #db: MemoryDb
  readonly #own: Particulars

  constructor(db: MemoryDb, own: Particulars) {
    this.#db = db
    this.#own = own
  }

  async put(draft: Draft): Promise<Stored> {
    const row = rowOfDraft(draft)
    const realms = realmsOfWriter(draft)
    const inserted = await this.#own.insert(this.#db, row, realms, true)
    if (inserted) return { memory: memoryOf(row), is: 'created', duplicateOf: inserted.twin }
    return this.#own.alone([row.question_id], (db) => this.#putAgain(db, draft, row, realms))
  }

  /**
   * The question is known to somebody. The same content is the same memory if it is the newest, or if it comes late: it
   * was given before what came after it. So is what was given before the memory was forgotten.
   */
  async #putAgain(db: MemoryDb, draft: Draft, row: NewVersion, realms: readonly string[]): Promise<Stored> {
    const all = await db
      .selectFrom('memory_versions')
      .select(['id', 'rev', 'realm', 'content', 'forgotten', 'pinned', 'created', 'updated'])
      .where('question_id', '=', row.question_id)
      .orderBy('rev', 'desc')
      .execute()
    const known = all.filter(({ realm }) => realms.includes(realm))
    const head = known[0]
    const isLate = head !== undefined && draft.at <= head.updated
    const same =
      head?.forgotten === 1
        ? isLate
          ? head
          : undefined
        : known.find(({ content, rev }) => content === row.content && (rev === head?.rev || isLate))
    if (same) return { memory: await this.#widen(db, same.id, draft), is: 'same', duplicateOf: null }
    const lives = head !== undefined && head.forgotten === 0
    const version: NewVersion = {
      ...row,
      rev: (all[0]?.rev ?? 0) + 1,
      newest: 0,
      pinned: lives ? head.pinned : 0,
      created: lives ? head.created : draft.at,
    }
    const inserted = await this.#own.insert(db, version, realms, false)
    await settle(db, [row.question_id])
    return { memory: memoryOf(version), is: lives ? 'revised' : 'created', duplicateOf: inserted?.twin ?? null }
  }

  /** A wider visibility and more tags are taken over; a narrower one takes nothing back. */
  async #widen(db: MemoryDb, id: number, draft: Draft): Promise<Memory> {
    const row = await db.selectFrom('memory_versions').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    if (row.forgotten === 1) return memoryOf(row)
    const wider = widened(row, draft)
    if (wider === undefined) return memoryOf(row)
    // It leaves its place among the newest first, so that two never hold it.
    await db
      .updateTable('memory_versions')
      .set({ ...wider, newest: 0 })
      .where('id', '=', id)
      .execute()
    await settle(db, [row.question_id])
    return memoryOf({ ...row, ...wider })
  }

  async pin(questionId: string, audience: Audience, pinned: boolean): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('memory_versions')
      .set({ pinned: Number(pinned) })
      .where('question_id', '=', questionId)
      .where('realm', 'in', realmsOf(audience))
      .where('newest', '=', 1)
      .where('forgotten', '=', 0)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }

  forget(questionId: string, audience: Audience, at: number): Promise<boolean> {
    return this.#own.alone([questionId], async (db) => {
      const heads = await db
        .selectFrom('memory_versions')
        .select('id')
        .where('question_id', '=', questionId)
        .where('realm', 'in', realmsOf(audience))
        .where('newest', '=', 1)
        .where('forgotten', '=', 0)
        .execute()
      await forgetHeads(
        db,
        this.#own,
        heads.map(({ id }) => id),
        at,
      )
      return heads.length > 0
    })
  }

  async prune({ ageMsMax, countMax }: Retention, now: number): Promise<number> {
    const living = this.#db.selectFrom('memory_versions').where('newest', '=', 1).where('forgotten', '=', 0)
    const { count } = await living.select(({ fn }) => fn.countAll().as('count')).executeTakeFirstOrThrow()
    const beyond = Math.min(Math.max(0, Number(count) - countMax), PRUNED_MAX)
    const oldest = await living
      .select(['id', 'question_id', 'updated'])
      .where('pinned', '=', 0)
      .orderBy('updated')
      .orderBy('id')
      .limit(PRUNED_MAX)
      .execute()
    const old = oldest.filter(({ updated }, at) => at < beyond || (ageMsMax !== null && updated < now - ageMsMax))
    if (old.length === 0) return 0
    return this.#own.alone([...new Set(old.map((one) => one.question_id))], async (db) => {
      // Somebody may have stored or pinned one of them in between.
      const still = await db
        .selectFrom('memory_versions')
        .select('id')
        .where(
          'id',
          'in',
          old.map(({ id }) => id),
        )
        .where('newest', '=', 1)
        .where('forgotten', '=', 0)
        .where('pinned', '=', 0)
        .execute()
      await forgetHeads(
        db,
        this.#own,
        still.map(({ id }) => id),
        now,
      )
      return still.length
    })
  }

  async keepVectors(
    space: string,
    vectors: readonly { readonly questionId: string; readonly rev: number; readonly values: Float32Array }[],
  ): Promise<void> {
    const questions = [...new Set(vectors.map(({ questionId }) => questionId))]
    if (questions.length === 0) return
    await this.#own.alone(questions, async (db) => {
      const newest = await db
        .selectFrom('memory_versions')
        .select(['id', 'question_id', 'rev'])
        .where('question_id', 'in', questions)
        .where('newest', '=', 1)
        .where('forgotten', '=', 0)
        .execute()
      const idOf = new Map(newest.map(({ id, question_id, rev }) => [JSON.stringify([question_id, rev]), id]))
      const rows = new Map(
        vectors.flatMap(({ questionId, rev, values }) => {
          const version = idOf.get(JSON.stringify([questionId, rev]))
          return version === undefined || values.length === 0 ? [] : [[version, finite(values)] as const]
        }),
      )
      if (rows.size === 0) return
      // A new row with a new number, not the old one with others in it: readers follow the numbers.
      await db
        .deleteFrom('memory_vectors')
        .where('version', 'in', [...rows.keys()])
        .where('space', '=', space)
        .execute()
      const kept = await db
        .insertInto('memory_vectors')
        .values([...rows].map(([version, values]) => ({ version, space, ...bytesOf(values) })))
        .returning(['id', 'version'])
        .execute()
      const given = kept.map(({ id, version }) => ({ id, values: rows.get(version) as Float32Array }))
      await this.#own.keptVectors(db, space, given)
    })
  }

  async dropSpace(space: string): Promise<void> {
    await this.#db.deleteFrom('memory_vectors').where('space', '=', space).execute()
    await this.#own.droppedSpace(this.#db, space)
  }

  take(versions: readonly (Memory & { readonly content: string })[]): Promise<number> {
    const questions = [...new Set(versions.map(({ questionId }) => questionId))]
    if (questions.length === 0) return Promise.resolve(0)
    return this.#own.alone(questions, async (db) => {
      const gone = await db
        .selectFrom('memory_versions')
        .select(['question_id', 'realm', 'rev'])
        .where('question_id', 'in', questions)
        .where('forgotten', '=', 1)
        .execute()
      const until = new Map(gone.map(({ question_id, realm, rev }) => [JSON.stringify([question_id, realm]), rev]))
      let taken = 0
      for (const row of versions.map(rowOfVersion)) {
        // What was forgotten here stays so.
        if (row.rev <= (until.get(JSON.stringify([row.question_id, row.realm])) ?? 0)) continue
        if (await this.#own.insert(db, row, [], false)) taken += 1
      }
      await settle(db, questions)
      await this.#dropForgotten(db, questions)
      return taken
    })
  }

  /** Versions before one that came forgotten. */
  async #dropForgotten(db: MemoryDb, questions: readonly string[]): Promise<void> {
    const rows = await db
      .selectFrom('memory_versions as v')
      .select('v.id')
      .where('v.question_id', 'in', questions)
      .where('v.newest', '=', 0)
      .where(sql<boolean>`EXISTS (SELECT 1 FROM memory_versions h WHERE h.question_id = v.question_id
        AND h.realm = v.realm AND h.newest = 1 AND h.forgotten = 1)`)
      .execute()
    const ids = rows.map(({ id }) => id)
    if (ids.length === 0) return
    await this.#own.dropWords(db, ids)
    await db.deleteFrom('memory_versions').where('id', 'in', ids).execute()
  }
}

/** What is no number is nothing in that direction; a model that gives such must not be asked again for ever. */
const finite = (values: Float32Array): Float32Array =>
  values.every((value) => Number.isFinite(value))
    ? values
    : values.map((value) => (Number.isFinite(value) ? value : 0))

const bytesOf = (values: Float32Array): { vals: Uint8Array; signs: Uint8Array } => ({
  vals: Buffer.from(values.buffer, values.byteOffset, values.byteLength),
  signs: signsOf(values),
})

const reach = (visibility: string): number => MEMORY_VISIBILITIES.indexOf(visibility as MemoryVisibility)

function widened(
  row: VersionRow,
  draft: Draft,
): Pick<VersionRow, 'visibility' | 'project' | 'realm' | 'tags'> | undefined {
  const old = JSON.parse(row.tags) as readonly string[]
  const tags = [...new Set([...old, ...(draft.tags ?? [])])].slice(0, MEMORY_LIMITS.tags)
  const isWider = reach(draft.visibility) > reach(row.visibility)
  if (!isWider && tags.length === old.length) return undefined
  const visibility = isWider ? draft.visibility : (row.visibility as MemoryVisibility)
  const project = isWider && visibility === 'project' ? draft.project : row.project
  const realm = isWider ? realmOf({ node: row.node, project, visibility }) : row.realm
  return { visibility, project, realm, tags: JSON.stringify(tags) }
}
