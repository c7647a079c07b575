import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fieldDiffs, asShared, authored, isWhole } from '../../../src/base/index.ts'
import { ShareBody } from '../../../src/gateway/item-schema.ts'

/** As `knowledge get --json` prints it. */
const item = {
  schema: 1,
  id: 'k_aaaaaaaaaaaaaaaa',
  kind: 'fix',
  v: 1,
  title: 't',
  error: { sample: 'Error: x', tool: 'node', message: 'x' },
  solution: {
    action: 'do it',
    commands: [{ run: 'npm ci', risk: 'network' }],
    verify: { run: 'npm test', expect: '0', risk: 'writes' },
  },
  scope: { visibility: 'private' },
  provenance: { node: 'a', source: 'cli', at: 0 },
  writtenBy: 'n',
  destructive: [],
  suspicious: [],
  version: '0123456789abcdef',
  trust: {},
  copies: 0,
}

test('a whole item is shared by what its author said, and as narrowly', () => {
  const body = asShared(item)
  assert.deepEqual(body, {
    kind: 'fix',
    title: 't',
    visibility: 'private',
    error: 'Error: x',
    action: 'do it',
    commands: [{ run: 'npm ci', risk: 'network' }],
    verify: { run: 'npm test', expect: '0' },
  })
  assert.ok(ShareBody.safeParse(body).success)
  const guide = {
    kind: 'guide',
    title: 'g',
    provenance: {},
    guide: { goal: 'g', steps: [{ id: 'a', do: 'x', verify: { run: 'y', risk: 'none' } }] },
  }
  const shared = ShareBody.safeParse(asShared(guide))
  assert.deepEqual(shared.data?.guide?.steps[0]?.verify, { run: 'y' })
  const flat = { error: 'Error: x', action: 'do it' }
  assert.equal(asShared(flat), flat, 'what has the fields of share is left alone')
})

test('a whole item is told from fields to change', () => {
  assert.ok(isWhole(item))
  assert.ok(!isWhole({ title: 'x' }))
  assert.deepEqual(Object.keys(authored(item)).sort(), ['error', 'kind', 'solution', 'title'])
})

test('versions are compared field by field, steps by their ids', () => {
  const guide = (...steps: readonly object[]): Readonly<Record<string, unknown>> => ({ title: 't', guide: { steps } })
  const [one, two] = [
    { id: 'a', do: 'first' },
    { id: 'b', do: 'second', files: ['x', 'y'] },
  ]
  assert.deepEqual(fieldDiffs(guide(one, two), guide({ ...two, files: ['x', 'z'] }, one)), [
    { field: 'guide.steps[b].files', a: 'x\ny', b: 'x\nz' },
  ])
  assert.deepEqual(fieldDiffs({ a: [{ run: 'x' }, { run: 'y' }] }, { a: [{ run: 'x' }], n: 5 }), [
    { field: 'a[2].run', a: 'y', b: null },
    { field: 'n', a: null, b: '5' },
  ])
  assert.deepEqual(
    fieldDiffs(guide(one), {}).map(({ b }) => b),
    [null, null],
  )
})
