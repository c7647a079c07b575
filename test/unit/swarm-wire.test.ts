import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { FRAME_BYTES_MAX, nodeId } from '../../src/base/index.ts'
import { createAddressBook } from '../../src/swarm/addresses.ts'
import { judge } from '../../src/swarm/arbiter.ts'
import {
  type Frame,
  FRAME_OVERHEAD_BYTES,
  type FrameKind,
  frameKinds,
  FrameReader,
  writeFrame,
} from '../../src/swarm/frames.ts'
import { encodeHello, encodePeers, parseAddresses, parseHello, parsePeers } from '../../src/swarm/hello.ts'
import { parseJoin } from '../../src/swarm/index.ts'

const kinds = Object.keys(frameKinds) as FrameKind[]
const frames = fc.array(fc.record({ kind: fc.constantFrom(...kinds), body: fc.uint8Array({ maxLength: 300 }) }))

function encode(list: readonly Frame[]): Buffer {
  const bytes = Buffer.alloc(list.reduce((sum, { body }) => sum + body.length + FRAME_OVERHEAD_BYTES, 0))
  let at = 0
  for (const frame of list) at = writeFrame(bytes, at, frame)
  return bytes
}

test('frames survive any cutting of the stream', () => {
  fc.assert(
    fc.property(frames, fc.array(fc.integer({ min: 1, max: 40 })), (sent, cuts) => {
      const reader = new FrameReader()
      const bytes = encode(sent)
      const got: Frame[] = []
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const size = cuts[turn % Math.max(1, cuts.length)] ?? bytes.length
        got.push(...reader.read(bytes.subarray(at, at + size)))
        at += size
      }
      assert.deepEqual(
        got,
        sent.map(({ kind, body }) => ({ kind, body })),
      )
      assert.equal(reader.broken, undefined)
    }),
  )
})

test('garbage breaks the reader or passes, and never throws or grows it', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 64 })), (chunks) => {
      const reader = new FrameReader()
      for (const chunk of chunks) for (const { body } of reader.read(chunk)) assert.ok(body.length <= FRAME_BYTES_MAX)
    }),
  )
  for (const length of [0, FRAME_BYTES_MAX + 2, 0xffff_ffff]) {
    const reader = new FrameReader()
    const header = Buffer.alloc(8)
    header.writeUInt32BE(length)
    assert.deepEqual([...reader.read(header)], [])
    assert.match(reader.broken ?? '', /the limit is/)
    assert.deepEqual([...reader.read(encode([{ kind: 'alive', body: new Uint8Array(0) }]))], [])
  }
})

test('a frame of a kind this version does not know is skipped', () => {
  const bytes = encode([
    { kind: 'alive', body: Buffer.from('from the future') },
    { kind: 'data', body: Buffer.from('known') },
  ])
  bytes[4] = 200
  const read = [...new FrameReader().read(bytes)]
  assert.deepEqual(
    read.map(({ kind, body }) => [kind, Buffer.from(body).toString()]),
    [['data', 'known']],
  )
})

test('a hello is read back, and anything else is refused', () => {
  const hello = { v: 1, link: 'ab12', boot: 'cd', after: '' }
  assert.deepEqual(parseHello(encodeHello(hello)), hello)
  for (const text of [
    '',
    '{}',
    'null',
    '[]',
    '{"v":1,"link":"XY","boot":"","after":""}',
    `{"v":1${' '.repeat(2000)}}`,
  ]) {
    assert.equal(parseHello(Buffer.from(text)), undefined, text)
  }
  fc.assert(fc.property(fc.uint8Array(), (bytes) => parseHello(bytes) === undefined))
})

test('told peers are cut to what is well formed', () => {
  const id = nodeId('12D3KooWabc')
  const good = '/ip4/10.0.0.1/tcp/7801'
  assert.deepEqual(parsePeers(encodePeers([{ id, addresses: [good] }])), [{ id, addresses: [good] }])
  const odd = JSON.stringify([
    { id: '../etc' },
    7,
    { id, addresses: [good, 'http://x', 5, `/ip4/${'1'.repeat(300)}/tcp/1`] },
  ])
  assert.deepEqual(parsePeers(Buffer.from(odd)), [{ id, addresses: [good] }])
  const many = Array.from({ length: 100 }, (_, at) => ({ id: `P${at}`, addresses: [] }))
  assert.equal(parsePeers(Buffer.from(JSON.stringify(many)))?.length, 32)
  assert.equal(parsePeers(Buffer.from('{}')), undefined)
  assert.deepEqual(parseAddresses('no list'), [])
  fc.assert(fc.property(fc.json(), (json) => parsePeers(Buffer.from(json)) !== null))
})

test('of two connections the lower id decides, and a dead one gives way', () => {
  const hello = { v: 1, link: 'new', boot: 'b1', after: '' }
  const held = { link: 'old', boot: 'b1', up: true }
  assert.equal(judge(true, undefined, hello), 'accept')
  assert.equal(judge(false, undefined, hello), 'accept')
  assert.equal(judge(true, held, hello), 'refuse', 'dialled at the same moment')
  assert.equal(judge(true, { ...held, boot: undefined }, hello), 'refuse', 'our own hello is under way')
  assert.equal(judge(true, held, { ...hello, boot: 'b2' }), 'replace', 'the peer restarted')
  assert.equal(judge(true, held, { ...hello, after: 'old' }), 'replace', 'the peer lost it')
  assert.equal(judge(true, held, { ...hello, after: 'older' }), 'refuse')
  assert.equal(judge(false, held, hello), 'replace', 'the higher id follows')
})

test('join addresses are read as people write them', () => {
  const read = (text: string): unknown[] => {
    const { host, port, websocket, peer } = parseJoin(text)
    return [host, port, websocket, ...(peer === undefined ? [] : [peer])]
  }
  assert.deepEqual(read('10.0.0.13:7801'), ['10.0.0.13', 7801, false])
  assert.deepEqual(read(' host.name '), ['host.name', 7801, false])
  assert.deepEqual(read('host.name:99'), ['host.name', 99, false])
  assert.deepEqual(read('[fd00::1]:99'), ['fd00::1', 99, false])
  assert.deepEqual(read('fd00::1'), ['fd00::1', 7801, false])
  assert.deepEqual(read('/ip4/10.0.0.1/tcp/5/ws'), ['10.0.0.1', 5, true])
  assert.deepEqual(read('/dns4/host.name/tcp/5/p2p/12D3KooWabc'), ['host.name', 5, false, '12D3KooWabc'])
  for (const wrong of ['', 'a:0', 'a:70000', 'http://a', '/ip4/1.2.3.4/udp/4', 'a b', '[::1']) {
    assert.throws(() => parseJoin(wrong), { code: 'SWARM_BAD_CONFIG' }, wrong)
  }
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        parseJoin(text)
      } catch (thrown) {
        assert.equal((thrown as { code?: string }).code, 'SWARM_BAD_CONFIG')
      }
    }),
  )
})

test('addresses of several sources take turns, and a source replaces only its own', () => {
  const book = createAddressBook()
  const peer = nodeId('P')
  assert.ok(book.note('mdns', peer, ['m1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7', 'm8', 'm9']))
  assert.ok(book.note('registry', peer, ['r1', 'r2']))
  assert.ok(!book.note('registry', peer, ['r1', 'r2']), 'nothing new')
  assert.ok(book.note('beacon', peer, ['b1', 'm1']))
  assert.deepEqual(book.of(peer), ['r1', 'b1', 'm1', 'r2', 'm2', 'm3', 'm4', 'm5', 'm6'])
  assert.deepEqual(book.of(nodeId('Q')), [])
})
