import { type Kysely, sql } from 'kysely'
import { type Backend, migrate, MIGRATIONS } from '../../src/storage/memory/migrations.ts'
import type { MemoryTables } from '../../src/storage/memory/tables.ts'

/**
 * What stood in tables of each version: statements of that time, written down when the version was released and never
 * changed. `ROWS[n]` is for tables that have seen n migrations.
 */
export const ROWS: readonly (readonly string[])[] = [
  [],
  [
    `INSERT INTO memory_versions (question_id, rev, realm, newest, forgotten, pinned, question, response, context, tags,
       project, visibility, model, tokens, source, agent, node, created, updated, content)
     VALUES ('old', 1, 'p:p1', 0, 0, 0, 'a question', 'first', NULL, '["t"]', 'p1', 'project', NULL, 7, 'api', NULL, 'n1', 1, 1, 'c1'),
       ('old', 2, 'p:p1', 1, 0, 1, 'a question', 'second', 'some', '["t"]', 'p1', 'project', 'm', NULL, 'mcp', 'a', 'n2', 1, 2, 'c2')`,
  ],
]

/** The columns of PostgreSQL's tables that SQLite's have not, and that have no default. */
const withTerms = (statement: string): string =>
  statement.replace('content)', 'content, terms)').replaceAll(/('c\d+')\)/g, "$1, '')")

/** Tables as a program of that version left them, with what it wrote. */
export async function tablesOf(db: Kysely<MemoryTables>, backend: Backend, version: number): Promise<void> {
  if (version > 0) await migrate(db, backend, 1, MIGRATIONS.slice(0, version))
  for (const statement of ROWS[version] ?? [])
    await sql.raw(backend === 'sqlite' ? statement : withTerms(statement)).execute(db)
}
