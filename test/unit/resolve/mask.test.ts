import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { mask } from '../../../src/resolve/mask.ts'

const cases: readonly (readonly [string, string])[] = [
  ["Can't resolve './a.css' in '/srv/app'", "Can't resolve <path> in <path>"],
  [
    "Module not found: Error: Can't resolve 'left-pad' in '/srv'",
    "Module not found: Error: Can't resolve <q> in <path>",
  ],
  ['listen EADDRINUSE: address already in use :::3000', 'listen EADDRINUSE: address already in use <host>'],
  ['listen EADDRINUSE: address already in use 127.0.0.1:80', 'listen EADDRINUSE: address already in use <host>'],
  ["undefined reference to `total'", 'undefined reference to <q>'],
  ["codec 'utf-8' can't decode byte 0xff in position 0", "codec <q> can't decode byte <id> in position <n>"],
  ["invalid literal for int() with base 10: 'x'", 'invalid literal for <q>() with base 10: <q>'],
  ['No matching version found for ms@99.0.0.', 'No matching version found for <package>'],
  ['4,150,908 rows in 3.2s', '<n> rows in <n>'],
  ['request 0f8fad5b-d9cb-469f-a165-70867728950e failed', 'request <uuid> failed'],
  ['cannot open C:\\work\\a b', 'cannot open <path> b'],
  ['GET https://a.example/x?y=1 returned 404', 'GET <url> returned <n>'],
  ["A.go() missing 1 required positional argument: 'self'", "<q>() missing <n> required positional argument: 'self'"],
]

for (const [message, template] of cases)
  test(`masks ${message}`, () => assert.equal(mask(message).template, template))

test('what was taken out is kept as parameters', () => {
  assert.deepEqual(mask('connect ECONNREFUSED 127.0.0.1:5432').params, [
    { kind: 'host', value: '127.0.0.1:5432' },
    { kind: 'port', value: '5432' },
  ])
})

test('a masked message does not change when it is masked again, but for its words', () => {
  for (const [message] of cases) {
    const once = mask(message).template
    assert.equal(mask(once).template.replaceAll(/<+[a-z]+>+|'\w+'/g, ''), once.replaceAll(/<+[a-z]+>+|'\w+'/g, ''))
  }
})

test('renaming what is quoted does not change the template', () => {
  const name = fc
    .stringMatching(/^[a-zA-Z][a-zA-Z0-9_]{0,20}$/)
    .filter((name) => !/^(?:None|NoneType|null|NULL|undefined|nil|self|exports|Err|Ok|require)$/.test(name))
  fc.assert(
    fc.property(name, name, (a, b) => {
      assert.equal(
        mask(`Property '${a}' does not exist on type '${b}'.`).template,
        'Property <q> does not exist on type <q>',
      )
    }),
  )
})

test('hostile messages cost no more than their length', () => {
  for (const part of ['1.1.1...a-a-a', "'", '`', '/', 'a.', 'a@', ':', '0x', 'a/b.', '<', '::']) {
    assert.ok(mask(part.repeat(40_000)).template.length <= 40_000)
  }
})
