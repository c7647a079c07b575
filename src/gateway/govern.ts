import type { FastifyInstance, FastifyRequest } from 'fastify'
import { SwarmError } from '../base/index.ts'
import { isDocumentKey, type LeaderView, type SettingView } from '../driver/index.ts'
import { audited } from './audit.ts'
import { leaderBody } from './leader-body.ts'
import { sendTagged } from './etag.ts'
import { idempotencyKeyIn, versionIn } from './headers.ts'
import { readBody, readQuery } from './read.ts'
import type { GatewayParts } from './parts.ts'
import { DrainBody, SettingBody, SettingQuery, StepDownBody } from './schema.ts'
import { SCHEMA } from './views.ts'

/** The swarm itself: who leads it, its settings, its members. Every change is made by the leader, wherever it is. */
export function mountGovern(app: FastifyInstance, parts: GatewayParts): void {
  const { ask } = parts
  app.get('/v1/leader', async () => leaderReply(await ask('leader', null)))
  app.get('/v1/specialisations', async () => {
    const { leader, topics } = await ask('leader', null)
    return { schema: SCHEMA, leader, topics }
  })
  app.post('/v1/leader/step-down', async (request) => {
    const { to } = readBody(StepDownBody, request.body ?? {})
    const deed = { action: 'leader-stepped-down', subject: to ?? 'whoever comes next' } as const
    return leaderReply(await audited(parts, request, deed, () => ask('step-down', { to: to ?? null })))
  })

  app.get('/v1/settings', async () => {
    const { settings } = await ask('settings', null)
    return { schema: SCHEMA, settings: settings.map(settingView) }
  })
  app.get<{ Params: { key: string } }>('/v1/settings/:key', async (request, reply) => {
    const { local } = readQuery(SettingQuery, request.query)
    const setting = await ask('setting', { key: request.params.key, local })
    return sendTagged(request, reply, `"${setting.version}"`, { schema: SCHEMA, ...settingView(setting) })
  })
  app.put<{ Params: { key: string } }>('/v1/settings/:key', async (request, reply) => {
    const { value } = readBody(SettingBody, request.body)
    if (value === undefined)
      throw new SwarmError('SWARM_BAD_INPUT', '`value` is missing', 'Send {"value": …}; DELETE takes a setting back.')
    const { key } = request.params
    refuseDocument(key)
    const write = { key, value, ...conditions(request) }
    const deed = { action: 'setting-changed', subject: key, detail: `set to ${JSON.stringify(value)}` } as const
    const setting = await audited(parts, request, deed, () => ask('write-setting', write))
    return reply.header('etag', `"${setting.version}"`).send({ schema: SCHEMA, ...settingView(setting) })
  })
  app.delete<{ Params: { key: string } }>('/v1/settings/:key', async (request) => {
    const { key } = request.params
    refuseDocument(key)
    const write = { key, value: undefined, ...conditions(request) }
    const deed = { action: 'setting-changed', subject: key, detail: 'taken back' } as const
    const setting = await audited(parts, request, deed, () => ask('write-setting', write))
    return { schema: SCHEMA, ...settingView(setting) }
  })

  app.delete<{ Params: { node: string } }>('/v1/nodes/:node', async (request) => {
    const { node } = request.params
    const deed = { action: 'member-removed', subject: node } as const
    return leaderReply(await audited(parts, request, deed, () => ask('remove-node', { node })))
  })
  app.put<{ Params: { node: string } }>('/v1/nodes/:node/drain', async (request) => {
    const { on } = readBody(DrainBody, request.body)
    const { node } = request.params
    const deed = { action: 'member-drained', subject: node, detail: on ? 'gets no work' : 'gets work again' } as const
    return leaderReply(await audited(parts, request, deed, () => ask('drain-node', { node, on })))
  })
  app.get('/v1/recover', async () => ({ schema: SCHEMA, ...(await ask('recover', { look: true })) }))
  app.post('/v1/recover', async (request) => {
    const deed = { action: 'swarm-recovered', subject: 'the swarm' } as const
    return { schema: SCHEMA, ...(await audited(parts, request, deed, () => ask('recover', { look: false }))) }
  })
  app.post('/v1/leave', async (request) => {
    const deed = { action: 'member-left', subject: 'this node' } as const
    const { why } = await audited(
      parts,
      request,
      deed,
      () => ask('leave', null),
      (reply) => (reply.why === null ? undefined : `still on the list of members: ${reply.why}`),
    )
    return { schema: SCHEMA, left: why === null, reason: why }
  })
}

/** They have addresses of their own, which look at what is in them. */
function refuseDocument(key: string): void {
  if (isDocumentKey(key))
    throw new SwarmError(
      'SWARM_BAD_INPUT',
      `${key} is not written as a setting`,
      'Use /v1/personalities and /v1/voices.',
    )
}

/** `If-Match` is a compare-and-set; `Idempotency-Key` makes a repeated write one. */
function conditions(request: FastifyRequest): { expect: string | null; idempotencyKey: string | null } {
  const key = idempotencyKeyIn(request.headers)
  return {
    expect: versionIn(request.headers) ?? null,
    idempotencyKey: key === undefined ? null : `client ${key}`,
  }
}

const settingView = ({ at, by, key, local, value, version }: SettingView): object => ({
  key,
  value,
  version,
  by,
  at: at === null ? null : new Date(at).toISOString(),
  local,
})

const leaderReply = (view: LeaderView): object => ({ schema: SCHEMA, ...leaderBody(view) })
