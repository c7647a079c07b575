import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { test, type TestContext } from 'node:test'
import type { StatusFacts } from '../../../src/gateway/views.ts'
import { type Bench, type BenchOptions, gatewayBench, keyId } from '../../support/gateway.ts'
import { openLive, streamLive } from '../../support/live-client.ts'

const MEMBER = {
  id: 'b',
  name: 'beta',
  role: 'worker',
  version: '1',
  health: 'healthy',
  healthSince: 0,
  since: 0,
  heard: 0,
}

interface World extends Bench {
  readonly port: number
  readonly address: string
  readonly members: object[]
  looks: number
}

/** The door as it is, listening, with a node behind it that has members. */
async function world(t: TestContext, options: BenchOptions = {}): Promise<World> {
  const members: object[] = []
  const facts = (): Promise<StatusFacts> => {
    one.looks += 1
    return Promise.resolve({
      node: { id: 'a', name: 'alpha', role: 'auto', version: '1', since: 0 },
      certificateOf: () => undefined,
      sync: { lag: [], conflicts: 0, parked: { count: 0 } },
      transport: { listening: [], peers: [] },
      items: 3,
      digest: 'd',
      missing: 0,
      members,
    } as unknown as StatusFacts)
  }
  const bench = gatewayBench({ facts, ...options })
  const address = await bench.app.app.listen({ host: '127.0.0.1', port: 0 })
  const one: World = Object.assign(bench, {
    port: Number(new URL(address).port),
    address: address.replace('http', 'ws'),
    members,
    looks: 0,
  })
  t.after(async () => {
    bench.live.stop()
    await bench.app.app.close()
  })
  return one
}

const keyed = (key: string): { headers: Record<string, string> } => ({ headers: { 'x-api-key': key } })

test('over a WebSocket: a snapshot, `ready`, then what happens, also to the members', async (t) => {
  const one = await world(t)
  const { frames, say, socket } = await openLive(one.address, keyed(one.key('read')))
  say({ subscribe: ['nodes', 'events', 'knowledge'] })
  const ready = await frames.first(({ type }) => type === 'ready')
  assert.deepEqual(ready.epoch, 'e1')
  const nodes = frames.all.find(({ topic }) => topic === 'nodes')?.data as Record<string, { name: string }>
  assert.equal(nodes['a']?.name, 'alpha')
  one.members.push(MEMBER)
  one.live.event({ type: 'joined', member: MEMBER as never })
  const joined = await frames.first(({ topic, type }) => type === 'delta' && topic === 'events')
  assert.deepEqual(joined.data, { type: 'joined', node: { id: 'b', name: 'beta', role: 'worker', version: '1' } })
  const changed = await frames.first(({ topic, type }) => type === 'delta' && topic === 'nodes')
  assert.deepEqual(Object.keys((changed.data as { changed: object }).changed), ['b'])
  socket.close()
})

test('as a stream of events: the same frames, and a place from which the next one goes on', async (t) => {
  const one = await world(t)
  const headers = { 'x-api-key': one.key('read') }
  const first = await streamLive({ port: one.port }, '/v1/live?topics=events', headers)
  assert.deepEqual([first.status, first.headers['content-type']], [200, 'text/event-stream; charset=utf-8'])
  assert.equal(first.headers['x-accel-buffering'], 'no')
  assert.ok(first.headers['x-request-id'])
  await first.frames.first(({ type }) => type === 'ready')
  one.live.event({ type: 'conflicts', items: 1 })
  const heard = await first.frames.first(({ type }) => type === 'delta')
  first.end()
  await first.closed
  one.live.event({ type: 'conflicts', items: 2 })
  const next = await streamLive({ port: one.port }, '/v1/live?topics=events', {
    ...headers,
    'last-event-id': heard.id ?? '',
  })
  await next.frames.first(({ type }) => type === 'ready')
  assert.deepEqual(
    next.frames.all.map(({ data, type }) => [type, data]),
    [
      ['delta', { type: 'conflicts', items: 2 }],
      ['ready', undefined],
    ],
  )
  next.end()
  const lost = await streamLive({ port: one.port }, '/v1/live?topics=events', { ...headers, 'last-event-id': 'x' })
  assert.equal((await lost.frames.first(({ type }) => type === 'snapshot')).why, 'restarted')
  lost.end()
})

test('what is no stream and no WebSocket is a problem; so is what cannot be asked for', async (t) => {
  const one = await world(t)
  const ask = async (path: string, more: Record<string, string> = {}): Promise<string> => {
    const { body, closed, status } = await streamLive({ port: one.port }, path, {
      'x-api-key': one.key('read'),
      ...more,
    })
    await closed
    return `${status} ${(JSON.parse(body()) as { code: string }).code}`
  }
  assert.equal(await ask('/v1/live'), '400 SWARM_BAD_INPUT')
  assert.equal(await ask('/v1/live?topics=gossip'), '400 SWARM_BAD_INPUT')
  assert.equal(await ask('/v1/live?topics=events&key=x'), '400 SWARM_BAD_INPUT')
  assert.equal(await ask('/v1/live?topics=logs'), '403 SWARM_FORBIDDEN')
  assert.equal(await ask('/v1/live?topics=events', { accept: 'application/json' }), '400 SWARM_BAD_INPUT')
  assert.equal(await ask('/v1/live?topics=events', { 'x-api-key': one.key('metrics') }), '403 SWARM_FORBIDDEN')
})

test('who is not let in is answered before the upgrade, and keeps nothing open', async (t) => {
  const one = await world(t)
  const key = one.key('read')
  const refused: readonly [Record<string, string>, number][] = [
    [{}, 401],
    [{ 'x-api-key': 'mcps_00000000_x' }, 401],
    [{ 'x-api-key': key, origin: 'https://evil.example' }, 403],
    [{ 'x-api-key': key, host: 'evil.example' }, 403],
    [{ 'x-api-key': one.key('metrics') }, 403],
    [{ 'sec-websocket-protocol': `mcp-swarm.live.1, ticket.${'x'.repeat(43)}` }, 401],
  ]
  for (const [headers, status] of refused)
    await assert.rejects(openLive(one.address, { headers }), new RegExp(`refused: ${status}`))
  // Nothing of them is left: what is refused would otherwise hold the end of the process up.
  const held: Socket = connect(one.port, '127.0.0.1')
  held.write('GET /v1/live HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n')
  held.write(`sec-websocket-version: 13\r\nsec-websocket-key: ${Buffer.alloc(16).toString('base64')}\r\n\r\n`)
  held.resume()
  await once(held, 'close')
  const began = performance.now()
  await one.app.app.close()
  assert.ok(performance.now() - began < 2_000)
})

test('another protocol that is offered with a request is passed over', async (t) => {
  const one = await world(t)
  const text = '{"error":"x"}'
  const call = connect(one.port, '127.0.0.1')
  call.write(
    `POST /v1/resolve HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${one.key('read')}\r\ncontent-type: application/json\r\n` +
      `connection: upgrade, close\r\nupgrade: h2c\r\ncontent-length: ${text.length}\r\n\r\n${text}`,
  )
  const [answer] = (await once(call, 'data')) as [Buffer]
  assert.match(answer.toString(), /^HTTP\/1.1 200 /)
  call.destroy()
})

test('a page opens it with a ticket, once, within half a minute, and from its own address', async (t) => {
  const one = await world(t)
  const ticket = async (): Promise<readonly string[]> => {
    const { statusCode, ...answer } = await one.app.app.inject({
      method: 'POST',
      url: '/v1/live/tickets',
      headers: { host: 'localhost', 'x-api-key': one.key('read') },
    })
    assert.equal(statusCode, 201)
    return answer.json<{ protocols: string[] }>().protocols
  }
  const protocols = await ticket()
  const open = (offered: readonly string[], origin: string): ReturnType<typeof openLive> =>
    openLive(one.address, { protocols: offered, headers: { host: `localhost:${one.port}`, origin } })
  const page = `http://localhost:${one.port}`
  const { socket } = await open(protocols, page)
  assert.equal(socket.protocol, 'mcp-swarm.live.1')
  socket.close()
  await assert.rejects(open(protocols, page), /refused: 401/)
  await assert.rejects(open(await ticket(), 'http://localhost:1'), /refused: 403/)
  const old = await ticket()
  one.clock.pass(30_000)
  await assert.rejects(open(old, page), /refused: 401/)
  // It opens nothing else.
  const asSession = (await ticket())[1]?.slice('ticket.'.length) ?? ''
  const { statusCode } = await one.app.app.inject({
    method: 'POST',
    url: '/v1/session',
    headers: { host: 'localhost', 'content-type': 'application/json' },
    payload: { ticket: asSession },
  })
  assert.equal(statusCode, 401)
})

test('frames out of protocol are told what is wrong, and the fourth ends it', async (t) => {
  const one = await world(t)
  const { closed, frames, socket } = await openLive(one.address, keyed(one.key('read')))
  for (const bad of ['{', '[]', '{"subscribe":["gossip"]}', Buffer.from([1, 2])]) socket.send(bad)
  assert.equal((await closed).code, 1008)
  assert.deepEqual(
    frames.all.map(({ code, type }) => [type, code]),
    [
      ['error', 'SWARM_BAD_JSON'],
      ['error', 'SWARM_BAD_INPUT'],
      ['error', 'SWARM_BAD_INPUT'],
      ['error', 'SWARM_BAD_INPUT'],
    ],
  )
  const large = await openLive(one.address, keyed(one.key('read')))
  large.socket.send('x'.repeat(17 * 1024))
  assert.equal((await large.closed).code, 1009)
})

test('a subscription costs what a read costs', async (t) => {
  const one = await world(t, { readsPerMinute: 3 })
  const { frames, say, socket } = await openLive(one.address, keyed(one.key('read')))
  for (let n = 0; n < 3; n++) say({ subscribe: ['events'] })
  assert.equal((await frames.first(({ type }) => type === 'error')).code, 'SWARM_RATE_LIMITED')
  assert.equal(frames.all.filter(({ type }) => type === 'ready').length, 2)
  socket.close()
})

test('one key has so many of them, whatever they are, and gets its place back', async (t) => {
  const one = await world(t)
  const key = one.key('read')
  const open = await Promise.all(Array.from({ length: 63 }, () => openLive(one.address, keyed(key))))
  const stream = await streamLive({ port: one.port }, '/v1/live?topics=events', { 'x-api-key': key })
  await assert.rejects(openLive(one.address, keyed(key)), /refused: 429/)
  assert.equal(one.live.numbers.clients, 64)
  // Its other requests have their own room.
  const { statusCode } = await one.app.app.inject({
    url: '/v1/settings',
    headers: { host: 'localhost', 'x-api-key': key },
  })
  assert.equal(statusCode, 200)
  stream.end()
  open[0]?.socket.close()
  while (one.live.numbers.clients > 62) await new Promise((resolve) => setImmediate(resolve))
  const { socket } = await openLive(one.address, keyed(key))
  socket.terminate()
  for (const each of open) each.socket.terminate()
})

test('a client that does not read holds no more than a bound, and misses nothing once it reads', async (t) => {
  const one = await world(t)
  const { frames, say, socket } = await openLive(one.address, keyed(one.key('read')))
  say({ subscribe: ['events'] })
  await frames.first(({ type }) => type === 'ready')
  socket.pause()
  const COUNT = 900
  // More than the buffers of the system take.
  const text = 'x'.repeat(1_000)
  let seen = 0
  for (let round = 0; round < 40 && one.live.numbers.frames - seen > 0; round++) {
    seen = one.live.numbers.frames
    for (let n = 0; n < COUNT; n++) one.live.event({ type: 'learned', items: n, from: [text] })
    await new Promise((resolve) => setImmediate(resolve))
  }
  assert.equal(one.live.numbers.frames, seen, 'it is sent nothing more')
  one.live.event({ type: 'conflicts', items: 7 })
  socket.resume()
  const last = await frames.first(
    ({ data, topic, type }) =>
      topic === 'events' &&
      ((type === 'delta' && (data as { type: string }).type === 'conflicts') ||
        (type === 'snapshot' && JSON.stringify(data).includes('conflicts'))),
  )
  assert.ok((last.seq ?? 0) > COUNT)
  let at = 0
  for (const { seq = 0, type } of frames.all) {
    if (type === 'gap') at = Number.POSITIVE_INFINITY
    if (type === 'delta') {
      assert.ok(at === Number.POSITIVE_INFINITY || at === 0 || seq === at + 1, `${at} then ${seq}`)
      at = seq
    }
    if (type === 'snapshot') at = seq
  }
  socket.close()
})

test('nothing is looked at while nobody watches', async (t) => {
  const one = await world(t)
  one.live.event({ type: 'conflicts', items: 1 })
  const { frames, say, socket } = await openLive(one.address, keyed(one.key('read')))
  say({ subscribe: ['events'] })
  await frames.first(({ type }) => type === 'ready')
  one.live.event({ type: 'conflicts', items: 2 })
  await frames.first(({ type }) => type === 'delta')
  assert.equal(one.looks, 0)
  say({ subscribe: ['nodes'] })
  await frames.first(({ topic }) => topic === 'nodes')
  assert.equal(one.looks, 1)
  socket.close()
})

test('a node that stops says so to all that are connected', async (t) => {
  const one = await world(t)
  const key = one.key('read')
  const { closed } = await openLive(one.address, keyed(key))
  const stream = await streamLive({ port: one.port }, '/v1/live?topics=events', { 'x-api-key': key })
  one.live.stop()
  const [{ code, why }] = await Promise.all([closed, stream.closed])
  assert.deepEqual([code, why], [1001, 'the node is stopping'])
  assert.equal((await stream.frames.first(({ type }) => type === 'bye')).why, 'the node is stopping')
  await assert.rejects(openLive(one.address, keyed(key)), /refused: 503/)
})

test('of requests that last a key hears its own, and the answer when it names one', async (t) => {
  const one = await world(t)
  const [mine, other] = [one.key('read'), one.key('read')]
  const watch = async (key: string, requests?: readonly string[]): Promise<Awaited<ReturnType<typeof openLive>>> => {
    const live = await openLive(one.address, keyed(key))
    live.say({ subscribe: ['requests', 'events'], ...(requests ? { requests } : {}) })
    await live.frames.first(({ type }) => type === 'ready')
    return live
  }
  const watchers = [
    await watch(mine),
    await watch(mine, ['q_1']),
    await watch(other, ['q_1']),
    await watch(one.local),
  ]
  const asked = { type: 'request', id: 'q_1', by: keyId(mine), at: 1 } as const
  one.live.event({ ...asked, state: 'working', node: 'b' })
  one.live.event({ ...asked, state: 'done', node: 'b', answer: { match: 'exact' } })
  one.live.event({ ...asked, state: 'done', node: 'b', answer: 'x'.repeat(300_000) })
  one.live.event({ type: 'conflicts', items: 1 })
  const told: unknown[] = []
  for (const { frames, socket } of watchers) {
    await frames.first(({ topic, type }) => type === 'delta' && topic === 'events')
    told.push(
      frames.all.filter(({ topic, type }) => type === 'delta' && topic === 'requests').map(({ data }) => data),
    )
    socket.terminate()
  }
  const brief = (state: string): object => ({ id: 'q_1', state, node: 'b', at: 1 })
  const all = [brief('working'), brief('done'), brief('done')]
  const whole = [
    brief('working'),
    { ...brief('done'), answer: { match: 'exact' } },
    { ...brief('done'), omitted: ['answer'] },
  ]
  assert.deepEqual(told, [all, whole, [], all])
})
