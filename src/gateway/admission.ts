import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { GatewayParts } from './parts.ts'
import { readBody } from './read.ts'
import { SCHEMA } from './views.ts'

const DAY_MS = 86_400_000
const role = z.enum(['auto', 'leader', 'backup', 'worker', 'gateway'])

export const ApproveBody = z.strictObject({
  role: role.optional().describe('What it may be; default: what it asked to be, or less.'),
})
export const TokenBody = z.strictObject({
  role: role.default('auto').describe('What who enters may be, or less.'),
  ttl_ms: z
    .int()
    .min(1_000)
    .max(365 * DAY_MS)
    .default(DAY_MS),
  uses: z.int().min(0).max(256).default(1).describe('How many nodes may enter with it; 0: any number.'),
})
export const RevokeBody = z.strictObject({
  with_admitted: z.boolean().default(false).describe('Also those that it had let in itself.'),
})
export const RekeyBody = z.strictObject({
  grace_ms: z
    .int()
    .min(0)
    .max(365 * DAY_MS)
    .default(7 * DAY_MS)
    .describe('How long what the old key signed still counts.'),
})

/** Who is let in, and who is out. */
export function mountAdmission(app: FastifyInstance, { ask, doorway }: GatewayParts): void {
  app.get('/v1/newcomers', async () => {
    const { mayAdmit, pending } = await ask('newcomers', null)
    return {
      schema: SCHEMA,
      may_admit: mayAdmit,
      pending: pending.map((one) => ({
        ...one,
        since: new Date(one.since).toISOString(),
        seen: new Date(one.seen).toISOString(),
      })),
    }
  })
  app.post<{ Params: { name: string } }>('/v1/newcomers/:name/approve', async (request) => {
    const { role: wanted } = readBody(ApproveBody, request.body ?? {})
    const { name } = request.params
    const {
      from,
      node,
      words,
      name: called,
    } = await ask('approve', {
      name,
      role: wanted ?? null,
      actor: request.caller.actor,
    })
    return { schema: SCHEMA, node, name: called, from, words }
  })
  app.post<{ Params: { name: string } }>('/v1/newcomers/:name/ignore', async (request) => {
    const { node, name } = await ask('ignore', { name: request.params.name })
    return { schema: SCHEMA, node, name }
  })
  app.post<{ Params: { name: string } }>('/v1/newcomers/:name/block', async (request) => {
    const { node } = await ask('refuse-newcomer', { name: request.params.name, actor: request.caller.actor })
    return { schema: SCHEMA, node }
  })
  app.post('/v1/tokens', async (request) => {
    const { role: wanted, ttl_ms: ttlMs, uses } = readBody(TokenBody, request.body ?? {})
    const made = await doorway.token({ role: wanted, ttlMs, uses, actor: request.caller.actor })
    return { schema: SCHEMA, ...made, expires: new Date(made.expires).toISOString() }
  })
  app.post<{ Params: { node: string } }>('/v1/nodes/:node/revoke', async (request) => {
    const { with_admitted: withAdmitted } = readBody(RevokeBody, request.body ?? {})
    const revoked = await ask('revoke', { node: request.params.node, withAdmitted, actor: request.caller.actor })
    return { schema: SCHEMA, ...revoked }
  })
  app.post('/v1/rekey', async (request) => {
    const { grace_ms: graceMs } = readBody(RekeyBody, request.body ?? {})
    const { until } = await doorway.rekey({ graceMs, actor: request.caller.actor })
    return { schema: SCHEMA, old_key_counts_until: new Date(until).toISOString() }
  })
}
