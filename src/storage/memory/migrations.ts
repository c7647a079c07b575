import { type Kysely, sql } from 'kysely'
import { SwarmError } from '../../base/index.ts'
import type { MemoryTables } from './tables.ts'

export type Backend = 'sqlite' | 'postgresql'
type Migration = (db: Kysely<MemoryTables>, backend: Backend) => Promise<void>

/** The first tables. Words are found by FTS5 in SQLite, by a column of lexemes in PostgreSQL. */
async function v1(db: Kysely<MemoryTables>, backend: Backend): Promise<void> {
  const isLite = backend === 'sqlite'
  const int = isLite ? 'integer' : 'bigint'
  const bytes = isLite ? 'blob' : 'bytea'
  const end = isLite ? sql`STRICT` : sql``
  await db.schema
    .createTable('memory_versions')
    .addColumn('id', int, (id) =>
      isLite ? id.primaryKey().autoIncrement() : id.primaryKey().generatedAlwaysAsIdentity(),
    )
    .addColumn('question_id', 'text', (one) => one.notNull())
    .addColumn('rev', 'integer', (one) => one.notNull())
    .addColumn('realm', 'text', (one) => one.notNull())
    .addColumn('newest', 'integer', (one) => one.notNull())
    .addColumn('forgotten', 'integer', (one) => one.notNull())
    .addColumn('pinned', 'integer', (one) => one.notNull())
    .addColumn('question', 'text', (one) => one.notNull())
    .addColumn('response', 'text', (one) => one.notNull())
    .addColumn('context', 'text')
    .addColumn('tags', 'text', (one) => one.notNull())
    .addColumn('project', 'text')
    .addColumn('visibility', 'text', (one) => one.notNull())
    .addColumn('model', 'text')
    .addColumn('tokens', int)
    .addColumn('source', 'text', (one) => one.notNull())
    .addColumn('agent', 'text')
    .addColumn('node', 'text', (one) => one.notNull())
    .addColumn('created', int, (one) => one.notNull())
    .addColumn('updated', int, (one) => one.notNull())
    .addColumn('content', 'text', (one) => one.notNull())
    .modifyEnd(end)
    .execute()
  await db.schema
    .createTable('memory_vectors')
    .addColumn('id', int, (id) =>
      isLite ? id.primaryKey().autoIncrement() : id.primaryKey().generatedAlwaysAsIdentity(),
    )
    .addColumn('version', int, (one) => one.notNull().references('memory_versions.id').onDelete('cascade'))
    .addColumn('space', 'text', (one) => one.notNull())
    .addColumn('signs', bytes, (one) => one.notNull())
    .addColumn('vals', bytes, (one) => one.notNull())
    .modifyEnd(end)
    .execute()
  for (const statement of [
    'CREATE UNIQUE INDEX memory_versions_key ON memory_versions (question_id, rev)',
    'CREATE UNIQUE INDEX memory_versions_newest ON memory_versions (question_id, realm) WHERE newest = 1',
    'CREATE INDEX memory_versions_list ON memory_versions (updated, id) WHERE newest = 1',
    'CREATE INDEX memory_versions_project ON memory_versions (project, updated, id) WHERE newest = 1',
    'CREATE INDEX memory_versions_content ON memory_versions (content) WHERE newest = 1',
    'CREATE UNIQUE INDEX memory_vectors_key ON memory_vectors (version, space)',
    ...(isLite
      ? [
          `CREATE INDEX memory_vectors_space ON memory_vectors (space, id)`,
          `CREATE VIRTUAL TABLE memory_words USING fts5(terms, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 0 tokenchars '_'")`,
        ]
      : [
          'ALTER TABLE memory_versions ADD COLUMN terms tsvector NOT NULL',
          'CREATE INDEX memory_versions_terms ON memory_versions USING gin (terms) WHERE newest = 1',
          // Whose transaction ended after a reader looked is told by its number, not by the row's.
          'ALTER TABLE memory_vectors ADD COLUMN writer xid8 NOT NULL DEFAULT pg_current_xact_id()',
          'CREATE INDEX memory_vectors_writer ON memory_vectors (space, writer)',
        ]),
  ])
    await sql.raw(statement).execute(db)
}

/** `MIGRATIONS[n]` leads from version n to n + 1, in either dialect. Forward only: what is released is never edited. */
export const MIGRATIONS: readonly Migration[] = [v1]

/**
 * Brings the tables to the newest version, inside a transaction that holds the lock: whoever waited for it finds them
 * done. Throws SWARM_BAD_CONFIG, having changed nothing, when a newer program made them.
 */
export async function migrate(
  db: Kysely<MemoryTables>,
  backend: Backend,
  now: number,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  await db.schema
    .createTable('memory_migrations')
    .ifNotExists()
    .addColumn('version', 'integer', (version) => version.primaryKey())
    .addColumn('at', backend === 'sqlite' ? 'integer' : 'bigint', (at) => at.notNull())
    .execute()
  const found = await versionOf(db)
  if (found > migrations.length) throw newer(found, migrations.length)
  for (const [version, step] of migrations.entries())
    if (version >= found) {
      await step(db, backend)
      await db
        .insertInto('memory_migrations')
        .values({ version: version + 1, at: now })
        .execute()
    }
}

/** How many migrations the tables have seen. */
export async function versionOf(db: Kysely<MemoryTables>): Promise<number> {
  const row = await db
    .selectFrom('memory_migrations')
    .select(({ fn }) => fn.max('version').as('version'))
    .executeTakeFirst()
  return row?.version ?? 0
}

export const newer = (found: number, known: number): SwarmError =>
  new SwarmError(
    'SWARM_BAD_CONFIG',
    `the memory was set up by a newer mcp-swarm (tables ${found}, this one knows ${known})`,
    'Update this node, or give `memory.url` a database of its own.',
  )
