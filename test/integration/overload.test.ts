import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { Agent, type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { Home, type Status, until } from '../support/cli.ts'
import { HERE } from '../support/errors.ts'
import { openLive, streamLive } from '../support/live-client.ts'

/** As many as one key may have under way. */
const LANES = 64
/** With so many lanes each, more than a node takes at once. */
const FLOODERS = 5
/** The most that SIGTERM may take, milliseconds. */
const EXIT_MS_MAX = 5_000
/** How the node itself, and not its door, says that it stops. */
const DROPPED = '"next":"Ask again when it is up."'
/** Reading it takes the thread some time. */
const LONG = Array.from(
  { length: 800 },
  (_, n) => `[${n}] webpack: module ./src/part${n}.ts was built in ${n} ms`,
).join('\n')

interface Answered {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

/** Connections that are kept, of one key. */
class Caller {
  readonly agent = new Agent({ keepAlive: true, maxSockets: LANES })
  readonly #port: number
  readonly #key: string

  constructor(port: number, key: string) {
    this.#port = port
    this.#key = key
  }

  /** Rejects when the connection is refused or ends; `reused` says that it was one that had answered before. */
  ask(path: string, body?: object): Promise<Answered> {
    const { promise, reject, resolve } = Promise.withResolvers<Answered>()
    const text = body === undefined ? '' : JSON.stringify(body)
    const call = request(
      {
        host: '127.0.0.1',
        port: this.#port,
        agent: this.agent,
        path,
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          'x-api-key': this.#key,
          ...(body === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
        },
      },
      (response) => {
        let all = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (all += chunk))
        response.on('error', reject)
        response.once('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text: all }),
        )
      },
    )
    call.on('error', (error) => reject(Object.assign(error, { reused: call.reusedSocket })))
    call.end(text)
    return promise
  }
}

test('some keys flood: another gets its answers, and all is told early; SIGTERM then loses nothing', async (t) => {
  const home = new Home(t)
  const folder = join(home.dir, 'config', 'mcp-swarm')
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    join(folder, 'config.yaml'),
    'swarm: { hosts: [127.0.0.1] }\ndiscovery: { beacon: false, mdns: false }\napi: { readsPerMinute: 1000000 }\n',
  )
  await home.start('alpha')
  const status = await home.json<Status>(['status'])
  const port = Number(new URL(status.api.url).port)
  const owner = new Caller(port, readFileSync(join(home.dir, 'nodes/alpha/api.key'), 'utf8').trim())
  assert.equal((await owner.ask('/v1/items', { error: HERE, action: 'do it' })).status, 201)
  const keyOf = async (name: string): Promise<string> => {
    const { text } = await owner.ask('/v1/keys', { name, scopes: ['admin'] })
    return (JSON.parse(text) as { key: string }).key
  }
  const otherKey = await keyOf('other')
  const other = new Caller(port, otherKey)
  const flooders = (await Promise.all(Array.from({ length: FLOODERS }, (_, n) => keyOf(`flood ${n}`)))).map(
    (key) => new Caller(port, key),
  )

  // What is long keeps the one thread busy; each lane asks again at once until it is refused.
  const statuses = new Map<number, number>()
  const over = new AbortController()
  let refusal: Answered | undefined
  const lane = async (flooder: Caller): Promise<void> => {
    while (!over.signal.aborted) {
      const answer = await flooder.ask('/v1/resolve', { error: LONG })
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
      if (answer.status !== 503) continue
      refusal = answer
      return
    }
  }
  const lanes = flooders.flatMap((flooder) => Array.from({ length: LANES }, () => lane(flooder)))
  await until('the flood is refused', () => refusal !== undefined, 60_000)
  for (let n = 0; n < 4; n++) {
    const { status: code, text } = await other.ask('/v1/resolve', { error: HERE })
    assert.equal(code, 200, text)
    assert.match(text, /do it/)
  }
  assert.equal((await other.ask('/livez')).status, 200)
  const metrics = (await other.ask('/metrics')).text
  over.abort()
  await Promise.all(lanes)
  assert.deepEqual(
    [...statuses.keys()].sort((a, b) => a - b),
    [200, 503],
  )
  assert.deepEqual(
    [refusal?.headers['retry-after'], /SWARM_\w+/.exec(refusal?.text ?? '')?.[0]],
    ['2', 'SWARM_OVERLOADED'],
  )
  assert.match(metrics, /^mcp_swarm_http_requests_refused_total\{reason="overloaded"\} [1-9]/m)
  t.diagnostic(`answers to the flood: ${JSON.stringify(Object.fromEntries(statuses))}`)

  // Clients of all kinds, when the node is told to stop.
  const socket = await openLive(`ws://127.0.0.1:${port}`, { headers: { 'x-api-key': otherKey } })
  socket.say({ subscribe: ['events', 'logs'] })
  await socket.frames.first(({ type }) => type === 'ready')
  const stream = await streamLive({ port }, '/v1/live?topics=nodes', { 'x-api-key': otherKey })
  await assert.rejects(openLive(`ws://127.0.0.1:${port}`, { headers: { 'x-api-key': 'wrong' } }), /refused: 401/)

  let answered = 0
  let told = 0
  const wrong: string[] = []
  const steady = async (caller: Caller): Promise<void> => {
    for (;;) {
      try {
        const { headers, status: code, text } = await caller.ask('/v1/resolve', { error: HERE })
        if (code === 200) answered += 1
        // Refused at the door is well; taken in and then refused is not.
        else if (code !== 503 || text.includes(DROPPED)) wrong.push(`${code} ${text}`)
        if (headers['connection'] !== 'close') continue
        told += 1
        return
      } catch (error) {
        // A connection that had ended before the next request was on it is none that took it.
        const { code, reused } = error as { readonly code?: string; readonly reused?: boolean }
        if (code !== 'ECONNREFUSED' && !(code === 'ECONNRESET' && reused === true)) wrong.push(String(error))
        return
      }
    }
  }
  const steadies = [...flooders.slice(0, 1), other].flatMap((caller) =>
    Array.from({ length: 8 }, () => steady(caller)),
  )
  await until('all ask', () => answered > 100)
  // They are with the node before it hears of the end: their answers count.
  const under = Array.from({ length: 8 }, () => other.ask('/v1/resolve', { error: HERE + LONG }))
  const inside = /^mcp_swarm_http_requests_working (\d+)/m
  await until('they are under way', async () => {
    const { text } = await other.ask('/metrics')
    return Number(inside.exec(text)?.[1]) >= 1
  })
  const began = performance.now()
  process.kill(status.node.pid, 'SIGTERM')
  for (const one of await Promise.all(under)) assert.equal(one.status, 200, one.text)
  await Promise.all(steadies)
  const { code } = await socket.closed
  assert.equal(code, 1001)
  await stream.closed
  await until('the process is gone', () => !isRunning(status.node.pid), EXIT_MS_MAX)
  const ms = performance.now() - began
  assert.deepEqual(wrong, [])
  assert.ok(ms <= EXIT_MS_MAX, `${ms} ms`)
  t.diagnostic(`answered ${answered}, told to go ${told} of ${steadies.length}, exit after ${Math.round(ms)} ms`)
  for (const { agent } of [...flooders, other, owner]) agent.destroy()
})

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
