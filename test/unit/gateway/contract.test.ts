import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { contracts, UNDESCRIBED } from '../../../src/gateway/contract/all.ts'
import { openapi, operationIdOf } from '../../../src/gateway/contract/openapi.ts'
import { routeScopes, takesQuery } from '../../../src/gateway/scopes.ts'
import { gatewayBench } from '../../support/gateway.ts'

const host = 'localhost'

test('every route has a contract, and no other has one', () => {
  const wanted = Object.keys(routeScopes).filter((route) => !UNDESCRIBED.has(route))
  assert.deepEqual(Object.keys(contracts).sort(), wanted.sort())
  const ids = Object.keys(contracts).map(operationIdOf)
  assert.equal(new Set(ids).size, ids.length)
})

test('who asks for no document does not load what it is made of', () => {
  const eager = globSync('src/gateway/*.ts').filter((file) => /from '\.\/contract\//.test(readFileSync(file, 'utf8')))
  assert.deepEqual(eager, [])
})

test('an address takes a query where its contract has one, and nowhere else', async () => {
  for (const [route, { query }] of Object.entries(contracts)) {
    const [method = '', url = ''] = route.split(' ')
    assert.equal(takesQuery(method, url), query !== undefined, route)
  }
  const { app, local } = gatewayBench()
  const stray = await app.app.inject({ url: '/v1/settings?limt=5', headers: { host, 'x-api-key': local } })
  assert.equal(stray.statusCode, 400)
  assert.match(stray.json<{ detail: string }>().detail, /no parameter `limt`/)
  assert.equal((await app.app.inject({ url: '/livez?since=1', headers: { host } })).statusCode, 200)
})

test('the document is OpenAPI 3.1, and says the same each time it is made', async () => {
  const text = JSON.stringify(openapi('0'))
  assert.equal(JSON.stringify(openapi('0')), text)
  const validator = new Validator()
  assert.deepEqual(await validator.validate(JSON.parse(text) as Record<string, unknown>), { valid: true })
  assert.equal(validator.version, '3.1')
  // Every reference leads somewhere, and nothing stands there for nobody.
  const { components } = JSON.parse(text) as { components: Record<string, Record<string, unknown>> }
  const named = new Set(
    [...text.matchAll(/"\$ref":"#\/components\/(\w+)\/([\w-]+)"/g)].map(([, kind, name]) => `${kind}/${name}`),
  )
  const there = Object.entries(components)
    .filter(([kind]) => kind !== 'securitySchemes')
    .flatMap(([kind, all]) => Object.keys(all).map((name) => `${kind}/${name}`))
  assert.deepEqual(
    [...named].filter((one) => !there.includes(one)),
    [],
  )
})

test('the document is there for who may read, and not sent twice to who has it', async () => {
  const { app, key, local } = gatewayBench()
  assert.equal((await app.app.inject({ url: '/openapi.json', headers: { host } })).statusCode, 401)
  const headers = { host, 'x-api-key': key('read') }
  const first = await app.app.inject({ url: '/openapi.json', headers })
  assert.equal(first.statusCode, 200)
  assert.deepEqual(first.json(), JSON.parse(JSON.stringify(openapi('0'))))
  const etag = String(first.headers['etag'])
  const again = await app.app.inject({ url: '/openapi.json', headers: { ...headers, 'if-none-match': etag } })
  assert.deepEqual([again.statusCode, again.body], [304, ''])
  assert.notEqual(local, '')
})

test('the page opens without a key, needs nothing from elsewhere, and nothing may be put into it', async () => {
  const { app } = gatewayBench()
  const get = async (url: string, headers = {}) => app.app.inject({ url, headers: { host, ...headers } })
  const page = await get('/docs')
  assert.equal(page.statusCode, 200)
  const policy = String(page.headers['content-security-policy'])
  for (const part of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"])
    assert.ok(policy.includes(part), policy)
  const files = [...page.body.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path ?? '')
  assert.equal(files.length, 3)
  assert.doesNotMatch(page.body, /https?:|<script>|style>/)
  for (const file of files) {
    const { headers, rawPayload, statusCode } = await get(file)
    assert.equal(statusCode, 200, file)
    assert.match(String(headers['content-type']), file.endsWith('.css') ? /^text\/css/ : /^text\/javascript/)
    assert.ok(rawPayload.length > 500, file)
  }
  for (const [path, status] of [
    ['/docs/package.json', 404],
    ['/docs/..%2fpackage.json', 404],
    ['/docs/__proto__', 404],
  ] as const)
    assert.equal((await get(path)).statusCode, status, path)
  assert.equal((await get('/docs', { host: 'evil.example' })).statusCode, 403)
  assert.equal((await get('/docs', { origin: 'https://evil.example' })).statusCode, 403)
})

test('a probe says why to the owner alone', async () => {
  const facts = (): Promise<never> =>
    Promise.resolve({ stage: 'degraded', reason: 'cannot write /home/ana/x' } as never)
  for (const [kind, says] of [
    ['socket', /cannot write/],
    ['loopback', /with less than it could/],
  ] as const) {
    const { app } = gatewayBench({ kind, facts })
    const { body, statusCode } = await app.app.inject({ url: '/readyz', headers: { host } })
    assert.equal(statusCode, 200)
    assert.match(body, says)
    assert.equal(body.includes('/home/ana'), kind === 'socket')
  }
})
