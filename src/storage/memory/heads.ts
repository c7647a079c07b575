import { sql } from 'kysely'
import type { MemoryDb, Particulars } from './particulars.ts'

/** Says anew which versions of these questions are the newest, one per realm. Vectors are of the newest only. */
export async function settle(db: MemoryDb, questions: readonly string[]): Promise<void> {
  const later = sql<boolean>`EXISTS (SELECT 1 FROM memory_versions o WHERE o.question_id = v.question_id
    AND o.realm = v.realm AND o.rev > v.rev)`
  const passed = await db
    .selectFrom('memory_versions as v')
    .select('v.id')
    .where('v.question_id', 'in', questions)
    .where('v.newest', '=', 1)
    .where(later)
    .execute()
  const ids = passed.map(({ id }) => id)
  if (ids.length > 0) {
    await db.updateTable('memory_versions').set({ newest: 0 }).where('id', 'in', ids).execute()
    await db.deleteFrom('memory_vectors').where('version', 'in', ids).execute()
  }
  await db
    .updateTable('memory_versions as v')
    .set({ newest: 1 })
    .where('v.question_id', 'in', questions)
    .where('v.newest', '=', 0)
    .where(({ not }) => not(later))
    .execute()
}

/** A tombstone is left of each head; its texts, its vectors and all versions before it are gone. */
export async function forgetHeads(
  db: MemoryDb,
  own: Particulars,
  heads: readonly number[],
  at: number,
): Promise<void> {
  if (heads.length === 0) return
  const before = await db
    .selectFrom('memory_versions as v')
    .innerJoin('memory_versions as h', (join) =>
      join.onRef('h.question_id', '=', 'v.question_id').onRef('h.realm', '=', 'v.realm'),
    )
    .select('v.id')
    .where('h.id', 'in', heads)
    .where('v.newest', '=', 0)
    .execute()
  const older = before.map(({ id }) => id)
  await own.dropWords(db, [...older, ...heads])
  await db
    .deleteFrom('memory_vectors')
    .where('version', 'in', [...older, ...heads])
    .execute()
  if (older.length > 0) await db.deleteFrom('memory_versions').where('id', 'in', older).execute()
  await db
    .updateTable('memory_versions')
    .set({
      forgotten: 1,
      pinned: 0,
      question: '',
      response: '',
      context: null,
      tags: '[]',
      model: null,
      tokens: null,
      agent: null,
      content: '',
      updated: at,
    })
    .where('id', 'in', heads)
    .execute()
}
