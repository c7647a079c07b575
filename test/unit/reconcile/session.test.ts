import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seededRandom } from '../../../src/base/index.ts'
import { HeldSet, hashes, meet, namesOf, SALT, type Told, twoSets } from '../../support/reconcile.ts'

const elementsOf = (list: Uint8Array): readonly string[] => {
  const elements = new Uint8Array(list.length / 2)
  for (let at = 0; at < list.length; at += 32) elements.set(list.subarray(at, at + 16), at / 2)
  return namesOf(elements)
}

function assertFound(told: Told, onlyMine: Uint8Array, onlyTheirs: Uint8Array): void {
  assert.deepEqual(told.end, { kind: 'done' })
  assert.deepEqual(told.theirs, elementsOf(onlyTheirs))
  assert.deepEqual(told.mine, elementsOf(onlyMine))
}

for (const [sides, of] of [
  ['both sides', (d: number) => ({ mine: d >> 1, theirs: d - (d >> 1) })],
  ['theirs alone', (d: number) => ({ mine: 0, theirs: d })],
  ['mine alone', (d: number) => ({ mine: d, theirs: 0 })],
] as const)
  test(`every difference from 0 to 200 is found, on ${sides}`, () => {
    for (let d = 0; d <= 200; d++) {
      const sets = twoSets(1000 + d, { common: 300, ...of(d) })
      const told = meet(sets.mine, sets.theirs)
      assertFound(told, sets.onlyMine, sets.onlyTheirs)
      assert.ok(told.flights <= 6, `${told.flights} flights for ${d}`)
      if (d <= 20) assert.ok(told.bytes <= 1740, `${told.bytes} bytes for ${d}`)
    }
  })

test('after both sides took what they lacked, their digests are equal', () => {
  fc.assert(
    fc.property(fc.integer(), fc.nat(400), fc.nat(60), fc.nat(60), (seed, common, mine, theirs) => {
      const sets = twoSets(seed, { common, mine, theirs })
      const told = meet(sets.mine, sets.theirs)
      assert.equal(sets.mine.digest === sets.theirs.digest, mine + theirs === 0)
      for (const name of told.theirs) sets.mine.add(sets.theirs.hash(name) ?? new Uint8Array())
      for (const name of told.mine) sets.theirs.add(sets.mine.hash(name) ?? new Uint8Array())
      assert.equal(sets.mine.digest, sets.theirs.digest)
      assert.equal(sets.mine.sketch.size, common + mine + theirs)
    }),
    { numRuns: 60 },
  )
})

test('sets that change during the session are compared as they were at its first answer', () => {
  const random = seededRandom(5)
  const sets = twoSets(4, { common: 500, mine: 200, theirs: 200 })
  const more = (): void => {
    sets.mine.add(hashes(random, 50))
    sets.theirs.add(hashes(random, 50))
  }
  const told = meet(sets.mine, sets.theirs, { meanwhile: more })
  assert.equal(told.end.kind, 'done')
  // What came before the first answer was taken in; nothing of what came after.
  assert.deepEqual(told.theirs, elementsOf(sets.onlyTheirs))
  assert.deepEqual(told.mine, elementsOf(sets.onlyMine))
})

test('a set that changes more than can be undone ends the session, to be begun again', () => {
  const random = seededRandom(6)
  for (const side of ['mine', 'theirs'] as const) {
    const sets = twoSets(4, { common: 500, mine: 200, theirs: 200 })
    const told = meet(sets.mine, sets.theirs, { meanwhile: () => void sets[side].add(hashes(random, 4097)) })
    assert.deepEqual(told.end, { kind: 'later', why: 'moved', bucket: undefined })
  }
})

test('50,000 differences are found by buckets, in parts', () => {
  const sets = twoSets(8, { common: 60_000, mine: 25_000, theirs: 25_000 })
  const told = meet(sets.mine, sets.theirs)
  assertFound(told, sets.onlyMine, sets.onlyTheirs)
  assert.ok(told.kinds.has('bucket'))
  assert.ok(!told.kinds.has('list'), 'no bucket needed its list')
  // The first cells are enough to see that the sketch will not do.
  assert.ok(told.bytes < 1.6 * 50_000 * 32, `${told.bytes} bytes`)
})

test('a bucket of which no sketch can show the difference is listed, and one that is shorter than its sketch, too', () => {
  const random = seededRandom(16)
  const inBucket0 = (count: number): Uint8Array => {
    const list = hashes(random, count)
    for (let at = 0; at < list.length; at += 32) list[at] = 0
    return list
  }
  const [common, onlyMine, onlyTheirs] = [inBucket0(30_000), inBucket0(4000), inBucket0(4000)]
  const [mine, theirs] = [new HeldSet().add(common).add(onlyMine), new HeldSet().add(common).add(onlyTheirs)]
  const told = meet(mine, theirs, { by: 'buckets', buckets: [0] })
  assertFound(told, onlyMine, onlyTheirs)
  assert.deepEqual([...told.kinds], ['bucket', 'list'])
  assert.ok(told.cells <= 4096)
  const few = twoSets(17, { common: 0, mine: 6000, theirs: 6000 })
  const short = meet(few.mine, few.theirs, { by: 'buckets' })
  assertFound(short, few.onlyMine, few.onlyTheirs)
  assert.ok(short.kinds.has('list'))
})

test('a bucket is asked for as many cells as those before it needed', () => {
  for (const each of [500, 15_000]) {
    const sets = twoSets(each, { common: 60_000, mine: each, theirs: each })
    const told = meet(sets.mine, sets.theirs, { by: 'buckets' })
    assertFound(told, sets.onlyMine, sets.onlyTheirs)
    // The first four are asked for what is usual; of the others hardly one is asked for twice.
    assert.ok(told.flights < 256 + 30, `${told.flights} questions`)
    const need = 2 * 1.6 * each + 256 * (16 + 1.6 * 2 * Math.sqrt((2 * each) / 256))
    assert.ok(told.cells < 1.3 * need + 4 * 80, `${told.cells} cells of ${need}`)
  }
})

test('buckets whose elements come in small pages are compared all the same', () => {
  const sets = twoSets(9, { common: 3000, mine: 300, theirs: 300 })
  for (const by of ['buckets', 'list'] as const)
    assertFound(meet(sets.mine, sets.theirs, { by, pageLimit: 3 }), sets.onlyMine, sets.onlyTheirs)
})

test('lists alone find the difference too, and of the buckets that are named only', () => {
  const sets = twoSets(10, { common: 3000, mine: 300, theirs: 300 })
  const told = meet(sets.mine, sets.theirs, { by: 'list', buckets: [3, 200] })
  assert.deepEqual([...told.kinds], ['list'])
  const inThem = (names: readonly string[]): readonly string[] =>
    names.filter((name) => ['03', 'c8'].includes(name.slice(0, 2)))
  assert.deepEqual(told.theirs, inThem(elementsOf(sets.onlyTheirs)))
  assert.deepEqual(told.mine, inThem(elementsOf(sets.onlyMine)))
})

test('who lacks a quarter of all and more takes a snapshot, and who has it does nothing', () => {
  const sets = twoSets(11, { common: 9000, mine: 0, theirs: 4500 })
  assert.deepEqual(meet(sets.mine, sets.theirs).end, { kind: 'snapshot' })
  assert.deepEqual(meet(sets.theirs, sets.mine).end, { kind: 'ahead' })
  assert.equal(meet(new HeldSet(), sets.theirs).end.kind, 'snapshot')
  // A quarter of little is little.
  const few = twoSets(12, { common: 0, mine: 0, theirs: 3000 })
  assertFound(meet(few.mine, few.theirs), few.onlyMine, few.onlyTheirs)
})

test('sketches under different salts are compared by buckets', () => {
  const sets = twoSets(13, { common: 2000, mine: 5, theirs: 5 })
  const other = new HeldSet({ lo: SALT.lo ^ 1, hi: SALT.hi })
  const random = seededRandom(13)
  other.add(hashes(random, 2000))
  hashes(random, 5)
  other.add(hashes(random, 5))
  assertFound(meet(sets.mine, other), sets.onlyMine, sets.onlyTheirs)
})
