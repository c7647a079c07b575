import type { Connection, Stream } from '@libp2p/interface'
import { type NodeId, nodeId, unreachable } from '../../base/index.ts'
import type { Frame } from '../frames.ts'
import {
  encodeHello,
  encodePeers,
  type Hello,
  parseHello,
  parsePeers,
  type ToldPeer,
  WIRE_VERSION,
} from '../hello.ts'
import type { Lane as LaneName } from '../transport.ts'
import { Lane, type LaneLimits } from './lane.ts'

/** Heartbeats and questions: two full frames. What waits longer than that is of no use to its receiver. */
const CONTROL: LaneLimits = { queueBytesMax: 2 * 1024 * 1024 + 64, queueFramesMax: 4096 }
/** Pages: enough to keep a connection busy between two turns of a slow receiver. */
const BULK: LaneLimits = { queueBytesMax: 4 * 1024 * 1024, queueFramesMax: 1024 }
/** Ticks from the first question to a silent peer after which it is held to be gone. */
const UNANSWERED_TICKS_MAX = 2
/** The body of an `alive` that wants another one back. */
const PLEASE = Uint8Array.of(1)
const NOTHING = new Uint8Array(0)

export interface LinkEvents {
  /** The dialler's hello arrived at the other side, or the answer at the dialler's. */
  greeted(link: Link, hello: Hello): void
  /** The peer hears this node's gossip. */
  ready(link: Link): void
  told(link: Link, peers: readonly ToldPeer[]): void
  frame(link: Link, frame: Uint8Array): void
  /** Once, unless `close` was called. Nothing follows. */
  broken(link: Link, why: string): void
}

/**
 * One libp2p connection with its two lanes. The side that dialled opens both streams and greets; the other side
 * answers when it wants this connection. Who wants which is decided above (`links.ts`).
 */
export class Link {
  readonly connection: Connection
  readonly peer: NodeId
  readonly dialled: boolean
  readonly #events: LinkEvents
  readonly #lanes = new Map<LaneName, Lane>()
  #hello: Hello | undefined
  #closed = false
  #announced = false
  #silentTicks = 0

  constructor(connection: Connection, events: LinkEvents) {
    this.connection = connection
    this.peer = nodeId(connection.remotePeer.toString())
    this.dialled = connection.direction === 'outbound'
    this.#events = events
    connection.addEventListener('close', (event) =>
      this.#break(
        event.error === undefined ? 'the connection closed' : `the connection broke (${event.error.message})`,
      ),
    )
    if (connection.status !== 'open') queueMicrotask(() => this.#break('the connection was closed at once'))
  }

  get closed(): boolean {
    return this.#closed
  }
  /** The peer's hello, once it arrived. */
  get hello(): Hello | undefined {
    return this.#hello
  }

  /** True when this end closed it, or the other one said that it would. */
  get announced(): boolean {
    return this.#announced
  }

  attach(name: LaneName, stream: Stream): void {
    if (this.#closed || this.#lanes.has(name)) {
      stream.abort(new Error('this lane stands already'))
      return
    }
    const lane = new Lane(stream, name === 'control' ? CONTROL : BULK, {
      frame: (frame) => this.#take(name, frame),
      broken: (why) => this.#break(why),
    })
    this.#lanes.set(name, lane)
    if (name === 'bulk' && this.dialled) {
      // A stream is announced to the other side by its first bytes.
      lane.send('alive', NOTHING)
    }
    if (!this.dialled) this.#greetedIfWhole()
  }

  greet(hello: Hello): void {
    this.#lanes.get('control')?.send('hello', encodeHello(hello))
  }

  sayReady(): void {
    this.#lanes.get('control')?.send('ready', NOTHING)
  }

  tell(peers: readonly ToldPeer[]): void {
    if (peers.length > 0) this.#lanes.get('control')?.send('peers', encodePeers(peers))
  }

  send(frame: Uint8Array, lane: LaneName): boolean {
    return this.#lanes.get(lane)?.send('data', frame) ?? false
  }

  /** Called every 5 s: a peer that was silent for `quietTicks` of them is asked for a word, and then given up. */
  tick(quietTicks: number): void {
    let received = false
    for (const lane of this.#lanes.values()) received = lane.takeReceived() || received
    // Ticks are counted, not milliseconds: a process that was itself held up finds one tick and the peer's bytes.
    this.#silentTicks = received ? 0 : this.#silentTicks + 1
    if (this.#silentTicks >= quietTicks + UNANSWERED_TICKS_MAX)
      this.#break(`the peer was silent for ${this.#silentTicks * 5} seconds`)
    else if (this.#silentTicks >= quietTicks) this.#lanes.get('control')?.send('alive', PLEASE)
  }

  /** Drops the connection. The peer is told why first, as far as that is possible. No event follows. */
  close(why: string): void {
    this.#announced = true
    if (!this.#closed) {
      const control = this.#lanes.get('control')
      control?.send('bye', Buffer.from(why.slice(0, 200)))
      control?.flush()
    }
    this.#end()
    // Closing sends what is buffered; the time is bounded because the peer may not read.
    const { connection } = this
    connection.close({ signal: AbortSignal.timeout(500) }).catch(() => this.#abort(why))
  }

  #end(): void {
    this.#closed = true
    for (const lane of this.#lanes.values()) lane.close()
  }

  #break(why: string): void {
    if (this.#closed) return
    this.#end()
    this.#abort(why)
    this.#events.broken(this, why)
  }

  /** A muxer says goodbye, and throws when what it says it over is closed already: nothing is left to end then. */
  #abort(why: string): void {
    try {
      this.connection.abort(new Error(why))
    } catch {}
  }

  #take(name: LaneName, { kind, body }: Frame): void {
    if (name === 'bulk' && kind !== 'data' && kind !== 'alive')
      return this.#break(`it sent "${kind}" on the bulk lane`)
    if (kind !== 'hello' && kind !== 'alive' && kind !== 'bye' && this.#hello === undefined) {
      return this.#break(`it sent "${kind}" before its hello`)
    }
    switch (kind) {
      case 'alive':
        if (body.length > 0) this.#lanes.get('control')?.send('alive', NOTHING)
        return
      case 'hello':
        return this.#takeHello(body)
      case 'ready':
        return this.#events.ready(this)
      case 'data':
        if (body.length === 0) return this.#break('it sent an empty frame')
        return this.#events.frame(this, body)
      case 'bye':
        this.#announced = true
        return this.#break(lastWords(body))
      case 'peers': {
        const peers = parsePeers(body)
        return peers === undefined ? this.#break('it sent peers that cannot be read') : this.#events.told(this, peers)
      }
      default:
        return unreachable(kind)
    }
  }

  #takeHello(body: Uint8Array): void {
    const hello = parseHello(body)
    if (hello === undefined || this.#hello !== undefined) return this.#break('it sent a hello that cannot be read')
    if (hello.v !== WIRE_VERSION) {
      return this.#break(`it speaks version ${hello.v} of the wire, this node ${WIRE_VERSION}`)
    }
    this.#hello = hello
    if (this.dialled) this.#events.greeted(this, hello)
    else this.#greetedIfWhole()
  }

  #greetedIfWhole(): void {
    if (this.#hello !== undefined && this.#lanes.size === 2) this.#events.greeted(this, this.#hello)
  }
}

/** What a stranger says ends up in a log: printable, and short. */
const lastWords = (body: Uint8Array): string =>
  Buffer.from(body.subarray(0, 200))
    .toString('utf8')
    .replaceAll(/[^\x20-\x7e]/g, '?') || 'the peer said goodbye'
