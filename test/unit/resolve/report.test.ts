import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { test } from 'node:test'
import * as fc from 'fast-check'
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

test('a chain of causes is the same as a report and as it is printed', () => {
  const message = fc.stringMatching(/^[a-z]{3,9}(?: [a-z]{3,9}){1,4}$/)
  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 4 }), (messages) => {
      let error: Thrown | undefined
      for (const text of messages.toReversed())
        error = new Error(text, error === undefined ? {} : { cause: error }) as Thrown
      assert.ok(error)
      const printed = understand({ text: inspect(error, { depth: 9 }) }).primary
      const told = understand({ report: reportOf(error) }).primary
      assert.equal(told?.template, printed?.template)
      assert.deepEqual(templates(told), templates(printed))
    }),
    { numRuns: 40 },
  )
})

const templates = (one: { readonly fingerprints: readonly string[] } | null | undefined): string[] =>
  (one?.fingerprints ?? []).filter((print) => /:(?:template|message|code):/.test(print))

/** Fields as a program of that language would hand them over, and what its runtime prints of the same. */
const runtimes: readonly (readonly [name: string, report: ErrorReport, printed: string])[] = [
  [
    'Java',
    { language: 'java', type: 'java.lang.IllegalStateException', message: 'no price for tea' },
    'Exception in thread "main" java.lang.IllegalStateException: no price for tea\n\tat shop.Cart.total(Cart.java:12)\n',
  ],
  [
    'Python',
    { language: 'python', type: 'builtins.ValueError', message: "invalid literal for int() with base 10: 'tea'" },
    'Traceback (most recent call last):\n  File "/srv/shop/cart.py", line 3, in <module>\n    int("milk")\nValueError: invalid literal for int() with base 10: \'milk\'\n',
  ],
  [
    'Ruby',
    { language: 'ruby', type: 'NoMethodError', message: "undefined method 'items' for nil" },
    "cart.rb:2:in `total': undefined method `items' for nil:NilClass (NoMethodError)\n\tfrom cart.rb:4:in `<main>'\n",
  ],
  [
    'PHP',
    { language: 'php', type: 'Error', message: 'Cannot modify readonly property Cart::$total' },
    'PHP Fatal error:  Uncaught Error: Cannot modify readonly property Basket::$n in /srv/shop/app.php:2\nStack trace:\n#0 {main}\n  thrown in /srv/shop/app.php on line 2\n',
  ],
  [
    'gcc',
    { tool: 'gcc', message: '‘price’ undeclared (first use in this function)' },
    "cart.c:1:26: error: use of undeclared identifier 'total'\nint f(void) { return total; }\n                     ^\n1 error generated.\n",
  ],
]
for (const [name, report, printed] of runtimes)
  test(`what ${name} prints is what it tells`, () => {
    const seen = templates(understand({ text: printed }).primary)
    assert.ok(seen.length > 0)
    assert.deepEqual(templates(understand({ report }).primary), seen)
  })
