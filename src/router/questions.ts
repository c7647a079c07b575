import { z } from 'zod'
import { failed, ok, type Result, SwarmError } from '../base/index.ts'

/** Of a text that goes to another node, so that its frame stays below 1 MiB however it is written. */
export const TEXT_CHARS_MAX = 250_000

const CAUSES_MAX = 8
const word = z.string().max(400)
const text = z.string().max(TEXT_CHARS_MAX)

const own = {
  type: word.optional(),
  message: text,
  stack: text.optional(),
  code: word.optional(),
  tool: word.optional(),
  language: word.optional(),
}
type Report = z.infer<z.ZodObject<typeof own>> & { readonly cause?: Report | undefined }
const report = (depth: number): z.ZodType<Report> =>
  depth === 0 ? z.object(own) : z.object({ ...own, cause: z.lazy(() => report(depth - 1)).optional() })

/** An error that another node asks about: where it happened, and what may be known of it there. */
const ErrorQuestion = z.object({
  text: text.optional(),
  report: report(CAUSES_MAX).optional(),
  command: z.string().max(2_000).optional(),
  exitCode: z.int().optional(),
  project: z.string().max(2_000).optional(),
})
export type ErrorQuestion = z.infer<typeof ErrorQuestion>

const GuideQuestion = z.object({
  goal: z.string().max(10_000),
  stack: z.array(word).max(64).optional(),
  project: z.string().max(2_000).optional(),
})
export type GuideQuestion = z.infer<typeof GuideQuestion>

/** What one node may ask another to look up. */
export type Question =
  | { readonly about: 'error'; readonly input: ErrorQuestion }
  | { readonly about: 'guide'; readonly input: GuideQuestion }

/** Reads what another node asks; it may be of another version. */
export function readQuestion(about: string, input: unknown): Result<Question> {
  if (about === 'error') return parsed(ErrorQuestion, input, (read) => ({ about, input: read }))
  if (about === 'guide') return parsed(GuideQuestion, input, (read) => ({ about, input: read }))
  return failed(new SwarmError('SWARM_BAD_INPUT', `this node looks nothing up about ${about.slice(0, 40)}`))
}

function parsed<Read>(schema: z.ZodType<Read>, input: unknown, as: (read: Read) => Question): Result<Question> {
  const read = schema.safeParse(input)
  if (read.success) return ok(as(read.data))
  const [issue] = read.error.issues
  return failed(new SwarmError('SWARM_BAD_INPUT', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`))
}
