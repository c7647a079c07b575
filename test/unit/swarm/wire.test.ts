import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { nodeId, originId } from '../../../src/base/index.ts'
import { decode, encode, laneOf, type Message } from '../../../src/swarm/index.ts'
import { draft } from '../../support/replica.ts'

const origin = originId(nodeId('a'), '0a0b0c0d')
const revision = { v: 1, ...draft('x'), origin, seq: 1, hlc: 5, priority: 50, sig: 'sig' } as const
const news = { about: nodeId('b'), health: 'suspect', incarnation: 3, by: nodeId('c') } as const
const messages: readonly Message[] = [
  { kind: 'hello', name: 'a', role: 'auto', version: '1', since: 1, incarnation: 1, reply: false },
  { kind: 'probe', seq: 1, digest: 'd', items: 0, news: [] },
  { kind: 'ack', seq: 1, digest: 'd', items: 0, news: [news], wall: 1 },
  { kind: 'reach', seq: 1, target: nodeId('b') },
  { kind: 'reached', seq: 1, answered: false },
  { kind: 'rumour', news: [news] },
  { kind: 'goodbye' },
  {
    kind: 'heads',
    have: [
      [
        origin,
        [
          [1, 4],
          [6, 6],
        ],
      ],
    ],
    reply: true,
  },
  { kind: 'pull', id: 1, origin, from: 1, to: 9 },
  { kind: 'page', id: 1, revisions: [revision] },
  { kind: 'announce', origin, last: 4, revisions: [revision] },
]

test('every message comes back as it was sent', () => {
  for (const message of messages) assert.deepEqual(decode(encode(message)), { ok: true, value: message })
})

test('only pages take the bulk lane', () => {
  assert.deepEqual(
    messages.filter((message) => laneOf(message) === 'bulk').map(({ kind }) => kind),
    ['page'],
  )
})

test('any bytes are refused, never thrown at the caller', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => assert.equal(decode(bytes).ok, false)))
})

test('any JSON in the envelope is refused, unless it is a message', () => {
  const frame = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify({ v: 1, m: value }))
  fc.assert(
    fc.property(fc.jsonValue(), (value) => assert.equal(decode(frame(value)).ok, false)),
    { numRuns: 500 },
  )
})

test("a message with one field of another type is refused with the field's name", () => {
  for (const message of messages)
    for (const key of Object.keys(message)) {
      const broken = { ...message, [key]: { not: 'this' } }
      const result = decode(encode(broken))
      assert.equal(result.ok, false, `${message.kind}.${key}`)
    }
  const result = decode(
    encode({ ...messages.find(({ kind }) => kind === 'pull'), from: 'one' } as unknown as Message),
  )
  assert.match(result.ok ? '' : result.error.message, /wrong from/)
})

test('what a later version adds to a message is left out, and what it alone says is named', () => {
  for (const message of messages) {
    const more = decode(encode({ ...message, extra: { of: 'later' } } as unknown as Message))
    assert.deepEqual(more.ok && more.value, message)
  }
  const later = decode(encode({ kind: 'of-later', x: 1 } as unknown as Message))
  assert.deepEqual(later.ok && later.value, { kind: 'unknown', name: 'of-later' })
})

test('another version of the wire is named', () => {
  const frame = new TextEncoder().encode(JSON.stringify({ v: 2, m: messages[2] }))
  const result = decode(frame)
  assert.match(result.ok ? '' : result.error.message, /wire version 2, this node speaks 1/)
})
