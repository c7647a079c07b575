import type { FastifyInstance } from 'fastify'
import { covers } from '../access/index.ts'
import { SwarmError } from '../base/index.ts'
import { nextOf, openCursor } from './cursor.ts'
import type { GatewayParts } from './parts.ts'
import { readQuery } from './read.ts'
import { EventsQuery } from './schema.ts'
import { SCHEMA } from './views.ts'

const EVENTS = '/v1/events'

/** The newest of what happened here, for who asks now and then; `/v1/live` tells it as it happens. */
export function mountEvents(app: FastifyInstance, { live }: GatewayParts): void {
  app.get(EVENTS, (request, reply) => {
    const { cursor, limit } = readQuery(EventsQuery, request.query)
    const { keyId, scopes } = request.caller
    const who = { key: keyId ?? 'owner', isAdmin: covers(scopes, 'admin') }
    const after = cursor === undefined ? undefined : placeIn(openCursor(EVENTS, cursor), live)
    const found = after === undefined ? live.events(who, limit) : live.events(who, Infinity, after).slice(0, limit)
    const isMore = after !== undefined && found.length === limit
    const last = isMore ? (found.at(-1)?.seq ?? after) : live.place.seq
    return {
      schema: SCHEMA,
      epoch: live.epoch,
      events: found.map(({ at, data, seq }) => ({
        seq,
        at: new Date(at).toISOString(),
        data: JSON.parse(data) as unknown,
      })),
      next: nextOf(request, reply, EVENTS, `${live.epoch}.${last}`),
    }
  })
}

/** Throws SWARM_CURSOR_GONE when what came after it is not all here. */
function placeIn(place: string, { epoch, place: { floor, seq } }: GatewayParts['live']): number {
  const at = place.lastIndexOf('.')
  const after = Number(place.slice(at + 1))
  if (place.slice(0, at) === epoch && after >= floor && after <= seq) return after
  throw new SwarmError(
    'SWARM_CURSOR_GONE',
    place.slice(0, at) === epoch ? 'too much happened since' : 'the node was started anew since',
    'Ask without a cursor for the newest, and look at what there is now.',
  )
}
