import assert from 'node:assert/strict'
import { Agent, type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { errorTable } from '../../../src/base/index.ts'
import { answerJudge, routeTo } from '../openapi.ts'

export interface HttpCase {
  /** The route it is meant for; for the message of a failure. */
  readonly route: string
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
}

export interface Target {
  readonly port: number
  readonly key: string
  readonly agent: Agent
  /** How often each status was answered. */
  readonly statuses: Map<number, number>
}

export const targetAt = (port: number, key: string): Target => ({
  port,
  key,
  agent: new Agent({ keepAlive: true, maxSockets: 4 }),
  statuses: new Map(),
})

/** Long for an answer; the node itself gives up before. */
const ANSWER_MS_MAX = 20_000
/** Of a stream that does not end by itself, the beginning. */
const STREAM_MS = 50

/**
 * Failures that are the truth and not a fault: it stops, it has no leader, a leader went away, too much waits. Where
 * nothing of that can be, the count tells.
 */
const JUSTIFIED: ReadonlySet<string> = new Set([
  'SWARM_STOPPING',
  'SWARM_NO_LEADER',
  'SWARM_OVERLOADED',
  'SWARM_TIMEOUT',
])

export interface Answer {
  readonly status: number
  readonly type: string
  readonly text: string
  readonly id: string | undefined
}

function ask({ agent, key, port }: Target, { body, headers, method, path }: HttpCase): Promise<Answer> {
  const { promise, reject, resolve } = Promise.withResolvers<Answer>()
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  const call = request(
    {
      host: '127.0.0.1',
      port,
      agent,
      method,
      path,
      headers: { authorization: `Bearer ${key}`, ...headers, ...length },
    },
    (response: IncomingMessage) => {
      let text = ''
      const type = response.headers['content-type'] ?? ''
      const done = (): void =>
        resolve({
          status: response.statusCode ?? 0,
          type,
          text,
          id: response.headers['x-request-id'] as string | undefined,
        })
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.once('end', done).once('close', done).on('error', done)
      if (type.startsWith('text/event-stream')) setTimeout(() => response.destroy(), STREAM_MS).unref()
    },
  )
  call.setTimeout(ANSWER_MS_MAX, () => call.destroy(new Error('no answer')))
  call.on('error', reject)
  call.end(body)
  return promise
}

/** Sends it, and says what is wrong with the answer by throwing. */
export async function judge(target: Target, one: HttpCase): Promise<void> {
  const answer = await ask(target, one)
  target.statuses.set(answer.status, (target.statuses.get(answer.status) ?? 0) + 1)
  judgeAnswer(one, answer)
}

const wrongWith = answerJudge()

/** Says what is wrong with an answer by throwing. */
export function judgeAnswer(one: HttpCase, { id, status, text, type }: Answer): void {
  const said = `${one.method} ${one.path}: ${status} ${text.slice(0, 400)}`
  assert.ok(id !== undefined && id !== '', `no request id: ${said}`)
  assert.doesNotMatch(text, /\n\s+at .+:\d+:\d+/, `a stack: ${said}`)
  if (one.route === 'mcp' && type.startsWith('application/json')) return assert.ok(status < 500, said)
  const route = one.route === 'mcp' ? undefined : routeTo(one.method, one.path)
  if (route !== undefined && route !== '* /mcp') {
    const wrong = wrongWith({ route, status, type, text })
    assert.equal(wrong, undefined, said)
  }
  if (status < 400 || one.method === 'HEAD' || one.method === 'QUERY') return assert.ok(status < 500, said)
  if (one.route === 'mcp' && !type.startsWith('application/problem+json')) return assert.ok(status < 500, said)
  assert.match(type, /^application\/problem\+json/, said)
  const problem = JSON.parse(text) as { readonly code: keyof typeof errorTable; readonly status: number }
  assert.equal(errorTable[problem.code]?.http, status, said)
  assert.equal(problem.status, status, said)
  assert.ok(status < 500 || JUSTIFIED.has(problem.code), said)
}

/** Bytes as they are; the status lines that came back when the other side closed, or said what it thinks. */
export async function judgeBytes({ port, statuses }: Target, bytes: Uint8Array): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1')
    if (text.includes('\r\n\r\n')) resolve()
  })
  socket.on('error', () => resolve()).once('close', () => resolve())
  // What is no whole request is waited for by the other side: half of this connection is closed, as a client does
  // that is done.
  socket.once('connect', () => socket.end(bytes))
  const late = setTimeout(() => resolve(), ANSWER_MS_MAX)
  await promise
  clearTimeout(late)
  socket.destroy()
  for (const [, status = ''] of text.matchAll(/HTTP\/1\.1 (\d{3}) /g)) {
    statuses.set(Number(status), (statuses.get(Number(status)) ?? 0) + 1)
    assert.ok(Number(status) < 500 || status === '505', text.slice(0, 300))
  }
}
