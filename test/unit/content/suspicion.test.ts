import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { seededRandom } from '../../../src/base/index.ts'
import { redact, suspicionsIn } from '../../../src/content/index.ts'
import { INJECTIONS, NEAR } from '../../support/injections.ts'
import { plant } from '../../support/planted.ts'
import { fixtures, sharedSet, skipWithout } from '../../support/resolve-fixtures.ts'

test('there are many of them', () => assert.ok(INJECTIONS.length >= 60 && NEAR.length + fixtures().length >= 80))
for (const [at, text] of INJECTIONS.entries())
  test(`suspects ${at}: ${JSON.stringify(text).slice(0, 60)}`, () => assert.notDeepEqual(suspicionsIn([text]), []))

for (const text of NEAR) test(`lets pass: ${text}`, () => assert.deepEqual(suspicionsIn([text]), []))

test('inside a long harmless text it is found as well', () => {
  const before = fc.constantFrom(...NEAR)
  fc.assert(
    fc.property(before, fc.constantFrom(...INJECTIONS), before, (head, bad, tail) => {
      assert.notDeepEqual(suspicionsIn([`${head}\n${bad}\n${tail}`]), [])
    }),
  )
})

const SETS = {
  'd1_rustc_queries.dev.jsonl': ['raw'],
  'd1b_clippy_queries.dev.jsonl': ['raw'],
  'd2_ts_queries.dev.jsonl': ['raw'],
  'd4_errors.dev.jsonl': ['raw', 'fix'],
  'd4_negatives.dev.jsonl': ['raw'],
  'd6_thefuck.dev.jsonl': ['output', 'command'],
} as const
const sets = Object.entries(SETS).map(([file, fields]) => [sharedSet(file), fields] as const)

test('of real errors and their fixes at most 1 of 100 is suspected', skipWithout(sets[0]?.[0]), () => {
  const texts = sets.flatMap(([records, fields]) =>
    (records ?? []).flatMap((record) => fields.map((field) => record[field] ?? '')),
  )
  const suspected = texts.filter((text) => suspicionsIn([text]).length > 0)
  assert.ok(texts.length > 2000, `${texts.length}`)
  assert.ok(suspected.length <= texts.length * 0.01, `${suspected.length}: ${suspected.slice(0, 3).join('\n---\n')}`)
})

test('no error of this repository is suspected', () => {
  assert.deepEqual(
    fixtures().filter(({ text }) => suspicionsIn([text]).length > 0),
    [],
  )
})

test('any text at all is read', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => void suspicionsIn([text])))
  assert.deepEqual(suspicionsIn([]), [])
})

test('what redaction leaves of a secret is not suspicious', () => {
  const left = plant(seededRandom(3), 1).map(({ text }) => redact(text).text)
  assert.deepEqual(
    left.filter((text) => suspicionsIn([text]).length > 0),
    [],
  )
})
