import type { z } from 'zod'
import { isDeeper, issueText, SwarmError } from '../base/index.ts'

/** Chains of causes are a few levels deep; what is made to exhaust the stack is thousands. */
const DEPTH_MAX = 32
/** Wrong fields that one refusal names. */
const FIELDS_MAX = 20

/** What is wrong, and where: a JSON pointer into the body, a parameter of the address, or a line. */
export type FieldError = { readonly detail: string } & (
  | { readonly pointer: string }
  | { readonly parameter: string }
  | { readonly line: number; readonly code: string }
)

/** What a client sent does not fit, field by field. */
export class WrongFields extends SwarmError {
  readonly fields: readonly FieldError[]

  constructor(why: string, fields: readonly FieldError[], next = 'See docs/api.md for the fields.') {
    super('SWARM_BAD_INPUT', why, next)
    this.fields = fields
  }
}

/** Checks what a client sent. Throws SWARM_EMPTY_INPUT, or SWARM_BAD_INPUT with the fields' names. */
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
  return checked(schema, value, (path) => ({ pointer: pointerOf(path) }))
}

/** As `readBody`, of the part of an address after the `?`. */
export const readQuery = <Schema extends z.ZodType>(schema: Schema, query: unknown): z.output<Schema> =>
  checked(schema, query, ([name = '']) => ({ parameter: String(name).slice(0, 80) }))

type Place = { readonly pointer: string } | { readonly parameter: string }

function checked<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  placeOf: (path: readonly PropertyKey[]) => Place,
): z.output<Schema> {
  const parsed = schema.safeParse(value, { reportInput: true })
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ ...placeOf([...issue.path, key]), detail: 'there is no such field' }))
      : [{ ...placeOf(issue.path), detail: issueText(issue, '') }],
  )
  throw new WrongFields(issueText(parsed.error.issues[0]), fields.slice(0, FIELDS_MAX))
}

/** RFC 6901, as the fragment of an address. */
const pointerOf = (path: readonly PropertyKey[]): string =>
  `#${path.map((step) => `/${String(step).slice(0, 80).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}`
