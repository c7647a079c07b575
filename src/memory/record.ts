import { sha256 } from '../base/index.ts'

/** Who may be told of a memory: this node's owner, whoever asks from its project, or every member. */
export const MEMORY_VISIBILITIES = ['private', 'project', 'swarm'] as const
export type MemoryVisibility = (typeof MEMORY_VISIBILITIES)[number]

/** Bounds of what is kept, in characters and entries. */
export const MEMORY_LIMITS = {
  questionId: 128,
  question: 20_000,
  response: 200_000,
  context: 20_000,
  project: 200,
  tag: 40,
  tags: 16,
  model: 100,
} as const

/** A question and what was answered, as it is given. Redacted before it is stored. */
export interface NewMemory {
  /** Of the caller; of the question's words unless given. */
  readonly questionId?: string | undefined
  readonly question: string
  readonly response: string
  readonly context?: string | undefined
  readonly tags?: readonly string[] | undefined
  /** Key of the project, not its name; null for none. */
  readonly project: string | null
  readonly visibility: MemoryVisibility
  readonly model?: string | undefined
  readonly tokens?: number | undefined
  readonly source: 'api' | 'mcp' | 'cli' | 'request' | 'import'
  readonly agent?: string | undefined
}

/** One version of a memory. */
export interface Memory {
  readonly questionId: string
  /** From 1, by one with each new response. */
  readonly rev: number
  readonly question: string
  readonly response: string
  readonly context: string | null
  readonly tags: readonly string[]
  readonly project: string | null
  readonly visibility: MemoryVisibility
  readonly model: string | null
  readonly tokens: number | null
  readonly source: string
  readonly agent: string | null
  /** The node that stored it. */
  readonly node: string
  /** Never forgotten by age or number. */
  readonly pinned: boolean
  /** Milliseconds since 1970. */
  readonly created: number
  readonly updated: number
  /** Forgotten: what is left says that it was there. Its texts are empty. */
  readonly forgotten: boolean
}

/** What two questions share that are the same but for case, spaces and a closing mark. */
export const questionKey = (question: string): string =>
  question
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/\s+/gu, ' ')
    .replace(/[\s?!.。？！]+$/u, '')
    .trim()

/** The id of a question that was given none: `q_` and 16 hex digits. */
export const questionIdOf = (question: string): string => `q_${sha256(questionKey(question)).slice(0, 16)}`

/** What makes a response the same: stored again, it is no new version. Hex. */
export const contentOf = ({
  context,
  question,
  response,
}: {
  readonly question: string
  readonly response: string
  readonly context?: string | null | undefined
}): string => sha256(JSON.stringify([questionKey(question), response, context ?? null]))
