import type { FastifyInstance } from 'fastify'
import { mountAudit } from './audit.ts'
import { mountAdmission } from './admission.ts'
import { mountBackups } from './backups.ts'
import { mountBulk } from './bulk.ts'
import { mountEvents } from './events.ts'
import { mountChanges } from './item-changes.ts'
import { mountDocs } from './docs-page.ts'
import { OWNER } from './caller.ts'
import type { DoorParts } from './door.ts'
import { mountEvidence } from './evidence.ts'
import { mountGovern } from './govern.ts'
import { jobsView } from './jobs.ts'
import { mountItems, TEXT_BODY_BYTES_MAX } from './items.ts'
import { occasionOf } from '../personality/index.ts'
import { mountKeys } from './keys.ts'
import { mountMemories } from './memories.ts'
import { metricsText } from './metrics.ts'
import type { GatewayParts } from './parts.ts'
import { mountPersonality } from './personality.ts'
import { readBody } from './read.ts'
import { guideInput, resolveInput } from './question-input.ts'
import { GuideBody, ResolveBody } from './schema.ts'
import { mountRequests } from './requests.ts'
import { mountSession } from './session.ts'
import { Speech } from './speech.ts'
import { budgetedGuide, budgetedView, nodesView, SCHEMA, statusView } from './views.ts'

/** It is not there yet, or not for long. */
const UNREADY: ReadonlySet<string> = new Set(['initializing', 'draining', 'stopped'])

/** The REST interface, version 1. Paths and bodies are described in `docs/api.md`. */
export function mountRest(app: FastifyInstance, parts: GatewayParts & DoorParts): void {
  const { ask, facts } = parts
  const speech = new Speech(parts)
  mountGovern(app, parts)
  mountAdmission(app, parts)
  mountAudit(app, parts)
  mountBackups(app, parts)
  mountBulk(app, parts)
  mountChanges(app, parts)
  mountDocs(app, parts)
  mountEvents(app, parts)
  mountEvidence(app, parts, speech)
  mountItems(app, parts, speech)
  mountKeys(app, parts)
  mountPersonality(app, parts, speech.voices)
  mountMemories(app, parts)
  mountRequests(app, parts)
  mountSession(app, parts, parts.limits)
  app.get('/livez', () => ({ ok: true }))
  app.get('/readyz', async ({ caller }, reply) => {
    const { reason, stage } = await facts()
    const ready = !UNREADY.has(stage)
    // Nobody is asked for a key here, and what is wrong may name files.
    const why = reason && caller !== OWNER ? 'it works with less than it could: see GET /v1/status' : reason
    const reasons = [...(ready ? [] : [`it is ${stage}`]), ...(why ? [why] : [])]
    return reply.code(ready ? 200 : 503).send({ ready, stage, reasons })
  })
  app.get('/metrics', async (_request, reply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(metricsText(await facts())),
  )
  app.get('/v1/status', async () => statusView(await facts()))
  app.get('/v1/jobs', async () => jobsView(await facts()))
  app.get('/v1/nodes', async () => nodesView(await facts()))

  app.post('/v1/resolve', { bodyLimit: TEXT_BODY_BYTES_MAX }, async (request) => {
    const body = readBody(ResolveBody, request.body)
    const answer = await ask('resolve', resolveInput(body, 'api'))
    const view = budgetedView(answer, speech.budget(body.max_tokens))
    return speech.beside(view, body, occasionOf(answer.fixes[0]), body.max_tokens)
  })
  app.post('/v1/explain', { bodyLimit: TEXT_BODY_BYTES_MAX }, async (request) => ({
    schema: SCHEMA,
    ...(await ask('explain', resolveInput(readBody(ResolveBody, request.body), 'api'))),
  }))
  app.post('/v1/guide', async (request) => {
    const body = readBody(GuideBody, request.body)
    const answer = await ask('guide', guideInput(body, 'api'))
    const view = budgetedGuide(answer, speech.budget(body.max_tokens))
    return speech.beside(view, body, occasionOf(answer.guide), body.max_tokens)
  })
}
