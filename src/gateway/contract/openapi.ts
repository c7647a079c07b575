import { z } from 'zod'
import { type ErrorCode, errorTable } from '../../base/index.ts'
import { isRepeatable, needOf } from '../scopes.ts'
import { contracts } from './all.ts'
import { type AnswerHeader, type Contract, type RequestHeader, TAGS, type Told } from './contract.ts'
import * as shapes from './shapes.ts'
import { Report } from '../schema.ts'

/*
 * OpenAPI 3.1 from the contracts. What several operations share stands once: schemas, parameters, refusals.
 */

type Json = Readonly<Record<string, unknown>>

const ref = (kind: string, name: string): Json => ({ $ref: `#/components/${kind}/${name}` })
const isSchema = (one: Told | Contract['body']): one is z.ZodType => one instanceof z.ZodType

/** `POST /v1/items/:id/restore` is called `postItemsIdRestore`: a name for the functions of generated clients. */
export const operationIdOf = (route: string): string => {
  const [method = '', path = ''] = route.split(' ')
  const words = path.replace(/^\/v1/, '').split(/[^A-Za-z0-9]+/)
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

const PARAMS: Readonly<Record<string, string>> = {
  id: 'Its id.',
  version: 'A version: 16 digits of 0-9 and a-f.',
  key: 'Name of a setting.',
  node: 'Name or id of a node, or the first letters of its id.',
  name: 'Name, id or four words of a newcomer.',
}

const REQUEST_HEADERS: Readonly<Record<RequestHeader, string>> = {
  'If-Match': 'Only if this is the present version; otherwise 409.',
  'If-None-Match': '304 without a body when nothing has changed since.',
  'Idempotency-Key': 'Makes a repeated request one: up to 60 letters, digits and . _ : -',
  Prefer: '`wait=N`: hold the answer up to N seconds.',
  'Last-Event-ID': 'Go on after this one.',
}
const ANSWER_HEADERS: Readonly<Record<AnswerHeader, string>> = {
  ETag: 'What `If-Match` and `If-None-Match` take.',
  Location: 'Where it is.',
  Link: 'The next page, as `rel="next"`.',
  'Retry-After': 'Seconds after which to look again.',
}

const REPEATED = ['SWARM_IN_PROGRESS', 'SWARM_KEY_REUSED', 'SWARM_CONFLICT'] as const

/** What any route of its kind may refuse with. */
export function refusalsOf(route: string, contract: Contract): readonly ErrorCode[] {
  const [method = '', path = ''] = route.split(' ')
  const isOpen = needOf(method === '*' ? 'POST' : method, path) === 'open'
  return [
    'SWARM_BAD_INPUT',
    ...(contract.body === undefined
      ? []
      : (['SWARM_BAD_JSON', 'SWARM_EMPTY_INPUT', 'SWARM_TOO_LARGE', 'SWARM_MEDIA_TYPE'] as const)),
    ...(isOpen ? [] : (['SWARM_UNAUTHORIZED', 'SWARM_RATE_LIMITED'] as const)),
    'SWARM_FORBIDDEN',
    ...(path.includes(':') ? (['SWARM_NOT_FOUND'] as const) : []),
    ...(contract.errors ?? []),
    ...(isRepeatable(method, path) ? REPEATED : []),
    ...(contract.body === undefined ? [] : (['SWARM_SLOW_SENDER'] as const)),
    'SWARM_OVERLOADED',
    'SWARM_STOPPING',
    'SWARM_TIMEOUT',
    'SWARM_INTERNAL',
  ]
}

/** A form says what a pattern that knows leap years says, and whole numbers end where all of them do. */
function readable({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.format === 'date-time' || jsonSchema.format === 'date') delete jsonSchema.pattern
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
}

/** Every schema by its name, as OpenAPI has them. */
class Schemas {
  readonly #registry = z.registry<{ id: string }>()

  add(name: string, schema: z.ZodType): Json {
    const known = this.#registry.get(schema)
    if (!known) this.#registry.add(schema, { id: name })
    return ref('schemas', known?.id ?? name)
  }

  get json(): Json {
    const { schemas } = z.toJSONSchema(this.#registry, {
      io: 'input',
      unrepresentable: 'any',
      uri: (id) => `#/components/schemas/${id}`,
      override: readable,
    })
    return Object.fromEntries(
      Object.entries(schemas).map(([name, { $id: _id, $schema: _schema, ...schema }]) => [name, schema]),
    )
  }
}

/** The document. Two calls give the same text. */
export function openapi(version: string): Json {
  const schemas = new Schemas()
  for (const [name, schema] of Object.entries({ ...shapes, Report })) schemas.add(name, schema)
  const paths: Record<string, Record<string, Json>> = {}
  for (const [route, contract] of Object.entries(contracts)) {
    const [method = '', path = ''] = route.split(' ')
    const at = path.replaceAll(/:(\w+)/g, '{$1}').replace('*', '{path}')
    const own = (paths[at] ??= {})
    own[method === '*' ? 'post' : method.toLowerCase()] = operation(route, contract, schemas)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'mcp-swarm',
      version,
      summary: 'Fixes for errors, known to all machines of a swarm.',
      description:
        'Names are snake_case. An unknown field or parameter is an error; answers may get new fields at any time. See docs/api.md.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The node that tells this.' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    security: [{ bearer: [] }, { apiKey: [] }],
    paths,
    components: {
      schemas: schemas.json,
      responses: Object.fromEntries(PROBLEM_STATUSES.map((status) => [`Problem${status}`, problem(status, schemas)])),
      headers: Object.fromEntries(
        Object.entries(ANSWER_HEADERS).map(([name, description]) => [
          name,
          { description, schema: { type: 'string' } },
        ]),
      ),
      parameters: Object.fromEntries(
        Object.entries(REQUEST_HEADERS).map(([name, description]) => [
          name,
          { name, in: 'header', description, schema: { type: 'string' } },
        ]),
      ),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'A key: `mcps_…`. The owner’s socket needs none.' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'The same key.' },
      },
    },
  }
}

const statusesOf = (codes: readonly ErrorCode[]): readonly number[] =>
  [...new Set(codes.map((code) => errorTable[code].http))].sort((a, b) => a - b)
const PROBLEM_STATUSES = statusesOf(Object.keys(errorTable) as ErrorCode[])

function problem(status: number, schemas: Schemas): Json {
  const codes = Object.entries(errorTable).filter(([, { http }]) => http === status)
  return {
    description: codes.map(([code, { title }]) => `\`${code}\`: ${title}.`).join(' '),
    ...(codes.some(([, { retry }]) => retry) ? { headers: { 'Retry-After': ref('headers', 'Retry-After') } } : {}),
    content: { 'application/problem+json': { schema: schemas.add('Problem', shapes.Problem) } },
  }
}

function operation(route: string, contract: Contract, schemas: Schemas): Json {
  const [method = '', path = ''] = route.split(' ')
  const id = operationIdOf(route)
  const need = needOf(method === '*' ? 'POST' : method, path)
  const { answers, body, bodyOptional, query, summary, tag, takes = [] } = contract
  const parameters = [
    ...[...path.matchAll(/:(\w+)|\*/g)].map(([, name = 'path']) => ({
      name,
      in: 'path',
      required: true,
      description: contract.params?.[name] ?? PARAMS[name] ?? 'The rest of the path.',
      schema: { type: 'string' },
    })),
    ...(query ? parametersOf(query) : []),
    ...[...new Set([...takes, ...(isRepeatable(method, path) ? (['Idempotency-Key'] as const) : [])])].map((name) =>
      ref('parameters', name),
    ),
  ]
  const responses: Record<string, Json> = {}
  for (const status of statusesOf(refusalsOf(route, contract)))
    responses[status] = ref('responses', `Problem${status}`)
  for (const [status, told] of Object.entries(answers))
    responses[status] = response(Number(status), told, contract, id, schemas)
  if (takes.includes('If-None-Match')) responses['304'] = { description: 'It is as it was.' }
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(need === 'open' ? { security: [] } : { description: `Needs the scope \`${need}\`.` }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: bodyOptional !== true,
            ...(isSchema(body)
              ? { content: { 'application/json': { schema: schemas.add(`${id}Body`, body) } } }
              : { description: body.what, content: { [body.type]: {} } }),
          },
        }),
    responses,
  }
}

function response(status: number, told: Told, { gives = [] }: Contract, id: string, schemas: Schemas): Json {
  const headers = status < 300 && gives.length > 0
  return {
    description: isSchema(told) ? (STATUS_WORDS[status] ?? 'The answer.') : told.what,
    ...(headers ? { headers: Object.fromEntries(gives.map((name) => [name, ref('headers', name)])) } : {}),
    content: isSchema(told)
      ? { 'application/json': { schema: schemas.add(`${id}Answer`, told) } }
      : { [told.type]: {} },
  }
}

const STATUS_WORDS: Readonly<Record<number, string>> = {
  200: 'The answer.',
  201: 'It was made.',
  202: 'It was accepted, and goes on.',
  503: 'Not now.',
}

function parametersOf(query: z.ZodObject): readonly Json[] {
  const { properties = {}, required = [] } = z.toJSONSchema(query, {
    io: 'input',
    unrepresentable: 'any',
    override: readable,
  })
  return Object.entries(properties).map(([name, schema]) => {
    const { description, ...rest } = schema as Json
    const isList = rest['type'] === 'array'
    return {
      name,
      in: 'query',
      ...(required.includes(name) ? { required: true } : {}),
      ...(description === undefined ? {} : { description }),
      ...(isList ? { style: 'form', explode: true } : {}),
      schema: rest,
    }
  })
}
