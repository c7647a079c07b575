import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { covers } from '../access/index.ts'
import { asSwarmError, errorTable, type ErrorCode, SwarmError } from '../base/index.ts'
import type { Answer, Exchange, Explanation, GuideAnswer, LastingAsker, LastingView } from '../driver/index.ts'
import { nextOf, openCursor } from './cursor.ts'
import { idempotencyKeyIn } from './headers.ts'
import type { GatewayParts } from './parts.ts'
import { guideInput, resolveInput } from './question-input.ts'
import { readBody } from './read.ts'
import { GuideBody, RequestBody, RequestsQuery, ResolveBody } from './schema.ts'
import { budgetedGuide, budgetedView, SCHEMA } from './views.ts'

/** An answer is there in less, mostly. Seconds. */
const RETRY_S = 1
/** `Prefer: wait` waits no longer: proxies between end what says nothing for a minute. Seconds. */
const WAIT_S_MAX = 55
/** A stream says something this often, milliseconds. */
const STREAM_MS = 15_000
/** Who waits is looked after this often: a node that stops waits for nobody. Milliseconds. */
const LOOK_MS = 1_000
const ID = /^q_[a-z2-7]{20}$/
const LIST = '/v1/requests'

/** Requests that last: accepted at once, answered whatever happens to the nodes they were given to. */
export function mountRequests(app: FastifyInstance, parts: GatewayParts): void {
  const { ask } = parts
  app.post('/v1/requests', async (request, reply) => {
    const { deadline_s: deadlineS, kind, input } = readBody(RequestBody, request.body)
    const asker = askerOf(request)
    const accepted = await ask('post-request', {
      ...questionOf(kind, input),
      asker,
      withinMs: deadlineS * 1000,
      name: idempotencyKeyIn(request.headers) ?? null,
    })
    const { id } = accepted
    void reply.header('location', `/v1/requests/${id}`)
    const waitMs = waitIn(request)
    if (waitMs === 0) return pending(reply, accepted)
    // It was accepted, whatever comes of the waiting.
    const view = await waited(parts, { id, asker, past: null }, waitMs).catch(() => accepted)
    return view.ended === null ? pending(reply, view) : requestView(view)
  })

  app.get('/v1/requests', async (request, reply) => {
    const { cursor, limit } = readBody(RequestsQuery, request.query)
    const before = cursor === undefined ? null : placeIn(cursor)
    const views = await ask('list-requests', { asker: askerOf(request), before, limit })
    const last = views.length === limit ? views.at(-1) : undefined
    return {
      schema: SCHEMA,
      requests: views.map(body),
      next: nextOf(request, reply, LIST, last ? placeOf(last) : null),
    }
  })

  app.get<Id>('/v1/requests/:id', async (request, reply) => {
    const wish = { id: idIn(request), asker: askerOf(request), past: null }
    const view = await waited(parts, wish, waitIn(request))
    if (view.ended === null) void reply.header('retry-after', RETRY_S)
    return requestView(view)
  })

  app.delete<Id>('/v1/requests/:id', async (request) =>
    requestView(await ask('cancel-request', { id: idIn(request), asker: askerOf(request) })),
  )

  app.get<Id>('/v1/requests/:id/stream', async (request, reply) => {
    const wish = { id: idIn(request), asker: askerOf(request) }
    const first = await ask('get-request', { ...wish, waitMs: 0, past: null })
    reply.hijack()
    await stream(reply, first, parts, wish)
  })
}

interface Id {
  readonly Params: { readonly id: string }
}

type Past = NonNullable<Exchange['get-request']['input']['past']>

/** As it is when it is over, when it is not as in `past` any more, after `waitMs`, or when the node stops. */
async function waited(
  { ask, clock, load }: GatewayParts,
  wish: Omit<Exchange['get-request']['input'], 'waitMs'>,
  waitMs: number,
): Promise<LastingView> {
  const until = clock.now() + waitMs
  for (;;) {
    const left = until - clock.now()
    const view = await ask('get-request', { ...wish, waitMs: Math.max(0, Math.min(left, LOOK_MS)) })
    const isOther = wish.past !== null && (view.epoch !== wish.past.epoch || view.step !== wish.past.step)
    if (view.ended !== null || isOther || left <= LOOK_MS || load.isEnding) return view
  }
}

/** Each change, until the end: what is told first is how it stands. */
async function stream(
  reply: FastifyReply,
  first: LastingView,
  parts: GatewayParts,
  wish: Pick<Exchange['get-request']['input'], 'id' | 'asker'>,
): Promise<void> {
  const { raw } = reply
  const closed = new Promise<null>((resolve) => raw.once('close', () => resolve(null)))
  raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
  const tell = (event: string, data: object): boolean =>
    raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  tell(first.state, requestView(first))
  let view = first
  try {
    while (view.ended === null && !parts.load.isEnding) {
      const past: Past = { epoch: view.epoch, step: view.step }
      const next = await Promise.race([closed, waited(parts, { ...wish, past }, STREAM_MS)])
      if (next === null) return
      view = next
      if (view.epoch !== past.epoch || view.step !== past.step) tell(view.state, requestView(view))
      else raw.write(': it goes on\n\n')
    }
  } catch (error) {
    tell('error', problemOf(asSwarmError(error)))
  }
  raw.end()
}

/** What one key asked, no other sees; the owner sees all. */
function askerOf({ caller }: FastifyRequest): LastingAsker {
  return { key: caller.keyId ?? 'owner', all: covers(caller.scopes, 'admin') }
}

function questionOf(
  kind: 'resolve' | 'guide' | 'explain',
  input: unknown,
): Pick<Posted, 'kind' | 'input' | 'tokens'> {
  if (kind === 'guide') {
    const read = readBody(GuideBody, input)
    return { kind, input: guideInput(read, 'api'), tokens: read.max_tokens ?? null }
  }
  const read = readBody(ResolveBody, input)
  return { kind, input: resolveInput(read, 'api'), tokens: read.max_tokens ?? null }
}
type Posted = Exchange['post-request']['input']

function pending(reply: FastifyReply, view: LastingView): FastifyReply {
  return reply.code(202).header('retry-after', RETRY_S).send(requestView(view))
}

const requestView = (view: LastingView): object => ({ schema: SCHEMA, ...body(view) })

function body({
  answer,
  at,
  attempts,
  copies,
  ended,
  epoch,
  holder,
  id,
  kind,
  node,
  owner,
  problem,
  state,
  tokens,
  until,
}: LastingView): object {
  return {
    id,
    kind,
    state,
    accepted: time(at),
    deadline: time(until),
    ended: ended === null ? null : time(ended),
    owner,
    holder,
    node,
    epoch,
    attempts,
    copies,
    ...(answer === null ? {} : { answer: answerView(kind, answer, tokens ?? Infinity) }),
    ...(problem === null
      ? {}
      : { problem: problemOf(new SwarmError(problem.code as ErrorCode, problem.why, problem.next)) }),
  }
}

function answerView(kind: LastingView['kind'], answer: unknown, tokensMax: number): object {
  switch (kind) {
    case 'resolve':
      return budgetedView(answer as Answer, tokensMax)
    case 'guide':
      return budgetedGuide(answer as GuideAnswer, tokensMax)
    case 'explain':
      return { schema: SCHEMA, ...(answer as Explanation) }
  }
}

function problemOf({ code, next, why }: SwarmError): object {
  const { http: status, title } = errorTable[code]
  const detail = code === 'SWARM_INTERNAL' ? 'The node logged the details.' : why
  return { type: `urn:mcp-swarm:error:${code}`, title, status, code, detail, ...(next === undefined ? {} : { next }) }
}

const time = (ms: number): string => new Date(ms).toISOString()

function idIn({ params: { id } }: FastifyRequest<Id>): string {
  if (ID.test(id)) return id
  throw new SwarmError(
    'SWARM_BAD_INPUT',
    `"${id.slice(0, 80)}" is not the id of a request`,
    'Ids look like q_ and 20 letters or digits; POST /v1/requests gives them.',
  )
}

/** `Prefer: wait=10`, in milliseconds; what is longer than the most is the most. */
function waitIn({ headers: { prefer } }: FastifyRequest): number {
  const text = Array.isArray(prefer) ? prefer.join(',') : (prefer ?? '')
  const seconds = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,6})"?\s*(?:$|[,;])/i.exec(text)?.[1]
  return Math.min(Number(seconds ?? 0), WAIT_S_MAX) * 1000
}

/** Where a page ends. */
const placeOf = ({ at, id }: LastingView): string => `${at} ${id}`

function placeIn(cursor: string): readonly [number, string] {
  const [at, id = ''] = openCursor(LIST, cursor).split(' ')
  return [Number(at), id]
}
