import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { Home, type Status, until } from '../support/cli.ts'
import { ACTION, HERE, THERE } from '../support/errors.ts'

const MIB = 1024 * 1024

interface Door {
  readonly home: Home
  readonly port: number
  readonly host: string
  readonly key: string
  readonly socket: string
}

async function door(t: TestContext): Promise<Door> {
  const home = new Home(t)
  await home.start('alpha')
  assert.equal((await home.cli(['share', '--action', ACTION], { input: HERE })).code, 0)
  const { api } = await home.json<Status>(['status'])
  const key = readFileSync(join(home.dir, 'nodes/alpha/api.key'), 'utf8').trim()
  const { host, port } = new URL(api.url)
  return { home, host, key, port: Number(port), socket: api.socket }
}

/** Sends these bytes as they are; what comes back until `enough`, or until the other side closes. */
async function raw(
  to: Door,
  bytes: string | Buffer,
  enough: (text: string) => boolean = () => false,
): Promise<string> {
  const socket: Socket = connect(to.port, '127.0.0.1')
  let text = ''
  const { promise, resolve } = Promise.withResolvers<void>()
  socket.on('error', () => resolve()).once('close', () => resolve())
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1')
    if (enough(text)) resolve()
  })
  await once(socket, 'connect')
  socket.write(bytes)
  await promise
  socket.destroy()
  return text
}

const statuses = (text: string): readonly number[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]))

const get = (path: string, headers: readonly string[]): string =>
  [`GET ${path} HTTP/1.1`, ...headers, '', ''].join('\r\n')

const codeIn = (text: string): string | undefined => /"code":"(\w+)"/.exec(text)?.[1]

test('a page in a browser reaches nothing: foreign Host, foreign Origin, Origin null, simple requests', async (t) => {
  const to = await door(t)
  const auth = `Authorization: Bearer ${to.key}`
  const ask = (headers: readonly string[]): Promise<string> =>
    raw(to, get('/v1/status', [...headers, 'Connection: close']))
  const refused: readonly [headers: readonly string[], status: number][] = [
    [['Host: evil.example', auth], 403],
    [[`Host: evil.example:${to.port}`, auth], 403],
    [['Host: 127.0.0.1.evil.example', auth], 403],
    [['Host: localhost@evil.example', auth], 403],
    [['Host: 0.0.0.0', auth], 403],
    [[`Host: ${to.host}`, auth, 'Origin: null'], 403],
    [[`Host: ${to.host}`, auth, 'Origin: https://evil.example'], 403],
    [[`Host: ${to.host}`, auth, 'Origin: http://localhost.evil.example'], 403],
    [[`Host: ${to.host}`, auth, 'Origin: file://'], 403],
    [[`Host: ${to.host}`], 401],
    [[`Host: ${to.host}`, 'Authorization: Bearer '], 401],
    [[`Host: ${to.host}`, 'X-Api-Key: '], 401],
    [[`Host: ${to.host}`, `Authorization: Basic ${Buffer.from(to.key).toString('base64')}`], 401],
    [[`Host: ${to.host}`, `X-Api-Key: ${to.key.slice(0, -1)}`], 401],
    [[auth], 400],
  ]
  for (const [headers, status] of refused)
    assert.deepEqual(statuses(await ask(headers)), [status], headers.join(' | '))
  const allowed = [
    [auth],
    [`X-Api-Key: ${to.key}`],
    [auth, `Origin: http://${to.host}`],
    [auth, 'Origin: http://localhost:5173'],
  ]
  for (const headers of allowed) assert.deepEqual(statuses(await ask([`Host: ${to.host}`, ...headers])), [200])
  assert.deepEqual(statuses(await raw(to, get('/livez', ['Host: evil.example', 'Connection: close']))), [403])
  // What a form of another site can send without asking first.
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
    const body = '{"action":"x","error":"y"}'
    const head = ['POST /v1/items HTTP/1.1', `Host: ${to.host}`, auth, `Content-Type: ${type}`, 'Connection: close']
    const reply = await raw(to, [...head, `Content-Length: ${body.length}`, '', body].join('\r\n'))
    assert.deepEqual(statuses(reply), [415], type)
  }
})

test('bytes that are no HTTP, pipelined bad requests and bodies that never end cost one connection', async (t) => {
  const to = await door(t)
  const auth = `Authorization: Bearer ${to.key}`
  assert.deepEqual(statuses(await raw(to, '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS hello')), [400])
  assert.deepEqual(statuses(await raw(to, `GET / HTTP/1.1\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`)), [431])
  assert.deepEqual(
    statuses(
      await raw(to, `POST /v1/items HTTP/1.1\r\nHost: ${to.host}\r\nContent-Length: 1\r\nContent-Length: 9\r\n\r\n`),
    ),
    [400],
  )
  const both = `POST /v1/items HTTP/1.1\r\nHost: ${to.host}\r\n${auth}\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n`
  assert.deepEqual(statuses(await raw(to, both)), [400])

  // Twenty bad requests in one go are answered one by one, in their order, and the good one behind them too.
  const bad = get('/v1/nothing', [`Host: ${to.host}`, auth])
  const unauthorised = get('/v1/status', [`Host: ${to.host}`])
  const good = get('/v1/status', [`Host: ${to.host}`, auth, 'Connection: close'])
  const replies = statuses(await raw(to, (bad + unauthorised).repeat(10) + good))
  assert.deepEqual(replies, [...Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? 404 : 401)), 200])

  // Many that announce a body and never send it: the others are served meanwhile.
  const slow = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const socket = connect(to.port, '127.0.0.1')
      socket.on('error', () => {})
      await once(socket, 'connect')
      socket.write(
        `POST /v1/resolve HTTP/1.1\r\nHost: ${to.host}\r\n${auth}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"err`,
      )
      return socket
    }),
  )
  assert.deepEqual(statuses(await raw(to, good)), [200])
  assert.match((await to.home.cli(['resolve'], { input: THERE })).stdout, /npm install left-pad/)
  // A stop does not wait for them.
  assert.equal((await to.home.cli(['stop'])).code, 0)
  for (const socket of slow) socket.destroy()
})

test('JSON that is deep, poisoned or huge is a refusal or an answer, never the end', async (t) => {
  const to = await door(t)
  const url = `http://${to.host}`
  const headers = { authorization: `Bearer ${to.key}`, 'content-type': 'application/json' }
  const post = async (path: string, body: string): Promise<{ status: number; text: string }> => {
    const response = await fetch(url + path, { method: 'POST', headers, body })
    return { status: response.status, text: await response.text() }
  }
  const deep = '['.repeat(400_000) + ']'.repeat(400_000)
  const deepCause = `${'{"message":"x","cause":'.repeat(20_000)}{"message":"x"}${'}'.repeat(20_000)}`
  const refused: readonly [path: string, body: string, status: number, code: string][] = [
    ['/v1/resolve', deep, 400, 'SWARM_BAD_INPUT'],
    ['/v1/resolve', `{"error":${deep}}`, 400, 'SWARM_BAD_INPUT'],
    ['/v1/resolve', `{"report":${deepCause}}`, 400, 'SWARM_BAD_INPUT'],
    ['/v1/items', `{"action":"x","applies":{"x":${deep}}}`, 400, 'SWARM_BAD_INPUT'],
    ['/v1/resolve', '{"__proto__":{"x":1},"error":"y"}', 400, 'SWARM_BAD_JSON'],
    ['/v1/resolve', '', 400, 'SWARM_EMPTY_INPUT'],
    ['/v1/resolve', 'null', 400, 'SWARM_EMPTY_INPUT'],
    ['/v1/resolve', '{"error":"x","max_fixes":1e999}', 400, 'SWARM_BAD_INPUT'],
    ['/v1/resolve', `{"error":"${'x'.repeat(8 * MIB + 1)}"}`, 400, 'SWARM_BAD_INPUT'],
  ]
  for (const [path, body, status, code] of refused) {
    const reply = await post(path, body)
    assert.deepEqual([reply.status, codeIn(reply.text)], [status, code], `${body.slice(0, 60)}: ${reply.text}`)
  }
  // The largest text that is taken, of the kind that costs the most: one line, many lines, and what must be masked.
  for (const filler of ['x', '\n', 'a b=c ', 'https://u:p@h/ ', '\u001b[31m', '漢']) {
    const error = filler.repeat(Math.floor((8 * MIB - 2000) / Buffer.byteLength(filler))) + THERE
    const began = performance.now()
    const reply = await post('/v1/resolve', JSON.stringify({ error }))
    assert.equal(reply.status, 200, `${JSON.stringify(filler)}: ${reply.text.slice(0, 200)}`)
    assert.match(reply.text, /npm install left-pad/, JSON.stringify(filler))
    const ms = performance.now() - began
    assert.ok(ms < 10_000, `${JSON.stringify(filler)} took ${ms.toFixed(0)} ms`)
  }
})

test('MCP that is no MCP gets an error of JSON-RPC, and the next call is served', async (t) => {
  const to = await door(t)
  const url = `http://${to.host}/mcp`
  const headers = {
    authorization: `Bearer ${to.key}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  }
  const bodies = [
    '',
    'not json',
    '[]',
    'null',
    '{}',
    '{"jsonrpc":"1.0","id":1,"method":"tools/list"}',
    '{"jsonrpc":"2.0","id":{},"method":"tools/list"}',
    '{"jsonrpc":"2.0","id":1,"method":"no/such"}',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"no_such_tool","arguments":{}}}',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"resolve_error","arguments":{"eror":"x"}}}',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[]}',
    '['.repeat(100_000),
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"resolve_error","arguments":{"report":${'{"message":"x","cause":'.repeat(20_000)}1${'}'.repeat(20_000)}}}}`,
  ]
  for (const body of bodies) {
    const reply = await fetch(url, { method: 'POST', headers, body })
    const text = await reply.text()
    assert.ok(reply.status < 500, `${body.slice(0, 80)}: ${reply.status} ${text}`)
    assert.match(text, /"error"|"isError":true/, `${body.slice(0, 80)}: ${reply.status} ${text}`)
    assert.doesNotMatch(text, /at .+:\d+:\d+/, 'no stack')
  }
  assert.equal((await fetch(url, { method: 'DELETE', headers })).status < 500, true)
  const list = await fetch(url, { method: 'POST', headers, body: '{"jsonrpc":"2.0","id":7,"method":"tools/list"}' })
  assert.match(await list.text(), /resolve_error/)
  await until('the node is well', async () => (await to.home.json<Status>(['status'])).stage === 'serving')
})
