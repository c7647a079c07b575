import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import type { LightMyRequestResponse } from 'fastify'
import { SwarmError } from '../../../src/base/index.ts'
import { Load } from '../../../src/gateway/load.ts'
import { type Bench, gatewayBench } from '../../support/gateway.ts'

const host = 'localhost'
const JSON_TYPE = { 'content-type': 'application/json' }

/** As a thread that has more to do than time for it. */
const late = (load: Load, ticks = 100): void => {
  for (let n = 0; n < ticks; n++) load.tick(400)
}

test('a thread that is late takes less and less, a pause is none, and it gets better by itself', () => {
  const load = new Load()
  load.tick(700)
  assert.equal(load.numbers.workingMax, 256)
  late(load)
  assert.deepEqual([load.numbers.workingMax, load.numbers.lateMs], [8, 400])
  for (let n = 0; n < 50; n++) load.tick(0)
  assert.equal(load.numbers.workingMax, 256)
})

test('waiting has room of its own', () => {
  const load = new Load()
  late(load)
  for (let n = 0; n < 1_000; n++) assert.equal(typeof load.enter('a', true), 'function')
  assert.equal(typeof load.enter('a', false), 'function')
})

/** A gateway whose node answers nothing until `release`. */
function stuck(): Bench & { release(): void } {
  const gate = Promise.withResolvers<never>()
  gate.promise.catch(() => {})
  const bench = gatewayBench({ house: { ask: () => gate.promise } })
  return Object.assign(bench, { release: () => gate.reject(new SwarmError('SWARM_TIMEOUT', 'released')) })
}

test('who floods is refused before its body is read, with a time; others get in, and so do probes', async (t) => {
  const bench = stuck()
  const { app, load } = { app: bench.app.app, load: bench.parts.load }
  const port = Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port)
  t.after(() => app.close())
  late(load)
  const [flood, other] = [bench.key('read'), bench.key('read')]
  const ask = async (key: string): Promise<LightMyRequestResponse> =>
    app.inject({
      method: 'POST',
      url: '/v1/resolve',
      headers: { host, 'x-api-key': key, ...JSON_TYPE },
      payload: '{"error":"x"}',
    })
  const under = Array.from({ length: 8 }, () => ask(flood))
  while (load.numbers.working < 8) await new Promise((resolve) => setImmediate(resolve))
  const refused = await ask(flood)
  assert.deepEqual(
    [refused.statusCode, refused.json<{ code: string }>().code, refused.headers['retry-after']],
    [503, 'SWARM_OVERLOADED', '2'],
  )
  // It announces a body and sends none: the answer is there all the same.
  const call = connect(port, '127.0.0.1')
  call.write(
    `POST /v1/resolve HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${flood}\r\ncontent-type: application/json\r\ncontent-length: 1000000\r\n\r\n`,
  )
  const [answer] = (await once(call, 'data')) as [Buffer]
  assert.match(answer.toString(), /^HTTP\/1.1 503 /)
  call.destroy()
  under.push(ask(other))
  while (load.numbers.working < 9) await new Promise((resolve) => setImmediate(resolve))
  assert.equal((await app.inject({ url: '/livez', headers: { host } })).statusCode, 200)
  assert.equal((await app.inject({ url: '/readyz', headers: { host } })).statusCode, 200)
  assert.equal(load.numbers.refused.overloaded, 2)
  bench.release()
  for (const { statusCode } of await Promise.all(under)) assert.equal(statusCode, 504)
  assert.equal(load.numbers.working, 0)
})

test('the sessions of a key share what the key has', async () => {
  const bench = stuck()
  const { app } = bench.app
  late(bench.parts.load)
  const key = bench.key('admin')
  const begin = async (): Promise<Record<string, string>> => {
    const made = await app.inject({ method: 'POST', url: '/v1/session/tickets', headers: { host, 'x-api-key': key } })
    const headers = { host, origin: `http://${host}`, ...JSON_TYPE }
    const begun = await app.inject({
      method: 'POST',
      url: '/v1/session',
      headers,
      payload: { ticket: made.json<{ ticket: string }>().ticket },
    })
    const cookie = String(begun.headers['set-cookie']).split(';')[0] ?? ''
    return { ...headers, cookie, 'x-mcp-swarm-session': begun.json<{ token: string }>().token }
  }
  const sessions = [await begin(), await begin()]
  const ask = async (headers: Record<string, string>): Promise<LightMyRequestResponse> =>
    app.inject({ method: 'POST', url: '/v1/resolve', headers, payload: '{"error":"x"}' })
  const under = Array.from({ length: 8 }, (_, at) => ask(sessions[at % 2] ?? {}))
  while (bench.parts.load.numbers.working < 8) await new Promise((resolve) => setImmediate(resolve))
  assert.equal((await ask(sessions[0] ?? {})).statusCode, 503)
  bench.release()
  await Promise.all(under)
})

test('a door that closes tells those who are connected, and then takes nothing new', async () => {
  const { app, parts } = gatewayBench()
  const ask = async (): Promise<readonly unknown[]> => {
    const { body, headers, statusCode } = await app.app.inject({
      url: '/v1/leader',
      headers: { host, 'x-api-key': 'x' },
    })
    return [statusCode, headers['connection'] === 'close', /SWARM_\w+/.exec(body)?.[0]]
  }
  assert.deepEqual(await ask(), [401, false, 'SWARM_UNAUTHORIZED'])
  parts.load.end()
  assert.deepEqual(await ask(), [401, true, 'SWARM_UNAUTHORIZED'])
  parts.load.close()
  const owner = gatewayBench({ kind: 'socket', house: { load: parts.load } })
  const { headers, statusCode } = await owner.app.app.inject({ url: '/v1/leader' })
  assert.deepEqual([statusCode, headers['connection']], [503, 'close'])
})
