import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { utf8Length } from '../../src/base/index.ts'

test('bytes are counted as an encoder makes them, of any text, half pairs too', () => {
  const encoder = new TextEncoder()
  const text = fc.string({
    unit: fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 2 }),
      fc.constantFrom('\ud800', '\udc00', '𝒳', 'é', '漢', 'a'),
    ),
    maxLength: 40,
  })
  fc.assert(
    fc.property(text, (one) => assert.equal(utf8Length(one), encoder.encode(one).length)),
    { numRuns: 2_000 },
  )
})
