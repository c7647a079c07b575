import { CompiledQuery } from 'kysely'
import type { Backend } from './migrations.ts'
import type { NewVersion } from './tables.ts'

const TYPES: Readonly<Record<keyof NewVersion, 'text' | 'integer' | 'bigint'>> = {
  question_id: 'text',
  rev: 'integer',
  realm: 'text',
  newest: 'integer',
  forgotten: 'integer',
  pinned: 'integer',
  question: 'text',
  response: 'text',
  context: 'text',
  tags: 'text',
  project: 'text',
  visibility: 'text',
  model: 'text',
  tokens: 'bigint',
  source: 'text',
  agent: 'text',
  node: 'text',
  created: 'bigint',
  updated: 'bigint',
  content: 'text',
}
const COLUMNS = Object.keys(TYPES) as readonly (keyof NewVersion)[]

/** The realms of a writer are three at most: everybody's, the project's, its own. */
const REALMS = 3

/**
 * Compiled once: most of what is stored is new, and then this statement is all there is to do. Its parameters are the
 * columns, then the realms, the question and the content, and in PostgreSQL the lexemes.
 */
function textOf(backend: Backend, ifNew: boolean): string {
  const isLite = backend === 'sqlite'
  let at = 0
  const next = (type: string): string => (isLite ? '?' : `$${++at}::${type}`)
  const values = COLUMNS.map((column) => next(TYPES[column]))
  const lexemes = isLite ? [] : [`array_to_tsvector(${next('text[]')})`]
  const question = next('text')
  const twin = `SELECT t.question_id FROM memory_versions t WHERE t.newest = 1 AND t.forgotten = 0
    AND t.question_id <> ${next('text')} AND t.content = ${next('text')}
    AND t.realm IN (${Array.from({ length: REALMS }, () => next('text')).join(', ')}) ORDER BY t.id LIMIT 1`
  return `INSERT INTO memory_versions (${COLUMNS.join(', ')}${isLite ? '' : ', terms'})
    SELECT ${[...values, ...lexemes].join(', ')}
    WHERE ${ifNew ? '' : 'true OR '}NOT EXISTS (SELECT 1 FROM memory_versions WHERE question_id = ${question})
    ON CONFLICT DO NOTHING RETURNING id, (${twin}) AS twin`
}

const TEXTS = {
  sqlite: { true: textOf('sqlite', true), false: textOf('sqlite', false) },
  postgresql: { true: textOf('postgresql', true), false: textOf('postgresql', false) },
} as const

/** The two statements of PostgreSQL are planned once per connection; others are planned each time. */
export const preparedName = (text: string): string | undefined =>
  text === TEXTS.postgresql.true ? 'mcp_swarm_put' : text === TEXTS.postgresql.false ? 'mcp_swarm_add' : undefined

export function insertion(
  backend: Backend,
  row: NewVersion,
  realms: readonly string[],
  ifNew: boolean,
  lexemes: readonly string[],
): CompiledQuery<{ id: number; twin: string | null }> {
  return CompiledQuery.raw(TEXTS[backend][`${ifNew}`], [
    ...COLUMNS.map((column) => row[column]),
    ...(backend === 'sqlite' ? [] : [lexemes]),
    row.question_id,
    row.question_id,
    row.content,
    ...Array.from({ length: REALMS }, (_, at) => realms[at] ?? ''),
  ])
}
