import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toDocument } from '../../../src/resolve/index.ts'
import { parse } from '../../../src/resolve/parse.ts'
import { itemId } from '../../../src/base/index.ts'
import { briefFixtures, fixtures } from '../../support/resolve-fixtures.ts'
import { fix, knowing, note } from '../../support/resolve-world.ts'

const inUse = (port: number, file: string): string =>
  `Error: listen EADDRINUSE: address already in use :::${port}\n    at Server.setupListenHandle (node:net:1)\n    at start (${file}:12:3) {\n  code: 'EADDRINUSE',\n  syscall: 'listen',\n  port: ${port}\n}\n`

test("B gets A's fix though paths, numbers and names differ, and hears why", () => {
  const ask = knowing({ port: fix(inUse(3000, '/home/ana/shop/a.js')) })
  const [match] = ask({
    text: inUse(8080, '/Users/mike/x/b.js')
      .split('\n')
      .map((line) => `web-1  | ${line}`)
      .join('\n'),
  })
  assert.equal(match?.item, 'port')
  assert.equal(match?.band, 'known')
  assert.ok(match?.why.includes('same message, other names'))
  assert.ok(match?.differs.includes('port 8080, known fix was for 3000'), match?.differs.join())
})

test('every fixture finds itself first, or one that prints the same, and is known', () => {
  const all = fixtures()
  const ask = knowing(Object.fromEntries(all.map(({ name, text }) => [name, fix(text)])))
  // The same error of two compilers, or on a terminal and in a pipe, is one.
  const said = new Map(all.map(({ name, text }) => [name, parse(text).occurrences[0]?.template]))
  for (const { name, text } of all) {
    const [match] = ask({ text })
    assert.equal(said.get(match?.item ?? ''), said.get(name), `${name}: ${match?.item}`)
    assert.equal(match?.band, 'known', name)
  }
})

test('where two messages are names alone, what differs is told', () => {
  const failed = (name: string): string =>
    `Traceback (most recent call last):\n  File "a.py", line 3, in load\n    x["y"]\nKeyError: '${name}'\n`
  const [match] = knowing({ key: fix(failed('name')) })({ text: failed('title') })
  assert.deepEqual(match?.differs, ['name title, known fix was for name'])
})

test('an unknown error gets nothing', () => {
  const all = briefFixtures()
  for (const { name, text, expect } of all) {
    const others = all.filter((other) => other.name !== name && other.expect['template'] !== expect['template'])
    const ask = knowing(Object.fromEntries(others.map((other) => [other.name, fix(other.text)])))
    assert.deepEqual(
      ask({ text }).map(({ item }) => item),
      [],
      name,
    )
  }
})

/** The first is known; the second reads like it and needs another fix. */
const alike: readonly (readonly [string, string])[] = [
  ['psql: ERROR:  relation "a" does not exist', 'psql: ERROR:  relation "a" already exists'],
  [
    "TypeError: f() missing 1 required positional argument: 'x'",
    "TypeError: A.f() missing 1 required positional argument: 'self'",
  ],
  [
    "a.ts(1,1): error TS2339: Property 'a' does not exist on type 'B'.",
    "a.ts(1,1): error TS2540: Cannot assign to 'a' because it is a read-only property.",
  ],
  ["x.o: undefined reference to `total'", "x.o: undefined reference to `main'"],
  [
    "Error: EACCES: permission denied, open '/etc/x'\n    at f (a.js:1:1)",
    'Error: listen EACCES: permission denied 0.0.0.0:80\n    at f (a.js:1:1)',
  ],
  [
    "Error: ENOENT: no such file or directory, open './a.json'\n    at f (a.js:1:1)",
    "Error: EEXIST: file already exists, mkdir './a'\n    at f (a.js:1:1)",
  ],
  ["AttributeError: 'NoneType' object has no attribute 'x'", "AttributeError: 'dict' object has no attribute 'x'"],
  [
    "Error: Cannot find module 'express'\n    at f (a.js:1:1)",
    "Error: Cannot find module './cart'\n    at f (a.js:1:1)",
  ],
  [
    'error[E0502]: cannot borrow `v` as mutable because it is also borrowed as immutable\n --> a.rs:1:1',
    'error[E0499]: cannot borrow `v` as mutable more than once at a time\n --> a.rs:1:1',
  ],
  [
    'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock',
  ],
  ['curl: (7) Failed to connect to localhost port 80', 'curl: (28) Operation timed out after 1000 milliseconds'],
]
for (const [known, other] of alike) {
  test(`does not take "${other.slice(0, 60)}" for its look-alike`, () => {
    assert.deepEqual(knowing({ known: fix(known) })({ text: other }), [])
  })
}

test('a document with only a code answers what prints the code', () => {
  const ask = knowing({
    E0382: note(
      { code: 'E0382', tool: 'rustc' },
      'A variable was used after its contents have been moved elsewhere.',
    ),
  })
  const [match] = ask({ text: 'error[E0382]: borrow of moved value: `x`\n --> src/main.rs:4:5\n  |\n' })
  assert.equal(match?.item, 'E0382')
  assert.ok(match?.why.includes('same error code E0382'))
})

test('a message template answers its instance', () => {
  const ask = knowing({ TS2304: note({ tool: 'tsc', message: "Cannot find name '{0}'." }, 'x') })
  assert.equal(ask({ text: "a.ts(1,1): error: Cannot find name 'prcie'." })[0]?.item, 'TS2304')
})

test('a note whose title is the error is found by it', () => {
  const ask = knowing({
    a: note({}, 'Install tzdata.', 'ZoneInfoNotFoundError: No time zone found with key Europe/Paris'),
    b: note({}, 'y', 'How we deploy'),
  })
  const [match] = ask({ text: 'ZoneInfoNotFoundError: No time zone found with key Asia/Tokyo' })
  assert.equal(match?.item, 'a')
})

test('nothing to look for is nothing found', () => {
  const ask = knowing({ a: fix(inUse(1000, 'a.js')) })
  for (const text of ['', '   \n\n', '\u001b[0m', '-----\n=====\n', '{}']) assert.deepEqual(ask({ text }), [])
})

test('documents keep the promises of the port', () => {
  const long = fix(
    `${inUse(1, 'a.js')}${'words and more_words of logText 12345\n'.repeat(300)}`.slice(0, 16_000),
    'x'.repeat(4000),
  )
  const document = toDocument(long, itemId('a'), 7)
  assert.equal(document.row, 7)
  assert.ok(document.fingerprints.length <= 64)
  assert.ok(Buffer.byteLength(document.meta) <= 8192)
  for (const print of document.fingerprints) assert.match(print, /^f2:[a-z]+:[0-9a-f]{16}$/)
})
