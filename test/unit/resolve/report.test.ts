import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { test } from 'node:test'
import { type ErrorReport, understand } from '../../../src/resolve/index.ts'

type Thrown = Error & { readonly code?: string; readonly cause?: Thrown }

const reportOf = (error: Thrown): ErrorReport => ({
  type: error.name,
  message: error.message,
  ...(error.stack === undefined ? {} : { stack: error.stack }),
  ...(error.code === undefined ? {} : { code: error.code }),
  ...(error.cause instanceof Error ? { cause: reportOf(error.cause) } : {}),
})

function caught(run: () => unknown): Thrown {
  try {
    run()
  } catch (error) {
    return error as Thrown
  }
  throw new Error('nothing was thrown')
}

const thrown: Readonly<Record<string, () => unknown>> = {
  'a type error': () => (undefined as unknown as { f(): void }).f(),
  'a missing file': () => readFileSync('/nowhere/at/all.json'),
  'a bad argument': () => connect({ port: 70_000 }),
  'a parse error': () => JSON.parse('{"a":'),
}

for (const [name, run] of Object.entries(thrown)) {
  test(`${name} is the same as a report and as it is printed`, () => {
    const error = caught(run)
    const printed = understand({ text: inspect(error) }).primary
    const told = understand({ report: reportOf(error) }).primary
    assert.ok(printed && told)
    assert.deepEqual(told.fingerprints, printed.fingerprints)
  })
}

test('the cause of a reported error is its primary, as it is of a printed one', () => {
  const cause = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:6379'), {
    code: 'ECONNREFUSED',
    syscall: 'connect',
  })
  const error = new TypeError('fetch failed', { cause })
  const printed = understand({ text: inspect(error) }).primary
  const told = understand({ report: reportOf(error as Thrown) }).primary
  assert.equal(printed?.code, 'ECONNREFUSED')
  assert.deepEqual(told?.fingerprints, printed?.fingerprints)
})

test('codes of other tools in a report are those of their text', () => {
  const told = understand({ report: { tool: 'tsc', code: 'TS2304', message: "Cannot find name 'x'." } }).primary
  const printed = understand({ text: "a.ts(1,1): error TS2304: Cannot find name 'y'." }).primary
  assert.equal(told?.template, printed?.template)
  assert.ok(
    printed?.fingerprints
      .filter((print) => !/:(?:exact|param):/.test(print))
      .every((print) => told?.fingerprints.includes(print)),
  )
})
