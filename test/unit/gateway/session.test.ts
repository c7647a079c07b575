import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Bench, gatewayBench, keyId } from '../../support/gateway.ts'

const host = '127.0.0.1:7700'
const origin = `http://${host}`
const JSON_TYPE = { 'content-type': 'application/json' }
type Headers = Record<string, string>

/** As a page does it: the ticket comes in the fragment of the address, the cookie with the answer. */
async function begin(
  bench: Bench,
): Promise<{ readonly cookie: string; readonly token: string; readonly raw: string }> {
  const { app, local } = bench
  const made = await app.app.inject({
    method: 'POST',
    url: '/v1/session/tickets',
    headers: { host, 'x-api-key': local },
  })
  assert.equal(made.statusCode, 201)
  const { ticket } = made.json<{ ticket: string }>()
  const headers = { host, origin, ...JSON_TYPE }
  const begun = await app.app.inject({ method: 'POST', url: '/v1/session', headers, payload: { ticket } })
  assert.equal(begun.statusCode, 201)
  const raw = String(begun.headers['set-cookie'])
  const again = await app.app.inject({ method: 'POST', url: '/v1/session', headers, payload: { ticket } })
  assert.equal(again.statusCode, 401)
  return { cookie: raw.split(';')[0] ?? '', token: begun.json<{ token: string }>().token, raw }
}

test('a ticket becomes a cookie that scripts cannot read and other sites cannot send', async () => {
  const bench = gatewayBench()
  const { cookie, raw, token } = await begin(bench)
  assert.match(raw, /; HttpOnly; SameSite=Strict; Path=\/; Max-Age=\d+$/)
  assert.ok(!cookie.includes(token))
  const headers = { host, cookie, 'x-mcp-swarm-session': token }
  const who = await bench.app.app.inject({ url: '/v1/session', headers })
  assert.equal(who.json<{ actor: string }>().actor, `session of key ${keyId(bench.local)}`)
  const write = { method: 'PUT', url: '/v1/settings/x', payload: { value: 1 } } as const
  assert.equal(
    (await bench.app.app.inject({ ...write, headers: { ...headers, ...JSON_TYPE, origin } })).statusCode,
    200,
  )
  assert.deepEqual(
    bench.deeds.map(({ action, actor }) => `${action} ${actor}`),
    [
      `key-used key ${keyId(bench.local)}`,
      `session-begun session of key ${keyId(bench.local)}`,
      `setting-changed session of key ${keyId(bench.local)}`,
    ],
  )
})

test('a cookie alone is nothing: not with a form, not from another port, not from another site', async () => {
  const bench = gatewayBench()
  const { cookie, token } = await begin(bench)
  const header = { 'x-mcp-swarm-session': token }
  const put = async (headers: Headers): Promise<number> =>
    (
      await bench.app.app.inject({
        method: 'PUT',
        url: '/v1/settings/x',
        payload: '{"value":1}',
        headers: { host, cookie, ...JSON_TYPE, ...headers },
      })
    ).statusCode
  const refused: readonly [what: string, headers: Headers, status: number][] = [
    ['no header', { origin }, 401],
    ['another token', { origin, 'x-mcp-swarm-session': 'x'.repeat(43) }, 401],
    ['no origin', header, 403],
    ['another port of this machine', { ...header, origin: 'http://127.0.0.1:9999' }, 403],
    ['another name of this machine', { ...header, origin: 'http://localhost:7700' }, 403],
    ['https', { ...header, origin: `https://${host}` }, 403],
    ['the browser says another port', { ...header, origin, 'sec-fetch-site': 'same-site' }, 403],
    ['another site', { ...header, origin: 'https://evil.example' }, 403],
    ['a form', { ...header, origin, 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['the header without the cookie', { ...header, origin, cookie: 'a=b' }, 401],
  ]
  for (const [what, headers, status] of refused) assert.equal(await put(headers), status, what)
  assert.equal(bench.asked.length, 0)
  const read = async (headers: Headers): Promise<number> =>
    (await bench.app.app.inject({ url: '/v1/keys', headers: { host, cookie, ...headers } })).statusCode
  assert.equal(await read({}), 401)
  assert.equal(await read({ ...header, origin: 'http://127.0.0.1:9999' }), 403)
  assert.equal(await read(header), 200)
})

test('a session ends when it is told to, and with the key it came from', async () => {
  const bench = gatewayBench()
  const first = await begin(bench)
  const ask = async ({ cookie, token }: { cookie: string; token: string }): Promise<number> =>
    (await bench.app.app.inject({ url: '/v1/session', headers: { host, cookie, 'x-mcp-swarm-session': token } }))
      .statusCode
  const { cookie, token } = first
  const headers = { host, cookie, 'x-mcp-swarm-session': token, origin }
  const ended = await bench.app.app.inject({ method: 'DELETE', url: '/v1/session', headers })
  assert.match(String(ended.headers['set-cookie']), /Max-Age=0/)
  assert.equal(await ask(first), 401)
  const made = bench.keys.make({ name: 'x', scopes: ['admin'], ttlMs: 60_000 })
  const second = await begin({ ...bench, local: made.key })
  assert.equal(await ask(second), 200)
  bench.keys.revoke(made.view.id)
  assert.equal(await ask(second), 401)
})

test('only who may do everything makes tickets, and wrong tickets are counted like wrong keys', async () => {
  const bench = gatewayBench()
  for (const scope of ['read', 'contribute', 'metrics'] as const) {
    const headers = { host, 'x-api-key': bench.key(scope) }
    assert.equal(
      (await bench.app.app.inject({ method: 'POST', url: '/v1/session/tickets', headers })).statusCode,
      403,
    )
  }
  const guess = async (): Promise<number> =>
    (
      await bench.app.app.inject({
        method: 'POST',
        url: '/v1/session',
        headers: { host, ...JSON_TYPE },
        payload: { ticket: 'x'.repeat(43) },
      })
    ).statusCode
  for (let n = 0; n < 10; n++) assert.equal(await guess(), 401)
  assert.equal(await guess(), 429)
})
