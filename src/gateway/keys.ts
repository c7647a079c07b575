import type { FastifyInstance } from 'fastify'
import { keyBody, keyDeed, type KeyView, readKeyId } from '../access/index.ts'
import type { GatewayParts } from './parts.ts'
import { readBody } from './read.ts'
import { NewKeyBody, RotateBody } from './schema.ts'
import { SCHEMA } from './views.ts'

const iso = (ms: number): string => new Date(ms).toISOString()

/** Keys of the API: made, listed, given another secret, taken back. The secret is in one answer, once. */
export function mountKeys(app: FastifyInstance, { audit, keys }: GatewayParts): void {
  app.get('/v1/keys', () => ({ schema: SCHEMA, keys: keys.list().map((view) => keyBody(view, iso)) }))

  app.post('/v1/keys', async (request, reply) => {
    const { name, same_as: same, scopes, ttl_ms: ttlMs } = readBody(NewKeyBody, request.body)
    const wish = { name, scopes, ttlMs }
    const minted = same ? { key: null, view: keys.take(wish, { id: same.id, hash: same.sha256 }) } : keys.make(wish)
    await audit.record({ action: 'key-made', actor: request.caller.actor, ...keyDeed(minted.view, iso) })
    return reply.code(201).header('cache-control', 'no-store').send(body(minted))
  })

  app.post<{ Params: { id: string } }>('/v1/keys/:id/rotate', async (request, reply) => {
    const { grace_ms: graceMs } = readBody(RotateBody, request.body ?? {})
    const minted = keys.rotate(readKeyId(request.params.id), graceMs)
    await audit.record({ action: 'key-rotated', actor: request.caller.actor, ...keyDeed(minted.view, iso) })
    return reply.header('cache-control', 'no-store').send(body(minted))
  })

  app.delete<{ Params: { id: string } }>('/v1/keys/:id', async (request) => {
    const view = keys.revoke(readKeyId(request.params.id))
    await audit.record({ action: 'key-revoked', actor: request.caller.actor, ...keyDeed(view, iso) })
    return { schema: SCHEMA, ...keyBody(view, iso) }
  })
}

const body = ({ key, view }: { readonly key: string | null; readonly view: KeyView }): object => ({
  schema: SCHEMA,
  key,
  ...keyBody(view, iso),
})
