import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { SwarmError } from '../base/index.ts'

const LOCAL_NAMES = new Set(['localhost', '127.0.0.1', '[::1]'])
/** A probe needs no key: it learns only that a node is there. */
const OPEN_PATHS = new Set(['/livez', '/readyz'])

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/**
 * For the TCP listener. A page in a browser can reach 127.0.0.1: the Host check stops DNS rebinding, the Origin
 * check stops foreign pages, the key stops other users of this machine.
 */
export function guardLoopback(app: FastifyInstance, apiKey: string): void {
  const wanted = digest(apiKey)
  const actor = `key ${apiKey.split('_')[1]}`
  app.addHook('onRequest', (request, _reply, done) => {
    if (!isLocalHost(request.headers.host))
      return done(
        new SwarmError(
          'SWARM_FORBIDDEN',
          'the Host header does not name this machine',
          'Use http://127.0.0.1:PORT or localhost.',
        ),
      )
    if (!isLocalOrigin(request.headers.origin))
      return done(new SwarmError('SWARM_FORBIDDEN', 'requests from web pages of other sites are refused'))
    const path = request.url.split('?')[0] ?? ''
    if (OPEN_PATHS.has(path)) return done()
    const given = bearer(request)
    if (given !== undefined && timingSafeEqual(digest(given), wanted)) {
      request.caller = { actor }
      return done()
    }
    done(
      new SwarmError(
        'SWARM_UNAUTHORIZED',
        'the Authorization header holds no valid key',
        "Send `Authorization: Bearer` and the content of the file api.key in the node's folder.",
      ),
    )
  })
}

function bearer({ headers }: FastifyRequest): string | undefined {
  const match = /^Bearer ([\w-]{1,200})$/i.exec(headers.authorization ?? '')
  const key = headers['x-api-key']
  // An empty one is none: it must not be compared with anything.
  return match?.[1] ?? (typeof key === 'string' && key !== '' ? key : undefined)
}

function isLocalHost(host: string | undefined): boolean {
  return host !== undefined && LOCAL_NAMES.has(host.replace(/:\d+$/, '').toLowerCase())
}

function isLocalOrigin(origin: string | undefined): boolean {
  if (origin === undefined) return true
  const match = /^https?:\/\/([^/]+)$/i.exec(origin)
  return match?.[1] !== undefined && isLocalHost(match[1])
}
