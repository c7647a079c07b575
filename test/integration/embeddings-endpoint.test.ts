import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { SwarmError } from '../../src/base/index.ts'
import { EmbeddingEndpoint, endpointOf } from '../../src/embeddings/index.ts'
import { cosineOf, type Embedded } from '../../src/resolve/index.ts'
import { EmbeddingServer } from '../support/embedding-server.ts'
import type { Scope } from '../support/scope.ts'
import { scratch } from '../support/storage.ts'

const KEY = 'key-of-nobody-4711'

type Urgency = 'question' | 'background'

async function opened(
  t: Scope,
  more: { readonly timeoutMs?: number } = {},
): Promise<{
  readonly server: EmbeddingServer
  readonly endpoint: EmbeddingEndpoint
  readonly made: (texts: readonly string[], urgency?: Urgency) => Promise<Embedded>
  readonly refused: (texts: readonly string[], urgency?: Urgency) => Promise<SwarmError>
}> {
  const server = await EmbeddingServer.open(t)
  const endpoint = new EmbeddingEndpoint({ url: server.url, model: 'words', key: KEY, timeoutMs: 5_000, ...more })
  t.after(() => endpoint.close())
  const made = (texts: readonly string[], urgency: Urgency = 'background'): Promise<Embedded> =>
    new Promise((resolve, reject) => {
      endpoint.embed(texts, urgency, (result) => (result.ok ? resolve(result.value) : reject(result.error)))
    })
  const refused = (texts: readonly string[], urgency: Urgency = 'question'): Promise<SwarmError> =>
    made(texts, urgency).then(
      () => assert.fail('it was answered'),
      (error: SwarmError) => error,
    )
  return { server, endpoint, made, refused }
}

test('texts become vectors of one space, in the order in which they were given', async (t) => {
  const { made, server } = await opened(t)
  const { space, vectors } = await made(['port in use', 'the socket is occupied', 'a wheel of cheese'])
  assert.equal(space, 'words:64')
  const [first, second, third] = vectors
  assert.ok(first && second && third)
  assert.ok(cosineOf(first, second) > cosineOf(first, third) + 0.2)
  assert.deepEqual(server.asked[0]?.authorization, `Bearer ${KEY}`)
  assert.equal(server.asked[0]?.model, 'words')
})

test('what is secret does not leave the machine', async (t) => {
  const { made, server } = await opened(t)
  const token = `ghp_${'a1B2c3D4e5'.repeat(4).slice(0, 36)}`
  await made([`fatal: Authentication failed for https://user:${token}@example.com/x.git`])
  assert.equal(server.texts.length, 1)
  assert.ok(!server.texts.join('').includes(token))
  assert.match(server.texts.join(''), /Authentication failed/)
})

test('an endpoint that is slow costs a question its time limit, and soon nothing at all', async (t) => {
  const { refused, server } = await opened(t, { timeoutMs: 60 })
  server.deviation = () => {}
  for (let at = 0; at < 3; at++) {
    const { code, message } = await refused(['one'])
    assert.equal(code, 'SWARM_TIMEOUT')
    assert.match(message, /in 60 ms/)
  }
  const { message } = await refused(['one'])
  assert.match(message, /failed too often/)
  assert.equal(server.asked.length, 3)
})

test('in the background it is tried again, and works once the endpoint does', async (t) => {
  const { made, server } = await opened(t)
  server.deviation = (response) => {
    server.deviation = undefined
    response.writeHead(503).end('{"error":{"message":"loading the model"}}')
  }
  assert.equal((await made(['one'])).space, 'words:64')
  assert.equal(server.asked.length, 2)
})

test('a refusal is told in the words of the endpoint, without the key, and is not tried again', async (t) => {
  const { refused, server } = await opened(t)
  server.deviation = (response) => response.writeHead(401).end(`{"error":{"message":"Incorrect API key: ${KEY}"}}`)
  const { code, message, next } = await refused(['one'], 'background')
  assert.equal(code, 'SWARM_EMBEDDINGS')
  assert.match(message, /answered 401: Incorrect API key/)
  assert.ok(!message.includes(KEY))
  assert.match(next ?? '', /MCP_SWARM_EMBEDDINGS_KEY/)
  assert.equal(server.asked.length, 1)
})

test('a text that the endpoint refuses is told apart from an endpoint that does not work', async (t) => {
  const { made, refused, server } = await opened(t)
  server.deviation = (response) => response.writeHead(400).end('{"error":"too many tokens"}')
  for (let at = 0; at < 5; at++) assert.equal((await refused(['long'], 'background')).code, 'SWARM_BAD_INPUT')
  server.deviation = undefined
  assert.equal((await made(['short'])).vectors.length, 1)
})

test('the key goes to nobody else: a redirection is a refusal', async (t) => {
  const { refused, server } = await opened(t)
  const other = await EmbeddingServer.open(t)
  server.deviation = (response) => response.writeHead(307, { location: `${other.url}/embeddings` }).end()
  assert.match((await refused(['one'])).message, /answered 307/)
  assert.equal(other.asked.length, 0)
})

test('answers that make no sense are clear errors', async (t) => {
  const eight = [1, 2, 3, 4, 5, 6, 7, 8]
  const answers: readonly (readonly [string, RegExp])[] = [
    ['<html>', /not an embedding endpoint/],
    ['{"data":[]}', /0 vectors for 1 text/],
    ['{"data":[null]}', /not an embedding endpoint/],
    ['{"data":[{"index":0,"embedding":"AAAA"}]}', /no list of numbers/],
    ['{"data":[{"index":0,"embedding":[1,2]}]}', /2 dimensions; 8 to 8192/],
    [JSON.stringify({ data: [{ index: 7, embedding: eight }] }), /numbers its vectors/],
  ]
  for (const [body, message] of answers) {
    const { refused, server } = await opened(t)
    server.deviation = (response) => response.end(body)
    const error = await refused(['one'])
    assert.equal(error.code, 'SWARM_EMBEDDINGS')
    assert.match(error.message, message)
  }
})

test('another model under the same name is noticed by its dimensions', async (t) => {
  const { made, refused, server } = await opened(t)
  await made(['one'])
  server.dimensions = 96
  const { message, next } = await refused(['one'])
  assert.match(message, /64 and of 96|96 and of 64/)
  assert.match(next ?? '', /embeddings\.model/)
})

test('nobody listens: it says so, and a close ends what waits', async (t) => {
  const { endpoint, made, refused, server } = await opened(t)
  const nobody = new EmbeddingEndpoint({ url: 'http://127.0.0.1:9', model: 'm', key: undefined, timeoutMs: 1_000 })
  const error = await new Promise<SwarmError>((resolve, reject) => {
    nobody.embed(['one'], 'question', (result) => (result.ok ? reject(new Error('answered')) : resolve(result.error)))
  })
  assert.match(error.message, /cannot be reached/)
  await made(['one'])
  server.deviation = () => endpoint.close()
  assert.equal((await refused(['two'], 'background')).code, 'SWARM_STOPPING')
})

test('the key is read from its file; what is none is a clear error', (t) => {
  const file = join(scratch(t), 'key')
  const settings = { url: 'http://127.0.0.1:1/v1', model: 'm', timeoutMs: 300, keyFile: file }
  writeFileSync(file, `${KEY}\n`)
  assert.equal(endpointOf(settings)?.key, KEY)
  writeFileSync(file, 'two\nlines\n')
  assert.throws(() => endpointOf(settings), /does not hold a key/)
  assert.throws(() => endpointOf({ ...settings, keyFile: `${file}.none` }), /cannot be read \(ENOENT\)/)
  assert.equal(endpointOf({ ...settings, url: '' }), undefined)
})
