import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { covers, type Keyring, type Sessions } from '../access/index.ts'
import { SwarmError } from '../base/index.ts'
import { type Caller, decorateCaller, OWNER } from './caller.ts'
import {
  cookieIn,
  hasBody,
  isJson,
  isLocalHost,
  isLocalOrigin,
  isOwnOrigin,
  keyIn,
  liveTicketIn,
  nameOf,
  sessionTokenIn,
} from './headers.ts'
import type { Limits } from './limits.ts'
import type { Repeats } from './repeats.ts'
import type { Load } from './load.ts'
import { isNdjson, NDJSON } from './ndjson.ts'
import type { AuditPort } from './parts.ts'
import { costOf, isAlwaysTaken, needOf, takesLines, waits } from './scopes.ts'

/** `socket`: the owner's. `loopback`: 127.0.0.1, plain. `lan`: beyond this machine, over TLS. */
export type DoorKind = 'socket' | 'loopback' | 'lan'

export interface DoorParts {
  readonly keys: Keyring
  readonly sessions: Sessions
  readonly limits: Limits
  readonly repeats: Repeats
  /** How long a body may take; a minute unless told. */
  readonly bodyMs?: number
  readonly load: Load
  readonly audit: AuditPort
  /** Names, beside its addresses, under which the node is reached from other machines. */
  readonly hosts: readonly string[]
}

/** One look at a request before its body is read. What it returns is the answer. */
type Step = (request: FastifyRequest, reply: FastifyReply) => SwarmError | undefined

/**
 * The order matters: what can be said without knowing the caller comes first, so that a page in a browser is turned
 * away before its cookie or key is looked at; the key before the scope; and who is let in pays for the call, and then
 * needs room. All of it before the body is read.
 */
export function guard(app: FastifyInstance, kind: DoorKind, parts: DoorParts): void {
  const steps: readonly Step[] =
    kind === 'socket'
      ? [requestId, contentType, owner, room(parts)]
      : [requestId, host(kind, parts), origin(kind), contentType, auth(kind, parts), scope, rate(parts), room(parts)]
  decorateCaller(app)
  app.addHook('onRequest', (request, reply, done) => {
    for (const step of steps) {
      const refusal = step(request, reply)
      if (refusal) return done(refusal)
    }
    done()
  })
  // The body is there: what is left is work, and is done in turn.
  app.addHook('preHandler', (request, reply, done) => {
    if (!takesTurn(request)) return done()
    reply.raw.once('close', parts.load.turn(sharerOf(request), done))
  })
  // Who is told so asks the next thing elsewhere, and is not cut off in the middle of it.
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (parts.load.isEnding) reply.header('connection', 'close')
    done(null, payload)
  })
}

const LIVE = '/v1/live'

const pathOf = ({ url }: FastifyRequest): string => url.split('?')[0] ?? ''
/** Undefined for an address that is none. */
const routeOf = ({ routeOptions }: FastifyRequest): string | undefined => routeOptions.url
const isOpen = (request: FastifyRequest): boolean => {
  const route = routeOf(request)
  return route !== undefined && needOf(request.method, route) === 'open'
}

const requestId: Step = (request, reply) => {
  reply.header('x-request-id', request.id)
  return undefined
}

const owner: Step = (request) => {
  request.caller = OWNER
  return undefined
}

/** Against DNS rebinding: a foreign name that leads here is in the Host header, whatever the address behind it. */
const host =
  (kind: DoorKind, { hosts }: DoorParts): Step =>
  ({ headers, socket }) => {
    const given = headers.host
    if (kind === 'loopback' && isLocalHost(given)) return undefined
    if (kind === 'lan' && given !== undefined && isLanHost(given, hosts, socket.localAddress)) return undefined
    return new SwarmError(
      'SWARM_FORBIDDEN',
      'the Host header does not name this machine',
      kind === 'lan'
        ? 'Use its IP address, or add the name to the setting api.hosts.'
        : 'Use http://127.0.0.1:PORT or localhost.',
    )
  }

/** An address cannot be rebound: it is this machine's, or the packet would not be here. */
function isLanHost(given: string, hosts: readonly string[], address: string | undefined): boolean {
  const name = nameOf(given)
  const own = address?.replace(/^::ffff:/i, '')
  return name === own || name === `[${own}]` || hosts.some((known) => known.toLowerCase() === name)
}

const origin =
  (kind: DoorKind): Step =>
  (request) => {
    const { headers } = request
    // A second wall: browsers say by themselves that a request comes from another site, also without an Origin.
    const isCross = headers['sec-fetch-site'] === 'cross-site' && pathOf(request) !== '/livez'
    const given = headers.origin
    const isFine =
      given === undefined ||
      (kind === 'lan' ? isOwnOrigin(given, request.protocol, headers.host) : isLocalOrigin(given))
    return isCross || !isFine
      ? new SwarmError('SWARM_FORBIDDEN', 'requests from web pages of other sites are refused')
      : undefined
  }

/** Neither of both can be sent by a page of another site that did not ask before. */
const contentType: Step = (request) => {
  const { headers, method } = request
  const type = headers['content-type']
  const wanted = takesLines(method, routeOf(request) ?? '') ? NDJSON : 'application/json'
  if (!hasBody(headers) || (wanted === NDJSON ? isNdjson(type) : isJson(type))) return undefined
  return new SwarmError('SWARM_MEDIA_TYPE', `the content type is not ${wanted}`, `Send \`content-type: ${wanted}\`.`)
}

const auth =
  (kind: DoorKind, parts: DoorParts): Step =>
  (request, reply) => {
    if (isOpen(request)) return undefined
    const found = callerOf(request, kind, parts)
    if (found instanceof SwarmError) return found
    if (found) {
      request.caller = found
      return undefined
    }
    const limited = parts.limits.failure(request.ip, reply)
    if (limited) return limited
    // Without resource_metadata: there is no authorization server to look for.
    reply.header('www-authenticate', 'Bearer')
    // One text for a key that is missing, unknown, wrong, expired or revoked.
    return new SwarmError(
      'SWARM_UNAUTHORIZED',
      'the Authorization header holds no valid key',
      kind === 'lan'
        ? 'Send `Authorization: Bearer` and a key that `mcp-swarm keys new` made on that machine.'
        : "Send `Authorization: Bearer` and the content of the file api.key in the node's folder, or a key that `mcp-swarm keys new` made.",
    )
  }

function callerOf(request: FastifyRequest, kind: DoorKind, parts: DoorParts): Caller | SwarmError | undefined {
  const key = keyIn(request.headers)
  if (key === undefined) return sessionOf(request, parts) ?? ticketOf(request, parts)
  const holder = parts.keys.check(key)
  // The local key stands for whoever can read this machine's files: from elsewhere it is a copy that got away.
  if (!holder || (kind === 'lan' && holder.isLocal)) return undefined
  const actor = `key ${holder.id}`
  if (holder.isFirst)
    void parts.audit.record({ action: 'key-used', actor, subject: actor, detail: `from ${request.ip}` })
  return { actor, scopes: holder.scopes, keyId: holder.id, allowance: actor }
}

/** A cookie alone is never enough, and a change must come from a page of this address. */
function sessionOf(request: FastifyRequest, { sessions }: DoorParts): Caller | SwarmError | undefined {
  const [cookie, token] = [cookieIn(request.headers), sessionTokenIn(request.headers)]
  if (cookie === undefined || token === undefined) return undefined
  const principal = sessions.check(cookie, token)
  if (!principal) return undefined
  const { headers, method, protocol } = request
  const site = headers['sec-fetch-site']
  const isChange = method !== 'GET' && method !== 'HEAD'
  const isOwn = isOwnOrigin(headers.origin, protocol, headers.host)
  if ((isChange && !isOwn) || (headers.origin !== undefined && !isOwn) || site === 'same-site')
    return new SwarmError('SWARM_FORBIDDEN', 'a session counts for pages of its own address only')
  return { ...principal, allowance: principal.actor }
}

/** For a page that opens a WebSocket. */
function ticketOf(request: FastifyRequest, { sessions }: DoorParts): Caller | SwarmError | undefined {
  const { headers, protocol } = request
  const ticket = routeOf(request) === LIVE ? liveTicketIn(headers) : undefined
  const principal = ticket === undefined ? undefined : sessions.redeem(ticket, 'live')
  if (!principal) return undefined
  if (headers.origin !== undefined && !isOwnOrigin(headers.origin, protocol, headers.host))
    return new SwarmError('SWARM_FORBIDDEN', 'a ticket counts for pages of its own address only')
  return { ...principal, allowance: principal.actor }
}

const scope: Step = (request, reply) => {
  const route = routeOf(request)
  if (route === undefined) return undefined
  const needed = needOf(request.method, route)
  if (needed === 'open' || covers(request.caller.scopes, needed)) return undefined
  reply.header('www-authenticate', `Bearer error="insufficient_scope", scope="${needed}"`)
  return new SwarmError(
    'SWARM_FORBIDDEN',
    `this needs the scope ${needed}, and the key has ${request.caller.scopes.join(', ')}`,
    `Use another key, or make one: mcp-swarm keys new --scope ${needed}`,
  )
}

const rate =
  ({ limits }: DoorParts): Step =>
  (request, reply) => {
    const { allowance } = request.caller
    if (allowance === null) return undefined
    const limited = limits.call(allowance, costOf(request.method, routeOf(request) ?? ''), reply)
    if (limited) return limited
    const open = routeOf(request) === LIVE ? limits.live : limits.open
    if (!open.enter(allowance)) {
      reply.header('retry-after', 1)
      return new SwarmError(
        'SWARM_RATE_LIMITED',
        'too many requests of this key are under way',
        'Wait for some of them to end.',
      )
    }
    // Also of a caller that goes away in the middle.
    reply.raw.once('close', () => open.leave(allowance))
    return undefined
  }

/** Keys share, whoever their sessions are; those without one, by address. */
const sharerOf = ({ caller: { allowance, keyId, scopes }, ip }: FastifyRequest): string =>
  keyId ?? (allowance === null && scopes.length > 0 ? 'owner' : `from ${ip}`)

/** A write waits for the disk, and many share one sync of it. */
function takesTurn(request: FastifyRequest): boolean {
  const { method } = request
  const route = routeOf(request) ?? ''
  return costOf(method, route) === 'read' && !isAlwaysTaken(method, route) && !waits(method, route)
}

const room =
  ({ load }: DoorParts): Step =>
  (request, reply) => {
    const { method } = request
    const route = routeOf(request) ?? ''
    if (isAlwaysTaken(method, route)) return undefined
    const entered = load.enter(sharerOf(request), waits(method, route))
    if (entered instanceof SwarmError) return entered
    reply.raw.once('close', entered)
    return undefined
  }
