import type { z } from 'zod'
import { issueText, SwarmError } from '../base/index.ts'

/** Checks what a client sent. Throws SWARM_EMPTY_INPUT, or SWARM_BAD_INPUT with the field's name. */
export function readBody<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  if (value === undefined || value === null)
    throw new SwarmError('SWARM_EMPTY_INPUT', 'the body is empty', 'Send one JSON object.')
  refuseDeep(value)
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new SwarmError('SWARM_BAD_INPUT', issueText(parsed.error.issues[0]), 'See docs/api.md for the fields.')
}

/** Chains of causes are a few levels deep; what is made to exhaust the stack is thousands. */
const DEPTH_MAX = 32

function refuseDeep(value: unknown): void {
  let level = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEPTH_MAX)
      throw new SwarmError(
        'SWARM_BAD_INPUT',
        `the JSON is nested deeper than ${DEPTH_MAX} levels`,
        'Send the outermost error and a few causes.',
      )
    level = level.flatMap((one) => (one !== null && typeof one === 'object' ? Object.values(one) : []))
  }
}
