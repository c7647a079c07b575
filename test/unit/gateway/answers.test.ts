import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contracts } from '../../../src/gateway/contract/all.ts'
import { answerJudge } from '../../support/openapi.ts'
import { realMemory } from '../../support/real-memory.ts'
import { realGateway } from '../../support/real-gateway.ts'
import { gardener } from '../../support/voices.ts'

const ERROR = 'Error: listen EADDRINUSE: address already in use :::3000'
const FIX = {
  error: ERROR,
  action: 'stop the other server, then start again',
  cause: 'something listens there',
  commands: [{ run: 'lsof -i :{port}', why: 'who listens' }],
  verify: 'curl localhost:{port}',
  avoid: [{ tried: 'restart the machine' }],
  tags: ['network'],
}
const GUIDE = {
  title: 'Add dark mode to a React app',
  guide: {
    goal: 'follows the system',
    done_when: ['it is dark'],
    steps: [{ do: 'move colours', verify: 'npm test' }],
  },
}

/** Routes that need what a simulated node has not: they are asked of a real one, by `npm run fuzz` and its test. */
const ELSEWHERE = new Set([
  'POST /v1/backups',
  'POST /v1/restore',
  'POST /v1/newcomers/:name/approve',
  'POST /v1/newcomers/:name/ignore',
  'POST /v1/newcomers/:name/block',
  'POST /v1/nodes/:node/revoke',
  'DELETE /v1/nodes/:node',
  'POST /v1/recover',
  'GET /v1/recover',
  'GET /v1/newcomers',
  '* /mcp',
  // It does not end: see `live.test.ts`.
  'GET /v1/live',
])

test('what a node answers is what the document says, route by route', async (t) => {
  const bench = realGateway({ nodes: 3, house: { memory: await realMemory(t) } })
  const judge = answerJudge()
  const good = new Set<string>()
  const wrong: string[] = []
  type Body = Record<string, string> & { items: { id: string; version: string }[] }
  const send = async (route: string, url: string, body?: unknown, headers: object = {}): Promise<Body> => {
    const [method] = route.split(' ') as ['GET']
    const answer = await bench.send(method, url, body, headers)
    const { payload: text, statusCode: status } = answer
    const verdict = judge({ route, status, type: answer.headers['content-type'] ?? '', text })
    if (verdict !== undefined) wrong.push(verdict)
    if (status < 300) good.add(route)
    return (answer.headers['content-type']?.includes('/json') ? answer.json() : {}) as Body
  }

  const made = await send('POST /v1/items', '/v1/items', FIX)
  await send('POST /v1/items', '/v1/items', FIX)
  const of = `/v1/items/${made['id']}`
  await send('POST /v1/items', '/v1/items', { ...FIX, action: 'use another port' })
  const guide = await send('POST /v1/items', '/v1/items', GUIDE)
  const secret = await send('POST /v1/items', '/v1/items', {
    text: 'only mine',
    title: 'note',
    visibility: 'private',
  })
  const resolved = await send('POST /v1/resolve', '/v1/resolve', { error: ERROR })
  await send('POST /v1/resolve', '/v1/resolve', { error: ERROR, max_tokens: 60 })
  await send('POST /v1/resolve', '/v1/resolve', { error: 'all is well' })
  await send('POST /v1/explain', '/v1/explain', { error: ERROR })
  await send('POST /v1/guide', '/v1/guide', { goal: 'dark mode in react' })
  await send('POST /v1/guide', '/v1/guide', { guide: guide['id'], step: 1 })
  await send('POST /v1/guide', '/v1/guide', { goal: 'knit a hat' })
  const lasting = await send('POST /v1/requests', '/v1/requests', { kind: 'resolve', input: { error: ERROR } })
  const wait = { prefer: 'wait=5' }
  await send('POST /v1/requests', '/v1/requests', { kind: 'guide', input: { goal: 'dark mode in react' } }, wait)
  await send('POST /v1/requests', '/v1/requests', { kind: 'explain', input: { error: ERROR } }, wait)
  await send('GET /v1/requests', '/v1/requests?limit=2')
  await send('GET /v1/requests/:id', `/v1/requests/${lasting['id']}`, undefined, wait)
  await send('GET /v1/requests/:id/stream', `/v1/requests/${lasting['id']}/stream`)
  await send('DELETE /v1/requests/:id', `/v1/requests/${lasting['id']}`)
  await send('GET /v1/requests/:id', '/v1/requests/q_aaaaaaaaaaaaaaaaaaaa')
  const outcome = { receipt: resolved['receipt'], item: made['id'], result: 'worked', verified: true }
  await send('POST /v1/outcomes', '/v1/outcomes', outcome)
  const asked = { question: 'Which port is taken?', response: 'The one of the other server.', tags: ['ports'] }
  const stored = await send('POST /store_response', '/store_response', asked)
  await send('POST /v1/memories', '/v1/memories', { ...asked, response: 'Look with ss -ltn.' })
  await send('POST /v1/memories', '/v1/memories', { ...asked, question: '' })
  const memory = `/v1/memories/${stored['question_id']}`
  await send('GET /get_knowledge/:question_id', `/get_knowledge/${stored['question_id']}?history=1`)
  await send('GET /get_knowledge/:question_id', '/get_knowledge/which-port-is-taken')
  await send('GET /v1/memories', '/v1/memories?limit=1')
  await send('GET /v1/memories', '/v1/memories?q=port%20taken')
  await send('GET /v1/memories/:question_id', memory)
  await send('GET /v1/memories/:question_id/history', `${memory}/history`)
  await send('PATCH /v1/memories/:question_id', memory, { tags: ['net'] })
  await send('PUT /v1/memories/:question_id/pin', `${memory}/pin`, { pinned: true })
  await send('GET /v1/memory', '/v1/memory')
  await send('GET /v1/memory/export', '/v1/memory/export')
  await send('POST /v1/memory/import', '/v1/memory/import', asked, { 'content-type': 'application/x-ndjson' })
  await send('DELETE /v1/memories/:question_id', memory)
  await send('DELETE /v1/memories/:question_id', '/v1/memories/q_nope')
  await send('GET /v1/items', '/v1/items')
  await send('GET /v1/items', '/v1/items?q=port&limit=1')
  const item = await send('GET /v1/items/:id', of)
  const edited = await send('PATCH /v1/items/:id', of, { solution: { cause: 'another one' } })
  const history = await send('GET /v1/items/:id/versions', `${of}/versions`)
  assert.equal(history['present'], edited['version'])
  await send('GET /v1/items/:id/versions/:version', `${of}/versions/${item['version']}`)
  await send('GET /v1/items/:id/diff', `${of}/diff`)
  await send('POST /v1/items/:id/restore', `${of}/restore`, { version: item['version'] })
  await send('POST /v1/items/:id/publish', `/v1/items/${secret['id']}/publish`, {})
  await send('DELETE /v1/items/:id', `/v1/items/${secret['id']}`)
  await send('GET /v1/items/:id', `/v1/items/${secret['id']}`)

  // Two who do not see each other change the same: a conflict, settled twice.
  bench.world.cut(['a'])
  for (const [at, cause] of [
    ['a', 'first'],
    ['b', 'second'],
    ['b', 'third'],
  ] as const)
    bench.world.wait(at, 'edit', { id: made['id'] as never, source: 'api', patch: { solution: { cause } } })
  bench.world.heal().run(300)
  const { conflicts } = (await send('GET /v1/conflicts', '/v1/conflicts')) as unknown as {
    conflicts: { others: { version: string }[] }[]
  }
  await send('POST /v1/items/:id/dismiss', `${of}/dismiss`, { version: conflicts[0]?.others[0]?.version })
  bench.world.cut(['a'])
  for (const at of ['a', 'b'])
    bench.world.wait(at, 'edit', { id: made['id'] as never, source: 'api', patch: { title: `told by ${at}` } })
  bench.world.heal().run(300)
  await send('POST /v1/items/:id/merge', `${of}/merge`, { patch: { title: 'told by both' } })

  await send('POST /v1/purges', '/v1/purges', { author: 'b', dry_run: true })
  const purge = await send('POST /v1/purges', '/v1/purges', { author: 'b' })
  await send('GET /v1/purges', '/v1/purges')
  await send('GET /v1/purges/:id', `/v1/purges/${purge['id']}`)
  await send('DELETE /v1/purges/:id', `/v1/purges/${purge['id']}`)
  await send('POST /v1/blocks', '/v1/blocks', { author: 'b', blocked: true })
  await send('GET /v1/blocks', '/v1/blocks')
  await send('GET /v1/review', '/v1/review')
  await send('POST /v1/review/:id', `/v1/review/${made['id']}`, { accept: true })

  bench.live.event({ type: 'learned', items: 1, from: ['b'] })
  for (const path of [
    'events',
    'specialisations',
    'knowledge',
    'status',
    'nodes',
    'leader',
    'settings',
    'keys',
    'session',
    'audit',
  ])
    await send(`GET /v1/${path}`, `/v1/${path}`)
  await send('GET /v1/jobs', '/v1/jobs')
  await send('GET /v1/recover', '/v1/recover')
  const written = await send('PUT /v1/settings/:key', '/v1/settings/voters.max', { value: 3 })
  await send('GET /v1/settings/:key', '/v1/settings/voters.max')
  await send('GET /v1/settings/:key', '/v1/settings/voters.max?local=1')
  const match = { 'if-match': `"${written['version']}"` }
  await send('DELETE /v1/settings/:key', '/v1/settings/voters.max', undefined, match)
  await send('DELETE /v1/settings/:key', '/v1/settings/voters.max', undefined, match)
  const { name: _name, ...voice } = gardener
  await send('POST /v1/personalities', '/v1/personalities', gardener)
  await send('PUT /v1/personalities/:name', '/v1/personalities/gardener', voice)
  await send('GET /v1/personalities/:name', '/v1/personalities/gardener')
  await send('GET /v1/personalities/:name/versions', '/v1/personalities/gardener/versions')
  await send('PUT /v1/voices', '/v1/voices', { name: 'gardener' })
  await send('GET /v1/voices', '/v1/voices')
  await send('GET /get_personality', '/get_personality')
  await send('DELETE /v1/personalities/:name', '/v1/personalities/gardener')
  await send('DELETE /v1/personalities/:name', '/v1/personalities/gardener')
  await send('DELETE /v1/personalities/:name', '/v1/personalities/pirate')
  await send('GET /v1/personalities', '/v1/personalities')
  await send('PUT /v1/nodes/:node/drain', '/v1/nodes/b/drain', { on: true })
  await send('POST /v1/leader/step-down', '/v1/leader/step-down', {})
  bench.world.run(100)
  const lines = { 'content-type': 'application/x-ndjson' }
  await send('POST /v1/knowledge', '/v1/knowledge', { text: 'a line' }, lines)
  const key = await send('POST /v1/keys', '/v1/keys', { name: 'x', scopes: ['read'] })
  await send('POST /v1/keys/:id/rotate', `/v1/keys/${key['id']}/rotate`, {})
  await send('DELETE /v1/keys/:id', `/v1/keys/${key['id']}`)
  const { ticket } = await send('POST /v1/session/tickets', '/v1/session/tickets', {})
  await send('POST /v1/session', '/v1/session', { ticket })
  await send('POST /v1/session', '/v1/session', { ticket })
  await send('DELETE /v1/session', '/v1/session')
  await send('POST /v1/live/tickets', '/v1/live/tickets', {})
  await send('GET /v1/live', '/v1/live?topics=nothing')
  await send('POST /v1/tokens', '/v1/tokens', {})
  await send('POST /v1/rekey', '/v1/rekey', {})
  for (const path of ['/livez', '/readyz', '/metrics', '/openapi.json', '/docs']) await send(`GET ${path}`, path)
  await send('GET /docs/:file', '/docs/start.js')

  // Refusals, each once.
  await send('POST /v1/items', '/v1/items', { nothing: 1 })
  await send('POST /v1/items', '/v1/items', undefined, { 'content-type': 'application/json' })
  await send('PATCH /v1/items/:id', of, { title: 'x' }, { 'if-match': '"0000000000000000"' })
  await send('GET /v1/items/:id', '/v1/items/k_aaaaaaaaaaaaaaaa')
  await send('GET /v1/items', '/v1/items?limit=0')
  await send('GET /v1/status', '/v1/status', undefined, { 'x-api-key': 'wrong' })
  await send('GET /v1/keys', '/v1/keys', undefined, { 'x-api-key': bench.key('read') })
  await send('POST /v1/resolve', '/v1/resolve', { error: 'x' }, { 'content-type': 'text/plain' })
  await send('POST /v1/leave', '/v1/leave', {})

  assert.deepEqual(wrong, [])
  const unseen = Object.keys(contracts).filter((route) => !good.has(route) && !ELSEWHERE.has(route))
  assert.deepEqual(unseen, [])
})
