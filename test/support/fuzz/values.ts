import fc from 'fast-check'
import { z } from 'zod'

/** As much of JSON Schema as zod writes for what the gateway takes. */
interface Schema {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly $ref?: string
}

const DEPTH_MAX = 3
const TEXT_MAX = 300

/** Text that has broken parsers before: other alphabets, controls, halves of characters, codes, names of objects. */
export const text: fc.Arbitrary<string> = fc.oneof(
  fc.string({ maxLength: TEXT_MAX }),
  fc.string({ unit: 'binary', maxLength: TEXT_MAX }),
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    '\ud800',
    '\u202e',
    '\u001b[31m',
    '__proto__',
    'constructor',
    'toString',
    '../../etc/passwd',
    '%00',
    "' OR 1=1 --",
    '"*" OR NEAR(a b)',
    '${jndi:ldap://x}',
    '<script>alert(1)</script>',
    '\r\nX: y',
    'a'.repeat(10_000),
    '漢'.repeat(3_000),
  ),
  fc.stringMatching(/^[a-z.]{1,20}$/),
  fc.constantFrom(
    "Error: Cannot find module 'left-pad'",
    'bash: rg: command not found',
    'error[E0308]: mismatched types\n --> src/main.rs:4:5',
    'Traceback (most recent call last):\n  File "x.py", line 1\nKeyError: 1',
  ),
)

/** Any JSON, and numbers at the edges. */
export const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  text,
  fc.constantFrom(-1, 0, 1e308, -1e308, 2 ** 53, 0.1, true, null, [], {}, [[[[[]]]]], [null]),
)

/** The first mostly; the others would be refused at the door, which is soon said. */
export const rarely = (usual: string, ...others: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) })

/** Values that fit, most of them; at any place now and then one that does not, and fields nobody asked for. */
export function valuesOf(type: z.ZodType): fc.Arbitrary<unknown> {
  const root = z.toJSONSchema(type, { io: 'input', unrepresentable: 'any' }) as Schema & {
    readonly $defs?: Readonly<Record<string, Schema>>
  }
  const build = (schema: Schema, depth: number): fc.Arbitrary<unknown> =>
    fc.oneof({ weight: 30, arbitrary: fitting(schema, depth) }, { weight: 1, arbitrary: junk })
  const fitting = (schema: Schema, depth: number): fc.Arbitrary<unknown> => {
    if (schema.$ref !== undefined) {
      const inner = schema.$ref === '#' ? root : root.$defs?.[schema.$ref.split('/').at(-1) ?? '']
      return inner && depth < DEPTH_MAX ? build(inner, depth + 1) : junk
    }
    if (schema.anyOf) return fc.oneof(...schema.anyOf.map((one) => build(one, depth)))
    if (schema.enum) return fc.constantFrom(...schema.enum)
    switch (schema.type) {
      case 'string':
        return text.map((given) => given.slice(0, schema.maxLength ?? TEXT_MAX).padEnd(schema.minLength ?? 0, 'x'))
      case 'integer':
      case 'number': {
        const min = Math.max(schema.minimum ?? -1_000, -(2 ** 31))
        return fc.integer({ min, max: Math.max(min, Math.min(schema.maximum ?? 1_000, 2 ** 31)) })
      }
      case 'boolean':
        return fc.boolean()
      case 'array':
        return fc.array(build(schema.items ?? {}, depth + 1), { maxLength: 4 })
      case 'object':
        return objectOf(schema, depth)
      default:
        return junk
    }
  }
  const objectOf = (
    { additionalProperties, properties = {}, required = [] }: Schema,
    depth: number,
  ): fc.Arbitrary<object> => {
    const known = Object.fromEntries(Object.entries(properties).map(([key, inner]) => [key, build(inner, depth + 1)]))
    const fixed = fc.record(known, { requiredKeys: required.filter((key) => key in known) })
    const free = typeof additionalProperties === 'object' ? build(additionalProperties, depth + 1) : junk
    const more = fc.oneof(
      { weight: 15, arbitrary: fc.constant({}) },
      { weight: 1, arbitrary: fc.dictionary(text, free, { maxKeys: 2 }) },
    )
    return fc.tuple(fixed, more).map(([own, extra]) => ({ ...extra, ...own }))
  }
  return build(root, 0)
}
