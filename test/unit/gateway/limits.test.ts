import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { addressGroup } from '../../../src/gateway/limits.ts'
import { until } from '../../support/cli.ts'
import { gatewayBench } from '../../support/gateway.ts'

const host = 'localhost'

test('reads and writes have allowances of their own, told in headers, and come back with time', async () => {
  const { app, clock, key } = gatewayBench({ readsPerMinute: 3, writesPerMinute: 1 })
  const headers = { host, 'x-api-key': key('admin'), 'content-type': 'application/json' }
  const read = async (): Promise<readonly unknown[]> => {
    const answer = await app.app.inject({ url: '/v1/settings', headers })
    return [
      answer.statusCode,
      answer.headers['ratelimit'],
      answer.headers['ratelimit-policy'],
      answer.headers['retry-after'],
    ]
  }
  const policy = '"read";q=3;w=60'
  assert.deepEqual(await read(), [200, '"read";r=2;t=20', policy, undefined])
  assert.deepEqual(await read(), [200, '"read";r=1;t=40', policy, undefined])
  assert.deepEqual(await read(), [200, '"read";r=0;t=60', policy, undefined])
  assert.deepEqual(await read(), [429, '"read";r=0;t=20', policy, '20'])
  const write = await app.app.inject({ method: 'POST', url: '/v1/items', headers, payload: '{"action":"x"}' })
  assert.deepEqual([write.statusCode, write.headers['ratelimit']], [200, '"write";r=0;t=60'])
  clock.pass(19_999)
  assert.equal((await read())[0], 429)
  clock.pass(1)
  assert.equal((await read())[0], 200)
  const other = await app.app.inject({ url: '/v1/settings', headers: { host, 'x-api-key': key('read') } })
  assert.equal(other.statusCode, 200)
  // A probe is never limited.
  for (let n = 0; n < 10; n++)
    assert.equal((await app.app.inject({ url: '/livez', headers: { host } })).statusCode, 200)
})

test('a refusal over MCP keeps the headers, and an answer has them too', async (t) => {
  const { app, key } = gatewayBench({ readsPerMinute: 1 })
  t.after(() => app.closeMcp())
  const send = {
    method: 'POST',
    url: '/mcp',
    headers: {
      host,
      'x-api-key': key('read'),
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    payload: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
  } as const
  const first = await app.app.inject(send)
  assert.deepEqual([first.statusCode, first.headers['ratelimit']], [200, '"read";r=0;t=60'])
  assert.ok(first.headers['x-request-id'])
  const second = await app.app.inject(send)
  assert.deepEqual([second.statusCode, second.headers['retry-after']], [429, '60'])
})

test('ten wrong keys a minute from one address, then 429; a right key from there still opens', async () => {
  const { app, clock, key, logged } = gatewayBench()
  const good = key('read')
  const ask = async (given: string | undefined, remoteAddress: string): Promise<readonly unknown[]> => {
    const headers = { host, ...(given === undefined ? {} : { 'x-api-key': given }) }
    const answer = await app.app.inject({ url: '/v1/settings', headers, remoteAddress })
    return [answer.statusCode, answer.headers['retry-after']]
  }
  for (let n = 0; n < 10; n++) assert.equal((await ask(n % 2 ? undefined : 'wrong', '192.0.2.1'))[0], 401)
  assert.deepEqual(await ask('wrong', '192.0.2.1'), [429, '6'])
  assert.deepEqual(await ask(undefined, '192.0.2.1'), [429, '6'])
  assert.deepEqual((await ask(good, '192.0.2.1'))[0], 200)
  assert.deepEqual((await ask('wrong', '192.0.2.2'))[0], 401)
  clock.pass(6_000)
  assert.equal((await ask('wrong', '192.0.2.1'))[0], 401)
  assert.equal((await ask('wrong', '192.0.2.1'))[0], 429)
  assert.deepEqual(logged, ['192.0.2.1 sends many requests without a valid key: refused'])
})

test('a key has 64 requests open at a time, and room again when one ends', async (t) => {
  const { app, key } = gatewayBench({ readsPerMinute: 10_000 })
  t.after(() => app.app.close())
  const { port } = new URL(await app.app.listen({ port: 0, host: '127.0.0.1' }))
  const [busy, other] = [key('read'), key('read')]
  const status = async (given: string): Promise<number> =>
    (await fetch(`http://127.0.0.1:${port}/v1/settings`, { headers: { 'x-api-key': given } })).status
  // A body that is announced and does not come; the door has let each of them in, or this one's answer would say so.
  const head = `POST /v1/resolve HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: ${busy}\r\nContent-Type: application/json\r\n`
  const open = await Promise.all(
    Array.from({ length: 64 }, async () => {
      const socket = connect(Number(port), '127.0.0.1')
      socket.on('error', () => {})
      await once(socket, 'connect')
      socket.write(`${head}Expect: 100-continue\r\nContent-Length: 9\r\n\r\n`)
      const [answer] = (await once(socket, 'data')) as [Buffer]
      assert.match(answer.toString(), /^HTTP\/1\.1 100 /)
      return socket
    }),
  )
  await until('all of them are in', async () => (await status(busy)) === 429)
  assert.equal(await status(other), 200)
  open.pop()?.destroy()
  await until('there is room again', async () => (await status(busy)) === 200)
  for (const socket of open) socket.destroy()
})

test('one machine is one address: mapped, and with all of its /64', () => {
  assert.equal(addressGroup('192.0.2.1'), '192.0.2.1')
  assert.equal(addressGroup('::ffff:192.0.2.1'), '192.0.2.1')
  assert.equal(addressGroup('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2::/64')
  assert.equal(addressGroup('2001:db8:1:2:ffff::1'), addressGroup('2001:db8:1:2:3:4:5:6'))
  assert.equal(addressGroup('2001:db8::1'), '2001:db8:0:0::/64')
  assert.notEqual(addressGroup('2001:db8:1:3::1'), addressGroup('2001:db8:1:2::1'))
  assert.equal(addressGroup('fe80::1%eth0'), addressGroup('fe80::2'))
  assert.equal(addressGroup('::1'), '0:0:0:0::/64')
  assert.equal(addressGroup(''), '')
})
