import assert from 'node:assert/strict'
import { test } from 'node:test'
import { covers, type Scope, SCOPES } from '../../../src/access/index.ts'
import { auditActions } from '../../../src/base/index.ts'
import { needOf, routeScopes, takesLines, toolScopes } from '../../../src/gateway/scopes.ts'
import { gatewayBench, keyId } from '../../support/gateway.ts'

const host = 'localhost'
const JSON_TYPE = { 'content-type': 'application/json' }

/** `PUT /v1/nodes/:node/drain` as a request that reaches the route. */
function requestTo(route: string): { readonly method: 'GET'; readonly url: string } {
  const [method = '', pattern = ''] = route.split(' ')
  return {
    method: (method === '*' ? 'POST' : method) as 'GET',
    url: pattern.replaceAll(/:\w+/g, 'x').replace('*', 'x'),
  }
}

const typeOf = (route: string): string =>
  takesLines(...(route.split(' ') as [string, string])) ? 'application/x-ndjson' : 'application/json'

test('every route has a scope in the table, and the table has no other', async () => {
  const { app } = gatewayBench()
  await app.app.ready()
  assert.deepEqual([...app.routes()].sort(), Object.keys(routeScopes).sort())
})

test('a route that nobody thought of asks for admin', async () => {
  const { app, key } = gatewayBench()
  app.app.get('/v1/forgotten', () => ({ ok: true }))
  assert.equal(needOf('GET', '/v1/forgotten'), 'admin')
  for (const [scope, status] of [
    ['contribute', 403],
    ['admin', 200],
  ] as const)
    assert.equal(
      (await app.app.inject({ url: '/v1/forgotten', headers: { host, 'x-api-key': key(scope) } })).statusCode,
      status,
    )
})

test('another spelling of a route asks for the same scope', async () => {
  const { app, asked, key } = gatewayBench()
  const headers = { host, 'x-api-key': key('read') }
  for (const [method, url] of [
    ['HEAD', '/v1/keys'],
    ['GET', '/v1/keys/'],
    ['GET', '/v1/keys?x=/livez'],
    ['GET', '/v1/%6beys'],
    ['GET', '/v1/keys;x'],
    ['GET', '/v1//keys'],
    ['GET', '/v1/./keys'],
    ['GET', '/V1/KEYS'],
    ['POST', '/v1/leave/'],
  ] as const) {
    const { body, statusCode } = await app.app.inject({ method, url, headers })
    assert.ok(statusCode === 403 || statusCode === 404, `${method} ${url}: ${statusCode}`)
    assert.doesNotMatch(body, /"keys"/)
  }
  assert.deepEqual(asked, [])
})

test('each key opens what its scope says, route by route, and nothing else', async () => {
  const { app, asked, deeds, key } = gatewayBench({ readsPerMinute: 10_000, writesPerMinute: 10_000 })
  for (const scope of SCOPES) {
    const opened = key(scope)
    for (const [route, need] of Object.entries(routeScopes)) {
      const headers = { host, 'x-api-key': opened, 'content-type': typeOf(route) }
      asked.length = 0
      const before = deeds.filter(({ action }) => action !== 'key-used').length
      const payload = route.startsWith('GET') ? {} : { payload: 'null' }
      const answer = await app.app.inject({ ...requestTo(route), headers, ...payload })
      const isIn = need === 'open' || covers([scope], need)
      const name = `${scope} at ${route}: ${answer.statusCode} ${answer.body}`
      assert.equal(answer.statusCode === 403, !isIn, name)
      assert.notEqual(answer.statusCode, 401, name)
      if (isIn) continue
      assert.match(String(answer.headers['www-authenticate']), new RegExp(`insufficient_scope.*scope="${need}"`))
      assert.deepEqual([asked.length, deeds.filter(({ action }) => action !== 'key-used').length], [0, before], name)
    }
  }
})

test('without a key, or with a wrong one, only the open routes answer', async () => {
  const { app, clock } = gatewayBench()
  for (const [route, need] of Object.entries(routeScopes)) {
    const { method, url } = requestTo(route)
    for (const key of [undefined, `mcps_00000000_${'k'.repeat(43)}`]) {
      clock.pass(60_000)
      const headers = { host, 'content-type': typeOf(route), ...(key === undefined ? {} : { 'x-api-key': key }) }
      const { statusCode } = await app.app.inject({
        method,
        url,
        headers,
        ...(method === 'GET' ? {} : { payload: 'null' }),
      })
      assert.equal(statusCode === 401, need !== 'open', `${route}: ${statusCode}`)
    }
  }
})

interface Rpc {
  readonly result?: {
    readonly tools?: readonly { readonly name: string }[]
    readonly isError?: boolean
    readonly content?: readonly { readonly text: string }[]
  }
  readonly error?: { readonly message: string }
}

const rpc = async (
  { app }: Pick<ReturnType<typeof gatewayBench>, 'app'>,
  key: string,
  method: string,
  params: object = {},
): Promise<Rpc> => {
  const answer = await app.app.inject({
    method: 'POST',
    url: '/mcp',
    headers: { host, 'x-api-key': key, ...JSON_TYPE, accept: 'application/json, text/event-stream' },
    payload: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
  const data = /^data: (\{.*)$/m.exec(answer.body)?.[1] ?? answer.body
  return JSON.parse(data) as Rpc
}
const call = (name: string, args: object): object => ({ name, arguments: args })
const SHARE = call('share_knowledge', { action: 'x', error: 'y' })
const RESOLVE = call('resolve_error', { error: 'y' })

test('over MCP a key sees the tools of its scope, and calls no other', async (t) => {
  const bench = gatewayBench()
  t.after(() => bench.app.closeMcp())
  for (const scope of ['read', 'contribute', 'admin'] as const) {
    const key = bench.key(scope)
    const wanted = Object.entries(toolScopes).filter(([, need]) => covers([scope], need as Scope))
    const listed = await rpc(bench, key, 'tools/list')
    assert.deepEqual(
      listed.result?.tools?.map(({ name }) => name),
      wanted.map(([name]) => name),
    )
    bench.asked.length = 0
    const shared = await rpc(bench, key, 'tools/call', SHARE)
    assert.equal(
      shared.error !== undefined || shared.result?.isError === true,
      scope === 'read',
      JSON.stringify(shared),
    )
    assert.deepEqual(bench.asked, scope === 'read' ? [] : ['share'])
  }
  assert.equal((await rpc(bench, bench.key('metrics'), 'tools/list')).result, undefined)
})

test('a call over MCP costs what it costs over REST', async (t) => {
  const bench = gatewayBench({ readsPerMinute: 5, writesPerMinute: 2 })
  t.after(() => bench.app.closeMcp())
  const key = bench.key('contribute')
  const headers = { host, 'x-api-key': key, ...JSON_TYPE }
  const share = { method: 'POST', url: '/v1/items', headers, payload: '{"action":"x"}' } as const
  assert.equal((await bench.app.app.inject(share)).statusCode, 200)
  assert.notEqual((await rpc(bench, key, 'tools/call', SHARE)).result?.isError, true)
  const third = await rpc(bench, key, 'tools/call', SHARE)
  assert.match(third.result?.content?.[0]?.text ?? '', /^SWARM_RATE_LIMITED: .*2 writes a minute/)
  assert.equal((await bench.app.app.inject(share)).statusCode, 429)
  // Two messages were reads as well; three reads are left.
  for (const left of [true, true, true, false])
    assert.equal((await rpc(bench, key, 'tools/call', RESOLVE)).result !== undefined, left)
  const other = bench.key('contribute')
  assert.notEqual((await rpc(bench, other, 'tools/call', SHARE)).result?.isError, true)
})

test('keys over REST: made once shown, listed without the secret, rotated, revoked, and all of it audited', async () => {
  const { app, clock, deeds, local } = gatewayBench()
  const headers = { host, 'x-api-key': local, ...JSON_TYPE }
  const send = async (
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    payload?: object,
  ): Promise<{ status: number; body: Record<string, unknown>; cache: unknown }> => {
    const answer = await app.app.inject({ method, url, headers, ...(payload ? { payload } : {}) })
    return { status: answer.statusCode, body: answer.json(), cache: answer.headers['cache-control'] }
  }
  const opens = async (key: unknown): Promise<boolean> =>
    (await app.app.inject({ url: '/v1/settings', headers: { host, 'x-api-key': String(key) } })).statusCode === 200
  const made = await send('POST', '/v1/keys', { name: 'build server', scopes: ['read'] })
  assert.deepEqual([made.status, made.cache], [201, 'no-store'])
  assert.equal(made.body['expires'], new Date(clock.now() + 90 * 24 * 3_600_000).toISOString())
  assert.ok(await opens(made.body['key']))
  const id = String(made.body['id'])
  const listed = await send('GET', '/v1/keys')
  assert.equal((listed.body['keys'] as unknown[]).length, 2)
  assert.ok(!JSON.stringify(listed.body).includes(String(made.body['key']).slice(14)))
  const rotated = await send('POST', `/v1/keys/${id}/rotate`, {})
  assert.equal(rotated.cache, 'no-store')
  assert.ok((await opens(made.body['key'])) && (await opens(rotated.body['key'])))
  assert.equal((await send('DELETE', `/v1/keys/${id}`)).body['state'], 'revoked')
  assert.equal(await opens(rotated.body['key']), false)
  const actor = `key ${keyId(local)}`
  assert.deepEqual(
    deeds.filter((deed) => deed.actor === actor).map(({ action, subject }) => `${action} ${subject}`),
    [`key-used ${actor}`, `key-made key ${id}`, `key-rotated key ${id}`, `key-revoked key ${id}`],
  )
  assert.ok(deeds.every(({ action }) => action in auditActions))
  assert.ok(!JSON.stringify(deeds).includes(String(rotated.body['key']).slice(14)))
  // A whole key in the place of the id is refused, and not repeated to whoever reads the answer.
  const whole = await send('DELETE', `/v1/keys/${String(rotated.body['key'])}`)
  assert.equal(whole.status, 400)
  assert.ok(!JSON.stringify(whole.body).includes(String(rotated.body['key'])))
  for (const body of [
    {},
    { name: 'x', scopes: [] },
    { name: 'x', scopes: ['root'] },
    { name: 'x', scopes: ['read'], ttl_ms: 1 },
  ])
    assert.equal((await send('POST', '/v1/keys', body)).status, 400)
})
