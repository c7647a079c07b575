import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLater } from '../../../src/membership/version.ts'

test('a later version is one by its numbers, and what is none is not', () => {
  for (const [version, than] of [
    ['0.2.0', '0.1.9'],
    ['1.0.0', '0.99.99'],
    ['0.1.10', '0.1.9'],
    ['0.1.1-rc1', '0.1.0'],
  ] as const) {
    assert.ok(isLater(version, than), version)
    assert.ok(!isLater(than, version), than)
  }
  for (const version of ['0.1.0', '', 'x', '0.1', '99999999.0.0', '0.1.0-later'])
    assert.ok(!isLater(version, '0.1.0'), version)
})
