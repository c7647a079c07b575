import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sha256, SwarmError } from '../base/index.ts'
import { idempotencyKeyIn } from './headers.ts'
import type { Kept, Repeats } from './repeats.ts'
import { isRepeatable } from './scopes.ts'

/** Seconds; most writes are done by then. */
const RETRY_S = 1
/** What an answer is besides its body. */
const HEADERS = ['content-type', 'location', 'etag', 'link', 'retry-after'] as const

declare module 'fastify' {
  interface FastifyRequest {
    /** SHA-256 of the body, of a request with an `Idempotency-Key`. */
    bodySum: string
    /** Under which holder and key the answer is kept; null for most. */
    repeat: { readonly holder: string; readonly key: string } | null
  }
}

/** A write with an `Idempotency-Key` is done once, however often it is sent. */
export function guardRepeats(app: FastifyInstance, repeats: Repeats): void {
  app.decorateRequest('bodySum', '')
  app.decorateRequest('repeat', null)
  app.addHook('preHandler', (request, reply, done) => {
    // Most have none: they are not to wait for a promise.
    if (request.headers['idempotency-key'] === undefined) return done()
    try {
      if (!isRepeated(repeats, request, reply)) done()
    } catch (error) {
      done(error as SwarmError)
    }
  })
  app.addHook('onSend', (request, reply, payload, done) => {
    if (request.repeat) keep(repeats, request.repeat, reply, payload)
    done()
  })
}

/** Answers it when it was done before. Throws SWARM_IN_PROGRESS, SWARM_KEY_REUSED, SWARM_CONFLICT. */
function isRepeated(repeats: Repeats, request: FastifyRequest, reply: FastifyReply): boolean {
  const key = keyOf(request)
  if (key === undefined) return false
  const { actor: holder } = request.caller
  const begun = repeats.begin(holder, key, fingerprintOf(request))
  switch (begun.is) {
    case 'new':
      request.repeat = { holder, key }
      return false
    case 'running':
      void reply.header('retry-after', RETRY_S)
      throw new SwarmError(
        'SWARM_IN_PROGRESS',
        'the first request with this Idempotency-Key is still under way',
        'Send it again in a moment: it will be answered as the first.',
      )
    case 'other':
      throw new SwarmError(
        'SWARM_KEY_REUSED',
        'this Idempotency-Key was sent with another request before',
        'Make a new key for each write, and repeat a write with the very same body.',
      )
    case 'done':
      replay(reply, begun.kept)
      return true
  }
}

function keyOf(request: FastifyRequest): string | undefined {
  const { method, routeOptions } = request
  return isRepeatable(method, routeOptions.url ?? '') ? idempotencyKeyIn(request.headers) : undefined
}

/** All that makes it the same request. */
const fingerprintOf = ({ bodySum, headers, method, url }: FastifyRequest): string =>
  sha256([method, url, headers['if-match'] ?? '', bodySum].join('\n'))

export const bodySumOf = (request: FastifyRequest, body: string): string =>
  request.headers['idempotency-key'] === undefined ? '' : sha256(body)

function replay(reply: FastifyReply, { body, headers, status }: Kept): FastifyReply {
  if (body === null)
    throw new SwarmError(
      'SWARM_CONFLICT',
      'this was done already, and its answer is told only once',
      'Look at what there is now. To do it once more, send it with a new Idempotency-Key.',
    )
  return reply.code(status).headers(headers).header('idempotency-replayed', 'true').send(body)
}

/** What was refused is not kept: nothing was done, and the next time it may go. */
function keep(
  repeats: Repeats,
  { holder, key }: { readonly holder: string; readonly key: string },
  reply: FastifyReply,
  payload: unknown,
): void {
  const { statusCode: status } = reply
  if (status < 200 || status >= 300) return repeats.forget(holder, key)
  const headers: Record<string, string> = {}
  for (const name of HEADERS) {
    const value = reply.getHeader(name)
    if (typeof value === 'string') headers[name] = value
  }
  // A secret is told once, and held nowhere.
  const isSecret = String(reply.getHeader('cache-control') ?? '').includes('no-store')
  repeats.end(holder, key, { status, headers, body: typeof payload === 'string' && !isSecret ? payload : null })
}
