import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { WebSocket } from 'ws'

/** A frame of `/v1/live`. */
export interface LiveFrame {
  readonly type: string
  readonly topic?: string
  readonly seq?: number
  readonly why?: string
  readonly code?: string
  readonly detail?: string
  readonly epoch?: string
  readonly data?: unknown
  /** The mark of the stream. */
  readonly id?: string
}

/** What came so far, and a wait for what is to come. */
class Frames {
  readonly all: LiveFrame[] = []
  #wake = Promise.withResolvers<void>()

  push(frame: LiveFrame): void {
    this.all.push(frame)
    this.wake()
  }
  wake(): void {
    this.#wake.resolve()
    this.#wake = Promise.withResolvers()
  }

  /** The first that fits, of those that came and those to come. */
  async first(fits: (frame: LiveFrame) => boolean): Promise<LiveFrame> {
    for (;;) {
      const found = this.all.find(fits)
      if (found) return found
      await this.#wake.promise
    }
  }
}

export interface LiveSocket {
  readonly socket: WebSocket
  readonly frames: Frames
  readonly closed: Promise<{ readonly code: number; readonly why: string }>
  say(message: unknown): void
}

interface How {
  readonly headers?: Readonly<Record<string, string>>
  readonly protocols?: readonly string[]
}

/** `address`: `ws://host:port`, `ws+unix:///path`. Rejects with the status of a refusal. */
export async function openLive(address: string, { headers = {}, protocols = [] }: How = {}): Promise<LiveSocket> {
  const url = address.startsWith('ws+unix:') ? `${address}:/v1/live` : `${address}/v1/live`
  const socket = new WebSocket(url, [...protocols], { headers: { host: 'localhost', ...headers } })
  const frames = new Frames()
  socket.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString()) as LiveFrame))
  const refused = once(socket, 'unexpected-response') as Promise<[unknown, IncomingMessage]>
  const opened = Promise.withResolvers<void>()
  socket.once('open', opened.resolve)
  socket.once('error', opened.reject)
  refused.then(
    ([, { statusCode }]) => opened.reject(new Error(`refused: ${statusCode}`)),
    () => {},
  )
  const closed = once(socket, 'close').then(([code, why]) => ({ code: code as number, why: String(why) }))
  await opened.promise
  return { socket, frames, closed, say: (message) => socket.send(JSON.stringify(message)) }
}

export interface LiveStream {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly frames: Frames
  /** Comments: what keeps the connection. */
  readonly comments: string[]
  readonly closed: Promise<unknown>
  body(): string
  end(): void
}

/** As a stream of events, read as the standard says. */
export async function streamLive(
  place: { readonly port: number } | { readonly socketPath: string },
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<LiveStream> {
  const call = request({ ...place, path, headers: { host: 'localhost', accept: 'text/event-stream', ...headers } })
  call.end()
  const [response] = (await once(call, 'response')) as [IncomingMessage]
  const frames = new Frames()
  const comments: string[] = []
  let rest = ''
  let all = ''
  response.setEncoding('utf8').on('data', (chunk: string) => {
    all += chunk
    const blocks = (rest + chunk).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1]
      const data = field('data')
      const id = field('id')
      if (block.startsWith(':')) comments.push(block)
      if (data !== undefined) frames.push({ ...(JSON.parse(data) as LiveFrame), ...(id === undefined ? {} : { id }) })
    }
  })
  response.on('error', () => {})
  call.on('error', () => {})
  // Not `once`, which takes the reset of a connection for a failure.
  const closed = new Promise((resolve) => response.once('close', resolve))
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    frames,
    comments,
    closed,
    body: () => all,
    end: () => call.destroy(),
  }
}
