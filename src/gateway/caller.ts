import type { FastifyInstance } from 'fastify'
import { type Principal, SCOPES } from '../access/index.ts'

/** Who asks, as the door found out. */
export interface Caller extends Principal {
  /** Whose allowance a call is taken from; null for the owner, who could stop the node as well. */
  readonly allowance: string | null
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller
  }
}

/** Whoever can open the socket can read every file beside it. */
export const OWNER: Caller = { actor: 'owner', scopes: SCOPES, keyId: null, allowance: null }
/** Until a door has found out more, and on routes that ask for nothing. */
const NOBODY: Caller = { actor: 'nobody', scopes: [], keyId: null, allowance: null }

export function decorateCaller(app: FastifyInstance): void {
  app.decorateRequest('caller')
  app.addHook('onRequest', (request, _reply, done) => {
    request.caller = NOBODY
    done()
  })
}
