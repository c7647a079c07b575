import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { holds, joined, lastOf, missingFrom, withRange } from '../../../src/knowledge/ranges.ts'
import type { SeqRanges } from '../../../src/knowledge/store.ts'

/** The dumb twin: a set of numbers. */
const numbers = (ranges: SeqRanges): readonly number[] =>
  ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => from + index))
const ofNumbers = (set: ReadonlySet<number>): SeqRanges =>
  [...set].sort((a, b) => a - b).reduce<SeqRanges>((ranges, seq) => withRange(ranges, seq, seq), [])
const sets = fc.uniqueArray(fc.integer({ min: 1, max: 60 })).map((list) => new Set(list))

test('ranges hold what was added, joined and ascending', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 9 }))), (added) => {
      let ranges: SeqRanges = []
      const set = new Set<number>()
      for (const [from, more] of added) {
        ranges = withRange(ranges, from, from + more)
        for (let seq = from; seq <= from + more; seq++) set.add(seq)
      }
      assert.deepEqual(
        numbers(ranges),
        [...set].sort((a, b) => a - b),
      )
      for (let index = 1; index < ranges.length; index++)
        assert.ok((ranges[index]?.[0] ?? 0) > (ranges[index - 1]?.[1] ?? 0) + 1, 'ranges that touch are one')
      for (let seq = 1; seq <= 60; seq++) assert.equal(holds(ranges, seq), set.has(seq))
      assert.equal(lastOf(ranges), Math.max(0, ...set))
    }),
  )
})

test('what is missing is the difference of the sets', () => {
  fc.assert(
    fc.property(sets, sets, (mine, theirs) => {
      const missing = missingFrom(ofNumbers(mine), ofNumbers(theirs))
      assert.deepEqual(
        numbers(missing),
        [...theirs].filter((seq) => !mine.has(seq)).sort((a, b) => a - b),
      )
    }),
    { numRuns: 500 },
  )
})

test('any list of ranges is joined into one as if they were added one by one', () => {
  const range = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: -2, max: 9 }))
  fc.assert(
    fc.property(fc.array(range), (list) => {
      const ranges = list.map(([from, more]): [number, number] => [from, from + more])
      const good = ranges.filter(([from, to]) => from <= to)
      assert.deepEqual(
        joined(ranges),
        good.reduce<SeqRanges>((all, [from, to]) => withRange(all, from, to), []),
      )
    }),
  )
})
