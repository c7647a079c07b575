import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seededRandom } from '../../../src/base/index.ts'
import { base85, fromBase85 } from '../../../src/reconcile/base85.ts'
import { Cells } from '../../../src/reconcile/cells.ts'
import { CELL_CHARACTERS, cellsOf, cellsText } from '../../../src/reconcile/coded.ts'
import { Decoder } from '../../../src/reconcile/decoder.ts'
import { difference, joined, lastElement, pageFault } from '../../../src/reconcile/element-set.ts'
import { KeyedHash } from '../../../src/reconcile/keyed-hash.ts'
import { Mapping } from '../../../src/reconcile/mapping.ts'
import { put } from '../../../src/reconcile/sketch.ts'
import { HeldSet, hashes, namesOf, SALT, twoSets } from '../../support/reconcile.ts'

test('bytes come back from their text, which JSON leaves as it is', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const whole = bytes.subarray(0, bytes.length - (bytes.length % 4))
      const text = base85(whole)
      assert.equal(text.length, (whole.length / 4) * 5)
      assert.equal(JSON.stringify(text), `"${text}"`)
      const back = fromBase85(text)
      assert.deepEqual(back.ok && [...back.value], [...whole])
    }),
  )
})

test('text that no bytes are written as is refused', () => {
  for (const text of ['0000', '00000 ', '0000"', '0000é', '#####', '%nSc1'])
    assert.equal(fromBase85(text).ok, false, text)
  // The largest four bytes.
  const most = fromBase85('%nSc0')
  assert.deepEqual(most.ok && [...most.value], [255, 255, 255, 255])
})

test('cells come back from the wire, their checks and counts cut short', () => {
  const sets = twoSets(1, { common: 0, mine: 700, theirs: 0 })
  const cells = sets.mine.sketch.at(700, 0, 40) ?? new Cells(0)
  const text = cellsText(cells)
  assert.equal(text.length, 40 * CELL_CHARACTERS)
  const back = cellsOf(text)
  assert.ok(back.ok)
  assert.deepEqual(back.value.sums, cells.sums)
  assert.deepEqual(
    back.value.checks,
    cells.checks.map((check) => check & 0xff_ffff),
  )
  assert.deepEqual(
    back.value.counts,
    cells.counts.map((count) => count & 255),
  )
})

/** Both sides' first cells. */
function prefix(mine: HeldSet, theirs: HeldSet, to: number): [Cells, Cells] {
  const [a, b] = [theirs.sketch.at(theirs.sketch.version, 0, to), mine.sketch.at(mine.sketch.version, 0, to)]
  assert.ok(a && b)
  return [a, b]
}

test('cells taken one at a time give what they give all at once', () => {
  const sets = twoSets(2, { common: 50, mine: 40, theirs: 25 })
  const [theirs, mine] = prefix(sets.mine, sets.theirs, 400)
  const whole = new Decoder(SALT, 400)
  assert.equal(whole.extend(theirs, mine), 'done')
  const stepped = new Decoder(SALT, 400)
  let cell = 0
  while (stepped.extend(theirs.slice(cell, cell + 1), mine.slice(cell, cell + 1)) === 'open') cell += 1
  assert.ok(cell < 200, `${cell} cells for 65 elements`)
  for (const side of [1, -1] as const) assert.deepEqual(namesOf(stepped.found(side)), namesOf(whole.found(side)))
})

/** The 64 cells of a set of hashes. */
function firstCells(list: Uint8Array): Cells {
  const [cells, hash, mapping] = [new Cells(64), new KeyedHash(SALT), new Mapping()]
  const words = new Int32Array(list.buffer)
  for (let at = 0; at < words.length; at += 8) put(cells, hash, mapping, words, at, 1)
  return cells
}

test('the estimate is right within a factor, on one side or both, also where counts wrap', () => {
  for (const [mine, theirs] of [
    [100, 100],
    [0, 200],
    [1000, 1000],
    [0, 3000],
    [4000, 6000],
    [25_000, 25_000],
  ] as const) {
    const off: number[] = []
    for (let seed = 0; seed < 12; seed++) {
      const random = seededRandom(seed * 77 + mine)
      const [ours, others] = [firstCells(hashes(random, mine)), firstCells(hashes(random, theirs))]
      const decoder = new Decoder(SALT, 64)
      assert.equal(decoder.extend(others, ours), 'open')
      off.push(decoder.estimate(theirs - mine) / (mine + theirs))
    }
    const mean = off.reduce((sum, one) => sum + one, 0) / off.length
    // Of 50,000 it is enough to see that they are many.
    const least = mine + theirs > 20_000 ? 0.4 : 0.8
    assert.ok(mean > least && mean < 1.25, `${mean} for ${mine} and ${theirs}`)
    assert.ok(Math.min(...off) > least - 0.4 && Math.max(...off) < 2.2, off.join(' '))
  }
})

test('cells that are no difference of sets end in more or in a break, never in a loop or in a lie about being done', () => {
  const cellsArbitrary = fc.uint8Array({ minLength: 20 * 64, maxLength: 20 * 64 }).map((bytes) => {
    const read = cellsOf(base85(bytes))
    assert.ok(read.ok)
    return read.value
  })
  fc.assert(
    fc.property(cellsArbitrary, (theirs) => {
      const decoder = new Decoder(SALT, 64)
      const zero = theirs.checks.every((check) => check === 0) && theirs.sums.every((word) => word === 0)
      assert.ok(zero || decoder.extend(theirs, new Cells(64)) !== 'done')
      assert.ok(decoder.solved <= 64)
    }),
    { numRuns: 200 },
  )
})

test('an element that appears again and again is given up, not chased for ever', () => {
  // One element in the first cell and in no other: taken out of the others, it is there; taken out of those, it is back.
  const words = new Int32Array(hashes(seededRandom(3), 1).slice(0, 16).buffer)
  const hash = new KeyedHash(SALT)
  hash.of(words, 0)
  const theirs = new Cells(64)
  theirs.change(0, words, 0, hash.lo, 1)
  const decoder = new Decoder(SALT, 64)
  assert.equal(decoder.extend(theirs, new Cells(64)), 'broken')
  assert.equal(decoder.solved, 64)
})

test('an element in a cell it does not fall into is a sum that looks like one, and is not taken', () => {
  const words = new Int32Array(hashes(seededRandom(4), 1).slice(0, 16).buffer)
  const [hash, mapping] = [new KeyedHash(SALT), new Mapping()]
  hash.of(words, 0)
  const hit = new Set<number>()
  for (mapping.start(hash.lo, hash.hi); mapping.index < 64; mapping.next()) hit.add(mapping.index)
  const other = [...Array(64).keys()].find((cell) => !hit.has(cell)) ?? 0
  const theirs = new Cells(64)
  theirs.change(other, words, 0, hash.lo, 1)
  const decoder = new Decoder(SALT, 64)
  assert.equal(decoder.extend(theirs, new Cells(64)), 'open')
  assert.equal(decoder.solved, 0)
})

test('elements that vanish in the first cell are not taken for none', () => {
  // Of some 153 elements a sum of XOR can be made nothing in all bits of a cell by who may choose them.
  const held = new HeldSet().add(hashes(seededRandom(9), 60))
  const [theirs, mine] = prefix(new HeldSet(), held, 8)
  theirs.sums.set(mine.sums.subarray(0, 4), 0)
  theirs.checks[0] = mine.checks[0] ?? 0
  theirs.counts[0] = mine.counts[0] ?? 0
  assert.equal(new Decoder(SALT, 8).extend(theirs, mine), 'open')
})

test('the difference of two ascending lists is that of the sets', () => {
  const lists = fc.uniqueArray(fc.nat(40)).map((numbers) =>
    joined(
      numbers
        .sort((a, b) => a - b)
        .map((number) => {
          const element = new Uint8Array(16)
          element[15] = number
          return element
        }),
    ),
  )
  const numbers = (list: Uint8Array): number[] => [...list].filter((_, at) => at % 16 === 15)
  fc.assert(
    fc.property(lists, lists, (a, b) => {
      const { onlyA, onlyB } = difference(a, b)
      assert.deepEqual(
        numbers(onlyA),
        numbers(a).filter((one) => !numbers(b).includes(one)),
      )
      assert.deepEqual(
        numbers(onlyB),
        numbers(b).filter((one) => !numbers(a).includes(one)),
      )
      assert.equal(pageFault(a, 0, undefined), undefined)
    }),
  )
})

test('a page that does not ascend, repeats, begins too early or is of another bucket is faulty', () => {
  const element = (...bytes: number[]): Uint8Array => Uint8Array.of(...bytes, ...new Uint8Array(16 - bytes.length))
  const page = (...elements: Uint8Array[]): Uint8Array => joined(elements)
  assert.equal(pageFault(page(element(5, 1), element(5, 2)), 5, element(5, 0)), undefined)
  for (const [faulty, after] of [
    [page(element(5, 2), element(5, 1)), undefined],
    [page(element(5, 1), element(5, 1)), undefined],
    [page(element(5, 1)), element(5, 1)],
    [page(element(5, 1), element(6, 1)), undefined],
    [page(element(5, 1)).subarray(0, 15), undefined],
  ] as const)
    assert.ok(pageFault(faulty, 5, after))
  assert.deepEqual(lastElement(page(element(5, 1), element(5, 2))), element(5, 2))
  assert.equal(lastElement(new Uint8Array()), undefined)
})
