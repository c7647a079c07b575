import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seededRandom } from '../../../src/base/index.ts'
import type { Cells } from '../../../src/reconcile/cells.ts'
import { KeyedHash } from '../../../src/reconcile/keyed-hash.ts'
import { Mapping, shareOf } from '../../../src/reconcile/mapping.ts'
import { CHANGES_KEPT, Sketch, SKETCH_CELLS } from '../../../src/reconcile/sketch.ts'
import { saltFrom } from '../../../src/reconcile/index.ts'
import { hashAt, hashes, SALT } from '../../support/reconcile.ts'

const all = (sketch: Sketch): Cells | undefined => sketch.at(sketch.version, 0, sketch.length)

function sketchOf(list: Uint8Array, places: Iterable<number>): Sketch {
  const sketch = new Sketch(SALT)
  for (const place of places) sketch.add(list, 32 * place)
  return sketch
}

test('a sketch kept through any order of adding and taking away is the one built anew', () => {
  const list = hashes(seededRandom(1), 100)
  const steps = fc.array(fc.nat(99), { maxLength: 200 })
  fc.assert(
    fc.property(steps, (places) => {
      const sketch = new Sketch(SALT)
      const held = new Set<number>()
      for (const place of places) {
        if (held.delete(place)) sketch.remove(list, 32 * place)
        else {
          held.add(place)
          sketch.add(list, 32 * place)
        }
      }
      const anew = sketchOf(list, [...held].reverse())
      assert.deepEqual(all(sketch), all(anew))
      assert.equal(sketch.size, held.size)
    }),
    { numRuns: 40 },
  )
})

test('an earlier version is shown as it was, as far back as the changes are kept', () => {
  const list = hashes(seededRandom(2), CHANGES_KEPT + 50)
  const sketch = new Sketch(SALT)
  for (let place = 0; place < 40; place++) sketch.add(list, 32 * place)
  const before = all(sketch)
  const { version } = sketch
  for (let place = 0; place < 20; place++) sketch.remove(list, 32 * place)
  for (let place = 40; place < CHANGES_KEPT + 20; place++) sketch.add(list, 32 * place)
  assert.equal(sketch.version - version, CHANGES_KEPT)
  assert.deepEqual(sketch.at(version, 0, SKETCH_CELLS), before)
  assert.deepEqual(sketch.at(version, 100, 300), before?.slice(100, 300))
  assert.equal(sketch.sizeAt(version), 40)
  sketch.add(list, 32 * (CHANGES_KEPT + 20))
  assert.equal(sketch.at(version, 0, 64), undefined)
  assert.equal(sketch.sizeAt(version), undefined)
  assert.equal(sketch.at(sketch.version + 1, 0, 64), undefined, 'no moment that is yet to come')
})

test('cell i is hit by one element in 1 + i/2', () => {
  const mapping = new Mapping()
  const random = seededRandom(3)
  const elements = 20_000
  const hits = new Int32Array(4096)
  for (let element = 0; element < elements; element++) {
    mapping.start(random.next() * 2 ** 32, random.next() * 2 ** 32)
    for (; mapping.index < hits.length; mapping.next()) hits[mapping.index] = (hits[mapping.index] ?? 0) + 1
  }
  assert.equal(hits[0], elements, 'the first cell by all')
  for (const [from, to] of [
    [1, 2],
    [2, 3],
    [3, 10],
    [10, 100],
    [100, 1000],
    [1000, 4096],
  ] as const) {
    let expected = 0
    for (let index = from; index < to; index++) expected += elements * shareOf(index)
    const seen = hits.subarray(from, to).reduce((sum, count) => sum + count, 0)
    const formOff = from < 10 ? 0.05 * expected : 0
    assert.ok(
      Math.abs(seen - expected) < formOff + 5 * Math.sqrt(expected),
      `${seen} hits of ${from} to ${to}, ${expected} due`,
    )
  }
})

test('two cells are hit independently of one another', () => {
  const mapping = new Mapping()
  const random = seededRandom(4)
  let [first, second, both] = [0, 0, 0]
  const elements = 40_000
  for (let element = 0; element < elements; element++) {
    mapping.start(random.next() * 2 ** 32, random.next() * 2 ** 32)
    const hit = new Set<number>()
    for (; mapping.index < 12; mapping.next()) hit.add(mapping.index)
    if (hit.has(4)) first += 1
    if (hit.has(11)) second += 1
    if (hit.has(4) && hit.has(11)) both += 1
  }
  const expected = (first * second) / elements
  assert.ok(Math.abs(both - expected) < 5 * Math.sqrt(expected), `${both} of ${expected}`)
})

test('the keyed hash turns half of its bits with any bit of the element or of the salt', () => {
  const words = new Int32Array(4)
  const random = seededRandom(5)
  const bitsOf = (value: number): number => (value >>> 0).toString(2).replaceAll('0', '').length
  const hashed = (salt: { lo: number; hi: number }): [number, number] => {
    const hash = new KeyedHash(salt)
    hash.of(words, 0)
    return [hash.lo, hash.hi]
  }
  const turned: number[] = []
  for (let round = 0; round < 40; round++) {
    for (let word = 0; word < 4; word++) words[word] = random.next() * 2 ** 32
    const before = hashed(SALT)
    const salts = Array.from({ length: 64 }, (_, bit) =>
      bit < 32 ? { lo: SALT.lo ^ (1 << bit), hi: SALT.hi } : { lo: SALT.lo, hi: SALT.hi ^ (1 << (bit - 32)) },
    )
    const after = salts.map((salt) => hashed(salt))
    for (let bit = 0; bit < 128; bit++) {
      words[bit >> 5] = (words[bit >> 5] ?? 0) ^ (1 << (bit & 31))
      after.push(hashed(SALT))
      words[bit >> 5] = (words[bit >> 5] ?? 0) ^ (1 << (bit & 31))
    }
    for (const [lo, hi] of after) turned.push(bitsOf(lo ^ before[0]) + bitsOf(hi ^ before[1]))
  }
  const mean = turned.reduce((sum, bits) => sum + bits, 0) / turned.length
  assert.ok(Math.abs(mean - 32) < 0.3, `${mean} of 64 bits`)
  assert.ok(Math.min(...turned) > 8)
})

test('salts of different secrets differ', () => {
  assert.notDeepEqual(saltFrom('a'), saltFrom('b'))
  assert.deepEqual(saltFrom('a'), saltFrom('a'))
})

test('the hash of an element that is added at an offset is the one at that offset', () => {
  const list = hashes(seededRandom(7), 2)
  const [whole, part] = [new Sketch(SALT), new Sketch(SALT)]
  whole.add(list, 32)
  part.add(hashAt(list, 1))
  assert.deepEqual(all(whole), all(part))
})
