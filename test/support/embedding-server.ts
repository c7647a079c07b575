import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hashOf } from '../../src/resolve/match/bag.ts'
import type { Scope } from './scope.ts'

interface Asked {
  readonly model: string
  readonly input: readonly string[]
  readonly authorization: string | undefined
}

/** What the server does instead of answering well. */
type Deviation = (response: ServerResponse, asked: Asked) => void

/** Words that a person would take for one another, which no hash would: what a model knows. */
const SAME: Readonly<Record<string, string>> = { occupied: 'use', taken: 'use', listening: 'port', socket: 'port' }

/**
 * An OpenAI-compatible endpoint that knows no more than a few words: each word is a direction of its own, and a text
 * is the sum of its words. Deterministic.
 */
export class EmbeddingServer {
  readonly asked: Asked[] = []
  dimensions = 64
  deviation: Deviation | undefined
  #url = ''

  get url(): string {
    return this.#url
  }
  get texts(): readonly string[] {
    return this.asked.flatMap(({ input }) => input)
  }

  static async open(t: Scope): Promise<EmbeddingServer> {
    const own = new EmbeddingServer()
    const server = createServer((request, response) => void own.#answer(request, response))
    const { promise, resolve } = Promise.withResolvers<void>()
    server.listen(0, '127.0.0.1', resolve)
    await promise
    own.#url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
    t.after(() => {
      server.closeAllConnections()
      server.close()
    })
    return own
  }

  vectorOf(text: string): number[] {
    const sums = Array.from<number>({ length: this.dimensions }).fill(0)
    for (const [word] of text.toLowerCase().matchAll(/[a-z]{3,}/g)) {
      const known = SAME[word] ?? word
      for (let at = 0; at < sums.length; at++)
        sums[at] = (sums[at] ?? 0) + ((hashOf(`${known} ${at}`) & 1) === 0 ? -1 : 1)
    }
    return sums
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const part of request) body += String(part)
    const { input, model } = JSON.parse(body) as Asked
    const asked = { model, input, authorization: request.headers.authorization }
    this.asked.push(asked)
    if (this.deviation) return this.deviation(response, asked)
    if (request.url !== '/v1/embeddings') return void response.writeHead(404).end('nothing here')
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(this.body(input)))
  }

  /** In reverse: the numbers say which is which. */
  body(input: readonly string[]): object {
    const data = input.map((text, index) => ({ object: 'embedding', index, embedding: this.vectorOf(text) }))
    return { object: 'list', data: data.toReversed() }
  }
}
