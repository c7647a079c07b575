import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ITEM_LIMITS, isDeeper } from '../../../src/base/index.ts'
import { Item, ITEM_KINDS, kindJsonSchemas, proseOf } from '../../../src/knowledge/index.ts'

const by = { node: 'a', source: 'cli', at: 0 }
const item = (more: object): unknown => ({ v: 1, title: 't', provenance: by, ...more })
const guide = (steps: readonly object[]): unknown => item({ kind: 'guide', guide: { goal: 'g', steps } })

test('items that were written before guides and answers had fields of their own stay valid', () => {
  for (const kind of ITEM_KINDS) {
    assert.ok(Item.safeParse(item({ kind, text: 'x' })).success, kind)
    assert.ok(Item.safeParse(item({ kind, solution: { action: 'x' } })).success, kind)
  }
})

test('fields that this version does not know are kept, at every level', () => {
  const written = item({
    kind: 'guide',
    later: 1,
    guide: { goal: 'g', later: 2, steps: [{ id: 'a', do: 'x', later: 3, verify: { run: 'y', later: 4 } }] },
  })
  assert.deepEqual(Item.parse(written), written)
})

test('a guide has steps, each with an id of its own', () => {
  assert.ok(Item.safeParse(guide([{ id: 'a', do: 'x' }])).success)
  assert.ok(!Item.safeParse(guide([])).success)
  assert.ok(!Item.safeParse(guide([{ do: 'x' }])).success)
  const twice = Item.safeParse(
    guide([
      { id: 'a', do: 'x' },
      { id: 'a', do: 'y' },
    ]),
  )
  assert.equal(twice.error?.issues[0]?.message, 'two steps have the same id')
})

test('a field at its bound is taken, and one character more is not', () => {
  const fields: readonly [name: string, max: number, make: (text: string) => unknown][] = [
    ['title', ITEM_LIMITS.titleMax, (title) => ({ ...(item({ kind: 'note' }) as object), title })],
    ['action', ITEM_LIMITS.actionMax, (action) => item({ kind: 'fix', solution: { action } })],
    ['text', ITEM_LIMITS.textMax, (text) => item({ kind: 'note', text })],
    ['do', ITEM_LIMITS.stepMax, (text) => guide([{ id: 'a', do: text }])],
    ['response', ITEM_LIMITS.responseMax, (response) => item({ kind: 'qa', qa: { question: 'q', response } })],
  ]
  for (const [name, max, make] of fields) {
    assert.ok(Item.safeParse(make('x'.repeat(max))).success, name)
    assert.ok(!Item.safeParse(make('x'.repeat(max + 1))).success, name)
  }
})

test('the published schema of a kind asks for that kind, and has its fields', () => {
  const schemas = kindJsonSchemas()
  assert.deepEqual([...schemas.keys()].sort(), [...ITEM_KINDS].sort())
  for (const [kind, schema] of schemas) {
    const { properties, required } = schema as { properties: Record<string, { const?: string }>; required: string[] }
    assert.equal(properties['kind']?.const, kind)
    assert.deepEqual([...required].sort(), ['kind', 'provenance', 'title', 'v'])
    assert.equal('guide' in properties, kind === 'guide')
    assert.equal('qa' in properties, kind === 'qa')
  }
})

test('a guide reads as its steps, a question as its answer', () => {
  const read = (value: unknown): string | undefined => proseOf(Item.parse(value))
  const steps = [
    { id: 'a', do: 'add the port', why: 'so that it can be tested', files: ['a.ts'], verify: { run: 'npm test' } },
    { id: 'b', do: 'use it', pitfalls: ['not twice'] },
  ]
  assert.equal(
    read(item({ kind: 'guide', guide: { goal: 'a port', steps, done_when: ['it works'] } })),
    'a port\n1. add the port (so that it can be tested)\n   files: a.ts\n   check: npm test\n2. use it\n   beware: not twice\ndone when: it works',
  )
  assert.equal(read(item({ kind: 'qa', qa: { question: 'why?', response: 'because' } })), 'because')
  assert.equal(read(item({ kind: 'note', text: 'so' })), 'so')
  assert.equal(read(item({ kind: 'fix' })), undefined)
})

test('depth is counted without recursion', () => {
  let deep: unknown = 'x'
  for (let level = 0; level < 100_000; level++) deep = [deep]
  assert.ok(isDeeper(deep, 16))
  assert.ok(!isDeeper({ a: [{ b: 'x' }] }, 3))
  assert.ok(isDeeper({ a: [{ b: {} }] }, 3))
  assert.ok(!isDeeper('text', 0))
})
