import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorTable } from '../../../src/base/index.ts'
import { gatewayBench, keyId } from '../../support/gateway.ts'

const host = 'localhost:7700'
type Headers = Record<string, string>

interface Problem {
  readonly code: string
  readonly title: string
  readonly type: string
  readonly detail: string
  readonly next: string
  readonly instance: string
}

test('only names of this machine are a Host, with any port', async () => {
  const { app, local } = gatewayBench()
  const authorization = `Bearer ${local}`
  const status = async (name: string): Promise<number> =>
    (await app.app.inject({ url: '/v1/settings', headers: { host: name, authorization } })).statusCode
  for (const name of ['localhost', 'LOCALHOST:7700', '127.0.0.1', '127.0.0.1:1', '[::1]:7700'])
    assert.equal(await status(name), 200, name)
  for (const name of [
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.nip.io',
    '127.0.0.2',
    '0',
    '::1',
    'localhost:x',
  ])
    assert.equal(await status(name), 403, name)
})

test('a page of another site is refused, also with the key; null is another site, and so is what the browser calls one', async () => {
  const { app, local } = gatewayBench()
  const status = async (headers: Headers, url = '/v1/settings'): Promise<number> =>
    (await app.app.inject({ url, headers: { host, authorization: `Bearer ${local}`, ...headers } })).statusCode
  for (const origin of ['http://localhost:7700', 'https://127.0.0.1', 'http://[::1]:3000'])
    assert.equal(await status({ origin }), 200, origin)
  for (const origin of [
    'null',
    '',
    'https://evil.example',
    'http://localhost.evil.example',
    'file://localhost',
    'http://localhost/x',
  ])
    assert.equal(await status({ origin }), 403, origin)
  assert.equal(await status({ 'sec-fetch-site': 'cross-site' }), 403)
  assert.equal(await status({ 'sec-fetch-site': 'same-origin' }), 200)
  assert.equal(await status({ 'sec-fetch-site': 'cross-site' }, '/livez'), 200)
  assert.equal(await status({ 'sec-fetch-site': 'cross-site' }, '/readyz'), 403)
})

test('the key counts whole, in either header; a probe needs none', async () => {
  const { app, clock, local } = gatewayBench()
  const status = async (url: string, headers: Headers): Promise<number> => {
    clock.pass(60_000)
    return (await app.app.inject({ url, headers: { host, ...headers } })).statusCode
  }
  assert.equal(await status('/v1/settings', { 'x-api-key': local }), 200)
  assert.equal(await status('/v1/settings', { authorization: `bearer ${local}` }), 200)
  assert.equal(await status('/livez?x=1', {}), 200)
  for (const wrong of ['', local.slice(0, -1), `${local}k`, local.toUpperCase(), 'mcps_00000000_']) {
    assert.equal(await status('/v1/settings', { 'x-api-key': wrong }), 401, wrong)
    assert.equal(await status('/v1/settings', { authorization: `Bearer ${wrong}` }), 401, wrong)
  }
  for (const path of [
    '/livez/../v1/settings',
    '/livez%2f..%2fv1/x',
    '/v1/settings?/livez',
    '//livez',
    '/LIVEZ',
    '/x',
  ])
    assert.equal(await status(path, {}), 401, path)
})

test('a key that is unknown, wrong, expired, revoked or missing gets the same words', async () => {
  const { app, clock, key, keys, local } = gatewayBench()
  const expired = key('read')
  clock.pass(3_600_000)
  const fresh = key('read')
  keys.revoke(keyId(fresh))
  const later = keys.make({ name: 'x', scopes: ['read'], ttlMs: 60_000 })
  keys.rotate(later.view.id, 0)
  const wrongSecret = `${local.slice(0, -3)}${local.endsWith('AAA') ? 'BBB' : 'AAA'}`
  const sent = [expired, fresh, later.key, wrongSecret, `mcps_00000000_${'k'.repeat(43)}`, 'x', '']
  const answers = new Set<string>()
  for (const one of sent) {
    const { body, headers, statusCode } = await app.app.inject({
      url: '/v1/settings',
      headers: { host, 'x-request-id': 'the-same-one', ...(one === '' ? {} : { authorization: `Bearer ${one}` }) },
    })
    assert.equal(headers['www-authenticate'], 'Bearer')
    const names = Object.keys(headers).sort().join()
    answers.add(`${statusCode} ${names} ${body}`)
  }
  assert.equal(answers.size, 1, [...answers].join('\n'))
})

test('the order: Host before Origin before content type before key before scope before allowance before body', async () => {
  const { app, key } = gatewayBench({ writesPerMinute: 1 })
  const read = key('read')
  const admin = key('admin')
  const ask = async (headers: Headers): Promise<string> => {
    const answer = await app.app.inject({ method: 'PUT', url: '/v1/settings/x', headers, payload: '{' })
    return `${answer.statusCode} ${answer.json<Problem>().detail}`
  }
  const foreign = { host: 'evil.example', origin: 'https://evil.example', 'content-type': 'text/plain' }
  assert.match(await ask(foreign), /^403 the Host/)
  assert.match(await ask({ ...foreign, host }), /^403 requests from web pages/)
  assert.match(await ask({ host, 'content-type': 'text/plain' }), /^415/)
  const json = { host, 'content-type': 'application/json' }
  assert.match(await ask(json), /^401/)
  assert.match(await ask({ ...json, 'x-api-key': read }), /^403 this needs the scope admin, and the key has read/)
  assert.match(await ask({ ...json, 'x-api-key': admin }), /^400 the body is not JSON/)
  assert.match(await ask({ ...json, 'x-api-key': admin }), /^429 this is beyond 1 writes a minute/)
})

test('only JSON has a body here, also for MCP', async () => {
  const { app, local } = gatewayBench()
  const post = async (url: string, type: string | undefined, payload: string): Promise<number> =>
    (
      await app.app.inject({
        method: 'POST',
        url,
        payload,
        headers: { host, authorization: `Bearer ${local}`, ...(type === undefined ? {} : { 'content-type': type }) },
      })
    ).statusCode
  for (const url of ['/mcp', '/v1/items', '/v1/keys', '/v1/leave']) {
    for (const type of [
      'text/plain',
      'text/plain;charset=UTF-8',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/json-patch+json',
      'application/json, text/plain',
      'text/plain; application/json',
      '',
      undefined,
    ])
      assert.equal(await post(url, type, '{"jsonrpc":"2.0"}'), 415, `${url} ${type}`)
    for (const type of ['application/json', 'Application/JSON; charset=utf-8', 'application/json;charset="UTF-8"'])
      assert.notEqual(await post(url, type, '{}'), 415, `${url} ${type}`)
  }
})

test('who looks for an authorization server learns that there is none', async () => {
  const { app } = gatewayBench()
  for (const url of [
    '/.well-known/oauth-protected-resource',
    '/.well-known/oauth-protected-resource/mcp',
    '/.well-known/oauth-authorization-server',
    '/.well-known/openid-configuration',
  ])
    for (const method of ['GET', 'POST'] as const) {
      const answer = await app.app.inject({ method, url, headers: { host } })
      assert.deepEqual([answer.statusCode, answer.json<Problem>().code], [404, 'SWARM_NOT_FOUND'], url)
    }
})

test('a request has an id: its own if that looks like one', async () => {
  const { app, local } = gatewayBench()
  const ask = async (id: string): Promise<readonly [string, string]> => {
    const headers = { host, authorization: `Bearer ${local}`, 'x-request-id': id }
    const answer = await app.app.inject({ url: '/v1/nowhere', headers })
    return [String(answer.headers['x-request-id']), answer.json<Problem>().instance]
  }
  assert.deepEqual(await ask('build-4711-step-2'), ['build-4711-step-2', 'urn:mcp-swarm:request:build-4711-step-2'])
  for (const bad of ['short', 'x'.repeat(65), 'a b c d e f', 'new\u00e4nne', '<script>alert']) {
    const [id, instance] = await ask(bad)
    assert.match(id, /^[0-9a-f-]{36}$/)
    assert.equal(instance, `urn:mcp-swarm:request:${id}`)
  }
})

test('a failure is a problem of the table, and says nothing of the inside', async () => {
  const { app, local } = gatewayBench()
  app.app.get('/boom', () => {
    throw new TypeError('a secret of the inside')
  })
  const boom = await app.app.inject({ url: '/boom', headers: { host, authorization: `Bearer ${local}` } })
  assert.equal(boom.statusCode, 500)
  assert.match(String(boom.headers['content-type']), /^application\/problem\+json/)
  assert.equal(boom.json<Problem>().code, 'SWARM_INTERNAL')
  assert.doesNotMatch(boom.body, /secret/)
  const refused = await app.app.inject({ url: '/boom', headers: { host } })
  const problem = refused.json<Problem>()
  assert.equal(refused.statusCode, errorTable.SWARM_UNAUTHORIZED.http)
  assert.equal(problem.title, errorTable.SWARM_UNAUTHORIZED.title)
  assert.equal(problem.type, 'urn:mcp-swarm:error:SWARM_UNAUTHORIZED')
  assert.match(problem.next, /api\.key/)
})

test('a refusal is in the log once, by its route and code, and without what was sent', async () => {
  const { app, local, logged, refusals } = gatewayBench()
  const headers = { host, authorization: `Bearer ${local}`, 'x-request-id': 'the-same-one' }
  await app.app.inject({ url: '/v1/items/private-word', headers })
  await app.app.inject({ url: '/v1/nowhere', headers })
  await app.app.inject({ url: '/v1/items', headers: { host, 'x-request-id': 'the-same-one' } })
  assert.deepEqual(refusals, [
    `refused GET /v1/items/:id of key ${keyId(local)}: SWARM_BAD_INPUT, request the-same-one`,
    `refused GET of no address of key ${keyId(local)}: SWARM_NOT_FOUND, request the-same-one`,
    'refused GET /v1/items of nobody: SWARM_UNAUTHORIZED, request the-same-one',
  ])
  assert.deepEqual(logged, [])
})

test('an address that cannot be decoded is refused in the form of all refusals', async () => {
  const { app } = gatewayBench()
  for (const url of ['/v1/settings/%ff', '/%', '/.well-known/%c3%28']) {
    const answer = await app.app.inject({ url, headers: { host, 'x-request-id': 'the-same-one' } })
    assert.deepEqual([answer.statusCode, answer.json<Problem>().code], [400, 'SWARM_BAD_INPUT'], url)
    assert.match(String(answer.headers['content-type']), /^application\/problem\+json/)
    assert.equal(answer.headers['x-request-id'], 'the-same-one')
  }
})

test('the socket of the owner asks for no key, no Host and no allowance', async () => {
  const { app } = gatewayBench({ kind: 'socket', readsPerMinute: 1 })
  for (let n = 0; n < 5; n++) {
    const answer = await app.app.inject({ url: '/v1/keys', headers: { host: 'whatever' } })
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers['ratelimit'], undefined)
  }
})
