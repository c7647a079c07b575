import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isObject, shortHash, SwarmError } from '../base/index.ts'
import {
  BOUNDARIES,
  chosen,
  isCrowded,
  isShipped,
  Personality,
  PERSONALITY_NAME,
  type PersonalityRecord,
  type PersonalityVersion,
  promptOf,
  readChoices,
  SHIPPED,
  shippedRecord,
  type Spoken,
  spoken,
  storedChoices,
  written,
} from '../personality/index.ts'
import { audited } from './audit.ts'
import { sendTagged } from './etag.ts'
import { versionIn } from './headers.ts'
import type { GatewayParts } from './parts.ts'
import { PersonalityQuery, VoiceBody, VoicesQuery } from './personality-schema.ts'
import { readBody, readQuery, WrongFields } from './read.ts'
import { SCHEMA } from './views.ts'
import { CHOICES_KEY, type Held, heldIn, keyOf, nameOf, noVoice, projectTag, type Voices } from './voices.ts'

const TAG_CHARS = 16
/** Writing a choice again, when somebody else wrote another one meanwhile. */
const TRIES_MAX = 4

interface Named {
  readonly Params: { readonly name: string }
}

/** How answers are said: the voices there are, and which counts for whom. Answered on every node, module or not. */
export function mountPersonality(app: FastifyInstance, parts: GatewayParts, voices: Voices): void {
  const { ask } = parts
  app.get('/get_personality', async (request, reply) => {
    const { agent, format, lang, name, project } = readQuery(PersonalityQuery, request.query)
    const { by, record } = await one(voices, { agent, name, project })
    const body = { schema: SCHEMA, ...spokenBody(record.now, spoken(record.now.personality, lang)), chosen_by: by }
    void reply.header('cache-control', 'no-cache')
    if (format === 'json') return sendTagged(request, reply, tagOf(JSON.stringify(body)), body)
    return sendTagged(request, reply.type('text/plain; charset=utf-8'), tagOf(body.prompt), `${body.prompt}\n`)
  })

  app.get('/v1/personalities', async () => {
    const { settings } = await ask('documents', null)
    const own = settings.flatMap(({ key }) => (key === CHOICES_KEY ? [] : [nameOf(key)]))
    const names = [...new Set([...SHIPPED.map(({ name }) => name), ...own])].sort()
    const all = await Promise.all(names.map(async (name) => ({ name, ...(await voices.held(name)) })))
    return { schema: SCHEMA, personalities: all.flatMap((held) => (held.record ? [headBody(held)] : [])) }
  })
  app.get<Named>('/v1/personalities/:name', async (request, reply) => {
    const name = nameIn(request)
    const { record, version } = await existing(voices.held(name), name)
    return sendTagged(request, reply, `"${version}"`, wholeBody(name, record, version))
  })
  app.get<Named>('/v1/personalities/:name/versions', async (request) => {
    const name = nameIn(request)
    const { record } = await existing(voices.held(name), name)
    return { schema: SCHEMA, name, versions: [record.now, ...record.past].map(versionBody) }
  })
  app.post('/v1/personalities', async (request, reply) => {
    const personality = readPersonality(request.body)
    const { name } = personality
    const held = await now(parts, name)
    if (held.record)
      throw new SwarmError(
        'SWARM_CONFLICT',
        `there is a personality ${name}`,
        `Edit it with PUT /v1/personalities/${name}, or choose another name.`,
      )
    const body = await write(parts, request, { name, personality, held })
    return reply.code(201).header('etag', `"${body.etag}"`).header('location', `/v1/personalities/${name}`).send(body)
  })
  app.put<Named>('/v1/personalities/:name', async (request, reply) => {
    const name = nameIn(request)
    const given = request.body
    const personality = readPersonality(isObject(given) ? { name, ...given } : given)
    if (personality.name !== name)
      throw new SwarmError(
        'SWARM_BAD_INPUT',
        `name: it says ${personality.name}, and the address ${name}`,
        'A personality keeps its name; make another one with POST /v1/personalities.',
      )
    const held = await asExpected(request, name, now(parts, name))
    const body = await write(parts, request, { name, personality, held })
    return reply.header('etag', `"${body.etag}"`).send(body)
  })
  app.delete<Named>('/v1/personalities/:name', async (request) => {
    const name = nameIn(request)
    const held = await asExpected(request, name, now(parts, name))
    if (held.version === '0')
      throw isShipped(name)
        ? new SwarmError(
            'SWARM_FORBIDDEN',
            `${name} comes with the program, and is not written over`,
            'It can be written over with PUT, and a deletion takes that back.',
          )
        : noVoice(name)
    const deed = { action: 'personality-changed', subject: name, detail: 'deleted' } as const
    const wish = { key: keyOf(name), value: undefined, expect: held.version, idempotencyKey: null }
    await audited(parts, request, deed, () => ask('write-setting', wish))
    return { schema: SCHEMA, name, deleted: true, shipped: isShipped(name) }
  })
  mountVoices(app, parts, voices)
}

function mountVoices(app: FastifyInstance, parts: GatewayParts, voices: Voices): void {
  const { ask } = parts
  app.get('/v1/voices', async (request) => {
    const from = readQuery(VoicesQuery, request.query)
    const [{ clients, projects, swarm }, { by, record }] = await Promise.all([voices.choices(), voices.of(from)])
    return {
      schema: SCHEMA,
      speaks: parts.personality?.speaks ?? false,
      swarm,
      node: parts.personality?.voice || null,
      projects,
      agents: clients,
      counts: { name: record.now.personality.name, by },
      project: projectTag(from.project) ?? null,
    }
  })
  app.put('/v1/voices', async (request) => {
    const { agent, name, project } = readBody(VoiceBody, request.body)
    const tag = projectTag(project)
    if (project !== undefined && tag === undefined)
      throw new SwarmError(
        'SWARM_BAD_INPUT',
        'the project has no address that other clones share',
        'Give the URL of its git remote.',
      )
    if (name !== null) await existing(now(parts, name), name)
    const whose = agent ?? tag ?? 'the swarm'
    const detail = name === null ? 'no voice of its own any more' : `speaks as ${name}`
    const deed = { action: 'personality-changed', subject: whose, detail } as const
    return audited(parts, request, deed, async () => {
      for (let tries = 1; ; tries++) {
        const setting = await ask('setting', { key: CHOICES_KEY, local: false })
        const next = chosen(readChoices(setting.value), { client: agent, project: tag }, name)
        if (isCrowded(next))
          throw new SwarmError('SWARM_TOO_LARGE', 'too many have a voice of their own', 'Take one back: name null.')
        const write = { key: CHOICES_KEY, value: storedChoices(next), expect: setting.version, idempotencyKey: null }
        try {
          await ask('write-setting', write)
          return { schema: SCHEMA, swarm: next.swarm, projects: next.projects, agents: next.clients }
        } catch (error) {
          // Somebody chose for somebody else: both choices hold.
          if (!(error instanceof SwarmError) || error.code !== 'SWARM_CONFLICT' || tries === TRIES_MAX) throw error
        }
      }
    })
  })
}

async function one(
  voices: Voices,
  { name, ...from }: { readonly name?: string | undefined } & Parameters<Voices['of']>[0],
): Promise<{ readonly record: PersonalityRecord; readonly by: string }> {
  if (name === undefined) return voices.of(from)
  const { record } = await existing(voices.held(name), name)
  return { record, by: 'name' }
}

type Existing = Held & { readonly record: PersonalityRecord }

async function existing(asked: Promise<Held>, name: string): Promise<Existing> {
  const { record, version } = await asked
  if (!record) throw noVoice(name)
  return { record, version }
}

/** As the leader has it: what a write is decided by. */
const now = async ({ ask }: GatewayParts, name: string): Promise<Held> =>
  heldIn(name, await ask('setting', { key: keyOf(name), local: false }))

async function asExpected({ headers }: FastifyRequest, name: string, asked: Promise<Held>): Promise<Existing> {
  const held = await existing(asked, name)
  const expected = versionIn(headers)
  if (expected === undefined || expected === held.version) return held
  throw new SwarmError(
    'SWARM_CONFLICT',
    `${name} has version ${held.version} by now, not ${expected.slice(0, 80)}`,
    'Read it, and decide again.',
  )
}

async function write(
  parts: GatewayParts,
  request: FastifyRequest,
  { held, name, personality }: { readonly name: string; readonly personality: Personality; readonly held: Held },
): Promise<ReturnType<typeof wholeBody>> {
  const record = written(held.record, { at: parts.clock.now(), by: request.caller.actor, personality })
  const deed = { action: 'personality-changed', subject: name, detail: 'written' } as const
  const wish = { key: keyOf(name), value: record, expect: held.version, idempotencyKey: null }
  const setting = await audited(parts, request, deed, () => parts.ask('write-setting', wish))
  const { record: kept, version } = heldIn(name, setting)
  if (!kept) throw new SwarmError('SWARM_INTERNAL', `${name} was written and cannot be read`)
  return wholeBody(name, kept, version)
}

/** Throws SWARM_BAD_INPUT that names the fields. */
function readPersonality(body: unknown): Personality {
  try {
    return readBody(Personality, body)
  } catch (error) {
    if (!(error instanceof WrongFields)) throw error
    throw new WrongFields(error.why, error.fields, 'See docs/api.md#personalities for the fields.')
  }
}

function nameIn({ params: { name } }: FastifyRequest<Named>): string {
  if (PERSONALITY_NAME.test(name)) return name
  throw new SwarmError(
    'SWARM_BAD_INPUT',
    `"${name.slice(0, 80)}" is not the name of a personality`,
    'Names have up to 32 of a-z, 0-9 and -, a letter first.',
  )
}

const tagOf = (text: string): string => `"${shortHash(text, TAG_CHARS)}"`
const time = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())

const spokenBody = (
  { version }: PersonalityVersion,
  said: Spoken,
): Spoken & { readonly version: number; readonly boundaries: readonly string[]; readonly prompt: string } => ({
  ...said,
  version,
  boundaries: BOUNDARIES,
  prompt: promptOf(said),
})

const headBody = ({ name, record, version }: Held & { readonly name: string }): object => {
  const { at, by, personality, version: count } = record?.now ?? (shippedRecord(name) as PersonalityRecord).now
  return {
    name,
    description: personality.description,
    language: personality.language,
    languages: [personality.language, ...Object.keys(personality.translations ?? {})],
    version: count,
    etag: version,
    shipped: isShipped(name),
    changed: version !== '0',
    at: time(at),
    by,
  }
}

/** With all languages, as it is written; `etag` is what `If-Match` takes. */
const wholeBody = (
  name: string,
  record: PersonalityRecord,
  version: string,
): { readonly etag: string; readonly [field: string]: unknown } => ({
  schema: SCHEMA,
  name,
  version: record.now.version,
  etag: version,
  shipped: isShipped(name),
  changed: version !== '0',
  at: time(record.now.at),
  by: record.now.by,
  personality: record.now.personality,
  prompt: promptOf(spoken(record.now.personality)),
  boundaries: BOUNDARIES,
})

const versionBody = ({ at, by, personality, version }: PersonalityVersion): object => ({
  version,
  at: time(at),
  by,
  personality,
})
