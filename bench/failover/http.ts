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

  ask<Answer>({ body, headers = {}, method, path, signal }: Ask): Promise<Answer> {
    const { promise, reject, resolve } = Promise.withResolvers<Answer>()
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
      response.once('end', () => {
        const { statusCode = 0 } = response
        if (statusCode >= 400) return reject(new Error(`${method} ${path}: ${statusCode} ${answer}`))
        resolve(JSON.parse(answer === '' ? 'null' : answer) as Answer)
      })
      response.on('error', reject)
    })
    call.on('error', reject)
    call.end(text)
    return promise
  }
}
