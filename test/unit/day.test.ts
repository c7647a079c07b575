import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { dayText } from '../../src/base/index.ts'

test('the day of a moment is the calendar’s', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (ms) =>
      assert.equal(dayText(ms), new Date(ms).toISOString().slice(0, 10)),
    ),
    { numRuns: 2_000 },
  )
})
