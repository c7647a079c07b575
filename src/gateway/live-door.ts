import type { ServerResponse } from 'node:http'
import type { WebSocket } from '@fastify/websocket'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { covers, type Keyring, type Sessions } from '../access/index.ts'
import { asSwarmError, SwarmError } from '../base/index.ts'
import { isForAdmin, type Who, type Wish } from '../live/index.ts'
import type { Caller } from './caller.ts'
import type { Limits } from './limits.ts'
import type { Line, Live } from './live.ts'
import { readMessage, readQuery } from './live-message.ts'
import { SCHEMA } from './views.ts'

/** What it calls itself; beside it a page sends its ticket. */
export const LIVE_PROTOCOL = 'mcp-swarm.live.1'
/** For a hundred ids of requests. */
const MESSAGE_BYTES_MAX = 16 * 1024
/** A client that does not answer the goodbye is cut off. */
const GOODBYE_MS_MAX = 1_000

export const liveSocketOptions = {
  maxPayload: MESSAGE_BYTES_MAX,
  closeTimeout: GOODBYE_MS_MAX,
  handleProtocols: (offered: ReadonlySet<string>) => offered.has(LIVE_PROTOCOL) && LIVE_PROTOCOL,
}

interface LiveDoorParts {
  readonly live: Live
  readonly keys: Keyring
  readonly sessions: Sessions
  readonly limits: Limits
  readonly log: (level: 'error', text: string) => void
}

/** `/v1/live`: what happens, as a WebSocket or as a stream of events; the same frames over both. */
export function mountLive(app: FastifyInstance, { keys, limits, live, log, sessions }: LiveDoorParts): void {
  // Before the upgrade, so that a refusal is an answer.
  const hasRoom = (): void => {
    if (live.isStopped) throw new SwarmError('SWARM_STOPPING', 'the node is shutting down', 'Ask another one.')
    if (live.isFull)
      throw new SwarmError('SWARM_OVERLOADED', 'too many live connections are open', 'Ask another node, or later.')
  }
  const isLetIn = ({ keyId }: Caller): boolean => keyId === null || keys.isValid(keyId)

  app.route({
    method: 'GET',
    url: '/v1/live',
    exposeHeadRoute: false,
    preHandler: (_request, _reply, done) => {
      hasRoom()
      done()
    },
    handler: async (request, reply) => {
      const wish = streamWish(request)
      const { caller } = request
      const line = openStream(reply, () => isLetIn(caller))
      const id = live.connect(line, whoIs(caller))
      reply.raw.once('close', () => live.forget(id))
      await live.subscribe(id, wish).catch(() => line.cut())
    },
    wsHandler: (socket, { caller }) => {
      const line = socketLine(socket, () => isLetIn(caller))
      const id = live.connect(line, whoIs(caller))
      socket.once('close', () => live.forget(id))
      listen(
        socket,
        async (text) => {
          const { allowance } = caller
          const refusal = allowance === null ? undefined : limits.call(allowance, 'read')
          if (refusal) throw refusal
          const { requests, since, subscribe, unsubscribe } = readMessage(text)
          if (unsubscribe) live.unsubscribe(id, unsubscribe)
          if (subscribe) await live.subscribe(id, { topics: subscribe, requests, since })
        },
        (error) => {
          const { code, next, why } = error
          if (code === 'SWARM_INTERNAL') log('error', `/v1/live: ${error.stack ?? why}`)
          live.complain(id, { code, detail: code === 'SWARM_INTERNAL' ? 'The node logged the details.' : why, next })
        },
      )
    },
  })

  // A page cannot send a header with a WebSocket, and a key or cookie is not to be in an address.
  app.post('/v1/live/tickets', async (request, reply) => {
    const { actor, keyId, scopes } = request.caller
    const { ends, ticket } = sessions.issue({ actor, keyId, scopes }, 'live')
    return reply
      .code(201)
      .header('cache-control', 'no-store')
      .send({
        schema: SCHEMA,
        ticket,
        protocols: [LIVE_PROTOCOL, `ticket.${ticket}`],
        expires: new Date(ends).toISOString(),
      })
  })
}

/** As requests that last know who asked them. */
const whoIs = ({ keyId, scopes }: Caller): Who => ({ key: keyId ?? 'owner', isAdmin: covers(scopes, 'admin') })

/** Throws SWARM_BAD_INPUT, SWARM_FORBIDDEN: while an answer can still say so. */
function streamWish({ caller, headers, query }: FastifyRequest): Wish {
  const accept = headers.accept ?? '*/*'
  if (!/text\/(?:event-stream|\*)|\*\/\*/i.test(accept))
    throw new SwarmError(
      'SWARM_BAD_INPUT',
      'this address is a stream of events or a WebSocket',
      'Send `Accept: text/event-stream`, or open it as a WebSocket.',
    )
  const last = headers['last-event-id']
  const wish = readQuery(query, typeof last === 'string' ? last : undefined)
  const hidden = wish.topics.filter(isForAdmin)
  if (hidden.length > 0 && !covers(caller.scopes, 'admin'))
    throw new SwarmError('SWARM_FORBIDDEN', `the topic ${hidden.join(', ')} needs the scope admin`, 'Leave it out.')
  return wish
}

function openStream(reply: FastifyReply, isLetIn: () => boolean): Line {
  reply.hijack()
  const { raw } = reply
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // A proxy that collects an answer before it passes it on would show nothing for ever.
    'x-accel-buffering': 'no',
  })
  raw.flushHeaders()
  return streamLine(raw, isLetIn)
}

const streamLine = (raw: ServerResponse, isLetIn: () => boolean): Line => ({
  send: (packet, out) => void raw.write(packet.event, out),
  waiting: () => raw.writableLength,
  close: (code, why) => {
    raw.end(`event: bye\ndata: ${JSON.stringify({ type: 'bye', code, why })}\n\n`)
    // What nobody reads never ends by itself.
    setTimeout(() => raw.destroy(), GOODBYE_MS_MAX).unref()
  },
  // Nothing comes back in a stream: a connection that is gone is told by the writing.
  ping: () => {
    raw.write(': still here\n\n')
    return true
  },
  cut: () => raw.destroy(),
  isLetIn,
})

function socketLine(socket: WebSocket, isLetIn: () => boolean): Line {
  let isAlive = true
  socket.on('pong', () => (isAlive = true))
  return {
    send: (packet, out) => socket.send(packet.bytes, { binary: false }, out),
    waiting: () => socket.bufferedAmount,
    close: (code, why) => socket.close(code, why),
    ping: () => {
      const answered = isAlive
      isAlive = false
      if (answered) socket.ping()
      return answered
    },
    cut: () => socket.terminate(),
    isLetIn,
  }
}

/** One message after the other: the next is not read before the last one is dealt with. */
function listen(socket: WebSocket, read: (text: string) => Promise<void>, fail: (error: SwarmError) => void): void {
  let work = Promise.resolve()
  const take = async (data: Buffer, isBinary: boolean): Promise<void> => {
    if (socket.readyState !== socket.OPEN) return
    try {
      if (isBinary) throw new SwarmError('SWARM_BAD_INPUT', 'the frame is binary', 'Send JSON as text.')
      await read(data.toString('utf8'))
    } catch (error) {
      fail(asSwarmError(error))
    }
  }
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    socket.pause()
    work = work.then(() => take(data, isBinary)).finally(() => socket.resume())
  })
}
