import fc from 'fast-check'
import { z } from 'zod'
import { contracts } from '../../../src/gateway/contract/all.ts'
import { routeScopes } from '../../../src/gateway/scopes.ts'
import type { HttpCase } from './send.ts'
import { junk, rarely, text, valuesOf } from './values.ts'

/** Fields of any route, for those that take no body. */
const FIELDS = [
  'ttl_ms',
  'grace_ms',
  'uses',
  'role',
  'with_admitted',
  'on',
  'name',
  'value',
  'action',
  'outcome',
  'id',
]

/** After these the node is no longer what it was: it is asked for them at the very end. */
export const LAST_ROUTES: ReadonlySet<string> = new Set(['POST /v1/leave', 'POST /v1/rekey'])

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'QUERY', 'PROPFIND'] as const

const param = fc.oneof(
  text.map((given) => encodeURIComponent(given.toWellFormed()).slice(0, 2_000)),
  fc.constantFrom('voters.max', 'k_aaaaaaaaaaaaaaaa', 'alpha', '00000000', '..', '%2e%2e', '%ff', '%', '*', ':key'),
)

const headerText = fc.stringMatching(/^[\x20-\x7e]{0,60}$/)
/** What is said beside the key. */
const headers: fc.Arbitrary<Record<string, string>> = fc
  .record(
    {
      'if-match': fc.oneof(headerText, fc.constantFrom('*', '"0"', '""', '"')),
      'idempotency-key': fc.oneof(headerText, fc.uuid(), fc.uuid(), fc.constantFrom('again', '"again"')),
      'x-request-id': headerText,
      accept: fc.constantFrom('*/*', 'text/html', 'application/json, text/event-stream', ''),
      'content-type': rarely('application/json', 'application/json; charset=utf-8', 'text/plain', 'x', ''),
      'sec-fetch-site': rarely('same-origin', 'none', 'x', 'cross-site'),
      cookie: headerText,
      'x-mcp-swarm-session': headerText,
      range: headerText,
      connection: fc.constantFrom('keep-alive', 'close'),
    },
    { requiredKeys: [] },
  )
  .map((given) => ({ 'content-type': 'application/json', ...given }))

function queryOf(route: string): fc.Arbitrary<string> {
  const known = contracts[route]?.query
  const pairs = known ? valuesOf(known) : fc.dictionary(text, text, { maxKeys: 3 })
  return fc.option(pairs, { nil: {}, freq: 3 }).map((given) => {
    if (given === null || typeof given !== 'object') return ''
    const entries = Object.entries(given).map(([key, value]): [string, string] => [
      key.toWellFormed(),
      String(value).toWellFormed(),
    ])
    const query = new URLSearchParams(entries.slice(0, 10)).toString().slice(0, 4_000)
    return query === '' ? '' : `?${query}`
  })
}

/** So that there is something to find: with twenty fields, one of them is wrong mostly. */
const PLAIN: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  'POST /v1/items': fc.oneof(fc.record({ error: text, action: text }), fc.record({ title: text, text })),
  'POST /v1/resolve': fc.record({ error: text }),
  'POST /v1/explain': fc.record({ error: text }),
}

function bodyOf(route: string): fc.Arbitrary<string | undefined> {
  const told = contracts[route]?.body
  const known = told instanceof z.ZodType ? told : undefined
  const guess = fc.dictionary(fc.constantFrom(...FIELDS), junk, { maxKeys: 4 })
  const value = known ? valuesOf(known) : fc.oneof(guess, junk)
  const json = fc
    .oneof({ weight: 2, arbitrary: value }, { weight: 1, arbitrary: PLAIN[route] ?? value })
    .map((given) => JSON.stringify(given) as string | undefined)
  return fc.oneof(
    { weight: 12, arbitrary: json },
    { weight: 1, arbitrary: text },
    { weight: 1, arbitrary: json.map((given = '') => given.slice(0, -1)) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  )
}

function requestTo(route: string): fc.Arbitrary<HttpCase> {
  const [method = '', pattern = ''] = route.split(' ')
  const path = fc.array(param, { minLength: 3, maxLength: 3 }).map((given) => {
    const params = [...given]
    return pattern.replaceAll(/:\w+|\*/g, () => params.shift() ?? '')
  })
  const own = method === '*' ? fc.constantFrom(...METHODS) : fc.constant(method)
  const anyMethod = fc.oneof({ weight: 15, arbitrary: own }, { weight: 1, arbitrary: fc.constantFrom(...METHODS) })
  return fc
    .record({ method: anyMethod, path, query: queryOf(route), headers, body: bodyOf(route) })
    .map(({ query, ...rest }) => ({ ...rest, path: rest.path + query, route }))
    .filter((one) => !LAST_ROUTES.has(`${one.method} ${one.path.split('?')[0]}`) || LAST_ROUTES.has(route))
}

/** A request to any route of the table: a new route is here without a word. */
export const restCases: fc.Arbitrary<HttpCase> = fc.oneof(
  ...Object.keys(routeScopes)
    .filter((route) => !LAST_ROUTES.has(route) && route !== '* /mcp')
    .map(requestTo),
  fc.record({
    method: fc.constantFrom(...METHODS),
    path: param.map((given) => `/${given}`),
    headers,
    route: fc.constant('none'),
  }),
)

export const lastCases: fc.Arbitrary<HttpCase> = fc.oneof(...[...LAST_ROUTES].map(requestTo))
