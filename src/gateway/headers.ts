import type { IncomingHttpHeaders } from 'node:http'
import { SwarmError } from '../base/index.ts'

/* Questions about the headers of a request. Pure. */

export const LOCAL_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/** `host:port` without the port, in lower case. */
export const nameOf = (host: string): string => host.replace(/:\d{1,5}$/, '').toLowerCase()

export const isLocalHost = (host: string | undefined): boolean => host !== undefined && LOCAL_NAMES.has(nameOf(host))

/** Of a page on this machine, whatever its port: a developer's own. */
export function isLocalOrigin(origin: string): boolean {
  const match = /^https?:\/\/([^/]+)$/i.exec(origin)
  return match?.[1] !== undefined && isLocalHost(match[1])
}

/** The page was loaded from this very address. */
export const isOwnOrigin = (origin: string | undefined, scheme: string, host: string | undefined): boolean =>
  origin !== undefined && host !== undefined && origin.toLowerCase() === `${scheme}://${host.toLowerCase()}`

export const hasBody = (headers: IncomingHttpHeaders): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/** A form of another site can send text, forms and files without asking first; JSON it cannot. */
export const isJson = (type: string | undefined): boolean =>
  type !== undefined && /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i.test(type)

/** The key of either header. An empty one is none: it must not be compared with anything. */
export function keyIn(headers: IncomingHttpHeaders): string | undefined {
  const match = /^Bearer ([\w-]{1,200})$/i.exec(headers.authorization ?? '')
  const key = headers['x-api-key']
  return match?.[1] ?? (typeof key === 'string' && key !== '' ? key.slice(0, 200) : undefined)
}

export const COOKIE = 'mcp_swarm_session'
export const SESSION_HEADER = 'x-mcp-swarm-session'

export function cookieIn(headers: IncomingHttpHeaders): string | undefined {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim())
  const found = pairs.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1)
  return found !== undefined && /^[\w-]{43}$/.test(found) ? found : undefined
}

export function sessionTokenIn(headers: IncomingHttpHeaders): string | undefined {
  const token = headers[SESSION_HEADER]
  return typeof token === 'string' && /^[\w-]{43}$/.test(token) ? token : undefined
}

/** The ticket of a page that opens a WebSocket: it can name protocols and send no other header. */
export function liveTicketIn({ 'sec-websocket-protocol': offered }: IncomingHttpHeaders): string | undefined {
  return /(?:^|,)\s*ticket\.([\w-]{43})\s*(?:,|$)/.exec(offered ?? '')?.[1]
}

const IDEMPOTENCY_KEY = /^"?([\w.:-]{1,60})"?$/

/** Undefined without one. Throws SWARM_BAD_INPUT for one of another form. */
export function idempotencyKeyIn({ 'idempotency-key': given }: IncomingHttpHeaders): string | undefined {
  if (given === undefined) return undefined
  const key = typeof given === 'string' ? IDEMPOTENCY_KEY.exec(given)?.[1] : undefined
  if (key !== undefined) return key
  throw new SwarmError(
    'SWARM_BAD_INPUT',
    'the Idempotency-Key is not one',
    'Use up to 60 letters, digits and . _ : - (a UUID is fine).',
  )
}

/** The version that an `If-Match` asks for; undefined without one, and for `*`. */
export function versionIn({ 'if-match': match }: IncomingHttpHeaders): string | undefined {
  return match === undefined || match === '*' ? undefined : match.replace(/^(?:W\/)?"(.*)"$/, '$1')
}

/** The git remote of the project an agent works in; what has another form is none. */
export function projectIn(headers: IncomingHttpHeaders): string | undefined {
  const project = headers['mcp-swarm-project']
  return typeof project === 'string' && /^[\w.~%:/@+-]{1,500}$/.test(project) ? project : undefined
}

/** Ours if it looks like one; it goes into the log and back to the caller. */
export const requestIdIn = (headers: IncomingHttpHeaders): string | undefined => {
  const id = headers['x-request-id']
  return typeof id === 'string' && /^[\w-]{8,64}$/.test(id) ? id : undefined
}
