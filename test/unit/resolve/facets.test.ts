import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { dayText } from '../../../src/base/index.ts'
import { facet, timeFacets } from '../../../src/resolve/index.ts'

const DAY_MS = 86_400_000

test('a span of time is the fewest years, months and days', () => {
  const of = (from: string, to: string): readonly string[] => timeFacets(Date.parse(from), Date.parse(to))
  assert.deepEqual(of('2026-11-22', '2026-11-23'), ['day:2026-11-22'])
  assert.deepEqual(of('2026-11-22T16:00:00Z', '2026-11-22T17:00:00Z'), ['day:2026-11-22'])
  assert.deepEqual(of('2024-02-01', '2024-03-02'), ['month:2024-02', 'day:2024-03-01'])
  assert.deepEqual(of('2023-12-31', '2025-02-01'), ['day:2023-12-31', 'year:2024', 'month:2025-01'])
  assert.deepEqual(of('2026-11-23', '2026-11-22'), [])
  assert.equal(timeFacets(0, Infinity).length, 130)
})

test('whatever the span, a day is in it exactly when one of its facets says so', () => {
  const day = fc.integer({ min: 0, max: 40_000 })
  fc.assert(
    fc.property(day, fc.integer({ min: 0, max: 900 }), fc.integer({ min: -5, max: 905 }), (first, length, shift) => {
      const offset = Math.max(shift, -first)
      const facets = timeFacets(first * DAY_MS, (first + length) * DAY_MS)
      const text = dayText((first + offset) * DAY_MS)
      const said = [facet('day', text), facet('month', text.slice(0, 7)), facet('year', text.slice(0, 4))]
      const hits = said.filter((one) => facets.includes(one)).length
      assert.equal(hits, Number(offset >= 0 && offset < length))
    }),
  )
})
