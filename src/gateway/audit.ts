import type { FastifyInstance, FastifyRequest } from 'fastify'
import { asSwarmError, type AuditDeed } from '../base/index.ts'
import type { GatewayParts } from './parts.ts'
import { readQuery } from './read.ts'
import { AuditQuery } from './schema.ts'
import { SCHEMA } from './views.ts'

/** Does it, and writes down that the caller did. What may have happened is written down as well. */
export async function audited<Reply>(
  { audit }: Pick<GatewayParts, 'audit'>,
  request: Pick<FastifyRequest, 'caller'>,
  deed: Omit<AuditDeed, 'actor'>,
  work: () => Promise<Reply>,
  detailOf: (reply: Reply) => string | undefined = () => deed.detail,
): Promise<Reply> {
  const record = (detail: string | undefined): Promise<void> =>
    audit.record({ ...deed, detail, actor: request.caller.actor })
  try {
    const reply = await work()
    await record(detailOf(reply))
    return reply
  } catch (error) {
    if (asSwarmError(error).code === 'SWARM_TIMEOUT')
      await record(`${deed.detail ? `${deed.detail}; ` : ''}no answer in time: it may have been done`)
    throw error
  }
}

export function mountAudit(app: FastifyInstance, { audit }: GatewayParts): void {
  app.get('/v1/audit', async (request) => {
    const { action, limit, since } = readQuery(AuditQuery, request.query)
    const from = since === undefined ? undefined : new Date(since).toISOString()
    return { schema: SCHEMA, ...(await audit.read({ limit, action, since: from })) }
  })
}
