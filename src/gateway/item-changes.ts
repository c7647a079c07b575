import type { FastifyInstance } from 'fastify'
import { authored, fieldDiffs, isItemId, type ItemId, SwarmError } from '../base/index.ts'
import { DiffQuery } from './item-schema.ts'
import type { GatewayParts } from './parts.ts'
import { readQuery } from './read.ts'
import { SCHEMA } from './views.ts'

/** What two versions of an item say differently. */
export function mountChanges(app: FastifyInstance, { ask }: GatewayParts): void {
  app.get<{ Params: { readonly id: string } }>('/v1/items/:id/diff', async (request) => {
    const { from: wanted, to: until } = readQuery(DiffQuery, request.query)
    const id = idOf(request.params.id)
    const { present, versions } = await ask('versions', id)
    const to = until ?? present
    const from = wanted ?? versions.find(({ version }) => version === to)?.follows[0]
    // The first version of all changed what was not there.
    const [before, after] = [from === undefined ? {} : await textOf(ask, id, from), await textOf(ask, id, to)]
    const changes = fieldDiffs(before, after).map(({ a, b, field }) => ({ field, from: a, to: b }))
    return { schema: SCHEMA, id, from: from ?? null, to, changes }
  })
}

/** Nothing for a deletion. */
async function textOf(
  ask: GatewayParts['ask'],
  id: ItemId,
  version: string,
): Promise<Readonly<Record<string, unknown>>> {
  const { item } = await ask('version', { id, version })
  return item === null ? {} : authored({ ...item })
}

function idOf(text: string): ItemId {
  if (isItemId(text)) return text
  throw new SwarmError(
    'SWARM_BAD_INPUT',
    `"${text.slice(0, 80)}" is not the id of an item`,
    'Ids look like k_ and 16 letters or digits.',
  )
}
