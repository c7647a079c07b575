import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { isItemId, ITEM_DEPTH_MAX, type ItemId, SwarmError } from '../base/index.ts'
import type { VersionHead } from '../driver/index.ts'
import { audited } from './audit.ts'
import { nextOf, openCursor } from './cursor.ts'
import { sendTagged, tagOf, versionInTag } from './etag.ts'
import { versionIn } from './headers.ts'
import { ConflictsQuery, MergeBody, PatchBody, ShareBody, VersionBody, WritingQuery } from './item-schema.ts'
import { momentOf } from './moment.ts'
import type { GatewayParts } from './parts.ts'
import { readBody, readQuery } from './read.ts'
import { ItemsQuery, WidenBody } from './schema.ts'
import { shareInput } from './share-input.ts'
import type { Speech } from './speech.ts'
import { SCHEMA } from './views.ts'

/** Terminal text of 8 MiB, its JSON escapes, and the rest of the object. */
export const TEXT_BODY_BYTES_MAX = 20 * 1024 * 1024
const ITEMS = '/v1/items'
const CONFLICTS = '/v1/conflicts'
const LARGE = { bodyLimit: TEXT_BODY_BYTES_MAX }

/** Items: kept, found, changed, and what became of them. */
export function mountItems(app: FastifyInstance, parts: GatewayParts, speech: Speech): void {
  const { ask } = parts
  app.post('/v1/items', LARGE, async (request, reply) => {
    const body = readBody(ShareBody, request.body, ITEM_DEPTH_MAX)
    const shared = await ask('share', shareInput(body))
    return reply
      .code(shared.duplicate ? 200 : 201)
      .header('location', `/v1/items/${shared.id}`)
      .send(await speech.beside({ schema: SCHEMA, ...shared }, body, 'done'))
  })
  app.get('/v1/items', async (request, reply) => {
    const { cursor, since, until, ...query } = readQuery(ItemsQuery, request.query)
    const now = parts.clock.now()
    const times = { since: momentOf(since, now), until: momentOf(until, now) }
    const place = cursor === undefined ? undefined : openCursor(ITEMS, cursor)
    const { items, next } = await ask('list', { ...query, ...times, cursor: place })
    return { schema: SCHEMA, items, next: nextOf(request, reply, ITEMS, next) }
  })
  app.get<Id>('/v1/items/:id', async (request, reply) => {
    const item = await ask('get', idIn(request))
    return sendTagged(request, reply, tagOf(item.version, item), { schema: SCHEMA, ...item })
  })
  app.post<Id>('/v1/items/:id/publish', async (request) => {
    const id = idIn(request)
    return { schema: SCHEMA, ...(await ask('widen', { id, ...readBody(WidenBody, request.body ?? {}) })) }
  })

  app.patch<Id>('/v1/items/:id', LARGE, async (request) => {
    const patch = readBody(PatchBody, request.body, ITEM_DEPTH_MAX)
    return { schema: SCHEMA, ...(await ask('edit', { ...writing(request), patch })) }
  })
  app.delete<Id>('/v1/items/:id', async (request) => {
    const input = writing(request)
    const deed = { action: 'item-deleted', subject: input.id } as const
    return { schema: SCHEMA, ...(await audited(parts, request, deed, () => ask('delete', input))) }
  })
  app.post<Id>('/v1/items/:id/restore', async (request) => {
    const { version } = readBody(VersionBody, request.body)
    return { schema: SCHEMA, ...(await ask('restore-version', { ...writing(request), version })) }
  })
  mountVersions(app, parts)
}

function mountVersions(app: FastifyInstance, { ask }: GatewayParts): void {
  app.get<Id>('/v1/items/:id/versions', async (request) => {
    const { versions, ...history } = await ask('versions', idIn(request))
    return { schema: SCHEMA, ...history, versions: versions.map(headBody) }
  })
  app.get<Version>('/v1/items/:id/versions/:version', async (request) => {
    const { item, ...head } = await ask('version', { id: idIn(request), version: versionOf(request.params.version) })
    return { schema: SCHEMA, ...headBody(head), item }
  })
  app.get('/v1/conflicts', async (request, reply) => {
    const { cursor, limit } = readQuery(ConflictsQuery, request.query)
    const after = cursor === undefined ? undefined : openCursor(CONFLICTS, cursor)
    const { conflicts, next } = await ask('conflicts', { after, limit })
    const told = conflicts.map((one) => ({
      ...one,
      present: headBody(one.present),
      others: one.others.map(headBody),
    }))
    return { schema: SCHEMA, conflicts: told, next: nextOf(request, reply, CONFLICTS, next) }
  })
  app.post<Id>('/v1/items/:id/merge', LARGE, async (request) => {
    const body = readBody(MergeBody, request.body, ITEM_DEPTH_MAX)
    return { schema: SCHEMA, ...(await ask('merge', { ...writing(request), ...body })) }
  })
  app.post<Id>('/v1/items/:id/dismiss', async (request) => {
    const { version } = readBody(VersionBody, request.body)
    return { schema: SCHEMA, ...(await ask('dismiss', { ...writing(request), version })) }
  })
}

interface Id {
  readonly Params: { readonly id: string }
}
interface Version {
  readonly Params: { readonly id: string; readonly version: string }
}

/** Which item, by whom, and only if it is that version: `If-Match`, or `expected` where headers are hard to set. */
function writing(
  request: FastifyRequest<Id>,
): { readonly id: ItemId; readonly expected?: string } & Pick<z.output<typeof WritingQuery>, 'agent' | 'source'> {
  const { agent, expected, source } = readQuery(WritingQuery, request.query)
  const matched = versionIn(request.headers)
  const wanted = matched === undefined ? expected : versionInTag(matched)
  return { id: idIn(request), source, agent, ...(wanted === undefined ? {} : { expected: versionOf(wanted) }) }
}

const headBody = <Head extends VersionHead>(head: Head): Omit<Head, 'at'> & { readonly at: string } => ({
  ...head,
  at: new Date(head.at).toISOString(),
})

function versionOf(text: string): string {
  if (/^[0-9a-f]{16}$/.test(text)) return text
  throw new SwarmError(
    'SWARM_BAD_INPUT',
    `"${text.slice(0, 80)}" is not the name of a version`,
    'Versions have 16 digits of 0-9 and a-f; see GET /v1/items/:id/versions.',
  )
}

function idIn({ params: { id } }: FastifyRequest<Id>): ItemId {
  if (isItemId(id)) return id
  throw new SwarmError(
    'SWARM_BAD_INPUT',
    `"${id.slice(0, 80)}" is not the id of an item`,
    'Ids look like k_ and 16 letters or digits.',
  )
}
