import type { FastifyInstance } from 'fastify'
import { isItemId, ITEM_DEPTH_MAX, type ItemId, SwarmError } from '../base/index.ts'
import { mountAudit } from './audit.ts'
import { mountAdmission } from './admission.ts'
import { mountBackups } from './backups.ts'
import type { DoorParts } from './door.ts'
import { mountEvidence } from './evidence.ts'
import { mountGovern } from './govern.ts'
import { mountKeys } from './keys.ts'
import { momentOf } from './moment.ts'
import { metricsText } from './metrics.ts'
import type { GatewayParts } from './parts.ts'
import { readBody } from './read.ts'
import { ShareBody } from './item-schema.ts'
import { ItemsQuery, ResolveBody, WidenBody } from './schema.ts'
import { mountSession } from './session.ts'
import { shareInput } from './share-input.ts'
import { answerView, nodesView, SCHEMA, statusView } from './views.ts'

/** Terminal text of 8 MiB, its JSON escapes, and the rest of the object. */
const RESOLVE_BODY_BYTES_MAX = 20 * 1024 * 1024

/** The REST interface, version 1. Paths and bodies are described in `docs/api.md`. */
export function mountRest(app: FastifyInstance, parts: GatewayParts & DoorParts): void {
  const { ask, facts } = parts
  mountGovern(app, parts)
  mountAdmission(app, parts)
  mountAudit(app, parts)
  mountBackups(app, parts)
  mountEvidence(app, parts)
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

  app.post('/v1/resolve', { bodyLimit: RESOLVE_BODY_BYTES_MAX }, async (request) => {
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
    return answerView(answer)
  })

  app.post('/v1/items', { bodyLimit: RESOLVE_BODY_BYTES_MAX }, async (request, reply) => {
    const shared = await ask('share', shareInput(readBody(ShareBody, request.body, ITEM_DEPTH_MAX)))
    return reply
      .code(shared.duplicate ? 200 : 201)
      .header('location', `/v1/items/${shared.id}`)
      .send({ schema: SCHEMA, ...shared })
  })
  app.get('/v1/items', async (request) => {
    const { since, until, ...query } = readBody(ItemsQuery, request.query)
    const now = parts.clock.now()
    const times = { since: momentOf(since, now), until: momentOf(until, now) }
    return { schema: SCHEMA, ...(await ask('list', { ...query, ...times })) }
  })
  app.get<{ Params: { id: string } }>('/v1/items/:id', async (request) => ({
    schema: SCHEMA,
    ...(await ask('get', idIn(request.params))),
  }))
  app.post<{ Params: { id: string } }>('/v1/items/:id/publish', async (request) => {
    const id = idIn(request.params)
    return { schema: SCHEMA, ...(await ask('widen', { id, ...readBody(WidenBody, request.body ?? {}) })) }
  })
}

function idIn({ id }: { readonly id: string }): ItemId {
  if (isItemId(id)) return id
  throw new SwarmError(
    'SWARM_BAD_INPUT',
    `"${id}" is not the id of an item`,
    'Ids look like k_ and 16 letters or digits.',
  )
}
