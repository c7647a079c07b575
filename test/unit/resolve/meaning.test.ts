import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { itemId } from '../../../src/base/index.ts'
import {
  type Candidate,
  cosineOf,
  fused,
  quantised,
  rank,
  SignBits,
  toDocument,
  understand,
} from '../../../src/resolve/index.ts'
import { standingOut, usualOf } from '../../../src/resolve/match/meaning.ts'
import { fix } from '../../support/resolve-world.ts'

const values = fc
  .array(fc.integer({ min: -127, max: 127 }), { minLength: 40, maxLength: 40 })
  .map((all) => Int8Array.from(all))
const apart = (a: Int8Array, b: Int8Array): number => a.filter((value, at) => value > 0 !== (b[at] ?? 0) > 0).length

test('signs in memory: the nearest are those of whom fewest signs differ, whatever was put and dropped', () => {
  const step = fc.record({ id: fc.integer({ min: 1, max: 12 }), values, isDrop: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), values, fc.integer({ min: 1, max: 5 }), (steps, asked, count) => {
      const signs = new SignBits(40, 1024 * 1024)
      const slow = new Map<number, Int8Array>()
      for (const { id, isDrop, values: its } of steps) {
        if (isDrop) {
          signs.drop(id)
          slow.delete(id)
        } else {
          signs.put(id, its)
          slow.set(id, its)
        }
      }
      assert.equal(signs.size, slow.size)
      const found = signs.nearest(asked, count)
      const distance = (id: number): number => apart(asked, slow.get(id) as Int8Array)
      const expected = [...slow.keys()]
        .map(distance)
        .sort((a, b) => a - b)
        .slice(0, count)
      assert.deepEqual(
        found
          .map(distance)
          .sort((a, b) => a - b)
          .slice(0, count),
        expected,
      )
      assert.equal(new Set(found).size, found.length)
      assert.ok(found.length <= 2 * count)
    }),
  )
})

test('of more than fit in memory the newest are kept', () => {
  // Two words of four bytes each: four of them.
  const signs = new SignBits(64, 32)
  const one = new Int8Array(64).fill(1)
  for (const id of [5, 1, 7, 3]) assert.ok(signs.put(id, one))
  assert.ok(signs.put(6, one))
  assert.equal(signs.put(2, one), false)
  assert.deepEqual(
    [...signs.nearest(one, 9)].sort((a, b) => a - b),
    [3, 5, 6, 7],
  )
  assert.equal(signs.spread(2).length, 2)
})

test('a byte per dimension keeps the direction; what has none has no vector', () => {
  fc.assert(
    fc.property(fc.array(fc.float({ min: -4, max: 4, noNaN: true }), { minLength: 64, maxLength: 64 }), (numbers) => {
      fc.pre(Math.max(...numbers.map(Math.abs)) > 1e-3)
      const bytes = quantised(numbers)
      assert.ok(bytes)
      const length = Math.hypot(...numbers)
      const dot = numbers.reduce((sum, value, at) => sum + value * (bytes[at] ?? 0), 0)
      assert.ok(dot / (length * Math.hypot(...bytes)) > 0.99)
    }),
  )
  assert.equal(quantised([0, 0, 0]), undefined)
  assert.equal(quantised([1, Infinity]), undefined)
  assert.equal(cosineOf(Int8Array.of(1, 2), Int8Array.of(1, 2, 3)), 0)
})

test('models differ in what is usual: only what stands out of it counts', () => {
  assert.equal(standingOut(0.76, usualOf([0.75, 0.76, 0.77])), 0)
  assert.equal(standingOut(0.94, usualOf([0.75, 0.76, 0.77])), 0.75)
  assert.equal(standingOut(1, usualOf([])), 0)
  assert.equal(standingOut(1, usualOf([1])), 0)
})

test('a fingerprint is never displaced, and what is weakly near goes behind', () => {
  const one = (name: string, fingerprints: readonly string[], score: number, meaning: number) => ({
    name,
    fingerprints,
    score,
    meaning,
  })
  const order = fused([
    one('print, far', ['f'], 0, 0),
    one('print, near', ['f'], 3, 1),
    one('words', [], 9, 0.1),
    one('fewer words, near', [], 5, 0.8),
    one('near', [], 0, 0.9),
    one('hardly near', [], 0, 0.2),
  ]).map(({ name }) => name)
  assert.deepEqual(order, ['print, far', 'print, near', 'fewer words, near', 'words', 'near', 'hardly near'])
})

test('nearness alone is never said, however near; it helps what has more', () => {
  const known = fix(
    'Error: listen EADDRINUSE: address already in use 127.0.0.1:3000\n    at Server.setup (node:net:1:1)',
  )
  const document = toDocument(known, itemId('k_port'), 1)
  const candidate = (meaning: number): Candidate => ({
    item: document.item,
    row: 1,
    fingerprints: [],
    score: 0,
    meta: document.meta,
    meaning,
  })
  const other = understand({ text: 'wheel: the cheese rolled off the table before it was cut' })
  assert.deepEqual(rank(other, [candidate(1)]), [])
  const same = understand({ text: 'Error: listen EADDRINUSE: address already in use 127.0.0.1:4000' })
  const [without] = rank(same, [candidate(0)])
  const [beside] = rank(same, [candidate(1)])
  assert.ok(without && beside && beside.confidence >= without.confidence)
})
