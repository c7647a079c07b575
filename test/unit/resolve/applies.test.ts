import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isInRange, isVersion } from '../../../src/resolve/index.ts'

test('ranges as package managers write them', () => {
  const rows: readonly (readonly [version: string, range: string, holds: boolean])[] = [
    ['5.7', '^5.4', true],
    ['6.0.0', '^5.4', false],
    ['0.2.9', '^0.2.3', true],
    ['0.3.0', '^0.2.3', false],
    ['0.0.4', '^0.0.3', false],
    ['5.7', '>=5.7 <6', true],
    ['6.0.0', '>=5.7 <6', false],
    ['5.7', '>= 5.6', true],
    ['5.7.0', '>5.7', false],
    ['5.8.0', '>5.7', true],
    ['5.7.9', '<=5.7', true],
    ['5.8.0', '<=5.7', false],
    ['5.7.3', '5.7', true],
    ['5.7.3', '=5.7.3', true],
    ['5.7.4', '5.7.3', false],
    ['5.7', '5.x', true],
    ['5.7', '*', true],
    ['5.7', '', true],
    ['1.4.9', '1.2 - 1.4', true],
    ['1.5', '1.2 - 1.4', false],
    ['19.1', '18 || >=20', false],
    ['v20.1', '18 || >=20', true],
    ['5.7.1', '~5.7.0', true],
    ['5.8', '~5.7', false],
    ['5.0.0-rc.1', '>=5.0.0', false],
    ['5.0.0-rc.1', '<5.0.0', true],
    ['5.7', 'the newest ones', false],
    ['5.7', '>=5.7 and later', false],
    ['no version', '*', false],
    ['5.7', '9'.repeat(300), false],
  ]
  for (const [version, range, holds] of rows) assert.equal(isInRange(version, range), holds, `${version} in ${range}`)
})

test('a version is numbers, not a range', () => {
  for (const text of ['5', '5.7', 'v24.1.0', '5.0.0-rc.1']) assert.ok(isVersion(text), text)
  for (const text of ['', 'x', '5.x', '*', '^5', '5.7.1.2', 'latest']) assert.ok(!isVersion(text), text)
})
