import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { type Bench, type BenchOptions, gatewayBench } from '../../support/gateway.ts'

/** Long for anything here; a test that reaches it has failed. */
const PATIENCE_MS = 20_000

async function listening(t: TestContext, options: BenchOptions = {}): Promise<Bench & { readonly port: number }> {
  const bench = gatewayBench(options)
  const { app, closeMcp } = bench.app
  await app.listen({ host: '127.0.0.1', port: 0 })
  t.after(async () => {
    await closeMcp()
    await app.close()
  })
  return { ...bench, port: (app.server.address() as AddressInfo).port }
}

interface Talk {
  readonly socket: Socket
  /** All that came until the other side closed. */
  readonly heard: Promise<string>
}

function talk(t: TestContext, port: number, bytes: string): Talk {
  const socket = connect(port, '127.0.0.1')
  t.after(() => socket.destroy())
  const { promise: heard, reject, resolve } = Promise.withResolvers<string>()
  const late = setTimeout(() => reject(new Error('the connection stays open')), PATIENCE_MS)
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  socket.once('close', () => {
    clearTimeout(late)
    resolve(text)
  })
  socket.on('error', () => {})
  socket.write(bytes)
  return { socket, heard }
}

const head = (key: string, path: string, length = 100): string =>
  [
    `POST ${path} HTTP/1.1`,
    'Host: localhost',
    `X-API-Key: ${key}`,
    'Content-Type: application/json',
    `Content-Length: ${length}`,
    '',
    '{"error":',
  ].join('\r\n')

test('a body that does not end is refused in time, with a problem, and the connection ends', async (t) => {
  const { local, logged, port } = await listening(t, { bodyMs: 100 })
  const { heard } = talk(t, port, head(local, '/v1/resolve'))
  const text = await heard
  assert.match(text, /^HTTP\/1\.1 408 /)
  assert.match(text, /content-type: application\/problem\+json/)
  assert.match(text, /"code":"SWARM_SLOW_SENDER"/)
  assert.match(text, /connection: close/i)
  assert.deepEqual(logged, [])
})

test('who drips letter by letter is no better off, nor one that was refused before', async (t) => {
  const { local, port } = await listening(t, { bodyMs: 150 })
  const dripping = talk(t, port, head(local, '/v1/items', 1_000_000))
  const drip = setInterval(() => dripping.socket.write(' '), 20)
  t.after(() => clearInterval(drip))
  assert.match(await dripping.heard, /^HTTP\/1\.1 408 /)
  const refused = talk(t, port, head('wrong', '/v1/items', 1_000_000))
  assert.match(await refused.heard, /^HTTP\/1\.1 401 /)
  const nowhere = talk(t, port, head(local, '/v1/nowhere', 1_000_000))
  assert.match(await nowhere.heard, /^HTTP\/1\.1 408 /)
  const mcp = talk(t, port, head(local, '/mcp', 1_000_000))
  assert.match(await mcp.heard, /^HTTP\/1\.1 4\d\d /)
})

test('a body that comes in pieces is waited for', async (t) => {
  const { local, port } = await listening(t, { bodyMs: PATIENCE_MS })
  const { heard, socket } = talk(t, port, head(local, '/v1/resolve', 13))
  socket.write('"x"}')
  socket.end()
  assert.match(await heard, /^HTTP\/1\.1 200 /)
})

test('what is no HTTP gets a problem too', async (t) => {
  const { port } = await listening(t)
  for (const [bytes, status, code] of [
    ['nonsense\r\n\r\n', 400, 'SWARM_BAD_INPUT'],
    [`GET /livez HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`, 431, 'SWARM_LONG_HEADERS'],
  ] as const) {
    const text = await talk(t, port, bytes).heard
    assert.match(text, new RegExp(`^HTTP/1\\.1 ${status} `))
    const problem = JSON.parse(text.split('\r\n\r\n')[1] ?? '') as { code: string; status: number }
    assert.deepEqual([problem.code, problem.status], [code, status])
  }
})

test('lines may take longer than a body, as long as they come', async (t) => {
  const { local, port } = await listening(t, { bodyMs: 1_000 })
  const start = head(local, '/v1/knowledge', 60).replace('application/json', 'application/x-ndjson')
  const steady = talk(t, port, start.replace('{"error":', '{"text":"1"}\n'))
  for (let n = 2; n <= 4; n++) {
    await pause(300)
    steady.socket.write(`{"text":"${n}"}\n`)
  }
  steady.socket.write('\n'.repeat(8))
  steady.socket.end()
  assert.match(await steady.heard, /^HTTP\/1\.1 200 [^]*"lines":4/)
  const silent = talk(t, port, start.replace('{"error":', '{"text":"1"}\n'))
  const text = await silent.heard
  assert.match(text, /^HTTP\/1\.1 408 /)
  assert.match(text, /What came before is kept/)
})

test('a refusal costs a connection nothing when the body came all the same', async (t) => {
  const { local, port } = await listening(t, { bodyMs: 100 })
  const warnings: Error[] = []
  const heed = (warning: Error): void => void warnings.push(warning)
  process.on('warning', heed)
  t.after(() => process.off('warning', heed))
  const socket = connect(port, '127.0.0.1')
  t.after(() => socket.destroy())
  let text = ''
  const { promise: last, reject, resolve } = Promise.withResolvers<void>()
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    if (text.includes('"ok":true')) resolve()
  })
  socket.once('close', () => reject(new Error(`cut off after ${text.length} characters`)))
  // Sent in one go, as clients do.
  for (let n = 0; n < 20; n++) socket.write(`${head('wrong', '/v1/items', 13)}"x"}`)
  await pause(400)
  socket.write(`GET /livez HTTP/1.1\r\nHost: localhost\r\nX-API-Key: ${local}\r\n\r\n`)
  await last
  assert.equal(text.match(/HTTP\/1\.1 4\d\d /g)?.length, 20)
  assert.deepEqual(warnings, [])
})
