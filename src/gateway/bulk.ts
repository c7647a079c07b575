import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { z } from 'zod'
import { covers } from '../access/index.ts'
import { asShared, asSwarmError, isObject, ITEM_DEPTH_MAX, SwarmError } from '../base/index.ts'
import type { ListInput } from '../driver/index.ts'
import { BODY_MS } from './arrival.ts'
import { audited } from './audit.ts'
import { ImportQuery, ShareBody } from './item-schema.ts'
import { momentOf } from './moment.ts'
import { type Line, linesOf, NDJSON } from './ndjson.ts'
import type { GatewayParts } from './parts.ts'
import { type FieldError, readBody, readQuery, WrongFields } from './read.ts'
import { ExportQuery } from './schema.ts'
import { shareInput } from './share-input.ts'
import { SCHEMA } from './views.ts'

const PAGE = 100
/** Lines under way at once: the store writes them together, and no more of them are in memory. */
const WINDOW = 16
/** Said beforehand, that is too much; what comes in pieces takes as long as it takes. */
const IMPORT_BYTES_MAX = 4 * 1024 * 1024 * 1024
/** Lines that are named in the answer. */
const WRONG_MAX = 100
/** A node that has too much to do is given time, some 20 s in all. */
const PATIENCE = 100
const PATIENCE_MS = 200

/** All that a node holds as lines of JSON, and such lines taken in: between swarms, and for other programs. */
export function mountBulk(app: FastifyInstance, parts: GatewayParts & { readonly bodyMs?: number }): void {
  app.get('/v1/knowledge', { exposeHeadRoute: false }, (request, reply) => {
    const { private: withPrivate, since, until, ...query } = readQuery(ExportQuery, request.query)
    if (withPrivate && !covers(request.caller.scopes, 'admin'))
      throw new SwarmError(
        'SWARM_FORBIDDEN',
        'private items are for the scope admin',
        'Leave `private` out, or use another key.',
      )
    const now = parts.clock.now()
    const times = { since: momentOf(since, now), until: momentOf(until, now) }
    const lines = Readable.from(exported(parts, { ...query, ...times }, withPrivate), { objectMode: false })
    return reply.type(`${NDJSON}; charset=utf-8`).send(lines)
  })

  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers()
    // Read as it comes.
    scope.addContentTypeParser('*', (_request, payload, parsed) => parsed(null, payload))
    scope.post('/v1/knowledge', { bodyLimit: IMPORT_BYTES_MAX }, async (request) => {
      const query = readQuery(ImportQuery, request.query)
      if (!(request.body instanceof Readable))
        throw new SwarmError('SWARM_EMPTY_INPUT', 'the body is empty', 'Send one JSON object a line.')
      const body = request.body
      const take = (): Promise<Taken> => imported(parts, linesOf(body, parts.bodyMs ?? BODY_MS), query)
      const deed = { action: 'knowledge-imported', subject: 'this node' } as const
      const count = ({ added, lines }: Taken): string => `${added} new items of ${lines} lines`
      return { schema: SCHEMA, ...(await audited(parts, request, deed, take, count)) }
    })
    done()
  })
}

type Query = Omit<ListInput, 'limit' | 'cursor'>

async function* exported({ ask }: GatewayParts, query: Query, withPrivate: boolean): AsyncGenerator<Buffer> {
  let cursor: string | undefined
  do {
    const page = await ask('list', { ...query, limit: PAGE, cursor })
    // Of what a newer version wrote there is nothing to tell.
    const told = page.items.filter((item) => !item.newer && (withPrivate || item.scope?.visibility !== 'private'))
    // A page is one piece: the next is asked for when it has left.
    if (told.length > 0) yield Buffer.from(told.map((item) => `${JSON.stringify(item)}\n`).join(''))
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
}

interface Taken {
  /** That said something. */
  readonly lines: number
  readonly added: number
  /** It was here already. */
  readonly known: number
  readonly failed: number
  /** Of the first that could not be taken. */
  readonly errors: readonly LineError[]
}
type LineError = Extract<FieldError, { readonly line: number }>

/** Throws when not one line could be taken, and where going on makes no sense: what was taken before is kept. */
async function imported(
  { ask }: GatewayParts,
  lines: AsyncGenerator<Line>,
  { project, visibility }: z.output<typeof ImportQuery>,
): Promise<Taken> {
  const counts = { lines: 0, added: 0, known: 0, failed: 0 }
  const errors: LineError[] = []
  const fatal: SwarmError[] = []
  const take = async (line: Line): Promise<void> => {
    counts.lines += 1
    try {
      if (line.wrong) throw line.wrong
      const given = isObject(line.value) ? asShared(line.value) : line.value
      const body = readBody(ShareBody, isObject(given) ? { ...given, ...told } : given, ITEM_DEPTH_MAX)
      const { duplicate } = await patiently(() => ask('share', shareInput({ ...body, source: 'import' })))
      if (duplicate) counts.known += 1
      else counts.added += 1
    } catch (thrown) {
      const error = asSwarmError(thrown)
      if (error.http >= 500) fatal.push(stopped(error, line.line))
      counts.failed += 1
      if (errors.length < WRONG_MAX) errors.push({ line: line.line, code: error.code, detail: error.why })
    }
  }
  const told = { ...(project === undefined ? {} : { project }), ...(visibility === undefined ? {} : { visibility }) }
  const worker = async (): Promise<void> => {
    while (fatal.length === 0) {
      const next = await lines.next()
      if (next.done === true) return
      await take(next.value)
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: WINDOW }, worker))
  const broken = ended.find((one) => one.status === 'rejected')
  if (broken) throw broken.reason
  if (fatal[0]) throw fatal[0]
  errors.sort((a, b) => a.line - b.line)
  if (counts.lines === 0)
    throw new SwarmError('SWARM_EMPTY_INPUT', 'no line says anything', 'Send one JSON object a line.')
  if (counts.failed === counts.lines)
    throw new WrongFields('not one line could be taken', errors, 'See docs/api.md for what a line is.')
  return { ...counts, errors }
}

const stopped = ({ code, next, why }: SwarmError, line: number): SwarmError =>
  new SwarmError(
    code,
    `${why} (line ${line})`,
    `${next === undefined ? '' : `${next} `}What came before is kept: send all of it again.`,
  )

/** Waits while the node has too much to do. */
async function patiently<Reply>(work: () => Promise<Reply>): Promise<Reply> {
  for (let left = PATIENCE; ; left--)
    try {
      return await work()
    } catch (error) {
      if (left === 0 || asSwarmError(error).code !== 'SWARM_OVERLOADED') throw error
      await sleep(PATIENCE_MS)
    }
}
