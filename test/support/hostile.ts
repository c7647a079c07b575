import * as fc from 'fast-check'
import type { z } from 'zod'
import { admissionMessages, Certificate, Knock } from '../../src/admission/index.ts'
import { itemId, nodeId, originId } from '../../src/base/index.ts'
import { coordinationMessages } from '../../src/coordination/index.ts'
import { Announce, Heads, Page, Pull } from '../../src/knowledge/index.ts'
import { membershipMessages } from '../../src/membership/index.ts'

/*
 * Messages of every kind, made from the schemas of the wire themselves: of the right shape, and with whatever stands in
 * them. A field that is added to a schema is fuzzed without a word here.
 */

/** Texts that mean something somewhere, so that what is refined often passes; and some that never should. */
const TEXTS: readonly string[] = [
  '', 'a', 'b', 'c', 'zz', 'auto', 'leader', 'worker', '0.1.0', 'x.y', 'shop', '__proto__', 'constructor', '\u0000', '\ud800', '𝒳'.repeat(20),
  nodeId('a'), nodeId('b'), originId(nodeId('a'), '00000001'), originId(nodeId('b'), '00000001'), originId(nodeId('zz'), 'ffffffff'),
  'a.private-00000001', 'a.0000000000000001', 'b.0000000000000001', 'zz.ffffffffffffffff', 'x.setting', 'A'.repeat(86), 'A'.repeat(43), itemId('k_aaaaaaaaaaaaaaaa'), 'o_aaaaaaaaaaaaaaaa', 'w_aaaaaaaaaaaaaaaa', '{"v":1}', '{', 'a'.repeat(32), '0'.repeat(32), 'f'.repeat(64), 'x'.repeat(300), '2026-11-22T00:00:00.000Z', '/ip4/127.0.0.1/tcp/1',
] // prettier-ignore
const NUMBERS: readonly number[] = [
  0,
  1,
  2,
  3,
  5,
  50,
  100,
  255,
  1024,
  65_535,
  1_700_000_000_000,
  2 ** 31,
  Number.MAX_SAFE_INTEGER,
  -1,
  0.5,
  1e300,
]
const ITEMS_MAX = 6

type Schema = z.core.$ZodType

/** Values that this schema takes, most of the time. */
function valuesOf(schema: Schema, depth = 0): fc.Arbitrary<unknown> {
  const { def } = schema._zod as unknown as { def: Record<string, unknown> & { type: string } }
  const inner = (key: string): fc.Arbitrary<unknown> => valuesOf(def[key] as Schema, depth + 1)
  const good = (pool: readonly unknown[]): readonly unknown[] =>
    pool.filter((value) => (schema as z.ZodType).safeParse(value).success)
  switch (def.type) {
    case 'string': {
      const known = good(TEXTS)
      return known.length > 0 ? fc.constantFrom(...known) : fc.string({ maxLength: 60 })
    }
    case 'number': {
      const known = good(NUMBERS)
      return known.length > 0 ? fc.constantFrom(...known) : fc.integer()
    }
    case 'boolean':
      return fc.boolean()
    case 'literal':
      return fc.constantFrom(...(def['values'] as unknown[]))
    case 'enum':
      return fc.constantFrom(...Object.values(def['entries'] as Record<string, unknown>))
    case 'null':
      return fc.constant(null)
    case 'undefined':
      return fc.constant(undefined)
    case 'unknown':
    case 'any':
      return fc.jsonValue({ maxDepth: 3 })
    case 'array':
      return fc.array(inner('element'), { maxLength: ITEMS_MAX })
    case 'tuple':
      return fc.tuple(...(def['items'] as Schema[]).map((item) => valuesOf(item, depth + 1)))
    case 'object': {
      const fields = Object.entries(def['shape'] as Record<string, Schema>)
      return fc.record(Object.fromEntries(fields.map(([name, field]) => [name, valuesOf(field, depth + 1)])))
    }
    case 'record':
      return fc.dictionary(fc.constantFrom(...TEXTS.filter((text) => text !== '__proto__')), inner('valueType'), {
        maxKeys: ITEMS_MAX,
      })
    case 'union':
      return fc.oneof(...(def['options'] as Schema[]).map((option) => valuesOf(option, depth + 1)))
    case 'optional':
      return fc.oneof(fc.constant(undefined), inner('innerType'))
    case 'nullable':
      return fc.oneof(fc.constant(null), inner('innerType'))
    case 'default':
    case 'prefault':
    case 'readonly':
    case 'catch':
      return inner('innerType')
    case 'pipe':
      return inner('in')
    case 'lazy':
      return valuesOf((def['getter'] as () => Schema)(), depth + 1)
    default:
      throw new Error(`no values for a schema of type ${def.type}`)
  }
}

const SCHEMAS: readonly Schema[] = [
  ...membershipMessages,
  ...coordinationMessages,
  ...admissionMessages,
  Heads,
  Pull,
  Page,
  Announce,
]

/** The kind of each message, and messages of it. */
export const hostileKinds: readonly (readonly [kind: string, messages: fc.Arbitrary<unknown>])[] = SCHEMAS.map(
  (schema) => {
    const { shape } = (schema._zod as unknown as { def: { shape: { kind: Schema } } }).def
    const { values } = (shape.kind._zod as unknown as { def: { values: readonly string[] } }).def
    return [values[0] ?? '', valuesOf(schema)] as const
  },
)

const encoder = new TextEncoder()
const framed = (v: unknown, m: unknown): Uint8Array => encoder.encode(JSON.stringify({ v, m }) ?? '')

/** Frames of the right shape. */
/** What strangers say at the gate: knocks, and certificates they show. */
export const hostileKnocks: fc.Arbitrary<unknown> = fc.oneof(valuesOf(Knock), fc.jsonValue())
export const hostileShown: fc.Arbitrary<string> = fc.oneof(
  valuesOf(Certificate).map((certificate) => JSON.stringify({ v: 1, certificate, successions: [] })),
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.string(),
)

export const hostileFrames: fc.Arbitrary<Uint8Array> = fc
  .oneof(...hostileKinds.map(([, messages]) => messages))
  .map((message) => framed(1, message))

/** The same with a field changed, one too many, another version, cut off, or nothing but bytes. */
export const brokenFrames: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc
    .tuple(fc.oneof(...hostileKinds.map(([, messages]) => messages)), fc.jsonValue(), fc.nat())
    .map(([m, junk, at]) => {
      const fields = Object.entries(m as Record<string, unknown>)
      const name = fields[at % Math.max(1, fields.length)]?.[0] ?? 'kind'
      return framed(1, { ...(m as object), [name]: junk })
    }),
  fc
    .tuple(fc.jsonValue(), fc.oneof(...hostileKinds.map(([, messages]) => messages)))
    .map(([junk, m]) => framed(junk, m)),
  hostileFrames.chain((frame) => fc.nat({ max: frame.length }).map((end) => frame.subarray(0, end))),
  hostileFrames.chain((frame) =>
    fc.tuple(fc.nat({ max: Math.max(0, frame.length - 1) }), fc.nat({ max: 255 })).map(([at, byte]) => {
      const copy = Uint8Array.from(frame)
      copy[at] = byte
      return copy
    }),
  ),
  fc.uint8Array({ maxLength: 200 }),
  fc.jsonValue().map((value) => encoder.encode(JSON.stringify(value))),
  fc
    .integer({ min: 1, max: 20_000 })
    .map((deep) => encoder.encode(`{"v":1,"m":${'['.repeat(deep)}${']'.repeat(deep)}}`)),
)
