import type { Agent, IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'

// Not imported: an import reads every export, and one of them loads the WebSocket client (14 MiB, measured).
const http = process.getBuiltinModule('node:http')

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface HttpCall {
  readonly socketPath: string
  readonly method: Method
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** A stream is sent as it comes. */
  readonly body?: string | Readable
  /** Of silence on the connection, milliseconds. */
  readonly silenceMsMax: number
  readonly agent?: Agent
}

/**
 * One request over a unix socket, by node's own client: the faster libraries cost 24 MiB and 40 ms at the start,
 * more than all a short command does. Rejects with the socket's error, or ETIMEDOUT.
 */
export function httpCall({
  agent,
  body,
  headers = {},
  method,
  path,
  silenceMsMax,
  socketPath,
}: HttpCall): Promise<IncomingMessage> {
  const { promise, reject, resolve } = Promise.withResolvers<IncomingMessage>()
  const length = typeof body !== 'string' ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  const call = http.request(
    { socketPath, method, path, headers: { host: 'localhost', ...headers, ...length }, agent: agent ?? false },
    resolve,
  )
  call.setTimeout(silenceMsMax, () =>
    call.destroy(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })),
  )
  call.once('error', reject)
  if (body instanceof Readable) body.once('error', (error) => call.destroy(error)).pipe(call)
  else call.end(body)
  return promise
}

/** Connections to one socket, kept open between calls. */
export const keepAlive = (): Agent => new http.Agent({ keepAlive: true, maxSockets: 32 })

export async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
