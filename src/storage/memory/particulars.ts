import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { MemoryVector } from '../../memory/index.ts'
import { terms } from '../../resolve/index.ts'
import type { Backend } from './migrations.ts'
import type { MemoryTables, NewVersion, VersionRow } from './tables.ts'

export type MemoryDb = Kysely<MemoryTables>

/** Words of one memory that can be found; of a longer one the first. */
const TERMS_MAX = 4000
/** Words of one question. */
const ASKED_TERMS_MAX = 64

/** A version beside how near it is. */
export interface NearVersion {
  readonly version: number
  readonly cosine: number
}

/** Of these versions, those that may be told, whole. */
export type Admit = (ids: readonly number[]) => Promise<ReadonlyMap<number, VersionRow>>

export interface Inserted {
  readonly id: number
  /** Another question with the same content, of those that the writer may see. */
  readonly twin: string | null
}

/** What the two databases do each in its own way. */
export interface Particulars {
  readonly backend: Backend
  /** One transaction, alone with these questions until it ends. */
  alone<T>(questions: readonly string[], run: (db: MemoryDb) => Promise<T>): Promise<T>
  /** With its words. Undefined when there is this version, or, `ifNew`, any version of the question. */
  insert(db: MemoryDb, row: NewVersion, realms: readonly string[], ifNew: boolean): Promise<Inserted | undefined>
  /** The words of versions whose texts are gone. */
  dropWords(db: MemoryDb, ids: readonly number[]): Promise<void>
  /** Best first. */
  words(
    db: MemoryDb,
    asked: readonly string[],
    seen: RawBuilder<boolean>,
    limit: number,
  ): Promise<readonly { readonly id: number; readonly text: number }[]>
  /** Best first, only those that are admitted. */
  near(vector: MemoryVector, limit: number, admit: Admit): Promise<readonly (NearVersion & { row: VersionRow })[]>
  /** After vectors were written, in the same transaction. */
  keptVectors(
    db: MemoryDb,
    space: string,
    kept: readonly { readonly id: number; readonly values: Float32Array }[],
  ): Promise<void>
  droppedSpace(db: MemoryDb, space: string): Promise<void>
}

/** What a memory is found by. */
export const termsOf = ({ question, response, tags }: NewVersion): readonly string[] =>
  [
    ...new Set([
      ...terms(question, TERMS_MAX),
      ...(JSON.parse(tags) as readonly string[]).flatMap((tag) => terms(tag)),
      ...terms(response, TERMS_MAX),
    ]),
  ].slice(0, TERMS_MAX)

export const askedTerms = (words: readonly string[]): readonly string[] =>
  [...new Set(words.flatMap((word) => terms(word, ASKED_TERMS_MAX)))].slice(0, ASKED_TERMS_MAX)

/** Newest of their realm, not forgotten, and no newer one that the same audience sees. Of the table as `v`. */
export function seen(
  backend: Backend,
  realms: readonly string[],
  narrow: { readonly project?: string | undefined; readonly tag?: string | undefined } = {},
): RawBuilder<boolean> {
  const those = sql.join(realms)
  const parts = [
    sql`v.newest = 1 AND v.forgotten = 0 AND v.realm IN (${those})`,
    sql`NOT EXISTS (SELECT 1 FROM memory_versions o WHERE o.question_id = v.question_id
      AND o.newest = 1 AND o.rev > v.rev AND o.realm IN (${those}))`,
  ]
  if (narrow.project !== undefined) parts.push(sql`v.project = ${narrow.project}`)
  // As it stands in the JSON, with its marks: no part of another tag.
  if (narrow.tag !== undefined)
    parts.push(sql`${sql.raw(backend === 'sqlite' ? 'instr' : 'strpos')}(v.tags, ${JSON.stringify(narrow.tag)}) > 0`)
  return sql<boolean>`(${sql.join(parts, sql` AND `)})`
}
