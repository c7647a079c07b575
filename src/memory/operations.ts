import { z } from 'zod'
import { MEMORY_LIMITS, MEMORY_VISIBILITIES } from './record.ts'

/*
 * What may be asked of a memory, here or on another node: data, checked where it arrives. Answers that come from another
 * node are checked too.
 */

const questionId = z.string().regex(/^[\w.:@-]{1,128}$/, 'a question id is 1 to 128 letters, digits and . _ : @ -')
const project = z.string().min(1).max(MEMORY_LIMITS.project)
const tag = z.string().trim().min(1).max(MEMORY_LIMITS.tag)
const limit = z.int().min(1).max(100)

/** What is kept, as whoever stores it gives it. */
export const GivenMemory = z.strictObject({
  questionId: questionId.optional(),
  question: z.string().trim().min(1).max(MEMORY_LIMITS.question),
  response: z.string().trim().min(1).max(MEMORY_LIMITS.response),
  context: z.string().max(MEMORY_LIMITS.context).optional(),
  tags: z.array(tag).max(MEMORY_LIMITS.tags).optional(),
  /** Keys of the project, the present one first. */
  projects: z.array(project).max(8),
  visibility: z.enum(MEMORY_VISIBILITIES),
  model: z.string().max(MEMORY_LIMITS.model).optional(),
  tokens: z.int().min(0).optional(),
  source: z.enum(['api', 'mcp', 'cli', 'request', 'import']),
  agent: z.string().max(100).optional(),
})
export type GivenMemory = z.infer<typeof GivenMemory>

const projects = z.array(project).max(8)

export const MEMORY_MODES = ['exact', 'semantic', 'hybrid'] as const

export const MemoryOp = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('store'), memory: GivenMemory }),
  z.strictObject({ op: z.literal('get'), questionId, rev: z.int().min(1).optional(), projects }),
  z.strictObject({ op: z.literal('history'), questionId, projects, limit }),
  z.strictObject({
    op: z.literal('search'),
    text: z.string().trim().min(1).max(MEMORY_LIMITS.question),
    mode: z.enum(MEMORY_MODES),
    projects,
    /** Of this project alone. */
    only: project.optional(),
    tag: tag.optional(),
    limit,
  }),
  z.strictObject({
    op: z.literal('list'),
    projects,
    only: project.optional(),
    tag: tag.optional(),
    limit,
    after: z.string().max(400).optional(),
  }),
  z.strictObject({ op: z.literal('pin'), questionId, projects, pinned: z.boolean() }),
  z.strictObject({ op: z.literal('forget'), questionId, projects }),
])
export type MemoryOp = z.infer<typeof MemoryOp>

const Told = z.object({
  question_id: z.string(),
  rev: z.int(),
  question: z.string(),
  response: z.string(),
  context: z.string().nullable(),
  tags: z.array(z.string()),
  visibility: z.enum(MEMORY_VISIBILITIES),
  model: z.string().nullable(),
  tokens: z.int().nullable(),
  source: z.string(),
  agent: z.string().nullable(),
  node: z.string(),
  pinned: z.boolean(),
  forgotten: z.boolean(),
  /** Milliseconds since 1970. */
  created: z.int(),
  updated: z.int(),
})
/** A memory as it is told. */
export type ToldMemory = z.infer<typeof Told>

const Similar = z.object({
  question_id: z.string(),
  question: z.string(),
  /** 0 to 1: how alike the questions are. */
  score: z.number(),
})
const Hit = Told.extend({ score: z.number() })
/** A memory that matches, with how well. */
export type MemoryHitTold = z.infer<typeof Hit>
export type SimilarTold = z.infer<typeof Similar>

/** What each operation answers. */
export const MemoryReply = {
  store: z.object({
    question_id: z.string(),
    /** Null while it waits to be stored. */
    rev: z.int().nullable(),
    is: z.enum(['created', 'revised', 'same', 'queued']),
    duplicate_of: z.string().nullable(),
    redacted: z.array(z.object({ kind: z.string(), count: z.int() })),
  }),
  get: z.object({ memory: Told.nullable(), similar: z.array(Similar) }),
  history: z.object({ memories: z.array(Told) }),
  search: z.object({ hits: z.array(Hit) }),
  list: z.object({ memories: z.array(Told), next: z.string().nullable() }),
  pin: z.object({ done: z.boolean() }),
  forget: z.object({ done: z.boolean() }),
} as const
export type MemoryReplies = { readonly [Op in MemoryOp['op']]: z.infer<(typeof MemoryReply)[Op]> }
