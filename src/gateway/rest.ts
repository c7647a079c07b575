import type { FastifyInstance } from 'fastify'
import type { z } from 'zod'
import { isItemId, issueText, SwarmError } from '../base/index.ts'
import type { GatewayParts } from './parts.ts'
import { ItemsQuery, ResolveBody, ShareBody } from './schema.ts'
import { answerView, nodesView, SCHEMA, statusView } from './views.ts'

/** Terminal text of 8 MiB, its JSON escapes, and the rest of the object. */
const RESOLVE_BODY_BYTES_MAX = 20 * 1024 * 1024

/** The REST interface, version 1. Paths and bodies are described in `docs/api.md`. */
export function mountRest(app: FastifyInstance, { ask, facts }: GatewayParts): void {
  app.get('/livez', () => ({ ok: true }))
  app.get('/readyz', async (_request, reply) => {
    const { stage } = await facts()
    const ready = stage !== 'initializing' && stage !== 'draining' && stage !== 'stopped'
    return reply.code(ready ? 200 : 503).send({ ready, stage })
  })
  app.get('/v1/status', async () => statusView(await facts()))
  app.get('/v1/nodes', async () => nodesView(await facts()))

  app.post('/v1/resolve', { bodyLimit: RESOLVE_BODY_BYTES_MAX }, async (request) => {
    const body = read(ResolveBody, request.body)
    const answer = await ask('resolve', {
      text: body.error,
      report: body.report,
      command: body.command,
      exitCode: body.exit_code,
      limit: body.max_fixes,
    })
    return answerView(answer)
  })

  app.post('/v1/items', { bodyLimit: RESOLVE_BODY_BYTES_MAX }, async (request, reply) => {
    const shared = await ask('share', read(ShareBody, request.body))
    return reply
      .code(shared.duplicate ? 200 : 201)
      .header('location', `/v1/items/${shared.id}`)
      .send({ schema: SCHEMA, ...shared })
  })
  app.get('/v1/items', async (request) => {
    const { before, kind, limit } = read(ItemsQuery, request.query)
    return {
      schema: SCHEMA,
      ...(await ask('list', { limit, ...(kind ? { kind } : {}), ...(before ? { before } : {}) })),
    }
  })
  app.get<{ Params: { id: string } }>('/v1/items/:id', async (request) => {
    const { id } = request.params
    if (!isItemId(id))
      throw new SwarmError(
        'SWARM_BAD_INPUT',
        `"${id}" is not the id of an item`,
        'Ids look like k_ and 16 letters or digits.',
      )
    return { schema: SCHEMA, ...(await ask('get', id)) }
  })
}

function read<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  if (value === undefined || value === null)
    throw new SwarmError('SWARM_EMPTY_INPUT', 'the body is empty', 'Send one JSON object.')
  refuseDeep(value)
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new SwarmError('SWARM_BAD_INPUT', issueText(parsed.error.issues[0]), 'See docs/api.md for the fields.')
}

/** Chains of causes are a few levels deep; what is made to exhaust the stack is thousands. */
const DEPTH_MAX = 32

function refuseDeep(value: unknown): void {
  let level = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEPTH_MAX)
      throw new SwarmError(
        'SWARM_BAD_INPUT',
        `the JSON is nested deeper than ${DEPTH_MAX} levels`,
        'Send the outermost error and a few causes.',
      )
    level = level.flatMap((one) => (one !== null && typeof one === 'object' ? Object.values(one) : []))
  }
}
