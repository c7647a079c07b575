import type { FastifyInstance } from 'fastify'
import { SwarmError } from '../base/index.ts'
import { COOKIE, cookieIn } from './headers.ts'
import type { Limits } from './limits.ts'
import type { GatewayParts } from './parts.ts'
import { readBody } from './read.ts'
import { SessionBody } from './schema.ts'
import { SCHEMA } from './views.ts'

/**
 * For a browser: whoever has the socket or an admin key gets a ticket, good once and for a minute, and opens a page
 * with it; the page exchanges it for a cookie and a token of its own. No key is ever in a browser.
 */
export function mountSession(app: FastifyInstance, { audit, clock, sessions }: GatewayParts, limits: Limits): void {
  app.post('/v1/session/tickets', async (request, reply) => {
    const { actor, keyId, scopes } = request.caller
    const { ends, ticket } = sessions.issue({ actor, keyId, scopes })
    const body = { schema: SCHEMA, ticket, expires: new Date(ends).toISOString() }
    return reply.code(201).header('cache-control', 'no-store').send(body)
  })

  app.post('/v1/session', async (request, reply) => {
    const { ticket } = readBody(SessionBody, request.body)
    const begun = sessions.begin(ticket)
    if (!begun) {
      const limited = limits.failure(request.ip, reply)
      throw limited ?? new SwarmError('SWARM_UNAUTHORIZED', 'the ticket is not valid', 'Ask for another one.')
    }
    const { actor } = begun.principal
    await audit.record({ action: 'session-begun', actor, subject: 'this node', detail: `from ${request.ip}` })
    const secure = request.protocol === 'https' ? '; Secure' : ''
    const age = Math.floor((begun.ends - clock.now()) / 1000)
    return reply
      .code(201)
      .header('cache-control', 'no-store')
      .header('set-cookie', `${COOKIE}=${begun.cookie}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${age}${secure}`)
      .send({ schema: SCHEMA, token: begun.token, expires: new Date(begun.ends).toISOString() })
  })

  app.get('/v1/session', (request) => ({
    schema: SCHEMA,
    actor: request.caller.actor,
    scopes: request.caller.scopes,
  }))

  app.delete('/v1/session', async (request, reply) => {
    const cookie = cookieIn(request.headers)
    if (cookie !== undefined) sessions.end(cookie)
    return reply.header('set-cookie', `${COOKIE}=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0`).send({
      schema: SCHEMA,
      ended: cookie !== undefined,
    })
  })
}
