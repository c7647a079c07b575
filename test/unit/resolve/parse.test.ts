import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from '../../../src/resolve/parse.ts'
import { fixtures, quietFixtures } from '../../support/resolve-fixtures.ts'

for (const { name, expect, text } of fixtures()) {
  test(`reads ${name}`, () => {
    const { occurrences, count } = parse(text)
    const [primary, ...rest] = occurrences
    assert.ok(primary)
    const told: Readonly<Record<string, unknown>> = { ...primary, count, roles: rest.map(({ role }) => role) }
    const seen = Object.fromEntries(Object.keys(expect).map((key) => [key, told[key] ?? null]))
    assert.deepEqual(seen, expect)
  })
}

for (const { name, text } of quietFixtures())
  test(`finds nothing in ${name}`, () =>
    assert.deepEqual(
      parse(text).occurrences.filter(({ by }) => by !== 'whole'),
      [],
    ))

test('the primary is the cause, not what wraps it', () => {
  const { occurrences } = parse(
    'make[1]: *** [Makefile:2: all] Error 1\nerror: could not compile `a`\na.c:1:2: error: expected expression\n',
  )
  assert.equal(occurrences[0]?.message, 'expected expression')
  assert.deepEqual(
    occurrences.slice(1).map(({ role }) => role),
    ['wrapper', 'wrapper'],
  )
})

test('the first of several compiler errors is the one to fix', () => {
  const { occurrences } = parse(
    "a.ts(1,1): error TS2304: Cannot find name 'a'.\nb.ts(1,1): error TS2304: Cannot find name 'b'.\n",
  )
  assert.equal(occurrences[0]?.file, 'a.ts')
})

test('lines that report at a quiet level, and passing tests, are no errors', () => {
  for (const line of [
    '2026-01-02T03:04:05Z INFO retry failed, trying again',
    '  ✓ rejects an invalid token (3 ms)',
    'DEBUG errors=0 failed=0',
  ]) {
    const { occurrences } = parse(`${line}\nall is well\n`.repeat(10))
    assert.deepEqual(occurrences, [], line)
  }
})

test('a flood keeps the strongest occurrences and counts the rest', () => {
  const { occurrences, count } = parse(
    `${'error: again and again\n'.repeat(5000)}a.ts(1,1): error TS2304: Cannot find name 'a'.\n`,
  )
  assert.equal(occurrences[0]?.code, 'TS2304')
  assert.ok(occurrences.length <= 200)
  assert.equal(count, 5001)
})
