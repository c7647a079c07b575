import { SwarmError } from '../base/index.ts'
import { plain, redact } from '../content/index.ts'
import { quantised } from '../resolve/index.ts'

/** Fewer are no embedding, more are none that is known of. */
const DIMENSIONS_MIN = 8
const DIMENSIONS_MAX = 8192
/** Of what an endpoint says, a person reads so much. UTF-16 units. */
const SAID_CHARS_MAX = 200

/** It does not work as it is: the same call fails again. */
export const broken = (why: string, next?: string): SwarmError => new SwarmError('SWARM_EMBEDDINGS', why, next)

/** It may go better in a moment: too many calls, a server that starts, a network that hangs. */
export class Passing extends SwarmError {}

/**
 * The vectors in the answer to `count` texts, one byte per dimension, all of `dimensions` where these are known.
 * Throws SWARM_EMBEDDINGS.
 */
export function vectorsIn(body: string, count: number, dimensions: number | undefined): readonly Int8Array[] {
  const data = dataOf(body)
  if (data.length !== count) throw broken(`the embedding endpoint gave ${data.length} vectors for ${count} texts`)
  const vectors: (Int8Array | undefined)[] = data.map(() => undefined)
  for (const [at, entry] of data.entries()) {
    const index = entry.index ?? at
    if (!Number.isInteger(index) || index < 0 || index >= count || vectors[index])
      throw broken('the embedding endpoint numbers its vectors in a way that is not understood')
    vectors[index] = vectorOf(entry.embedding)
  }
  const lengths = new Set([...vectors.map((vector) => vector?.length), ...(dimensions ? [dimensions] : [])])
  if (lengths.size > 1)
    throw broken(
      `the embedding endpoint gave vectors of ${[...lengths].reverse().join(' and of ')} dimensions`,
      'Another model answers under the same name: give it its own name in embeddings.model, and restart the node.',
    )
  return vectors as readonly Int8Array[]
}

function vectorOf(embedding: unknown): Int8Array {
  const isList = Array.isArray(embedding) && embedding.every((one) => typeof one === 'number')
  if (!isList)
    throw broken('the embedding endpoint gave something that is no list of numbers', 'It must know the float format.')
  const values = embedding as readonly number[]
  if (values.length < DIMENSIONS_MIN || values.length > DIMENSIONS_MAX)
    throw broken(
      `the embedding endpoint gave a vector of ${values.length} dimensions; ${DIMENSIONS_MIN} to ${DIMENSIONS_MAX} are understood`,
      'Choose another embeddings.model.',
    )
  // A text of which the model makes nothing is near to nothing.
  return quantised(values) ?? new Int8Array(values.length)
}

function dataOf(body: string): readonly { readonly index?: number; readonly embedding?: unknown }[] {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {}
  const data = typeof value === 'object' && value !== null && 'data' in value ? value.data : undefined
  if (Array.isArray(data) && data.every((entry) => typeof entry === 'object' && entry !== null))
    return data as readonly { index?: number; embedding?: unknown }[]
  throw broken(
    'what answers at embeddings.url is not an embedding endpoint: there is no `data` in its answer',
    'embeddings.url ends where /embeddings begins, often in /v1.',
  )
}

/** Why the endpoint refused, in its own words, without the key or any other secret. */
export function refusal(status: number, body: string, key: string | undefined): SwarmError {
  const words = key ? body.replaceAll(key, '<key>') : body
  const said = plain(redact(messageIn(words)).text)
    .replaceAll(/\s+/g, ' ')
    .slice(0, SAID_CHARS_MAX)
    .trim()
  const why = `the embedding endpoint answered ${status}${said === '' ? '' : `: ${said}`}`
  if (status === 429 || status >= 500) return new Passing('SWARM_EMBEDDINGS', why)
  return TEXT_REFUSED.has(status) ? new SwarmError('SWARM_BAD_INPUT', why) : broken(why, NEXT[status])
}

/** It may be the text: too long, or in an encoding that the model does not take. */
const TEXT_REFUSED: ReadonlySet<number> = new Set([400, 413, 422])

const NEXT: Readonly<Record<number, string>> = {
  401: 'Check embeddings.keyFile or MCP_SWARM_EMBEDDINGS_KEY.',
  403: 'Check embeddings.keyFile or MCP_SWARM_EMBEDDINGS_KEY.',
  404: 'Check embeddings.model, and embeddings.url: it ends where /embeddings begins, often in /v1.',
}

function messageIn(body: string): string {
  try {
    const { error } = JSON.parse(body) as { error?: string | { message?: string } }
    return String(typeof error === 'object' ? error.message : (error ?? body))
  } catch {
    return body
  }
}
