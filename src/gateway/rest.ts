import type { FastifyInstance } from 'fastify'
import { mountAudit } from './audit.ts'
import { mountAdmission } from './admission.ts'
import { mountBackups } from './backups.ts'
import type { DoorParts } from './door.ts'
import { mountEvidence } from './evidence.ts'
import { mountGovern } from './govern.ts'
import { mountItems, TEXT_BODY_BYTES_MAX } from './items.ts'
import { mountKeys } from './keys.ts'
import { metricsText } from './metrics.ts'
import type { GatewayParts } from './parts.ts'
import { readBody } from './read.ts'
import { ResolveBody } from './schema.ts'
import { mountSession } from './session.ts'
import { budgetedView, nodesView, statusView } from './views.ts'

/** The REST interface, version 1. Paths and bodies are described in `docs/api.md`. */
export function mountRest(app: FastifyInstance, parts: GatewayParts & DoorParts): void {
  const { ask, facts } = parts
  mountGovern(app, parts)
  mountAdmission(app, parts)
  mountAudit(app, parts)
  mountBackups(app, parts)
  mountEvidence(app, parts)
  mountItems(app, parts)
  mountKeys(app, parts)
  mountSession(app, parts, parts.limits)
  app.get('/livez', () => ({ ok: true }))
  app.get('/readyz', async (_request, reply) => {
    const { stage } = await facts()
    const ready = stage !== 'initializing' && stage !== 'draining' && stage !== 'stopped'
    return reply.code(ready ? 200 : 503).send({ ready, stage })
  })
  app.get('/metrics', async (_request, reply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(metricsText(await facts())),
  )
  app.get('/v1/status', async () => statusView(await facts()))
  app.get('/v1/nodes', async () => nodesView(await facts()))

  app.post('/v1/resolve', { bodyLimit: TEXT_BODY_BYTES_MAX }, async (request) => {
    const body = readBody(ResolveBody, request.body)
    const answer = await ask('resolve', {
      text: body.error,
      report: body.report,
      command: body.command,
      exitCode: body.exit_code,
      limit: body.max_fixes,
      project: body.project,
      via: 'api',
      agent: body.agent,
    })
    return budgetedView(answer, body.max_tokens)
  })
}
