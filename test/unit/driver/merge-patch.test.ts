import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { patchBetween } from '../../../src/cli/patch-between.ts'
import { mergePatch } from '../../../src/driver/merge-patch.ts'

test('the examples of RFC 7396, appendix A', () => {
  const cases: readonly [target: unknown, patch: unknown, result: unknown][] = [
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ]
  for (const [target, patch, result] of cases) assert.deepEqual(mergePatch(target, patch), result)
})

test('a field that is called like a part of every object is a field', () => {
  const patch = JSON.parse('{"__proto__": {"polluted": true}}') as unknown
  assert.equal(Object.hasOwn(mergePatch({}, patch) as object, '__proto__'), true)
  assert.equal(({} as { polluted?: boolean }).polluted, undefined)
})

test('the patch between two objects makes the second of the first', () => {
  const { object } = fc.letrec((tie) => ({
    object: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), tie('value'), { maxKeys: 4, noNullPrototype: true }),
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('x', 'y', 1, true),
      fc.array(fc.constantFrom(1, 2)),
      tie('object'),
    ),
  }))
  const objects = object as fc.Arbitrary<Readonly<Record<string, unknown>>>
  fc.assert(
    fc.property(objects, objects, (a, b) => {
      assert.deepEqual(mergePatch(a, patchBetween(a, b)), b)
      assert.deepEqual(patchBetween(a, a), {})
    }),
  )
})
