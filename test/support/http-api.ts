import { Agent, type IncomingMessage, request } from 'node:http'

/** Where an HTTP API listens. */
export type Place = { readonly port: number; readonly host: string } | { readonly socketPath: string }

export interface Ask {
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly path: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

export interface Answered {
  readonly status: number
  readonly text: string
}

/** Connections to one API that are kept, as many as are needed at once. */
export class Api {
  readonly #agent = new Agent({ keepAlive: true })
  readonly #place: Place

  constructor(place: Place) {
    this.#place = place
  }

  close(): void {
    this.#agent.destroy()
  }

  /** Rejects with what was answered when that is an error. */
  async ask<Answer>(ask: Ask): Promise<Answer> {
    const { status, text } = await this.call(ask)
    if (status >= 400) throw new Error(`${ask.method} ${ask.path}: ${status} ${text}`)
    return JSON.parse(text === '' ? 'null' : text) as Answer
  }

  call({ body, headers = {}, method, path, signal }: Ask): Promise<Answered> {
    const { promise, reject, resolve } = Promise.withResolvers<Answered>()
    const text = body === undefined ? '' : JSON.stringify(body)
    const length = { 'content-length': Buffer.byteLength(text), 'content-type': 'application/json' }
    const options = {
      ...this.#place,
      agent: this.#agent,
      method,
      path,
      headers: { ...(text === '' ? {} : length), ...headers },
      ...(signal ? { signal } : {}),
    }
    const call = request(options, (response: IncomingMessage) => {
      let answer = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (answer += chunk))
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text: answer }))
      response.on('error', reject)
    })
    call.on('error', reject)
    call.end(text)
    return promise
  }
}
