import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test, type TestContext } from 'node:test'
import { yamux } from '@chainsafe/libp2p-yamux'
import type { Connection, Stream } from '@libp2p/interface'
import { privateKeyFromProtobuf } from '@libp2p/crypto/keys'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { encodeNodeKey, generateNodeKey } from '../../src/swarm/index.ts'
import { encodeHello } from '../../src/swarm/hello.ts'
import { writeFrame, type FrameKind } from '../../src/swarm/frames.ts'
import { memberHandshake } from '../../src/swarm/libp2p/handshake.ts'
import { TestSwarm } from '../support/test-swarm.ts'
import { addressOf, connected, hastyTimers, type Member, member, quiet, text } from '../support/swarm.ts'

/** A member of the swarm that speaks libp2p, and otherwise what it likes. */
async function rogue(t: TestContext, home: TestSwarm, victim: Member): Promise<Connection> {
  const key = generateNodeKey()
  const node = await createLibp2p({
    transports: [tcp()],
    privateKey: privateKeyFromProtobuf(encodeNodeKey(key)),
    connectionEncrypters: [memberHandshake(home.of(key).gate, { refused() {}, inboundOver() {} })],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
  })
  t.after(() => node.stop())
  const [host, port] = (await addressOf(victim)).split(':')
  return node.dial(multiaddr(`/ip4/${host}/tcp/${port}`))
}

const frame = (kind: FrameKind, body: Uint8Array): Buffer => {
  const bytes = Buffer.alloc(body.length + 5)
  writeFrame(bytes, 0, { kind, body })
  return bytes
}
const hello = frame('hello', encodeHello({ v: 1, link: 'ab', boot: 'cd', after: '' }))
const alive = frame('alive', new Uint8Array(0))

async function lanes(connection: Connection): Promise<{ control: Stream; bulk: Stream }> {
  const [control, bulk] = await Promise.all([
    connection.newStream('/mcp-swarm/1/control'),
    connection.newStream('/mcp-swarm/1/bulk'),
  ])
  return { control, bulk }
}

const closed = (connection: Connection): Promise<void> =>
  new Promise((resolve) => {
    if (connection.status !== 'open') resolve()
    else connection.addEventListener('close', () => resolve())
  })

const impossible = Buffer.from('ffffffff00', 'hex')
const cases: readonly (readonly [string, readonly Buffer[], readonly Buffer[], RegExp])[] = [
  ['a frame over the limit', [hello, impossible], [alive], /the limit is 1048576/],
  ['an empty data frame', [hello, frame('data', new Uint8Array(0))], [alive], /an empty frame/],
  ['a second hello', [hello, hello], [alive], /a hello that cannot be read/],
  ['peers that are no list', [hello, frame('peers', text('{}'))], [alive], /peers that cannot be read/],
  ['a hello on the bulk lane', [hello], [alive, hello], /"hello" on the bulk lane/],
]

for (const [name, control, bulk, why] of cases) {
  test(`a peer that sends ${name} is disconnected with the reason, and the others stay`, async (t) => {
    const home = new TestSwarm()
    const victim = await member(t, quiet({ home, timers: hastyTimers }))
    const friend = await member(t, quiet({ home, join: [await addressOf(victim)] }))
    await connected(victim, friend)
    const connection = await rogue(t, home, victim)
    const streams = await lanes(connection)
    for (const bytes of control.slice(0, 1)) streams.control.send(bytes)
    for (const bytes of bulk.slice(0, 1)) streams.bulk.send(bytes)
    // Up without gossip: this stranger has none, and a node waits for it only so long.
    await victim.saw.until('the rogue is up', () => victim.saw.ups.length === 2)
    for (const bytes of control.slice(1)) streams.control.send(bytes)
    for (const bytes of bulk.slice(1)) streams.bulk.send(bytes)
    await victim.saw.until('the rogue is down', () => victim.saw.downs.length === 1)
    assert.match(victim.saw.downs[0]?.why ?? '', why)
    await closed(connection)
    assert.ok(victim.transport.send(friend.self, text('still here'), 'control'))
    await friend.saw.until('a word', () => friend.saw.texts().includes('still here'))
  })
}

test('a peer that speaks before its hello, or another version, never comes up', async (t) => {
  const home = new TestSwarm()
  const victim = await member(t, quiet({ home }))
  const future = frame('hello', encodeHello({ v: 9, link: 'ab', boot: 'cd', after: '' }))
  for (const first of [frame('data', text('x')), future, frame('hello', text('{}'))]) {
    const connection = await rogue(t, home, victim)
    const { control } = await lanes(connection)
    control.send(first)
    await closed(connection)
  }
  assert.deepEqual([victim.saw.ups, victim.saw.frames], [[], []])
  assert.ok(victim.saw.notes.some((note) => /speaks version 9 of the wire, this node 1/.test(note)))
})

test('bytes of something else on the port do no harm', async (t) => {
  const home = new TestSwarm()
  const victim = await member(t, quiet({ home }))
  const address = await addressOf(victim)
  const [host, port] = address.split(':')
  await Promise.all(
    ['GET / HTTP/1.1\r\n\r\n', '\0'.repeat(100_000), ''].map(
      (garbage) =>
        new Promise<void>((resolve) => {
          const socket = connect(Number(port), host, () => socket.end(garbage))
          socket.on('close', () => resolve()).on('error', () => {})
          socket.resume()
        }),
    ),
  )
  const friend = await member(t, quiet({ home, join: [address] }))
  await connected(victim, friend)
})
