import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { type ErrorCode, errorTable, SwarmError } from '../base/index.ts'
import type { Found } from './context.ts'
import { httpCall, type Method, textOf } from './http.ts'

export interface Call {
  readonly method: Method
  readonly path: string
  readonly body?: unknown
  /** Sent as they come, instead of a body. */
  readonly lines?: Readable
  readonly headers?: Readonly<Record<string, string>>
  readonly timeoutMs?: number
}

/** Long enough for the largest input on a busy machine; a person waits no longer. */
const TIMEOUT_MS = 30_000

interface Problem {
  readonly code?: string
  readonly detail?: string
  readonly next?: string
  /** Of a question that is not known: those that are like it. */
  readonly similar?: readonly { readonly question_id: string; readonly question: string }[]
}

const SIMILAR_CHARS = 80

/** Asks the node over its unix socket. Throws the node's own error, or SWARM_NO_NODE when it cannot be reached. */
export async function callNode<Reply>(
  node: Found,
  { body, headers, lines, method, path, timeoutMs = TIMEOUT_MS }: Call,
): Promise<Reply> {
  try {
    const response = await httpCall({
      socketPath: node.paths.socket,
      method,
      path,
      silenceMsMax: timeoutMs,
      ...(lines ? { body: lines } : body === undefined ? {} : { body: JSON.stringify(body) }),
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    })
    const reply: unknown = JSON.parse(await textOf(response))
    if ((response.statusCode ?? 500) >= 400) throw fromProblem(reply as Problem)
    return reply as Reply
  } catch (error) {
    throw unreachable(error, node)
  }
}

/** What a node tells as a stream. Throws as `callNode` does. */
export async function streamFrom(
  node: Found,
  { path, timeoutMs = TIMEOUT_MS }: Pick<Call, 'path' | 'timeoutMs'>,
): Promise<IncomingMessage> {
  try {
    const response = await httpCall({
      socketPath: node.paths.socket,
      method: 'GET',
      path,
      silenceMsMax: timeoutMs,
    })
    if ((response.statusCode ?? 500) >= 400) throw fromProblem(JSON.parse(await textOf(response)) as Problem)
    return response
  } catch (error) {
    throw unreachable(error, node)
  }
}

function fromProblem({ code, detail, next, similar = [] }: Problem): SwarmError {
  const known = code !== undefined && code in errorTable ? (code as ErrorCode) : 'SWARM_INTERNAL'
  const alike = similar.map(({ question, question_id: id }) => `${id} (${question.slice(0, SIMILAR_CHARS)})`)
  return new SwarmError(
    known,
    detail ?? 'the node gave no reason',
    alike.length > 0 ? `Those are like it: ${alike.join(', ')}.` : next,
  )
}

function unreachable(error: unknown, { name, paths }: Found): unknown {
  const { code } = error as { code?: string }
  if (code === 'ENOENT' || code === 'ECONNREFUSED')
    return new SwarmError(
      'SWARM_NO_NODE',
      `nothing answers at ${paths.socket}`,
      `Start it with \`mcp-swarm start --name ${name}\`.`,
    )
  if (code === 'EACCES')
    return new SwarmError(
      'SWARM_FORBIDDEN',
      `${paths.socket} belongs to another user`,
      'Use your own node, or the TCP port with a key.',
    )
  if (code === 'ETIMEDOUT')
    return new SwarmError(
      'SWARM_TIMEOUT',
      `node "${name}" did not answer`,
      'Look at `mcp-swarm logs` and `mcp-swarm doctor`.',
    )
  if (code === 'ECONNRESET' || code === 'EPIPE')
    return new SwarmError('SWARM_NO_NODE', `node "${name}" went away during the call`, 'Ask again.')
  return error
}
