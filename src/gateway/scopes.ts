import type { Scope } from '../access/index.ts'

/** `open`: no key is asked. */
export type Need = Scope | 'open'

/**
 * What each route asks for; a test compares this with the routes there are, both ways. A route that is not here asks
 * for `admin`. Reading costs a token of the reads, and everything else one of the writes, unless it is in `READS`.
 */
export const routeScopes: Readonly<Record<string, Need>> = {
  'GET /livez': 'open',
  'GET /readyz': 'open',
  // A client that looks for an authorization server must learn that there is none, not that it needs a key for that.
  '* /.well-known/*': 'open',
  'POST /v1/session': 'open',
  // A browser has no key before the page asks for one; what the page shows then needs it.
  'GET /docs': 'open',
  'GET /docs/:file': 'open',
  'GET /openapi.json': 'read',
  'GET /metrics': 'metrics',
  'GET /v1/status': 'read',
  'GET /v1/nodes': 'read',
  // Some of what it tells needs more: `isForAdmin`.
  'GET /v1/live': 'read',
  'POST /v1/live/tickets': 'read',
  'GET /v1/jobs': 'read',
  'GET /v1/leader': 'read',
  'GET /v1/settings': 'read',
  'GET /v1/settings/:key': 'read',
  'GET /v1/items': 'read',
  'GET /v1/items/:id': 'read',
  'GET /v1/items/:id/versions': 'read',
  'GET /v1/items/:id/versions/:version': 'read',
  'GET /v1/items/:id/diff': 'read',
  'GET /v1/conflicts': 'read',
  // What stays on this node is for administrators there too.
  'GET /v1/knowledge': 'read',
  // Any number of writes for the price of one.
  'POST /v1/knowledge': 'admin',
  'GET /v1/specialisations': 'read',
  'GET /v1/events': 'read',
  'POST /v1/resolve': 'read',
  'POST /v1/guide': 'read',
  'POST /v1/explain': 'read',
  'GET /get_personality': 'read',
  'GET /v1/personalities': 'read',
  'GET /v1/personalities/:name': 'read',
  'GET /v1/personalities/:name/versions': 'read',
  'GET /v1/voices': 'read',
  // How all agents of the swarm are spoken to: the owner's word.
  'POST /v1/personalities': 'admin',
  'PUT /v1/personalities/:name': 'admin',
  'DELETE /v1/personalities/:name': 'admin',
  'PUT /v1/voices': 'admin',
  'POST /v1/requests': 'read',
  'GET /v1/requests': 'read',
  'GET /v1/requests/:id': 'read',
  // What one key asked, no other cancels.
  'DELETE /v1/requests/:id': 'read',
  'GET /v1/requests/:id/stream': 'read',
  // The tools have scopes of their own: `toolScopes`.
  '* /mcp': 'read',
  'GET /v1/session': 'read',
  'DELETE /v1/session': 'read',
  'POST /v1/items': 'contribute',
  // They add versions, and the ones before stay.
  'PATCH /v1/items/:id': 'contribute',
  'POST /v1/items/:id/restore': 'contribute',
  'POST /v1/items/:id/merge': 'contribute',
  'POST /v1/items/:id/dismiss': 'contribute',
  // It is gone for everybody: the owner's word, not an agent's.
  'DELETE /v1/items/:id': 'admin',
  // What was private or a project's own becomes everybody's: the owner's word, not an agent's.
  'POST /v1/items/:id/publish': 'admin',
  'POST /v1/outcomes': 'contribute',
  'POST /v1/session/tickets': 'admin',
  'GET /v1/purges': 'admin',
  'POST /v1/purges': 'admin',
  'GET /v1/purges/:id': 'admin',
  'DELETE /v1/purges/:id': 'admin',
  'GET /v1/blocks': 'admin',
  'POST /v1/blocks': 'admin',
  'GET /v1/review': 'admin',
  'POST /v1/review/:id': 'admin',
  'GET /v1/keys': 'admin',
  'POST /v1/keys': 'admin',
  'POST /v1/keys/:id/rotate': 'admin',
  'DELETE /v1/keys/:id': 'admin',
  'GET /v1/audit': 'admin',
  'POST /v1/leader/step-down': 'admin',
  'PUT /v1/settings/:key': 'admin',
  'DELETE /v1/settings/:key': 'admin',
  'DELETE /v1/nodes/:node': 'admin',
  'PUT /v1/nodes/:node/drain': 'admin',
  'GET /v1/recover': 'admin',
  'POST /v1/recover': 'admin',
  'POST /v1/leave': 'admin',
  'GET /v1/newcomers': 'admin',
  'POST /v1/newcomers/:name/approve': 'admin',
  'POST /v1/newcomers/:name/ignore': 'admin',
  'POST /v1/newcomers/:name/block': 'admin',
  'POST /v1/tokens': 'admin',
  'POST /v1/nodes/:node/revoke': 'admin',
  'POST /v1/rekey': 'admin',
  'POST /store_response': 'contribute',
  'GET /get_knowledge/:question_id': 'read',
  'POST /v1/memories': 'contribute',
  'GET /v1/memories': 'read',
  'GET /v1/memories/:question_id': 'read',
  'GET /v1/memories/:question_id/history': 'read',
  'PATCH /v1/memories/:question_id': 'contribute',
  'PUT /v1/memories/:question_id/pin': 'contribute',
  'DELETE /v1/memories/:question_id': 'contribute',
  'GET /v1/memory': 'read',
  'GET /v1/memory/export': 'admin',
  'POST /v1/memory/import': 'admin',
  'POST /v1/backups': 'admin',
  'POST /v1/restore': 'admin',
}

/** A caller sees the tools it may use, and no other. */
export const toolScopes = {
  resolve_error: 'read',
  guide_feature: 'read',
  report_outcome: 'contribute',
  share_knowledge: 'contribute',
  recall: 'read',
  remember: 'contribute',
  forget: 'contribute',
} as const satisfies Readonly<Record<string, Scope>>

export type ToolName = keyof typeof toolScopes

/** They change nothing, and cost as much as a GET. */
const READS = new Set(['POST /v1/resolve', 'POST /v1/guide', 'POST /v1/explain', 'POST /v1/live/tickets', '* /mcp'])

/**
 * Routes whose address may have a query; elsewhere a parameter is an error, as an unknown field is. A test compares
 * this with what the routes are said to take.
 */
const QUERIES: ReadonlySet<string> = new Set([
  'GET /v1/live',
  'GET /get_personality',
  'GET /v1/voices',
  'GET /v1/items',
  'PATCH /v1/items/:id',
  'DELETE /v1/items/:id',
  'POST /v1/items/:id/restore',
  'POST /v1/items/:id/merge',
  'POST /v1/items/:id/dismiss',
  'GET /v1/conflicts',
  'GET /v1/requests',
  'GET /v1/settings/:key',
  'GET /v1/audit',
  'GET /v1/knowledge',
  'POST /v1/knowledge',
  'GET /v1/items/:id/diff',
  'GET /v1/events',
  'GET /get_knowledge/:question_id',
  'GET /v1/memories',
  'GET /v1/memories/:question_id',
  'GET /v1/memories/:question_id/history',
  'PUT /v1/memories/:question_id/pin',
  'DELETE /v1/memories/:question_id',
  'GET /v1/memory/export',
  'POST /v1/memory/import',
])

export const takesQuery = (method: string, url: string): boolean =>
  QUERIES.has(`${method === 'HEAD' ? 'GET' : method} ${url}`)

/** They remember the keys of their repeats by themselves, beyond this process. */
const OWN_KEYS: ReadonlySet<string> = new Set(['POST /v1/requests'])

/** Whether a write with an `Idempotency-Key` is kept at the door: not those of nobody, nor of more than one thing. */
export const isRepeatable = (method: string, url: string): boolean =>
  (url.startsWith('/v1/') || url === '/store_response') &&
  costOf(method, url) === 'write' &&
  needOf(method, url) !== 'open' &&
  !takesLines(method, url) &&
  !OWN_KEYS.has(`${method} ${url}`)

/** A body of lines, read as it comes; it may take as long as it goes on. */
export const takesLines = (method: string, url: string): boolean =>
  method === 'POST' && (url === '/v1/knowledge' || url === '/v1/memory/import')

/** However much there is to do: who asks wants to know just that. */
const ALWAYS_TAKEN = new Set(['GET /livez', 'GET /readyz', 'GET /metrics', 'GET /v1/status'])
export const isAlwaysTaken = (method: string, url: string): boolean =>
  ALWAYS_TAKEN.has(`${method === 'HEAD' ? 'GET' : method} ${url}`)

/** They last, and wait for others most of the time. */
const WAITING = new Set([
  'GET /v1/live',
  'GET /v1/knowledge',
  'POST /v1/knowledge',
  'GET /v1/memory/export',
  'POST /v1/memory/import',
  'POST /v1/requests',
  'GET /v1/requests/:id',
  'GET /v1/requests/:id/stream',
])
export const waits = (method: string, url: string): boolean => WAITING.has(`${method} ${url}`)

/** What counts for a request; `admin` for a route that nobody thought of. `url` is the route's pattern. */
export function needOf(method: string, url: string): Need {
  const asGet = method === 'HEAD' ? 'GET' : method
  return routeScopes[`${asGet} ${url}`] ?? routeScopes[`* ${url}`] ?? 'admin'
}

export function costOf(method: string, url: string): 'read' | 'write' {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return 'read'
  return READS.has(`${method} ${url}`) || READS.has(`* ${url}`) ? 'read' : 'write'
}
