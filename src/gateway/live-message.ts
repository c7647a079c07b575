import { z } from 'zod'
import { TOPICS, type Wish } from '../live/index.ts'
import { SwarmError } from '../base/index.ts'
import { readBody } from './read.ts'

const topics = z.array(z.enum(TOPICS)).min(1).max(TOPICS.length)
const id = z.string().regex(/^[\w-]{1,80}$/, 'an id is letters, digits, _ and -')
const ids = z.array(id).min(1).max(100)
/** Ours is shorter; what has another form is none of ours. */
const EPOCH = /^[\w-]{1,40}$/
const since = z.strictObject({ epoch: z.string().regex(EPOCH), seq: z.int().min(0) })

/** What a client of the WebSocket may say. */
export const LiveMessage = z
  .strictObject({
    subscribe: topics.optional(),
    unsubscribe: topics.optional(),
    since: since.optional(),
    requests: ids.optional(),
  })
  .refine(({ subscribe, unsubscribe }) => subscribe !== undefined || unsubscribe !== undefined, {
    message: 'one of subscribe and unsubscribe is needed',
  })

/** In an address: `a,b`. */
const listed = z
  .string()
  .max(10_000)
  .transform((text) => text.split(','))

/** What a stream is asked for. */
export const LiveQuery = z.strictObject({
  topics: listed.pipe(topics).describe('`events,nodes`: what is to be told.'),
  requests: listed.pipe(ids).optional().describe('Ids of requests, with commas between: of these alone is told.'),
})

type Message = z.output<typeof LiveMessage>

/** Throws SWARM_BAD_JSON, SWARM_BAD_INPUT. */
export function readMessage(text: string): Message {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new SwarmError('SWARM_BAD_JSON', 'the frame is not JSON', 'Send {"subscribe":["events"]}.')
  }
  return readBody(LiveMessage, value ?? undefined)
}

/** `?topics=events,nodes&requests=r1`, and where an earlier stream ended. Throws SWARM_BAD_INPUT. */
export function readQuery(query: unknown, lastEventId: string | undefined): Wish {
  const wish = readBody(LiveQuery, query)
  if (lastEventId === undefined || lastEventId === '') return wish
  const [, epoch, seq] = /^([\w-]{1,40})\.(\d{1,15})$/.exec(lastEventId) ?? []
  // A mark that is none of ours is answered like one of another process: by a snapshot.
  return { ...wish, since: epoch === undefined ? { epoch: '?', seq: 0 } : { epoch, seq: Number(seq) } }
}
