import { z } from 'zod'
import { MEMORY_LIMITS, MEMORY_MODES, MEMORY_VISIBILITIES } from '../memory/index.ts'

const QUESTION_ID = /^[\w.:@-]{1,128}$/
const questionId = z.string().regex(QUESTION_ID, 'a question id is 1 to 128 letters, digits and . _ : @ -')
const project = z.string().trim().min(1).max(500).optional().describe("The URL of the project's git remote.")
const tag = z.string().trim().min(1).max(MEMORY_LIMITS.tag)
const tags = z.array(tag).max(MEMORY_LIMITS.tags)
const response = z.string().trim().min(1).max(MEMORY_LIMITS.response)
const visibility = z
  .enum(MEMORY_VISIBILITIES)
  .describe('Who may be told: this node alone, whoever asks from the same project, or all.')
const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most)
const flag = z.enum(['0', '1', 'true', 'false']).transform((text) => text === '1' || text === 'true')

/** The mission's `POST /store_response`, and `POST /v1/memories`. */
export const StoreBody = z.strictObject({
  question_id: questionId.optional().describe("The caller's own; of the question's words unless given."),
  question: z.string().trim().min(1).max(MEMORY_LIMITS.question),
  response,
  context: z.string().max(MEMORY_LIMITS.context).optional(),
  tags: tags.optional(),
  project,
  visibility: visibility.optional(),
  model: z.string().max(MEMORY_LIMITS.model).optional().describe('Which model gave the response.'),
  tokens: z.int().min(0).max(100_000_000).optional(),
  agent: z.string().trim().max(100).optional(),
})

export const GetKnowledgeQuery = z.strictObject({
  rev: whole(1, 1_000_000).optional(),
  history: flag.optional().describe('All versions too.'),
  project,
})

export const MemoriesQuery = z.strictObject({
  q: z
    .string()
    .trim()
    .min(1)
    .max(MEMORY_LIMITS.question)
    .optional()
    .describe('What is looked for; a list without it.'),
  mode: z.enum(MEMORY_MODES).default('hybrid'),
  project,
  here: flag.optional().describe('Of that project alone.'),
  tag: tag.optional(),
  limit: whole(1, 100).default(20),
  cursor: z.string().max(600).optional(),
})

export const MemoryQuery = z.strictObject({ project })

export const MemoryPatch = z
  .strictObject({
    response: response.optional(),
    context: z.string().max(MEMORY_LIMITS.context).optional(),
    tags: tags.optional(),
    visibility: visibility.optional(),
    model: z.string().max(MEMORY_LIMITS.model).optional(),
    project,
  })
  .refine((body) => Object.keys(body).some((key) => key !== 'project'), 'there is nothing to change')

export const PinBody = z.strictObject({ pinned: z.boolean() })

/** What the tools take. */
export const RecallInput = z.strictObject({
  query: z.string().trim().min(1).max(MEMORY_LIMITS.question).describe('What is to be remembered, in plain words.'),
  question_id: questionId.optional().describe('This one, whole, instead of a search.'),
  tag: tag.optional(),
  limit: z.int().min(1).max(20).optional().describe('How many at the most; 3 unless told.'),
  project,
})
export const ForgetInput = z.strictObject({ question_id: questionId, project })

export const isQuestionId = (text: string): boolean => QUESTION_ID.test(text)
