import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { generateNodeKey } from '../../src/swarm/index.ts'
import { createLibp2pTransport } from '../../src/swarm/libp2p/index.ts'
import { addressOf, connected, member, quiet, scratch, text, Witness } from '../support/swarm.ts'
import { TestSwarm } from '../support/test-swarm.ts'

test('16 nodes on one address: all connected once, and every word reaches everyone', async (t) => {
  const registryDir = scratch()
  const home = new TestSwarm()
  const all = await Promise.all(Array.from({ length: 16 }, () => member(t, quiet({ home, registryDir }))))
  for (const { saw, self } of all) await saw.until(`${self} has 15 peers`, () => saw.ups.length >= 15)
  for (const { transport, self } of all) for (let at = 0; at < 3; at++) transport.publish(text(`${self} ${at}`))
  for (const { saw, self } of all) {
    await saw.until(`${self} has 45 words`, () => saw.frames.length >= 45)
    assert.equal(new Set(saw.texts()).size, 45)
    assert.deepEqual(saw.downs, [])
    assert.equal(saw.ups.length, 15)
  }
})

test('a node with another key gets no connection, and is told why as far as that can be known', async (t) => {
  const registryDir = scratch()
  const inside = await member(t, quiet({ registryDir }))
  const outside = await member(t, quiet({ registryDir, join: [await addressOf(inside)] }))
  const outcome = async (): Promise<string> => {
    const { discovery } = await outside.transport.report()
    return discovery.find(({ source }) => source === 'join')?.tried?.[0]?.outcome ?? ''
  }
  await outside.saw.until('a failed dial', () => outside.saw.notes.some((note) => note.startsWith('warn join')))
  assert.match(await outcome(), /not with the key of this swarm|closed the connection|no answer in time/)
  assert.deepEqual([inside.saw.ups, outside.saw.ups], [[], []])
  const { discovery } = await outside.transport.report()
  assert.match(discovery.find(({ source }) => source === 'registry')?.detail ?? '', /1 of another swarm/)
})

test('a node that restarts with its identity is connected again, by either side', async (t) => {
  const home = new TestSwarm()
  const steady = await member(t, quiet({ home }))
  const key = generateNodeKey()
  const address = await addressOf(steady)
  const first = await member(t, quiet({ home, key, join: [address] }))
  await connected(steady, first)
  const { transport } = first
  const port = Number((await addressOf(first)).split(':')[1])
  await transport.stop()
  await steady.saw.until('the loss', () => steady.saw.downs.length === 1)
  // It comes back where it was, and does not know anyone: the other side has to dial.
  const second = await member(t, quiet({ home, key, port }))
  await connected(steady, second)
  assert.deepEqual(steady.saw.ups, [first.self, first.self])
})

test('the peer store of an earlier run is enough to find the others again', async (t) => {
  const directory = scratch()
  const home = new TestSwarm()
  const one = await member(t, quiet({ home }))
  const key = generateNodeKey()
  const options = { home, key, peerStoreDir: join(directory, 'peers') }
  const before = await member(t, quiet({ ...options, join: [await addressOf(one)] }))
  await connected(one, before)
  await before.transport.stop()
  // On another port, so that only its own memory can bring the two together.
  const after = await member(t, quiet(options))
  await connected(one, after)
  const { discovery } = await after.transport.report()
  assert.equal(discovery.find(({ source }) => source === 'peer store')?.found, 1)
})

test('a second process with the same peer store is refused', async (t) => {
  const peerStoreDir = join(scratch(), 'peers')
  await member(t, quiet({ peerStoreDir }))
  const second = createLibp2pTransport(quiet({ peerStoreDir }))
  await assert.rejects(second.start(new Witness()), { code: 'SWARM_ALREADY_RUNNING' })
})

test('of two nodes that join each other at the same moment one connection remains', async (t) => {
  for (let round = 0; round < 3; round++) {
    const home = new TestSwarm()
    const ports = await Promise.all([freePort(), freePort()])
    const [a, b] = await Promise.all(
      ports.map((port, at) =>
        member(t, quiet({ home, port, portFixed: true, join: [`127.0.0.1:${ports[1 - at]}`] })),
      ),
    )
    assert.ok(a !== undefined && b !== undefined)
    await connected(a, b)
    a.transport.send(b.self, text('x'), 'control')
    b.transport.send(a.self, text('x'), 'control')
    for (const { saw } of [a, b]) {
      await saw.until('a word', () => saw.frames.length === 1)
      assert.deepEqual([saw.ups.length, saw.downs.length], [1, 0])
    }
    await Promise.all([a.transport.stop(), b.transport.stop()])
  }
})

test('nodes that know only one other are told of the rest by it', async (t) => {
  const home = new TestSwarm()
  const hub = await member(t, quiet({ home }))
  const join = [await addressOf(hub)]
  const all = [hub, ...(await Promise.all([1, 2, 3].map(() => member(t, quiet({ home, join })))))]
  for (const { saw, self } of all) await saw.until(`${self} has 3 peers`, () => saw.ups.length >= 3)
})

test('nodes that start at the same moment and prefer the same port all listen', async (t) => {
  const registryDir = scratch()
  const [home, port] = [new TestSwarm(), await freePort()]
  const options = { home, registryDir, port, hosts: ['0.0.0.0', '::'] }
  const all = await Promise.all([1, 2, 3, 4].map(() => member(t, quiet(options))))
  assert.equal(new Set(await Promise.all(all.map(addressOf))).size, 4)
  for (const { saw, self } of all) await saw.until(`${self} has 3 peers`, () => saw.ups.length >= 3)
})

test('over WebSockets, where TCP alone is not let through', async (t) => {
  const home = new TestSwarm()
  const websocketPort = await freePort()
  const one = await member(t, quiet({ home, websocketPort }))
  const other = await member(t, quiet({ home, join: [`/ip4/127.0.0.1/tcp/${websocketPort}/ws`] }))
  await connected(one, other)
  const big = Buffer.alloc(1024 * 1024, 1)
  assert.ok(other.transport.send(one.self, big, 'bulk'))
  await one.saw.until('a large frame', () => one.saw.frames.length === 1)
})

test('join addresses: a name works, the own address is recognised, a dead one is explained', async (t) => {
  const home = new TestSwarm()
  const port = await freePort()
  const dead = await freePort()
  const one = await member(t, quiet({ home }))
  const [, onePort] = (await addressOf(one)).split(':')
  const join = [`localhost:${onePort}`, `127.0.0.1:${port}`, `127.0.0.1:${dead}`, 'no.such.host.invalid:1']
  const other = await member(t, quiet({ home, port, portFixed: true, join }))
  await connected(one, other)
  await other.saw.until('four outcomes', () => other.saw.notes.filter((note) => / join /.test(note)).length >= 4)
  const { discovery } = await other.transport.report()
  const tried = discovery.find(({ source }) => source === 'join')?.tried ?? []
  assert.deepEqual(
    tried.map(({ outcome }) => outcome),
    [
      `connected to ${one.self}`,
      'this is the address of this node',
      'nobody listens there (connection refused)',
      'the name cannot be resolved',
    ],
  )
})

test('a busy port: an error when it was asked for, another one when it was not', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  t.after(() => server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  const fixed = createLibp2pTransport(quiet({ port, portFixed: true }))
  await assert.rejects(fixed.start(new Witness()), { code: 'SWARM_PORT_IN_USE' })
  await fixed.stop()
  const websocket = createLibp2pTransport(quiet({ websocketPort: port }))
  await assert.rejects(websocket.start(new Witness()), { code: 'SWARM_PORT_IN_USE' })
  const free = await member(t, quiet({ port }))
  assert.notEqual(await addressOf(free), `127.0.0.1:${port}`)
  assert.ok(free.saw.notes.some((note) => note.includes(`port ${port} is in use`)))
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
