import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { isItemId, isRecordId, type ItemId, type RecordId, SwarmError } from '../base/index.ts'
import type { OutcomeInput, PurgeView } from '../driver/index.ts'
import { audited } from './audit.ts'
import type { Caller } from './caller.ts'
import type { GatewayParts } from './parts.ts'
import { readBody } from './read.ts'
import { BlockBody, OutcomeBody, PurgeBody, ReviewBody } from './schema.ts'
import type { Speech } from './speech.ts'
import { SCHEMA } from './views.ts'

/** Outcomes, and what to do about authors and items that are not to be trusted. */
export function mountEvidence(app: FastifyInstance, parts: GatewayParts, speech: Speech): void {
  const { ask } = parts
  app.post('/v1/outcomes', async (request, reply) => {
    const body = readBody(OutcomeBody, request.body)
    const reported = await ask('outcome', outcomeInput(body, request.caller))
    return reply.code(201).send(await speech.beside({ schema: SCHEMA, ...reported }, { agent: body.agent }, 'done'))
  })

  app.get('/v1/purges', async () => {
    const { purges } = await ask('purges', null)
    return { schema: SCHEMA, purges: purges.map((one) => ({ ...one, at: time(one.at) })) }
  })
  app.post('/v1/purges', async (request, reply) => {
    const { author, dry_run: dryRun, reason } = readBody(PurgeBody, request.body)
    const purge = (): Promise<PurgeView> => ask('purge', { author, dryRun, reason })
    if (dryRun) return purgeView(await purge())
    const deed = {
      action: 'item-purged',
      subject: author,
      ...(reason === undefined ? {} : { detail: reason }),
    } as const
    return reply.code(201).send(purgeView(await audited(parts, request, deed, purge)))
  })
  app.get<Id>('/v1/purges/:id', async (request) => purgeView(await ask('get-purge', purgeId(request))))
  app.delete<Id>('/v1/purges/:id', async (request) => {
    const id = purgeId(request)
    const deed = { action: 'item-purged', subject: id, detail: 'taken back' } as const
    return purgeView(await audited(parts, request, deed, () => ask('undo-purge', id)))
  })

  app.get('/v1/blocks', async () => ({ schema: SCHEMA, ...(await ask('blocks', null)) }))
  app.post('/v1/blocks', async (request) => {
    const { author, blocked: on } = readBody(BlockBody, request.body)
    const deed = { action: on ? 'author-blocked' : 'author-unblocked', subject: author } as const
    return { schema: SCHEMA, ...(await audited(parts, request, deed, () => ask('block', { author, on }))) }
  })

  app.get('/v1/review', async () => ({ schema: SCHEMA, ...(await ask('review', null)) }))
  app.post<Id>('/v1/review/:id', async (request) => {
    const item = itemOf(request.params.id)
    const { accept } = readBody(ReviewBody, request.body)
    const deed = { action: 'item-reviewed', subject: item, detail: accept ? 'accepted' : 'rejected' } as const
    return { schema: SCHEMA, ...(await audited(parts, request, deed, () => ask('decide', { item, accept }))) }
  })
}

interface Id {
  readonly Params: { readonly id: string }
}

/** Whoever may do everything here speaks for this node's owner; whoever has a lesser key is anybody. */
export function outcomeInput(
  { agent, env, error, item, note, receipt, result, verified }: z.output<typeof OutcomeBody>,
  caller: Caller,
): OutcomeInput {
  const tried = item === undefined ? undefined : itemOf(item)
  return {
    of: receipt ?? item ?? '',
    ...(tried === undefined ? {} : { item: tried }),
    result,
    verified,
    anonymous: !caller.scopes.includes('admin'),
    ...(agent === undefined ? {} : { agent }),
    ...(note === undefined ? {} : { note }),
    ...(env === undefined ? {} : { env }),
    ...(error === undefined ? {} : { error }),
  }
}

function itemOf(id: string): ItemId {
  if (isItemId(id)) return id
  throw new SwarmError(
    'SWARM_BAD_INPUT',
    `"${id.slice(0, 80)}" is not the id of an item`,
    'Ids look like k_ and 16 letters or digits.',
  )
}

function purgeId({ params: { id } }: FastifyRequest<Id>): RecordId {
  if (isRecordId(id)) return id
  throw new SwarmError(
    'SWARM_BAD_INPUT',
    `"${id.slice(0, 80)}" is not the id of a purge`,
    'Ids look like w_ and 16 letters or digits.',
  )
}

const time = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())

const purgeView = (purge: PurgeView): object => ({
  schema: SCHEMA,
  ...purge,
  at: time(purge.at),
  shown: purge.shown.map((one) => ({ ...one, at: time(one.at) })),
})
