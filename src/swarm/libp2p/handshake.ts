import { noise } from '@chainsafe/libp2p-noise'
import type {
  ConnectionEncrypter,
  MessageStream,
  SecureConnectionOptions,
  SecuredConnection,
} from '@libp2p/interface'
import { type LengthPrefixedStream, lpStream } from '@libp2p/utils'
import { type NodeId, nodeId } from '../../base/index.ts'
import { GATE_BYTES_MAX, type Gate } from '../gate.ts'
import { isRecord } from '../hello.ts'

/*
 * Noise, and inside it one frame each way before anything else of libp2p is spoken: a certificate from both sides, or
 * a knock and its answer. The dialler shows first, so a listener shows nothing to a stranger.
 *
 *   member   {"member": <shown>}       both ways; the connection goes on
 *   knock    {"knock": <request>}      from the dialler; answered by {"answer": <reply>}, then the end
 *   no       {"no": <sentence>}        from the listener; the end
 */

/** Of this very exchange: a node of another version has no other to fall back to. */
export const HANDSHAKE_PROTOCOL = '/mcp-swarm/noise/1'
/** For the last word to arrive before the connection is reset. */
const LAST_WORD_MS = 2_000
const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })

type Components = Parameters<ReturnType<typeof noise>>[0]
type Frames = LengthPrefixedStream
type Options = SecureConnectionOptions | undefined

export interface HandshakeEvents {
  /** A connection ended at the gate. `why` is for the log. */
  refused(peer: NodeId, from: string, why: string): void
  /** The handshake of an inbound connection is over. */
  inboundOver(from: string): void
}

/** Where a connection comes from, as far as it tells. */
const addressOf = (connection: MessageStream): string => {
  const { remoteAddr } = connection as MessageStream & { readonly remoteAddr?: { toString(): string } }
  return remoteAddr?.toString() ?? ''
}

/** Both sides are members, or there is no connection. */
export const memberHandshake =
  (gate: Gate, events: HandshakeEvents) =>
  (components: Components): ConnectionEncrypter =>
    over(components, {
      async outbound(frames, peer, options) {
        await write(frames, { member: gate.shown() }, options)
        const said = await read(frames, options)
        if (typeof said['no'] === 'string') throw new Refused(`it refused this node: ${said['no'].slice(0, 200)}`)
        const why = typeof said['member'] === 'string' ? gate.judge(peer, said['member']) : 'it showed no certificate'
        if (why !== null) throw new Refused(why)
      },
      async inbound(frames, peer, from, options) {
        const said = await read(frames, options)
        if (typeof said['knock'] === 'string') {
          const answer = await gate.knock(peer, from, said['knock'])
          await lastWord(frames, { answer }, options)
          throw new Refused('it asked to be let in')
        }
        const why = typeof said['member'] === 'string' ? gate.judge(peer, said['member']) : 'it showed no certificate'
        if (why === null) return write(frames, { member: gate.shown() }, options)
        events.refused(peer, from, why)
        await lastWord(frames, { no: why }, options)
        throw new Refused(why)
      },
      over: (from) => events.inboundOver(from),
    })

/** Asks to be let in, and is not connected whatever the answer is. */
export const knockHandshake =
  (request: string, answered: (peer: NodeId, answer: string) => void) =>
  (components: Components): ConnectionEncrypter =>
    over(components, {
      async outbound(frames, peer, options) {
        await write(frames, { knock: request }, options)
        const said = await read(frames, options)
        if (typeof said['answer'] === 'string') answered(peer, said['answer'])
        throw new Refused('it answered')
      },
      inbound: async () => {
        throw new Refused('nobody listens here')
      },
      over: () => {},
    })

/** Why a handshake ended. */
class Refused extends Error {
  override name = 'Refused'
}

interface Exchange {
  outbound(frames: Frames, peer: NodeId, options: Options): Promise<void>
  inbound(frames: Frames, peer: NodeId, from: string, options: Options): Promise<void>
  over(from: string): void
}

function over(components: Components, exchange: Exchange): ConnectionEncrypter {
  const inner = noise()(components)
  const framed = ({ connection }: SecuredConnection): Frames =>
    lpStream(connection, { maxDataLength: GATE_BYTES_MAX + 64 })
  return {
    protocol: HANDSHAKE_PROTOCOL,
    async secureOutbound(connection, options) {
      const secured = await inner.secureOutbound(inOnePiece(connection), options)
      const frames = framed(secured)
      await exchange.outbound(frames, peerOf(secured), options)
      return { ...secured, connection: frames.unwrap() }
    },
    async secureInbound(connection, options) {
      try {
        const secured = await inner.secureInbound(inOnePiece(connection), options)
        const frames = framed(secured)
        await exchange.inbound(frames, peerOf(secured), addressOf(connection), options)
        return { ...secured, connection: frames.unwrap() }
      } finally {
        exchange.over(addressOf(connection))
      }
    },
  }
}

/**
 * What Noise sends is a length and what it encrypted, and the transport writes each by itself: without Nagle's
 * algorithm that is a packet of two bytes before every other one. Written together it is one packet.
 */
function inOnePiece(connection: MessageStream): MessageStream {
  const send = connection.send.bind(connection)
  connection.send = (data) => send(data instanceof Uint8Array ? data : data.subarray())
  return connection
}

const peerOf = ({ remotePeer }: SecuredConnection): NodeId => nodeId(remotePeer.toString())

const write = (frames: Frames, said: object, options: Options): Promise<void> =>
  frames.write(encoder.encode(JSON.stringify(said)), options)

async function read(frames: Frames, options: Options): Promise<Record<string, unknown>> {
  const frame = await frames.read(options)
  const said: unknown = JSON.parse(decoder.decode(frame.subarray()))
  if (!isRecord(said)) throw new Refused('it said something that cannot be read')
  return said
}

/** The other side closes when it has read it; a reset before that would take the words away. */
async function lastWord(frames: Frames, said: object, options: Options): Promise<void> {
  await write(frames, said, options)
  await frames.read({ signal: AbortSignal.timeout(LAST_WORD_MS) }).catch(() => {})
}
