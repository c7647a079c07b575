import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { type ErrorCode, errorTable, SwarmError } from '../base/index.ts'
import { hasBody } from './headers.ts'

/** 20 MiB at 3 Mbit/s. Milliseconds. */
export const BODY_MS = 60_000
/** A head comes in one piece; this is for who sends it letter by letter. Milliseconds. */
export const HEAD_MS = 10_000
/** How often node looks who is late. Milliseconds. */
export const LOOK_MS = 2_000

/** A body that does not end in time is refused, whoever may send it: a connection is not to be had for ever. */
export function limitArrival(
  app: FastifyInstance,
  bodyMs: number,
  isExempt: (method: string, route: string) => boolean,
): void {
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const { headers, method, raw, routeOptions } = request
    if (!isWhole(raw) && hasBody(headers) && !isExempt(method, routeOptions.url ?? '')) {
      const late = setTimeout(() => payload.emit('error', slow(bodyMs)), bodyMs).unref()
      const stop = (): void => clearTimeout(late)
      payload.once('end', stop)
      payload.once('close', stop)
    }
    done(null, payload)
  })
  // Who was answered before the body was there, with a refusal mostly, may end it; the rest is thrown away.
  app.addHook('onResponse', ({ headers, raw }, _reply, done) => {
    if (!isWhole(raw) && !raw.destroyed && hasBody(headers)) {
      const { socket } = raw
      const late = setTimeout(() => !raw.complete && socket.destroy(), bodyMs).unref()
      // Mostly at once: what was sent in one go is thrown away in one go, and the connection is good for more.
      raw.once('close', () => clearTimeout(late))
    }
    done()
  })
}

/** True of one that came over no connection. */
const isWhole = (raw: IncomingMessage): boolean => !('complete' in raw) || raw.complete

const slow = (ms: number): SwarmError =>
  new SwarmError(
    'SWARM_SLOW_SENDER',
    `the body was not whole after ${ms / 1000} s`,
    'Send less, or over a faster connection.',
  )

/** What is no HTTP has no request to answer; it gets a problem all the same, and the connection ends. */
export function refuseGarbage(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [code, detail, next] = garbage(error.code)
  const { http: status, title } = errorTable[code]
  const body = JSON.stringify({
    type: `urn:mcp-swarm:error:${code}`,
    title,
    status,
    code,
    detail,
    next,
    instance: 'urn:mcp-swarm:request:none',
  })
  const head = [
    `HTTP/1.1 ${status} ${title}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

function garbage(code: string | undefined): readonly [code: ErrorCode, why: string, next: string] {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return ['SWARM_SLOW_SENDER', 'the request was not whole in time', 'Send it in one piece.']
    case 'HPE_HEADER_OVERFLOW':
      return ['SWARM_LONG_HEADERS', 'the headers are larger than 16 KiB', 'Send fewer headers.']
    default:
      return ['SWARM_BAD_INPUT', 'this is not HTTP', 'Send an HTTP/1.1 request.']
  }
}
