import { randomBytes } from 'node:crypto'
import type { Connection, Stream } from '@libp2p/interface'
import { FRAME_BYTES_MAX, type NodeId, nodeId } from '../../base/index.ts'
import { judge } from '../arbiter.ts'
import { type Hello, type ToldPeer, WIRE_VERSION } from '../hello.ts'
import type { Timers } from '../timers.ts'
import type { Lane } from '../transport.ts'
import { Link } from './link.ts'

export const protocols = { control: '/mcp-swarm/1/control', bulk: '/mcp-swarm/1/bulk' } as const satisfies Record<
  Lane,
  string
>

/** From the connection to standing lanes. Generous: on an overloaded host a handshake takes seconds. */
const GREETING_MS_MAX = 20_000
/** How long `up` waits for gossip to be ready both ways, so that what is published right after `up` arrives. */
const GOSSIP_MS_MAX = 3_000
/** Lost links remembered: more than peers that can come back at the same time. */
const LOST_MAX = 4_096
/** See `Link.tick`. */
const TICK_MS = 5_000
/** 20 s. */
const QUIET_TICKS_MIN = 4
/** With 50 nodes a minute of silence. */
const LINKS_PER_QUIET_TICK = 4

export interface LinksEvents {
  up(peer: NodeId, from: string): void
  /** `announced`: the peer said goodbye, or another connection takes its place. */
  down(peer: NodeId, why: string, announced: boolean): void
  frame(peer: NodeId, frame: Uint8Array): void
  told(peer: NodeId, peers: readonly ToldPeer[]): void
  /** A connection that never became a link, with the reason. */
  failed(peer: NodeId, why: string): void
}

interface Held {
  readonly link: Link
  readonly id: string
  greeted: boolean
  up: boolean
  /** The peer said that it hears this node's gossip. */
  heard: boolean
  cancel: () => void
}

/** Keeps one link per peer: which connection counts, when it is up, when it is down. */
export class Links {
  readonly #self: NodeId
  readonly #timers: Timers
  readonly #events: LinksEvents
  /** True when this node knows that the peer listens to the topic. */
  readonly #subscribed: (peer: NodeId) => boolean
  readonly #boot = randomBytes(8).toString('hex')
  /** Every open connection, by libp2p's id. */
  readonly #links = new Map<string, Link>()
  /** The connection that counts, by peer. */
  readonly #held = new Map<NodeId, Held>()
  /** The last link with a peer that stood and was lost. */
  readonly #lost = new Map<NodeId, string>()
  readonly #stopTicks: () => void
  #stopped = false

  constructor(self: NodeId, timers: Timers, subscribed: (peer: NodeId) => boolean, events: LinksEvents) {
    this.#self = self
    this.#timers = timers
    this.#subscribed = subscribed
    this.#events = events
    this.#stopTicks = timers.every(TICK_MS, () => {
      const quietTicks = quietTicksOf(this.#links.size)
      for (const link of this.#links.values()) link.tick(quietTicks)
    })
  }

  peers(): NodeId[] {
    return [...this.#held.values()].filter((held) => held.up).map((held) => held.link.peer)
  }

  isUp(peer: NodeId): boolean {
    return this.#held.get(peer)?.up === true
  }

  send(peer: NodeId, frame: Uint8Array, lane: Lane): boolean {
    if (frame.length === 0 || frame.length > FRAME_BYTES_MAX) return false
    const held = this.#held.get(peer)
    return held?.up === true && held.link.send(frame, lane)
  }

  tell(peer: NodeId, peers: readonly ToldPeer[]): void {
    this.#held.get(peer)?.link.tell(peers)
  }

  /** A libp2p connection opened, in either direction. */
  opened(connection: Connection): void {
    // A join address may be this node's own: libp2p connects it to itself.
    if (peerOf(connection) === this.#self) return connection.abort(new Error('this is the node itself'))
    const link = this.#linkOf(connection)
    if (link === undefined || !link.dialled) return
    this.#open(link).catch((thrown: unknown) => {
      this.#drop(link, thrown instanceof Error ? thrown.message : 'its streams could not be opened')
    })
  }

  /** A peer opened one of the lanes. */
  incoming(lane: Lane, stream: Stream, connection: Connection): void {
    const link = this.#linkOf(connection)
    if (link === undefined) stream.abort(new Error('this node is stopping'))
    else link.attach(lane, stream)
  }

  /** The peer's gossip arrives here, as its subscription did. */
  subscriptionArrived(peer: NodeId): void {
    const held = this.#held.get(peer)
    if (held?.greeted !== true) return
    held.link.sayReady()
    this.#upIfReady(held)
  }

  /** Ends the connection with a peer, which is told why. */
  disconnect(peer: NodeId, why: string): void {
    const held = this.#held.get(peer)
    if (held !== undefined) this.#drop(held.link, why)
    for (const link of this.#links.values()) if (link.peer === peer) this.#drop(link, why)
  }

  stop(): void {
    this.#stopped = true
    this.#stopTicks()
    for (const held of this.#held.values()) held.cancel()
    for (const link of this.#links.values()) link.close('the peer stopped')
    this.#links.clear()
    this.#held.clear()
  }

  #linkOf(connection: Connection): Link | undefined {
    const known = this.#links.get(connection.id)
    if (known !== undefined || this.#stopped) return known
    const link = new Link(connection, {
      greeted: (link, hello) => this.#greeted(link, hello),
      ready: (link) => this.#ready(link),
      told: (link, peers) => this.#events.told(link.peer, peers),
      frame: (link, frame) => this.#frame(link, frame),
      broken: (link, why) => this.#broken(link, why),
    })
    this.#links.set(connection.id, link)
    this.#timers.after(GREETING_MS_MAX, () => {
      if (!link.closed && this.#held.get(link.peer)?.link !== link) this.#drop(link, 'it did not greet in time')
      else if (!link.closed && link.hello === undefined) this.#drop(link, 'it did not answer the hello in time')
    })
    return link
  }

  async #open(link: Link): Promise<void> {
    const held = this.#held.get(link.peer)
    // A second connection of our own making is never needed; the peer may hold this one, so it is told.
    if (held !== undefined) return this.#drop(link, 'another connection with this peer stands')
    const id = randomBytes(8).toString('hex')
    this.#hold(link, id)
    const signal = AbortSignal.timeout(GREETING_MS_MAX)
    const [control, bulk] = await Promise.all([
      link.connection.newStream(protocols.control, { signal }),
      link.connection.newStream(protocols.bulk, { signal }),
    ])
    if (link.closed || this.#held.get(link.peer)?.link !== link) return
    link.attach('control', control)
    link.attach('bulk', bulk)
    link.greet({ v: WIRE_VERSION, link: id, boot: this.#boot, after: this.#lost.get(link.peer) ?? '' })
  }

  #hold(link: Link, id: string): Held {
    const held: Held = { link, id, greeted: false, up: false, heard: false, cancel: () => {} }
    this.#held.set(link.peer, held)
    return held
  }

  #greeted(link: Link, hello: Hello): void {
    const held = this.#held.get(link.peer)
    if (link.dialled) {
      if (held?.link === link && held.id === hello.link) this.#stands(held)
      else this.#drop(link, 'another connection with this peer stands')
      return
    }
    const view = held && { link: held.id, boot: held.link.hello?.boot, up: held.up }
    const verdict = judge(this.#self < link.peer, view, hello)
    if (verdict === 'refuse') return this.#drop(link, 'another connection with this peer stands')
    if (held !== undefined) this.#drop(held.link, 'the peer opened a new connection')
    if (link.closed) return
    const next = this.#hold(link, hello.link)
    link.greet({ v: WIRE_VERSION, link: hello.link, boot: this.#boot, after: '' })
    this.#stands(next)
  }

  #stands(held: Held): void {
    held.greeted = true
    held.cancel = this.#timers.after(GOSSIP_MS_MAX, () => this.#up(held))
    if (!this.#subscribed(held.link.peer)) return
    held.link.sayReady()
    this.#upIfReady(held)
  }

  #ready(link: Link): void {
    const held = this.#held.get(link.peer)
    if (held?.link !== link) return
    held.heard = true
    this.#upIfReady(held)
  }

  #upIfReady(held: Held): void {
    if (held.greeted && held.heard && this.#subscribed(held.link.peer)) this.#up(held)
  }

  #up(held: Held): void {
    held.cancel()
    if (held.up || this.#held.get(held.link.peer) !== held) return
    held.up = true
    this.#events.up(held.link.peer, held.link.connection.remoteAddr.toString())
  }

  #frame(link: Link, frame: Uint8Array): void {
    const held = this.#held.get(link.peer)
    if (held?.link !== link) return
    // The other side is up already, and frames never precede `up`.
    if (!held.up) this.#up(held)
    if (this.#held.get(link.peer) === held) this.#events.frame(link.peer, frame)
  }

  #drop(link: Link, why: string): void {
    if (!link.closed) link.close(why)
    this.#broken(link, why)
  }

  #broken(link: Link, why: string): void {
    if (!this.#links.delete(link.connection.id)) return
    const held = this.#held.get(link.peer)
    if (held?.link !== link) {
      if (held === undefined) this.#events.failed(link.peer, why)
      return
    }
    held.cancel()
    this.#held.delete(link.peer)
    if (held.up) {
      this.#remember(link.peer, held.id)
      this.#events.down(link.peer, why, link.announced)
    } else this.#events.failed(link.peer, why)
  }

  #remember(peer: NodeId, id: string): void {
    this.#lost.delete(peer)
    this.#lost.set(peer, id)
    const oldest = this.#lost.size > LOST_MAX ? this.#lost.keys().next().value : undefined
    if (oldest !== undefined) this.#lost.delete(oldest)
  }
}

/**
 * Silence on a connection after which the peer is asked for a word. In a large swarm most connections are silent for
 * long, and questions on all of them would be most of its traffic.
 */
const quietTicksOf = (links: number): number => Math.max(QUIET_TICKS_MIN, Math.ceil(links / LINKS_PER_QUIET_TICK))

const peerOf = (connection: Connection): NodeId => nodeId(connection.remotePeer.toString())
