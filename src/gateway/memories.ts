import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { z } from 'zod'
import { asSwarmError, SwarmError } from '../base/index.ts'
import { type GivenMemory, type MemoryReplies, questionIdOf, type ToldMemory } from '../memory/index.ts'
import { BODY_MS } from './arrival.ts'
import { nextOf, openCursor } from './cursor.ts'
import { type MemoryPort, NotKnown } from './memory-port.ts'
import {
  GetKnowledgeQuery,
  isQuestionId,
  MemoriesQuery,
  MemoryPatch,
  MemoryQuery,
  PinBody,
  StoreBody,
} from './memory-schema.ts'
import { linesOf, NDJSON } from './ndjson.ts'
import type { GatewayParts } from './parts.ts'
import { readBody, readQuery } from './read.ts'
import { SCHEMA } from './views.ts'

const LIST = '/v1/memories'
const HISTORY_MAX = 100
const EXPORT_PAGE = 100
const IMPORT_BYTES_MAX = 1024 * 1024 * 1024
/** 200,000 characters may be four times as many bytes. */
const STORE_BYTES_MAX = 2 * 1024 * 1024
/** Lines that are named in the answer. */
const WRONG_MAX = 100

/** Questions and what was answered: the mission's own addresses, and `/v1/memories` beside them. */
export function mountMemories(app: FastifyInstance, parts: GatewayParts & { readonly bodyMs?: number }): void {
  const { memory } = parts
  const store = async (body: unknown, reply: FastifyReply): Promise<object> => {
    const stored = await memory.ask({ op: 'store', memory: await givenOf(memory, readBody(StoreBody, body), 'api') })
    void reply.header('location', `/v1/memories/${encodeURIComponent(stored.question_id)}`)
    void reply.code(stored.is === 'created' || stored.is === 'revised' ? 201 : stored.is === 'queued' ? 202 : 200)
    return { schema: SCHEMA, ...stored }
  }
  app.post('/store_response', { bodyLimit: STORE_BYTES_MAX }, (request, reply) => store(request.body, reply))
  app.post('/v1/memories', { bodyLimit: STORE_BYTES_MAX }, (request, reply) => store(request.body, reply))

  app.get<Params>('/get_knowledge/:question_id', async ({ params, query }) => {
    const { history, project, rev } = readQuery(GetKnowledgeQuery, query)
    return knowledge(memory, idIn(params), { history: history ?? false, project, rev })
  })
  app.get<Params>('/v1/memories/:question_id', async ({ params, query }) =>
    knowledge(memory, idIn(params), { ...readQuery(MemoryQuery, query), history: false, rev: undefined }),
  )
  app.get<Params>('/v1/memories/:question_id/history', async ({ params, query }) => {
    const projects = memory.projects(readQuery(MemoryQuery, query).project)
    const questionId = idIn(params)
    const { memories } = await memory.ask({ op: 'history', questionId, projects, limit: HISTORY_MAX })
    if (memories.length === 0) throw unknownTo([], questionId)
    return { schema: SCHEMA, memories: memories.map(body) }
  })

  app.get('/v1/memories', async (request, reply) => {
    const { cursor, here, limit, mode, project, q, tag } = readQuery(MemoriesQuery, request.query)
    const projects = memory.projects(project)
    const only = here ? { only: projects[0] ?? '-' } : {}
    const filter = { projects, limit, ...only, ...(tag === undefined ? {} : { tag }) }
    if (q !== undefined) {
      const { hits } = await memory.ask({ op: 'search', text: q, mode, ...filter })
      return { schema: SCHEMA, memories: hits.map(({ score, ...one }) => ({ ...body(one), score })), next: null }
    }
    const after = cursor === undefined ? {} : { after: openCursor(LIST, cursor) }
    const page = await memory.ask({ op: 'list', ...filter, ...after })
    return { schema: SCHEMA, memories: page.memories.map(body), next: nextOf(request, reply, LIST, page.next) }
  })

  app.patch<Params>('/v1/memories/:question_id', { bodyLimit: STORE_BYTES_MAX }, async ({ body: sent, params }) => {
    const { project, ...changes } = readBody(MemoryPatch, sent)
    const projects = memory.projects(project)
    const questionId = idIn(params)
    const { memory: known } = await memory.ask({ op: 'get', questionId, projects })
    if (!known) throw unknownTo([], questionId)
    const { agent, context, model, question, response, tags, tokens, visibility } = known
    const given: GivenMemory = {
      questionId,
      question,
      response,
      tags,
      visibility,
      projects,
      source: 'api',
      ...(context === null ? {} : { context }),
      ...(model === null ? {} : { model }),
      ...(tokens === null ? {} : { tokens }),
      ...(agent === null ? {} : { agent }),
      ...present(changes),
    }
    return { schema: SCHEMA, ...(await memory.ask({ op: 'store', memory: given })) }
  })
  app.put<Params>('/v1/memories/:question_id/pin', async ({ body: sent, params, query }) => {
    const { pinned } = readBody(PinBody, sent)
    const projects = memory.projects(readQuery(MemoryQuery, query).project)
    const questionId = idIn(params)
    const { done } = await memory.ask({ op: 'pin', questionId, projects, pinned })
    if (!done) throw unknownTo([], questionId)
    return { schema: SCHEMA, question_id: questionId, pinned }
  })
  app.delete<Params>('/v1/memories/:question_id', async ({ params, query }) => {
    const projects = memory.projects(readQuery(MemoryQuery, query).project)
    const questionId = idIn(params)
    const { done } = await memory.ask({ op: 'forget', questionId, projects })
    if (!done) throw unknownTo([], questionId)
    return { schema: SCHEMA, question_id: questionId, forgotten: true }
  })

  app.get('/v1/memory', async () => ({ schema: SCHEMA, memory: await memory.status() }))
  app.get('/v1/memory/export', { exposeHeadRoute: false }, ({ query }, reply) => {
    const projects = memory.projects(readQuery(MemoryQuery, query).project)
    return reply
      .type(`${NDJSON}; charset=utf-8`)
      .send(Readable.from(exported(memory, projects), { objectMode: false }))
  })
  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, payload, parsed) => parsed(null, payload))
    scope.post('/v1/memory/import', { bodyLimit: IMPORT_BYTES_MAX }, async (request) => {
      const { project } = readQuery(MemoryQuery, request.query)
      if (!(request.body instanceof Readable))
        throw new SwarmError('SWARM_EMPTY_INPUT', 'the body is empty', 'Send one JSON object a line.')
      return { schema: SCHEMA, ...(await imported(memory, project, linesOf(request.body, parts.bodyMs ?? BODY_MS))) }
    })
    done()
  })
}

interface Params {
  readonly Params: { readonly question_id: string }
}

function idIn({ question_id: id }: Params['Params']): string {
  if (isQuestionId(id)) return id
  throw new SwarmError('SWARM_BAD_INPUT', 'a question id is 1 to 128 letters, digits and . _ : @ -')
}

/** As a caller gives it; also of the tool `remember`. */
export async function givenOf(
  memory: MemoryPort,
  { project, question_id: questionId, visibility, ...said }: z.output<typeof StoreBody>,
  source: GivenMemory['source'],
): Promise<GivenMemory> {
  const projects = memory.projects(project)
  const visible = visibility ?? (await visibilityNow(memory, questionId ?? questionIdOf(said.question), projects))
  // What is for projects by default and comes from none is for its own node.
  const usual = memory.visibility === 'project' && projects.length === 0 ? 'private' : memory.visibility
  return {
    ...said,
    ...(questionId === undefined ? {} : { questionId }),
    projects,
    visibility: visible ?? usual,
    source,
  }
}

/** What is known for a few stays for a few when it is answered anew, unless somebody says otherwise. */
async function visibilityNow(
  memory: MemoryPort,
  questionId: string,
  projects: string[],
): Promise<GivenMemory['visibility'] | undefined> {
  try {
    const { memory: known } = await memory.ask({ op: 'get', questionId, projects })
    return known && !known.forgotten ? known.visibility : undefined
  } catch {
    // It cannot be reached: what is stored waits, as it would without having been known.
    return undefined
  }
}

async function knowledge(
  memory: MemoryPort,
  questionId: string,
  wish: { readonly project?: string | undefined; readonly rev: number | undefined; readonly history: boolean },
): Promise<object> {
  const projects = memory.projects(wish.project)
  const rev = wish.rev === undefined ? {} : { rev: wish.rev }
  const { memory: known, similar } = await memory.ask({ op: 'get', questionId, projects, ...rev })
  if (!known || known.forgotten) throw unknownTo(similar, questionId, known?.forgotten)
  const history = wish.history
    ? (await memory.ask({ op: 'history', questionId, projects, limit: HISTORY_MAX })).memories.map(body)
    : undefined
  return { schema: SCHEMA, ...body(known), ...(history ? { history } : {}) }
}

const unknownTo = (similar: MemoryReplies['get']['similar'], questionId: string, wasForgotten = false): NotKnown =>
  new NotKnown(wasForgotten ? `${questionId} was forgotten` : `there is no ${questionId}`, similar)

/** Times as everywhere in answers. */
export const body = ({ created, updated, ...memory }: ToldMemory): object => ({
  ...memory,
  created: new Date(created).toISOString(),
  updated: new Date(updated).toISOString(),
})

const present = <Of extends object>(fields: Of): { [Key in keyof Of]: Exclude<Of[Key], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Of]: Exclude<Of[Key], undefined>
  }

async function* exported(memory: MemoryPort, projects: string[]): AsyncGenerator<Buffer> {
  let after: string | null | undefined
  do {
    const page: MemoryReplies['list'] = await memory.ask({
      op: 'list',
      projects,
      limit: EXPORT_PAGE,
      ...(after ? { after } : {}),
    })
    const told = page.memories.filter(({ forgotten }) => !forgotten)
    if (told.length > 0) yield Buffer.from(told.map((one) => `${JSON.stringify(body(one))}\n`).join(''))
    after = page.next
  } while (after !== null)
}

async function imported(
  memory: MemoryPort,
  project: string | undefined,
  lines: ReturnType<typeof linesOf>,
): Promise<{ lines: number; added: number; known: number; failed: number; errors: object[] }> {
  const counts = { lines: 0, added: 0, known: 0, failed: 0 }
  const errors: object[] = []
  for await (const line of lines) {
    counts.lines += 1
    try {
      if (line.wrong) throw line.wrong
      // What an export tells besides is made anew here.
      const { question_id, question, response, context, tags, visibility, model, tokens } = line.value as Record<
        string,
        unknown
      >
      const kept = { question_id, question, response, context, tags, visibility, model, tokens }
      const given = readBody(
        StoreBody,
        Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined && value !== null)),
      )
      const { is } = await memory.ask({ op: 'store', memory: await givenOf(memory, { ...given, project }, 'import') })
      if (is === 'same') counts.known += 1
      else counts.added += 1
    } catch (thrown) {
      const error = asSwarmError(thrown)
      if (error.http >= 500) throw error
      counts.failed += 1
      if (errors.length < WRONG_MAX) errors.push({ line: line.line, code: error.code, detail: error.why })
    }
  }
  return { ...counts, errors }
}
