import type { z } from 'zod'
import { isDeeper, issueText, SwarmError } from '../base/index.ts'

/** Chains of causes are a few levels deep; what is made to exhaust the stack is thousands. */
const DEPTH_MAX = 32

/** Checks what a client sent. Throws SWARM_EMPTY_INPUT, or SWARM_BAD_INPUT with the field's name. */
export function readBody<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  depthMax = DEPTH_MAX,
): z.output<Schema> {
  if (value === undefined || value === null)
    throw new SwarmError('SWARM_EMPTY_INPUT', 'the body is empty', 'Send one JSON object.')
  if (isDeeper(value, depthMax))
    throw new SwarmError(
      'SWARM_BAD_INPUT',
      `the JSON is nested deeper than ${depthMax} levels`,
      'Send the outermost levels.',
    )
  const parsed = schema.safeParse(value, { reportInput: true })
  if (parsed.success) return parsed.data
  throw new SwarmError('SWARM_BAD_INPUT', issueText(parsed.error.issues[0]), 'See docs/api.md for the fields.')
}
