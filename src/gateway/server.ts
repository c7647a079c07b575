import { chmodSync } from 'node:fs'
import fastify, { type FastifyInstance } from 'fastify'
import { asSwarmError, SwarmError } from '../base/index.ts'
import { decorateCaller, OWNER } from './caller.ts'
import { guardLoopback } from './guard.ts'
import { fromFastify, sendProblem } from './problem.ts'
import { mountRest } from './rest.ts'
import type { GatewayParts } from './parts.ts'

const BODY_BYTES_MAX = 1024 * 1024
/** Answers under way may finish; then open connections are cut. */
const CLOSE_MS_MAX = 2_000

export interface GatewayOptions {
  /** Only this user can open it: no key is asked. */
  readonly socket: string
  /** On 127.0.0.1. 0 takes a free one. */
  readonly port: number
  /** For the TCP listener. */
  readonly apiKey: string
}

export interface Gateway {
  readonly url: string
  close(): Promise<void>
}

/** The doors for people and agents of this machine: a unix socket for the owner, 127.0.0.1 for who has the key. */
export async function openGateway(parts: GatewayParts, options: GatewayOptions): Promise<Gateway> {
  const owner = createApp(parts)
  decorateCaller(owner.app, OWNER)
  const loopback = createApp(parts)
  decorateCaller(loopback.app)
  guardLoopback(loopback.app, options.apiKey)
  const apps = [owner, loopback]
  const close = async (): Promise<void> => {
    await Promise.all(
      apps.map(async ({ app, closeMcp }) => {
        await closeMcp()
        await Promise.race([app.close(), new Promise((resolve) => setTimeout(resolve, CLOSE_MS_MAX).unref())])
      }),
    )
  }
  try {
    const url = await loopback.app.listen({ host: '127.0.0.1', port: options.port }).catch((error: unknown) => {
      throw portError(options.port, error)
    })
    // The socket comes last: who finds it answering finds all of the node. Its folder is this user's alone, so
    // nobody else can use the moment before the mode is set.
    await owner.app.listen({ path: options.socket }).catch((error: unknown) => {
      throw socketError(options.socket, error)
    })
    chmodSync(options.socket, 0o600)
    return { url, close }
  } catch (error) {
    await close()
    throw error
  }
}

function portError(port: number, error: unknown): SwarmError {
  const next = 'Choose another with --port, or leave it out to take a free one.'
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new SwarmError('SWARM_PORT_IN_USE', `127.0.0.1:${port} is taken by another program`, next)
    case 'EACCES':
      return new SwarmError('SWARM_BAD_CONFIG', `this user may not listen on port ${port}`, next)
    default:
      return asSwarmError(error)
  }
}

function socketError(socket: string, error: unknown): SwarmError {
  const { code, message } = error as NodeJS.ErrnoException
  const why = code === 'EADDRINUSE' ? 'something else of this name is in the way' : message
  return new SwarmError('SWARM_STATE_DIR', `${socket}: ${why}`, `Move ${socket} away.`, { cause: error })
}

function createApp(parts: GatewayParts): { readonly app: FastifyInstance; readonly closeMcp: () => Promise<void> } {
  const app = fastify({
    bodyLimit: BODY_BYTES_MAX,
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: true },
  })
  const routes = collectRoutes(app)
  // A page can post text/plain anywhere without asking; JSON it cannot.
  app.removeContentTypeParser('text/plain')
  app.setErrorHandler((error, request, reply) => {
    const coded = error instanceof SwarmError ? error : fromFastify(error as Parameters<typeof fromFastify>[0])
    if (coded.code === 'SWARM_INTERNAL')
      parts.log(
        'error',
        `${request.method} ${request.url}: ${coded.cause instanceof Error ? (coded.cause.stack ?? coded.why) : coded.why}`,
      )
    return sendProblem(request, reply, coded)
  })
  app.setNotFoundHandler((request, reply) =>
    sendProblem(request, reply, notFound(routes, request.method, request.url)),
  )
  mountRest(app, parts)
  return { app, closeMcp: mountMcpLazily(app, parts) }
}

/** MCP costs 20 MiB and 80 ms to load: a node that no agent talks to does without. */
function mountMcpLazily(app: FastifyInstance, parts: GatewayParts): () => Promise<void> {
  let mounted:
    | Promise<{ handle(request: import('fastify').FastifyRequest): Promise<Response>; close(): Promise<void> }>
    | undefined
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

/** Routes as they are declared: a path that is there under another method deserves to be told so. */
function collectRoutes(app: FastifyInstance): readonly Route[] {
  const routes: Route[] = []
  app.addHook('onRoute', ({ method, url }) => {
    const pattern = new RegExp(`^${url.replaceAll(/:\w+/g, '[^/]+')}/?$`)
    for (const one of Array.isArray(method) ? method : [method])
      if (one !== 'HEAD') routes.push({ method: one, pattern })
  })
  return routes
}

interface Route {
  readonly method: string
  readonly pattern: RegExp
}

function notFound(routes: readonly Route[], method: string, url: string): SwarmError {
  const path = url.split('?')[0] ?? ''
  const others = new Set(routes.filter(({ pattern }) => pattern.test(path)).map((route) => route.method))
  if (others.size > 0)
    return new SwarmError('SWARM_METHOD_NOT_ALLOWED', `${path} takes ${[...others].join(', ')}, not ${method}`)
  return new SwarmError('SWARM_NOT_FOUND', `there is no ${path} here`, 'See docs/api.md for the paths.')
}
