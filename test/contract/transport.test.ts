import assert from 'node:assert/strict'
import { type TestContext, suite, test } from 'node:test'
import { FRAME_BYTES_MAX, type NodeId } from '../../src/base/index.ts'
import { createMemoryHub, generateNodeKey, type Transport } from '../../src/swarm/index.ts'
import { createLibp2pTransport } from '../../src/swarm/libp2p/index.ts'
import { connected, type Member, quiet, scratch, text, Witness } from '../support/swarm.ts'
import { TestSwarm } from '../support/test-swarm.ts'

/** What every transport promises. `make` returns transports that will find each other. */
function transportContract(name: string, make: (t: TestContext, count: number) => Transport[]): void {
  const members = (t: TestContext, count: number): Member[] =>
    make(t, count).map((transport) => {
      t.after(() => transport.stop())
      return { transport, saw: new Witness(), self: transport.self }
    })

  async function joined(t: TestContext, count: number): Promise<Member[]> {
    const all = members(t, count)
    await Promise.all(all.map(({ transport, saw }) => transport.start(saw)))
    await Promise.all(
      all.map(({ saw, self }) => saw.until(`${self} is connected to all`, () => saw.ups.length === count - 1)),
    )
    return all
  }
  const pair = async (t: TestContext): Promise<[Member, Member]> => (await joined(t, 2)) as [Member, Member]

  suite(name, () => {
    test('both sides are told once that the other is up, and list it', async (t) => {
      const [a, b] = await pair(t)
      assert.deepEqual([a.saw.ups, b.saw.ups], [[b.self], [a.self]])
      assert.deepEqual([a.transport.peers(), b.transport.peers()], [[b.self], [a.self]])
    })

    for (const lane of ['control', 'bulk'] as const) {
      test(`frames of the ${lane} lane arrive in order, in both directions`, async (t) => {
        const [a, b] = await pair(t)
        const words = Array.from({ length: 200 }, (_, at) => `${lane} ${at}`)
        for (const word of words) {
          assert.ok(a.transport.send(b.self, text(word), lane))
          assert.ok(b.transport.send(a.self, text(word), lane))
        }
        for (const { saw } of [a, b]) await saw.until('all frames', () => saw.frames.length === words.length)
        assert.deepEqual(a.saw.texts(), words)
        assert.deepEqual(b.saw.texts(), words)
        assert.ok(a.saw.frames.every(({ peer }) => peer === b.self))
      })
    }

    test('a frame sent from within `up` arrives, and after the `up` of the other side', async (t) => {
      const [a, b] = members(t, 2) as [Member, Member]
      const order: string[] = []
      const greet = (one: Member): Witness => {
        const up = one.saw.up.bind(one.saw)
        const frame = one.saw.frame.bind(one.saw)
        one.saw.up = (peer: NodeId) => {
          order.push(`${one.self} up`)
          up(peer)
          assert.ok(one.transport.send(peer, text('hello'), 'control'))
        }
        one.saw.frame = (peer, bytes) => {
          order.push(`${one.self} frame`)
          frame(peer, bytes)
        }
        return one.saw
      }
      await Promise.all([a.transport.start(greet(a)), b.transport.start(greet(b))])
      for (const { saw } of [a, b]) await saw.until('the hello', () => saw.frames.length === 1)
      for (const { self } of [a, b]) assert.ok(order.indexOf(`${self} up`) < order.indexOf(`${self} frame`))
    })

    test('a frame of the largest size arrives whole, on both lanes', async (t) => {
      const [a, b] = await pair(t)
      const frame = Buffer.alloc(FRAME_BYTES_MAX, 7)
      assert.ok(a.transport.send(b.self, frame, 'bulk'))
      assert.ok(a.transport.send(b.self, frame, 'control'))
      await b.saw.until('two large frames', () => b.saw.frames.length === 2)
      assert.deepEqual(
        b.saw.frames.map(({ bytes }) => bytes),
        [FRAME_BYTES_MAX, FRAME_BYTES_MAX],
      )
    })

    test('a frame over the limit and an empty one are refused, and nothing breaks', async (t) => {
      const [a, b] = await pair(t)
      assert.equal(a.transport.send(b.self, Buffer.alloc(FRAME_BYTES_MAX + 1), 'bulk'), false)
      assert.equal(a.transport.send(b.self, new Uint8Array(0), 'control'), false)
      assert.ok(a.transport.send(b.self, text('after'), 'control'))
      await b.saw.until('the frame after', () => b.saw.frames.length === 1)
      assert.deepEqual(b.saw.downs, [])
    })

    test('what is sent to a stranger, before the start or after the stop is dropped', async (t) => {
      const [idle] = members(t, 1) as [Member]
      assert.equal(idle.transport.send('Nobody' as NodeId, text('x'), 'control'), false)
      idle.transport.publish(text('x'))
      const [a, b] = await pair(t)
      assert.equal(a.transport.send('Nobody' as NodeId, text('x'), 'control'), false)
      await a.transport.stop()
      assert.equal(a.transport.send(b.self, text('x'), 'control'), false)
      a.transport.publish(text('x'))
      assert.deepEqual(a.transport.peers(), [])
    })

    test('a flood ends in refusals, and what was accepted arrives', async (t) => {
      const [a, b] = await pair(t)
      const frame = Buffer.alloc(100_000, 1)
      let accepted = 0
      while (a.transport.send(b.self, frame, 'bulk') && accepted < 10_000) accepted++
      assert.ok(accepted > 10 && accepted < 10_000, `${accepted} accepted`)
      await b.saw.until('all accepted', () => b.saw.frames.length === accepted)
      assert.ok(a.transport.send(b.self, frame, 'bulk'))
    })

    test('what is published reaches every other node once, with its author', async (t) => {
      const all = await joined(t, 4)
      for (const { transport, self } of all) transport.publish(text(`from ${self}`))
      for (const { saw, self } of all) {
        await saw.until('the words of the others', () => saw.frames.length >= 3)
        const others = all.map((one) => one.self).filter((id) => id !== self)
        assert.deepEqual(saw.texts().toSorted(), others.map((id) => `from ${id}`).toSorted())
        assert.ok(saw.frames.every(({ peer, text }) => text === `from ${peer}`))
      }
    })

    test('when a node stops the other is told once, with a sentence, and the one that stopped nothing', async (t) => {
      const [a, b] = await pair(t)
      await a.transport.stop()
      await a.transport.stop()
      await b.saw.until('the loss', () => b.saw.downs.length > 0)
      assert.deepEqual(b.saw.downs, [{ peer: a.self, why: 'the peer stopped' }])
      assert.deepEqual(b.transport.peers(), [])
      assert.equal(b.transport.send(a.self, text('x'), 'control'), false)
      await b.transport.stop()
      assert.deepEqual([a.saw.downs, b.saw.downs.length], [[], 1])
    })

    test('a stop before or during the start is harmless', async (t) => {
      const [a, b] = members(t, 2) as [Member, Member]
      await a.transport.stop()
      const starting = b.transport.start(b.saw)
      await b.transport.stop()
      await starting
      assert.deepEqual(b.transport.peers(), [])
    })

    test('the report names the listeners and the peers', async (t) => {
      const [a, b] = await pair(t)
      const report = await a.transport.report()
      assert.ok(report.listening.length > 0)
      assert.ok(report.discovery.some(({ found, ok }) => ok && found === 1))
      assert.deepEqual(
        report.peers.map(({ id, connected }) => [id, connected]),
        [[b.self, true]],
      )
    })
  })
}

transportContract('memory', (_t, count) => {
  const hub = createMemoryHub()
  return Array.from({ length: count }, () => hub.transport(generateNodeKey().self))
})

transportContract('libp2p', (_t, count) => {
  const registryDir = scratch()
  const home = new TestSwarm()
  return Array.from({ length: count }, () => createLibp2pTransport(quiet({ home, registryDir })))
})

test('two members of the support module see each other', async (t) => {
  const hub = createMemoryHub()
  const all = ['A', 'B'].map((id) => {
    const transport = hub.transport(id as NodeId)
    t.after(() => transport.stop())
    return { transport, saw: new Witness(), self: transport.self }
  }) as [Member, Member]
  await Promise.all(all.map(({ transport, saw }) => transport.start(saw)))
  await connected(...all)
})
