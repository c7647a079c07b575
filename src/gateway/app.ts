import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import websocket from '@fastify/websocket'
import fastify, { type FastifyInstance, type FastifyRequest, type FastifyServerFactory } from 'fastify'
import { SwarmError } from '../base/index.ts'
import { BODY_MS, HEAD_MS, limitArrival, LOOK_MS, refuseGarbage } from './arrival.ts'
import { type DoorKind, type DoorParts, guard } from './door.ts'
import { requestIdIn } from './headers.ts'
import { liveSocketOptions, mountLive } from './live-door.ts'
import type { GatewayParts } from './parts.ts'
import { fromFastify, sendProblem } from './problem.ts'
import { bodySumOf, guardRepeats } from './repeat-door.ts'
import { mountRest } from './rest.ts'
import { takesLines, takesQuery } from './scopes.ts'

const BODY_BYTES_MAX = 1024 * 1024

export interface App {
  readonly app: FastifyInstance
  /** As they were declared: `GET /v1/status`, `* /mcp`. Complete when the app is ready. */
  readonly routes: () => readonly string[]
  readonly closeMcp: () => Promise<void>
}

/** All routes behind one door. `serve` makes the server where it is not a plain one. */
export function createApp(kind: DoorKind, parts: GatewayParts & DoorParts, serve?: FastifyServerFactory): App {
  const app = fastify({
    bodyLimit: BODY_BYTES_MAX,
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: true },
    requestIdHeader: false,
    clientErrorHandler: refuseGarbage,
    // The door refuses what is new, in our words.
    return503OnClosing: false,
    // An address that cannot be decoded is refused before any hook runs.
    frameworkErrors: (error, request, reply) => {
      void reply.header('x-request-id', request.id)
      sendProblem(request, reply, fromFastify(error))
    },
    genReqId: (raw) => requestIdIn(raw.headers) ?? randomUUID(),
    ...(serve
      ? { serverFactory: serve }
      : { http: { shouldUpgradeCallback, headersTimeout: HEAD_MS, connectionsCheckingInterval: LOOK_MS } }),
  })
  const routes = collectRoutes(app)
  // A page can post text/plain anywhere without asking; JSON it cannot.
  app.removeContentTypeParser('text/plain')
  const parseJson = app.getDefaultJsonParser('error', 'error')
  // A DELETE may say what it would send and send nothing; who needs a body asks for it.
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    request.bodySum = bodySumOf(request, body)
    return body === '' ? done(null) : parseJson(request, body, done)
  })
  app.setErrorHandler((error, request, reply) => {
    const coded = error instanceof SwarmError ? error : fromFastify(error as Parameters<typeof fromFastify>[0])
    if (coded.code === 'SWARM_INTERNAL')
      parts.log(
        'error',
        `${request.method} ${request.url}: ${coded.cause instanceof Error ? (coded.cause.stack ?? coded.why) : coded.why}`,
      )
    else parts.log('debug', refusalText(request, coded))
    return sendProblem(request, reply, coded)
  })
  app.setNotFoundHandler((request, reply) => {
    const error = notFound(routes, request.method, request.url)
    parts.log('debug', refusalText(request, error))
    return sendProblem(request, reply, error)
  })
  // Before the checks of the door: it has to know a request to upgrade, or one that they refuse keeps its socket for
  // ever, and with it the end of the process.
  void app.register(websocket, {
    options: liveSocketOptions,
    // What ws found wrong it closes by itself, with a code that says so.
    errorHandler: (_error, socket) => socket.readyState === socket.OPEN && socket.terminate(),
  })
  app.after(() => {
    guard(app, kind, parts)
    limitArrival(app, parts.bodyMs ?? BODY_MS, takesLines)
    guardRepeats(app, parts.repeats)
    app.addHook('preValidation', (request, _reply, done) => done(strayParameter(request)))
    mountLive(app, parts)
  })
  mountRest(app, parts)
  app.all('/.well-known/*', (request) => {
    throw notFound([], request.method, request.url)
  })
  const closeMcp = mountMcpLazily(app, parts)
  return { app, routes: () => [...new Set(routes.map(({ name }) => name))], closeMcp }
}

/** Others offer another protocol with a request that is to be answered all the same (h2c). */
export const shouldUpgradeCallback = ({ headers }: IncomingMessage): boolean =>
  headers.upgrade?.toLowerCase() === 'websocket'

/** MCP costs 20 MiB and 80 ms to load: a node that no agent talks to does without. */
function mountMcpLazily(app: FastifyInstance, parts: GatewayParts & DoorParts): () => Promise<void> {
  let mounted: Promise<{ handle(request: FastifyRequest): Promise<Response>; close(): Promise<void> }> | undefined
  void app.register((scope, _options, done) => {
    // The handler reads the body itself: its errors are then JSON-RPC, as clients expect.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null))
    scope.all('/mcp', async (request, reply) => {
      mounted ??= import('./mcp.ts').then(({ createMcp }) => createMcp(parts))
      return reply.send(await (await mounted).handle(request))
    })
    done()
  })
  return async () => (await mounted)?.close()
}

/** A line for each; of what was sent nothing, since that may be a question or a secret in the wrong place. */
const refusalText = ({ caller, id, method, routeOptions }: FastifyRequest, { code }: SwarmError): string =>
  `refused ${method} ${routeOptions.url ?? 'of no address'} of ${caller.actor}: ${code}, request ${id}`

interface Route {
  readonly name: string
  readonly method: string
  readonly pattern: RegExp
}

/** Routes as they are declared: a path that is there under another method deserves to be told so. */
function collectRoutes(app: FastifyInstance): readonly Route[] {
  const routes: Route[] = []
  app.addHook('onRoute', ({ method, url }) => {
    const pattern = new RegExp(`^${url.replaceAll(/:\w+/g, '[^/]+').replaceAll('*', '.*')}/?$`)
    const methods = Array.isArray(method) ? method : [method]
    const isAll = methods.length > 5
    for (const one of methods)
      if (one !== 'HEAD') routes.push({ name: `${isAll ? '*' : one} ${url}`, method: one, pattern })
  })
  return routes
}

/** A misspelt filter that is passed over in silence answers another question. Probes take whatever a prober adds. */
function strayParameter({ method, query, routeOptions: { url = '' } }: FastifyRequest): SwarmError | undefined {
  const [name] = Object.keys(query as object)
  if (name === undefined || !url.startsWith('/v1/') || takesQuery(method, url)) return undefined
  return new SwarmError(
    'SWARM_BAD_INPUT',
    `there is no parameter \`${name.slice(0, 80)}\` here`,
    'See docs/api.md for what the address takes.',
  )
}

function notFound(routes: readonly Route[], method: string, url: string): SwarmError {
  const path = url.split('?')[0] ?? ''
  const others = new Set(routes.filter(({ pattern }) => pattern.test(path)).map((route) => route.method))
  if (others.size > 0)
    return new SwarmError('SWARM_METHOD_NOT_ALLOWED', `${path} takes ${[...others].join(', ')}, not ${method}`)
  return new SwarmError('SWARM_NOT_FOUND', `there is no ${path} here`, 'See docs/api.md for the paths.')
}
