import { Ajv2020 } from 'ajv/dist/2020.js'
import { contracts } from '../../src/gateway/contract/all.ts'
import { openapi } from '../../src/gateway/contract/openapi.ts'

/** An answer of the node, as far as the document speaks of it. */
export interface Heard {
  /** As in `scopes.ts`: `GET /v1/items/:id`. */
  readonly route: string
  readonly status: number
  readonly type: string
  readonly text: string
}

interface Operation {
  readonly responses: Readonly<Record<string, Json>>
}
type Json = { readonly $ref?: string; readonly content?: Readonly<Record<string, unknown>> }
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly responses: Readonly<Record<string, Json>> }
}

const isTime = (text: string): boolean => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) && !Number.isNaN(Date.parse(text))
const pointer = (...path: readonly string[]): string =>
  path.map((step) => `/${encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('')

const patterns = Object.keys(contracts).map((route) => {
  const [method = '', path = ''] = route.split(' ')
  const pattern = new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+').replaceAll('.', '\\.')}/?$`)
  return { route, method, pattern, open: (path.match(/:/g) ?? []).length }
})

/** Every request with a body can be refused for it; the document says so where one is expected. */
const OF_ANY_BODY: ReadonlySet<number> = new Set([413, 415])

/** Which route takes a request, where that is certain: clients and servers shorten dots each in their way. What is written out goes before what is left open. */
export function routeTo(method: string, url: string): string | undefined {
  const path = url.split('?')[0] ?? ''
  if (/\/(?:\.|%2e)/i.test(path)) return undefined
  const all = patterns.filter((one) => (one.method === '*' || one.method === method) && one.pattern.test(path))
  return all.sort((a, b) => a.open - b.open)[0]?.route
}

/** Compares answers with the document; what is wrong is a sentence, nothing when all is well. */
export function answerJudge(): (heard: Heard) => string | undefined {
  const document = openapi('0') as unknown as Document
  const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { 'date-time': isTime, date: true } })
  ajv.addSchema(document, 'openapi')
  const compiled = new Map<string, ReturnType<typeof ajv.compile>>()
  return ({ route, status, text, type }) => {
    const [method = '', path = ''] = route.split(' ')
    const at = path.replaceAll(/:(\w+)/g, '{$1}')
    const verb = method === '*' ? 'post' : method.toLowerCase()
    const operation = document.paths[at]?.[verb]
    if (operation === undefined) return `${route} is not in the document`
    const said = operation.responses[status]
    if (said === undefined && contracts[route]?.body === undefined && OF_ANY_BODY.has(status)) return undefined
    if (said === undefined) return `${route} answered ${status}, of which the document says nothing`
    const name = said.$ref?.split('/').at(-1)
    const { content } = name === undefined ? said : (document.components.responses[name] ?? {})
    if (content === undefined) return text === '' ? undefined : `${route} ${status} has content`
    const plain = type.split(';')[0] ?? ''
    const known = plain in content ? plain : '*/*' in content ? '*/*' : undefined
    if (known === undefined) return `${route} ${status} is ${type}, not ${Object.keys(content).join()}`
    if (!/^application\/(?:.+\+)?json$/.test(plain)) return undefined
    const place =
      name === undefined
        ? pointer('paths', at, verb, 'responses', String(status), 'content', known, 'schema')
        : pointer('components', 'responses', name, 'content', known, 'schema')
    if ((content[known] as { readonly schema?: object }).schema === undefined) return undefined
    let check = compiled.get(place)
    if (!check) compiled.set(place, (check = ajv.compile({ $ref: `openapi#${place}` })))
    if (check(JSON.parse(text))) return undefined
    return `${route} ${status}: ${ajv.errorsText(check.errors).slice(0, 1_000)}\n${text.slice(0, 600)}`
  }
}
