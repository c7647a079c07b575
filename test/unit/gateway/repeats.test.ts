import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Repeats } from '../../../src/gateway/repeats.ts'
import { gatewayBench, HandClock } from '../../support/gateway.ts'
import { realGateway } from '../../support/real-gateway.ts'

const DAY_MS = 24 * 3_600_000
const kept = (body: string): { status: number; headers: {}; body: string } => ({ status: 200, headers: {}, body })

test('a key stands for one request of one holder, for a day', () => {
  const clock = new HandClock()
  const repeats = new Repeats(clock)
  assert.deepEqual(repeats.begin('a', 'k', 'f'), { is: 'new' })
  assert.deepEqual(repeats.begin('a', 'k', 'f'), { is: 'running' })
  assert.deepEqual(repeats.begin('b', 'k', 'other'), { is: 'new' })
  repeats.end('a', 'k', kept('done'))
  assert.deepEqual(repeats.begin('a', 'k', 'f'), { is: 'done', kept: kept('done') })
  assert.deepEqual(repeats.begin('a', 'k', 'g'), { is: 'other' })
  repeats.forget('b', 'k')
  assert.deepEqual(repeats.begin('b', 'k', 'f'), { is: 'new' })
  clock.pass(DAY_MS)
  assert.deepEqual(repeats.begin('a', 'k', 'g'), { is: 'new' })
  // Whoever never answered is not waited for for ever.
  clock.pass(10 * 60_000)
  assert.deepEqual(repeats.begin('b', 'k', 'f'), { is: 'new' })
})

test('what is kept is bounded: one holder forgets its own oldest, and nobody fills the memory', () => {
  const repeats = new Repeats(new HandClock())
  repeats.begin('calm', 'k', 'f')
  repeats.end('calm', 'k', kept('x'))
  for (let n = 0; n < 1_000; n++) {
    repeats.begin('busy', `k${n}`, 'f')
    repeats.end('busy', `k${n}`, kept('y'))
  }
  assert.equal(repeats.size, 257)
  assert.equal(repeats.begin('busy', 'k0', 'f').is, 'new')
  assert.equal(repeats.begin('busy', 'k999', 'f').is, 'done')
  assert.equal(repeats.begin('calm', 'k', 'f').is, 'done')
  for (let holder = 0; holder < 100; holder++)
    for (let n = 0; n < 100; n++) {
      repeats.begin(`many ${holder}`, `k${n}`, 'f')
      repeats.end(`many ${holder}`, `k${n}`, kept('z'.repeat(60_000)))
    }
  assert.ok(repeats.size <= (16 * 1024 * 1024) / 60_000 + 300, String(repeats.size))
  const long = new Repeats(new HandClock())
  long.begin('a', 'k', 'f')
  long.end('a', 'k', kept('z'.repeat(100_000)))
  assert.deepEqual(long.begin('a', 'k', 'f'), { is: 'done', kept: { ...kept(''), body: null } })
})

test('a write repeated with its key is done once, and answered as the first time', async () => {
  const { send } = realGateway()
  const key = { 'idempotency-key': '2f1c0a52-7d0e-4c1f-9a53-4f8f6b8f2f10' }
  const body = { action: 'wait a little', error: 'Error: EBUSY: resource busy' }
  const first = await send('POST', '/v1/items', body, key)
  assert.equal(first.statusCode, 201)
  const again = await send('POST', '/v1/items', body, key)
  assert.deepEqual(
    [again.statusCode, again.body, again.headers['location']],
    [201, first.body, first.headers['location']],
  )
  assert.equal(again.headers['idempotency-replayed'], 'true')
  // As the draft writes it, in quotes, it is the same.
  const quoted = await send('POST', '/v1/items', body, { 'idempotency-key': `"${key['idempotency-key']}"` })
  assert.equal(quoted.headers['idempotency-replayed'], 'true')
  const other = await send('POST', '/v1/items', { ...body, action: 'wait long' }, key)
  assert.deepEqual([other.statusCode, other.json<{ code: string }>().code], [422, 'SWARM_KEY_REUSED'])
  const elsewhere = await send('POST', '/v1/outcomes', { item: 'k_aaaaaaaaaaaaaaaa', result: 'worked' }, key)
  assert.equal(elsewhere.statusCode, 422)
  // Without the key it is known already.
  assert.equal((await send('POST', '/v1/items', body)).statusCode, 200)
  // What was refused may be tried again with the same key.
  const late = { 'idempotency-key': 'late' }
  assert.equal((await send('POST', '/v1/items', { nothing: 1 }, late)).statusCode, 400)
  assert.equal((await send('POST', '/v1/items', { text: 'now it is right' }, late)).statusCode, 201)
  assert.equal((await send('POST', '/v1/items', body, { 'idempotency-key': 'a b' })).statusCode, 400)
})

test('while the first is under way its repeat is told to come back; a secret is told once', async () => {
  const open = Promise.withResolvers<never>()
  const bench = gatewayBench({ house: { ask: () => open.promise } })
  const headers = {
    host: 'localhost',
    'x-api-key': bench.local,
    'content-type': 'application/json',
    'idempotency-key': 'k',
  }
  const post = async (url: string, payload: object) => bench.app.app.inject({ method: 'POST', url, headers, payload })
  const first = post('/v1/items', { text: 'x' })
  const second = await post('/v1/items', { text: 'x' })
  assert.equal(second.statusCode, 409)
  assert.match(second.body, /SWARM_IN_PROGRESS/)
  assert.equal(second.headers['retry-after'], '1')
  open.resolve({ id: 'k_aaaaaaaaaaaaaaaa', duplicate: false } as never)
  assert.equal((await first).statusCode, 201)
  assert.equal((await post('/v1/items', { text: 'x' })).statusCode, 201)
  Object.assign(headers, { 'idempotency-key': 'another' })
  const made = await post('/v1/keys', { name: 'x', scopes: ['read'] })
  assert.equal(made.statusCode, 201)
  const repeated = await post('/v1/keys', { name: 'x', scopes: ['read'] })
  assert.equal(repeated.statusCode, 409)
  assert.match(repeated.body, /told only once/)
  assert.equal(bench.keys.list().length, 2)
})
