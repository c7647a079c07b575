import assert from 'node:assert/strict'
import { test } from 'node:test'
import fastify, { type FastifyInstance } from 'fastify'
import { errorTable, SwarmError } from '../../../src/base/index.ts'
import { decorateCaller } from '../../../src/gateway/caller.ts'
import { guardLoopback } from '../../../src/gateway/guard.ts'
import { fromFastify, sendProblem } from '../../../src/gateway/problem.ts'

const KEY = `mcps_00000000_${'k'.repeat(43)}`

function guarded(): FastifyInstance {
  const app = fastify()
  decorateCaller(app)
  guardLoopback(app, KEY)
  app.setErrorHandler((error, request, reply) =>
    sendProblem(
      request,
      reply,
      error instanceof SwarmError ? error : fromFastify(error as Error & { code: string; name: string }),
    ),
  )
  app.get('/v1/thing', () => ({ ok: true }))
  app.get('/livez', () => ({ ok: true }))
  app.get('/boom', () => {
    throw new TypeError('a secret of the inside')
  })
  return app
}

const status = async (url: string, headers: Record<string, string>): Promise<number> =>
  (await guarded().inject({ url, headers })).statusCode

const authorization = `Bearer ${KEY}`

test('only names of this machine are a Host, with any port', async () => {
  for (const host of ['localhost', 'LOCALHOST:7700', '127.0.0.1', '127.0.0.1:1', '[::1]:7700'])
    assert.equal(await status('/v1/thing', { host, authorization }), 200, host)
  for (const host of [
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.nip.io',
    '127.0.0.2',
    '0',
    '::1',
    'localhost:x',
  ])
    assert.equal(await status('/v1/thing', { host, authorization }), 403, host)
})

test('a page of another site is refused, also with the key; null is another site', async () => {
  const host = 'localhost:7700'
  for (const origin of ['http://localhost:7700', 'https://127.0.0.1', 'http://[::1]:3000'])
    assert.equal(await status('/v1/thing', { host, origin, authorization }), 200, origin)
  for (const origin of [
    'null',
    '',
    'https://evil.example',
    'http://localhost.evil.example',
    'file://localhost',
    'http://localhost/x',
  ])
    assert.equal(await status('/v1/thing', { host, origin, authorization }), 403, origin)
})

test('the key counts whole, in either header; a probe needs none', async () => {
  const host = 'localhost'
  assert.equal(await status('/v1/thing', { host, 'x-api-key': KEY }), 200)
  assert.equal(await status('/v1/thing', { host, authorization: `bearer ${KEY}` }), 200)
  assert.equal(await status('/livez?x=1', { host }), 200)
  for (const wrong of ['', KEY.slice(0, -1), `${KEY}k`, KEY.toUpperCase()]) {
    assert.equal(await status('/v1/thing', { host, 'x-api-key': wrong }), 401, wrong)
    assert.equal(await status('/v1/thing', { host, authorization: `Bearer ${wrong}` }), 401, wrong)
  }
  for (const path of ['/livez/../v1/thing', '/livez%2f..%2fv1/thing', '/v1/thing?/livez', '//livez', '/LIVEZ'])
    assert.equal(await status(path, { host }), 401, path)
})

test('an empty key of ours lets nobody in', async () => {
  const app = fastify()
  guardLoopback(app, '')
  app.get('/v1/thing', () => ({ ok: true }))
  for (const headers of [{ 'x-api-key': '' }, { authorization: 'Bearer ' }])
    assert.notEqual(
      (await app.inject({ url: '/v1/thing', headers: { host: 'localhost', ...headers } })).statusCode,
      200,
    )
})

test('a failure is a problem of the table, and says nothing of the inside', async () => {
  const boom = await guarded().inject({ url: '/boom', headers: { host: 'localhost', authorization } })
  assert.equal(boom.statusCode, 500)
  assert.match(String(boom.headers['content-type']), /^application\/problem\+json/)
  assert.equal(boom.json<{ code: string }>().code, 'SWARM_INTERNAL')
  assert.doesNotMatch(boom.body, /secret/)
  const refused = await guarded().inject({ url: '/v1/thing', headers: { host: 'localhost' } })
  const problem = refused.json<{ status: number; title: string; type: string; next: string; instance: string }>()
  assert.equal(problem.status, errorTable.SWARM_UNAUTHORIZED.http)
  assert.equal(problem.title, errorTable.SWARM_UNAUTHORIZED.title)
  assert.equal(problem.type, 'urn:mcp-swarm:error:SWARM_UNAUTHORIZED')
  assert.match(problem.next, /api\.key/)
})
