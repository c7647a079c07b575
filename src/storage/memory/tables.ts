import type { Generated, Insertable, Selectable } from 'kysely'
import type { Audience, Draft, Memory, MemoryVisibility } from '../../memory/index.ts'

/**
 * One version of a memory. `realm` says who may see it (`realmOf`), and among the versions of one question in one realm
 * the one with the greatest `rev` is `newest`: nobody's private version hides what others may see. Truths are 0 or 1.
 */
export interface VersionsTable {
  id: Generated<number>
  question_id: string
  rev: number
  realm: string
  newest: number
  forgotten: number
  pinned: number
  question: string
  response: string
  context: string | null
  /** JSON. */
  tags: string
  project: string | null
  visibility: string
  model: string | null
  tokens: number | null
  source: string
  agent: string | null
  node: string
  created: number
  updated: number
  content: string
}

/** `vals`: 32-bit floats, little end first. `signs`: a bit for each that is above zero (`signBitsOf`). */
export interface VectorsTable {
  id: Generated<number>
  version: number
  space: string
  vals: Uint8Array
  signs: Uint8Array
}

export interface MemoryTables {
  memory_versions: VersionsTable
  memory_vectors: VectorsTable
  memory_migrations: { version: number; at: number }
}

export type NewVersion = Omit<Insertable<VersionsTable>, 'id'>
export type VersionRow = Selectable<VersionsTable>

/** PostgreSQL takes no NUL in a text, and neither takes half a character. */
const asText = (text: string): string => text.replaceAll('\0', '\u{fffd}').toWellFormed()
const maybeText = (text: string | null | undefined): string | null => (text == null ? null : asText(text))

/** Who may see it: everybody, a project, or the owner of one node. */
export const realmOf = ({
  node,
  project,
  visibility,
}: {
  readonly node: string
  readonly project: string | null
  readonly visibility: MemoryVisibility
}): string => {
  if (visibility === 'swarm') return ''
  return visibility === 'project' && project !== null ? `p:${project}` : `n:${node}`
}

export const realmsOf = ({ node, projects, seesPrivate }: Audience): readonly string[] => [
  '',
  ...projects.map((project) => `p:${project}`),
  ...(seesPrivate ? [`n:${node}`] : []),
]

/** What whoever stores this may see, and so may make wider or add a version to. */
export const realmsOfWriter = ({ node, project }: Draft): readonly string[] =>
  realmsOf({ node, projects: project === null ? [] : [project], seesPrivate: true })

export const rowOfDraft = (draft: Draft): NewVersion => ({
  question_id: asText(draft.questionId),
  rev: 1,
  realm: asText(realmOf(draft)),
  newest: 1,
  forgotten: 0,
  pinned: 0,
  question: asText(draft.question),
  response: asText(draft.response),
  context: maybeText(draft.context),
  tags: JSON.stringify((draft.tags ?? []).map(asText)),
  project: maybeText(draft.project),
  visibility: draft.visibility,
  model: maybeText(draft.model),
  tokens: draft.tokens ?? null,
  source: draft.source,
  agent: maybeText(draft.agent),
  node: asText(draft.node),
  created: draft.at,
  updated: draft.at,
  content: draft.content,
})

/** As another store had it; who is its newest is decided when it is in. */
export const rowOfVersion = (memory: Memory & { readonly content: string }): NewVersion => ({
  question_id: asText(memory.questionId),
  rev: memory.rev,
  realm: asText(realmOf(memory)),
  newest: 0,
  forgotten: Number(memory.forgotten),
  pinned: Number(memory.pinned),
  question: asText(memory.question),
  response: asText(memory.response),
  context: maybeText(memory.context),
  tags: JSON.stringify(memory.tags.map(asText)),
  project: maybeText(memory.project),
  visibility: memory.visibility,
  model: maybeText(memory.model),
  tokens: memory.tokens,
  source: memory.source,
  agent: maybeText(memory.agent),
  node: asText(memory.node),
  created: memory.created,
  updated: memory.updated,
  content: memory.content,
})

export const memoryOf = (row: NewVersion | VersionRow): Memory => ({
  questionId: row.question_id,
  rev: row.rev,
  question: row.question,
  response: row.response,
  context: row.context ?? null,
  tags: JSON.parse(row.tags) as readonly string[],
  project: row.project ?? null,
  visibility: row.visibility as MemoryVisibility,
  model: row.model ?? null,
  tokens: row.tokens ?? null,
  source: row.source,
  agent: row.agent ?? null,
  node: row.node,
  pinned: row.pinned === 1,
  created: row.created,
  updated: row.updated,
  forgotten: row.forgotten === 1,
})
