import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { listenAddress } from '../../../src/config/index.ts'

test('an address, with or without a port; nothing that is this machine alone, and no names', () => {
  const good: readonly [text: string, host: string, port: number][] = [
    ['192.0.2.10', '192.0.2.10', 7743],
    ['192.0.2.10:443', '192.0.2.10', 443],
    ['0.0.0.0', '0.0.0.0', 7743],
    ['0.0.0.0:0', '0.0.0.0', 0],
    ['::', '::', 7743],
    ['2001:db8::1', '2001:db8::1', 7743],
    ['[2001:db8::1]', '2001:db8::1', 7743],
    ['[2001:db8::1]:443', '2001:db8::1', 443],
    ['[::]:443', '::', 443],
  ]
  for (const [text, host, port] of good) assert.deepEqual(listenAddress(text), { host, port }, text)
  for (const text of [
    '',
    'localhost',
    'node.example:443',
    '127.0.0.1',
    '127.1.2.3:443',
    '::1',
    '[::1]:443',
    '0:0:0:0:0:0:0:1',
    '::ffff:127.0.0.1',
    '192.0.2.10:65536',
    '192.0.2.10:',
    '192.0.2.10:x',
    '[192.0.2.10]:443',
    '192.0.2',
    '256.0.0.1',
    'http://192.0.2.10',
    '192.0.2.10/24',
    ' 192.0.2.10',
    ':7743',
    '[]:443',
  ])
    assert.equal(listenAddress(text), undefined, text)
})

test('whatever is written there, it is an answer', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), fc.webAuthority()), (text) => {
      const found = listenAddress(text)
      assert.ok(found === undefined || (found.port >= 0 && found.port <= 65_535))
    }),
  )
})
