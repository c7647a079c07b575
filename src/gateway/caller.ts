import type { FastifyInstance } from 'fastify'

/** Who asks, as the door found out. */
export interface Caller {
  /** As the audit log names it: `owner`, or `key <id>`. */
  readonly actor: string
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller
  }
}

/** Whoever can open the socket can read every file beside it. */
export const OWNER: Caller = { actor: 'owner' }
/** Until a door has found out more. */
const NOBODY: Caller = { actor: 'nobody' }

export function decorateCaller(app: FastifyInstance, first: Caller = NOBODY): void {
  app.decorateRequest('caller')
  app.addHook('onRequest', (request, _reply, done) => {
    request.caller = first
    done()
  })
}
