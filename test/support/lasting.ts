import { request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Home } from './cli.ts'

/** Who hears nothing for so long asks another node. */
const SILENCE_MS = 8_000
/** Between two tries. */
const PAUSE_MS = 50

/** A request that lasts, as a client is told of it. */
export interface Lasting {
  readonly id: string
  readonly state: string
  readonly ended: string | null
  readonly owner: string
  readonly node: string | null
  readonly epoch: number
  readonly copies: number
  readonly answer?: object
  readonly problem?: { readonly code: string }
}

interface Reply {
  readonly status: number
  readonly body: Lasting
}

/** What a client may tell apart: two runs of one request have two receipts. */
export const saidBy = ({ answer, problem, state }: Lasting): string => JSON.stringify([state, answer, problem])

export const socketOf = (home: Home, name: string): string => join(home.dir, 'nodes', name, 'api.sock')

/** Null: nobody answered. */
export function call(
  socketPath: string,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply | null> {
  const { promise, resolve } = Promise.withResolvers<Reply | null>()
  const type = body === undefined ? {} : { 'content-type': 'application/json' }
  const sent = request(
    { socketPath, method, path, headers: { ...type, ...headers }, timeout: SILENCE_MS },
    (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.once('error', () => resolve(null))
      response.once('close', () => {
        try {
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as Lasting })
        } catch {
          resolve(null)
        }
      })
    },
  )
  sent.once('timeout', () => sent.destroy())
  sent.once('error', () => resolve(null))
  sent.end(body === undefined ? undefined : JSON.stringify(body))
  return promise
}

/** Posts until a node accepts, the same request under the same key; undefined when `isOver` meanwhile. */
export async function accepted(
  sockets: () => readonly string[],
  input: object,
  key: string,
  isOver: () => boolean = () => false,
): Promise<Lasting | undefined> {
  const headers = { 'idempotency-key': key }
  while (!isOver()) {
    const reply = await call(oneOf(sockets()), 'POST', '/v1/requests', { kind: 'resolve', input }, headers)
    if (reply?.status === 202 || reply?.status === 200) return reply.body
    if (reply && reply.status < 500) throw new Error(`${reply.status}: ${JSON.stringify(reply.body)}`)
    await sleep(PAUSE_MS)
  }
  return undefined
}

/** Asks any of the nodes, again and again, until one tells what came of it. */
export async function answered(
  sockets: () => readonly string[],
  id: string,
  msMax: number,
): Promise<Lasting | undefined> {
  const until = performance.now() + msMax
  while (performance.now() < until) {
    const reply = await call(oneOf(sockets()), 'GET', `/v1/requests/${id}`, undefined, { prefer: 'wait=5' })
    if (reply?.status === 200 && reply.body.ended !== null) return reply.body
    await sleep(PAUSE_MS)
  }
  return undefined
}

const oneOf = (sockets: readonly string[]): string => sockets[Math.floor(Math.random() * sockets.length)] ?? ''
