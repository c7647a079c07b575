import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test, type TestContext } from 'node:test'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { privateKeyFromProtobuf } from '@libp2p/crypto/keys'
import type { ConnectionEncrypter } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { type Kept, proveTicket } from '../../src/admission/index.ts'
import { createIdentity, encodeNodeKey, generateNodeKey, type NodeKey } from '../../src/swarm/index.ts'
import { HANDSHAKE_PROTOCOL, memberHandshake } from '../../src/swarm/libp2p/handshake.ts'
import { knock } from '../../src/swarm/libp2p/index.ts'
import { addressOf, connected, type Member, member, quiet } from '../support/swarm.ts'
import { TestSwarm } from '../support/test-swarm.ts'

/* What stands at the port of a member, tried from outside over real sockets: every refusal of `docs/security.md`. */

type Encrypter = (components: Parameters<ReturnType<typeof noise>>[0]) => ConnectionEncrypter

/** Dials the member as `key` with a handshake of one's own. Resolves with the protocols of it that answered. */
async function dial(t: TestContext, victim: Member, key: NodeKey, encrypter: Encrypter): Promise<readonly string[]> {
  const node = await createLibp2p({
    privateKey: privateKeyFromProtobuf(encodeNodeKey(key)),
    transports: [tcp()],
    connectionEncrypters: [encrypter],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
  })
  t.after(() => node.stop())
  const [host, port] = (await addressOf(victim)).split(':')
  const connection = await node.dial(multiaddr(`/ip4/${host}/tcp/${port}`), { signal: AbortSignal.timeout(10_000) })
  const protocols = [
    '/mcp-swarm/1/control',
    '/mcp-swarm/1/bulk',
    '/mcp-swarm/id/1.0.0',
    '/mcp-swarm/id/push/1.0.0',
    '/mcp-swarm/ping/1.0.0',
    '/meshsub/1.2.0',
    '/ipfs/id/1.0.0',
    '/ipfs/kad/1.0.0',
  ]
  const tried = await Promise.allSettled(
    protocols.map(async (protocol) => {
      const stream = await connection.newStream(protocol, { signal: AbortSignal.timeout(3_000) })
      stream.abort(new Error('enough'))
    }),
  )
  return protocols.filter((_, at) => tried[at]?.status === 'fulfilled')
}

/** As a member with this certificate would come. */
const showing = (home: TestSwarm, key: NodeKey, kept: Kept, over: object = {}): Encrypter => {
  const { gate } = home.of(key, home.admission(key, { kept }))
  return memberHandshake({ ...gate, judge: () => null, ...over }, { refused() {}, inboundOver() {} })
}

async function refusal(t: TestContext, encrypter: (home: TestSwarm, key: NodeKey) => Encrypter): Promise<string> {
  const home = new TestSwarm()
  const victim = await member(t, quiet({ home }))
  const key = generateNodeKey()
  await assert.rejects(dial(t, victim, key, encrypter(home, key)))
  await victim.saw.until('the refusal is in the log', () =>
    victim.saw.notes.some((note) => / was refused: /.test(note)),
  )
  assert.deepEqual([victim.saw.ups, victim.saw.frames, victim.transport.peers()], [[], [], []])
  return victim.saw.notes.find((note) => / was refused: /.test(note)) ?? ''
}

test('a member with its certificate gets in by the same way (so that the refusals below mean something)', async (t) => {
  const home = new TestSwarm()
  const victim = await member(t, quiet({ home }))
  const key = generateNodeKey()
  const answered = await dial(t, victim, key, showing(home, key, home.kept(key)))
  assert.ok(answered.includes('/mcp-swarm/1/control') && answered.includes('/mcp-swarm/id/1.0.0'), answered.join())
})

test('a stranger without a certificate learns nothing but the join protocol', async (t) => {
  const home = new TestSwarm()
  const victim = await member(t, quiet({ home }))
  // libp2p as the whole world speaks it: there is nothing in common.
  await assert.rejects(dial(t, victim, generateNodeKey(), noise()))
  // Our handshake, and nothing to show: neither a protocol nor a certificate of the member.
  const seen: string[] = []
  const curious: Encrypter = memberHandshake(
    {
      shown: () => '{}',
      judge(_peer, shown) {
        seen.push(shown)
        return null
      },
      knock: () => Promise.reject(new Error('no')),
    },
    { refused() {}, inboundOver() {} },
  )
  await assert.rejects(dial(t, victim, generateNodeKey(), curious))
  assert.deepEqual(seen, [], 'it was shown nothing')
  // What it may do: ask, and hear that somebody has to approve it.
  const request = JSON.stringify({ v: 1, swarm: null, of: null, name: 'x', role: 'auto', version: '1', ticket: null })
  const asked = await knock(generateNodeKey(), await addressOf(victim), request)
  assert.ok(asked.ok)
  const { is, swarm, why, ...more } = JSON.parse(asked.answer) as Record<string, unknown>
  assert.deepEqual([is, swarm, why, more], ['pending', home.root.self, 'somebody has to approve it', {}])
})

test('a scan of the port finds one protocol, and plain text gets no answer', async (t) => {
  const victim = await member(t, quiet({}))
  const [host, port] = (await addressOf(victim)).split(':')
  const ask = (bytes: string): Promise<string> =>
    new Promise((resolve) => {
      let answer = ''
      const socket = connect(Number(port), host, () => socket.write(bytes))
      socket.on('data', (chunk) => (answer += chunk.toString('latin1')))
      socket.on('close', () => resolve(answer)).on('error', () => {})
      socket.setTimeout(1_500, () => socket.destroy())
    })
  const framed = (text: string): string => String.fromCharCode(text.length + 1) + text + '\n'
  const hello = framed('/multistream/1.0.0')
  const offered = [
    '/noise',
    '/tls/1.0.0',
    '/plaintext/2.0.0',
    '/secio/1.0.0',
    '/yamux/1.0.0',
    '/ipfs/id/1.0.0',
    'ls',
    HANDSHAKE_PROTOCOL,
  ]
  const answers = await Promise.all(offered.map((protocol) => ask(hello + framed(protocol))))
  const taken = offered.filter((protocol, at) => answers[at]?.replace(hello, '').includes(protocol))
  assert.deepEqual(taken, [HANDSHAKE_PROTOCOL])
  for (const bytes of [
    'GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n',
    '{"v":1,"m":{"kind":"probe"}}\n',
    '\x16\x03\x01\x02\x00',
  ])
    assert.equal((await ask(bytes)).replace(hello, ''), '', JSON.stringify(bytes))
})

test('a stolen expired certificate is refused', async (t) => {
  const why = await refusal(t, (home, key) => showing(home, key, home.kept(key, { lifeMs: -1 })))
  assert.match(why, /its certificate expired on /)
})

test("a stolen certificate is of no use without its node's key", async (t) => {
  const why = await refusal(t, (home, key) => {
    const stolen = home.admission(generateNodeKey()).shown
    return showing(home, key, home.kept(key), { shown: () => stolen })
  })
  assert.match(why, /its certificate is of another node/)
})

test('a certificate of another swarm is refused', async (t) => {
  const other = new TestSwarm()
  const why = await refusal(t, (_home, key) => showing(other, key, other.kept(key)))
  assert.match(why, /its certificate is of another swarm/)
})

test('a certificate that somebody made for himself is refused', async (t) => {
  const other = new TestSwarm()
  const why = await refusal(t, (home, key) => {
    const { certificate } = other.kept(key)
    const shown = JSON.stringify({ v: 1, certificate: { ...certificate, swarm: home.root.self }, successions: [] })
    return showing(home, key, home.kept(key), { shown: () => shown })
  })
  assert.match(why, /a key that this swarm does not have/)
})

test('a downgraded version of the handshake is refused', async (t) => {
  const why = await refusal(t, (home, key) => {
    const { certificate } = home.kept(key)
    return showing(home, key, home.kept(key), { shown: () => JSON.stringify({ v: 0, certificate }) })
  })
  assert.match(why, /shows version 0 of membership, this node knows 1/)
})

test('a revoked member is cut off while it is connected, and never gets back', async (t) => {
  const home = new TestSwarm()
  const [keyA, keyB] = [generateNodeKey(), generateNodeKey()]
  const admission = home.admission(keyA, { root: createIdentity(home.root) })
  const a = await member(t, { ...quiet({ home, key: keyA }), ...home.of(keyA, admission) })
  const b = await member(t, quiet({ home, key: keyB, join: [await addressOf(a)] }))
  await connected(a, b)
  admission.up(keyB.self)
  for (const effect of admission.revoke(keyB.self, false, 'owner').effects)
    if (effect.do === 'cut') a.transport.disconnect(effect.peer, effect.why)
  await b.saw.until('it is cut off', () => b.saw.downs.length === 1)
  assert.match(b.saw.downs[0]?.why ?? '', /it was revoked on /)
  await a.saw.until('it came again', () => a.saw.notes.some((note) => /was refused: it was revoked on /.test(note)))
  assert.deepEqual(a.transport.peers(), [])
})

test('a join that was overheard is of no use to anybody else', async (t) => {
  const home = new TestSwarm()
  const [keyA, beta, thief, ticketKey] = [generateNodeKey(), generateNodeKey(), generateNodeKey(), generateNodeKey()]
  const admission = home.admission(keyA, { root: createIdentity(home.root) })
  const a = await member(t, { ...quiet({ home, key: keyA }), ...home.of(keyA, admission) })
  const { result } = admission.ticket(ticketKey.self, { roles: ['worker'], ttlMs: 60_000, uses: 0, actor: 'owner' })
  assert.ok(result.ok)
  const ticket = { ticket: result.value, proof: proveTicket(result.value, beta.self, createIdentity(ticketKey)) }
  const request = JSON.stringify({ v: 1, swarm: null, of: null, name: 'beta', role: 'worker', version: '1', ticket })
  const asked = async (who: NodeKey): Promise<string> => {
    const knocked = await knock(who, await addressOf(a), request)
    assert.ok(knocked.ok)
    return knocked.answer
  }
  assert.match(await asked(thief), /"refused","why":"the token was made for another node"/)
  assert.match(await asked(beta), /"is":"admitted"/)
})

test('two swarms on one network stay apart, and see each other only as strangers', async (t) => {
  const port = 20_000 + (process.pid % 10_000)
  const [one, other] = [new TestSwarm(), new TestSwarm()]
  const near = { beacon: true, beaconPort: port }
  const nodes = [
    await member(t, quiet({ home: one, ...near })),
    await member(t, quiet({ home: one, ...near })),
    await member(t, quiet({ home: other, ...near })),
    await member(t, quiet({ home: other, ...near })),
  ] as const
  await Promise.all([connected(nodes[0], nodes[1]), connected(nodes[2], nodes[3])])
  await nodes[0].saw.until('a stranger', () =>
    nodes[0].saw.notes.some((note) => /another swarm is on this network/.test(note)),
  )
  assert.deepEqual(
    nodes.map(({ transport }) => transport.peers().length),
    [1, 1, 1, 1],
  )
})

test('strangers that flood the port do not keep members out', async (t) => {
  const home = new TestSwarm()
  const victim = await member(t, quiet({ home }))
  const address = await addressOf(victim)
  const [host, port] = address.split(':')
  let open = true
  let attempts = 0
  // Silent connections that hold their place, from four addresses; each is made again when it ends.
  const hold = (): void => {
    if (!open) return
    attempts += 1
    const socket = connect({ port: Number(port), host: host ?? '', localAddress: `127.0.0.${10 + (attempts % 4)}` })
    sockets.add(socket)
    socket
      .on('error', () => {})
      .on('close', () => {
        sockets.delete(socket)
        setTimeout(hold, 20)
      })
  }
  const sockets = new Set<ReturnType<typeof connect>>()
  for (let count = 0; count < 700; count++) hold()
  t.after(() => {
    open = false
    for (const socket of sockets) socket.destroy()
  })
  const friend = await member(t, quiet({ home, join: [address] }))
  await connected(victim, friend)
  assert.ok(attempts > 700, 'the flood went on')
  assert.ok(victim.transport.send(friend.self, Buffer.from('hello'), 'control'))
})
