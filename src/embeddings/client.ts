import { setTimeout as pause } from 'node:timers/promises'
import { asSwarmError, failed, ok, type Result, SwarmError } from '../base/index.ts'
import { redact } from '../content/index.ts'
import { type Embedded, EMBEDDED_MAX, type Embedder } from '../resolve/index.ts'
import { broken, Passing, refusal, vectorsIn } from './answer.ts'
import { Circuit } from './circuit.ts'

export interface EndpointOptions {
  /** Without `/embeddings` at its end; http or https. */
  readonly url: string
  readonly model: string
  readonly key: string | undefined
  /** What a question waits at most, milliseconds. */
  readonly timeoutMs: number
}

/** For many texts at once, on a machine that has other things to do. Milliseconds. */
const BACKGROUND_MS_MAX = 30_000
/** Tries in the background, each after twice the pause of the one before. */
const TRIES_MAX = 3
const PAUSE_MS = 250
/** 32 vectors of 8,192 numbers are 5 MiB of JSON. Bytes. */
const ANSWER_BYTES_MAX = 16 * 1024 * 1024
/** A text is redacted and sent up to here; the node sends 2,000. UTF-16 units. */
const TEXT_CHARS_MAX = 8_000

type Urgency = Parameters<Embedder['embed']>[1]

/**
 * Vectors of an OpenAI-compatible endpoint. Texts are redacted before they leave. The first answer says how many
 * dimensions the model has, and with its name what the space is called; another number later is a failure.
 */
export class EmbeddingEndpoint implements Embedder {
  readonly #options: EndpointOptions
  readonly #ended = new AbortController()
  /** A question gives up sooner than the background does: what is too slow for one may do for the other. */
  readonly #circuits: Readonly<Record<Urgency, Circuit>> = { question: new Circuit(), background: new Circuit() }
  #dimensions: number | undefined

  constructor(options: EndpointOptions) {
    this.#options = options
  }

  embed(...[texts, urgency, done]: Parameters<Embedder['embed']>): void {
    void this.#answer(texts, urgency, done)
  }

  /** What is under way fails. */
  close(): void {
    this.#ended.abort()
  }

  async #answer(...[texts, urgency, done]: Parameters<Embedder['embed']>): Promise<void> {
    done(await this.#try(texts, urgency))
  }

  async #try(texts: readonly string[], urgency: Urgency): Promise<Result<Embedded>> {
    const circuit = this.#circuits[urgency]
    try {
      const embedded = await this.#often(texts, urgency, circuit)
      circuit.worked()
      return ok(embedded)
    } catch (thrown) {
      return failed(
        this.#ended.signal.aborted
          ? new SwarmError('SWARM_STOPPING', 'the node is shutting down')
          : asSwarmError(thrown),
      )
    }
  }

  async #often(texts: readonly string[], urgency: Urgency, circuit: Circuit): Promise<Embedded> {
    if (texts.length === 0 || texts.length > EMBEDDED_MAX)
      throw new SwarmError('SWARM_BAD_INPUT', `1 to ${EMBEDDED_MAX} texts are embedded at once, not ${texts.length}`)
    for (let left = urgency === 'question' ? 1 : TRIES_MAX, wait = PAUSE_MS; ; wait *= 2) {
      const shut = circuit.shutFor(performance.now())
      if (shut > 0)
        throw broken(`the embedding endpoint failed too often; it is tried again in ${Math.ceil(shut / 1000)} s`)
      try {
        return await this.#ask(texts, urgency)
      } catch (thrown) {
        // Another text may be taken.
        if (thrown instanceof SwarmError && thrown.code === 'SWARM_BAD_INPUT') throw thrown
        circuit.failed(performance.now())
        left -= 1
        if (left === 0 || !(thrown instanceof Passing)) throw thrown
      }
      await pause(wait, undefined, { signal: this.#ended.signal })
    }
  }

  async #ask(texts: readonly string[], urgency: Urgency): Promise<Embedded> {
    const { key, model, timeoutMs, url } = this.#options
    const waitMs = urgency === 'question' ? timeoutMs : BACKGROUND_MS_MAX
    const input = texts.map((text) => redact(text.slice(0, TEXT_CHARS_MAX)).text)
    const signal = AbortSignal.any([this.#ended.signal, AbortSignal.timeout(waitMs)])
    const response = await reached(url, waitMs, () =>
      fetch(`${url.replace(/\/+$/, '')}/embeddings`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(key ? { authorization: `Bearer ${key}` } : {}) },
        body: JSON.stringify({ model, input, encoding_format: 'float' }),
        // A key is for whom it was given to, and not for whomever they name.
        redirect: 'manual',
        signal,
      }),
    )
    const body = await reached(url, waitMs, () => textOf(response))
    if (!response.ok) throw refusal(response.status, body, key)
    const vectors = vectorsIn(body, texts.length, this.#dimensions)
    const dimensions = vectors[0]?.length ?? 0
    this.#dimensions = dimensions
    return { space: `${model}:${dimensions}`, vectors }
  }
}

async function textOf(response: Response): Promise<string> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of response.body ?? []) {
    bytes += part.byteLength
    if (bytes > ANSWER_BYTES_MAX)
      throw broken(`the embedding endpoint answered with more than ${ANSWER_BYTES_MAX / 1048576} MiB`)
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

async function reached<T>(url: string, waitMs: number, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (thrown) {
    if (thrown instanceof SwarmError) throw thrown
    const { cause, name } = thrown as { readonly cause?: { readonly code?: string }; readonly name?: string }
    if (name === 'TimeoutError') throw new Passing('SWARM_TIMEOUT', `no answer from ${url} in ${waitMs} ms`)
    throw new Passing(
      'SWARM_EMBEDDINGS',
      `${url} cannot be reached (${cause?.code ?? (thrown as Error).message})`,
      'Start what serves it, or check embeddings.url.',
    )
  }
}
