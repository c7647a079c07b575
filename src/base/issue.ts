/** What a schema says of a value: the part of zod's issues that is read here. */
interface Issue {
  readonly code?: string | undefined
  readonly message: string
  readonly path: readonly PropertyKey[]
  readonly origin?: string
  readonly minimum?: number | bigint
  readonly maximum?: number | bigint
  readonly expected?: string
  readonly keys?: readonly string[]
  readonly values?: readonly unknown[]
  /** What was given, where the schema was asked to tell it (`reportInput`). */
  readonly input?: unknown
}

/**
 * In words of a person, with the place in front: `api.port: at most 65535 is allowed`, and where the input is known
 * `title: 213 characters, at most 200 are allowed`.
 */
export function issueText(issue: Issue | undefined, at: string = issue?.path.join('.') ?? ''): string {
  if (issue === undefined) return 'not valid'
  return `${at === '' ? '' : `${at}: `}${reason(issue)}`
}

function reason({ code, expected, input, keys, maximum, message, minimum, origin, values }: Issue): string {
  const unit = origin === 'string' ? ' characters' : origin === 'array' ? ' entries' : ''
  switch (code) {
    case 'unrecognized_keys':
      return `there is no field ${(keys ?? []).map((key) => `\`${key}\``).join(', ')}`
    case 'too_big':
      return typeof input === 'string' || Array.isArray(input)
        ? `${input.length}${unit}, at most ${maximum} are allowed`
        : `at most ${maximum}${unit} ${unit ? 'are' : 'is'} allowed`
    case 'too_small':
      return unit && Number(minimum) === 1
        ? 'it is empty'
        : `at least ${minimum}${unit} ${unit ? 'are' : 'is'} needed`
    case 'invalid_type': {
      const received = / received (\w+)/.exec(message)?.[1]
      return received === undefined || received === 'undefined'
        ? `a value is needed (${expected})`
        : `it must be of type ${expected === 'record' ? 'object' : expected}, not ${received}`
    }
    case 'invalid_value':
      return `it must be one of ${(values ?? []).join(', ')}`
    default:
      return message
  }
}
