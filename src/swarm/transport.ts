import type { NodeId } from '../base/index.ts'

/**
 * Each peer is reached by two long-lived streams, so that a large page never delays a heartbeat. Frames of one lane
 * arrive in the order sent; between lanes there is no order.
 */
export type Lane = 'control' | 'bulk'

export interface TransportEvents {
  /** The peer is connected and its control stream stands: frames can be sent. Once per connection. */
  up(peer: NodeId): void
  /** `why` is a sentence for the log. Always follows an `up`. */
  down(peer: NodeId, why: string): void
  frame(peer: NodeId, frame: Uint8Array): void
  /**
   * A peer that was connected and is not any more was dialled, and its host refused the connection: the process that
   * listened there has ended. A transport that cannot know this never says it.
   */
  refused?(peer: NodeId): void
  /** A node of another swarm showed itself on this network; again and again while it does. */
  stranger?(stranger: Stranger): void
  /** Something a person at the log would want to read: a peer found, a source of discovery that is mute. */
  note(level: 'debug' | 'info' | 'warn', text: string): void
}

/** What nodes tell of themselves to everyone near. Nothing of it is proven. */
export interface Stranger {
  readonly tag: string
  readonly id: NodeId
  readonly addresses: readonly string[]
  /** Since when its swarm exists, milliseconds since 1970. */
  readonly founded: number
  /** Its swarm is of one user on one machine. */
  readonly alone: boolean
}

/** How one way of finding peers fares. */
export interface DiscoveryReport {
  /** `registry`, `peer store`, `beacon`, `mdns`, `join`, `peers` (named by other peers), `dht`. */
  readonly source: string
  /** Peers of this swarm this source has named since the start. */
  readonly found: number
  /** One sentence for a person: what was tried and what came of it. */
  readonly detail: string
  readonly ok: boolean
  /** `join`: each address as the user wrote it, with what came of it last. */
  readonly tried?: readonly { readonly address: string; readonly outcome: string }[]
}

export interface PeerReport {
  readonly id: NodeId
  readonly connected: boolean
  readonly addresses: readonly string[]
  /** Why the last attempt to reach it failed, if it did. */
  readonly lastError?: string
}

export interface TransportReport {
  /** Multiaddrs on which this node listens. */
  readonly listening: readonly string[]
  readonly discovery: readonly DiscoveryReport[]
  readonly peers: readonly PeerReport[]
}

/**
 * Carries frames between the nodes of one swarm: finds them, keeps connections, encrypts. Frames may be lost (the
 * connection broke, the peer's queue is full) but never changed, and never come from another peer than said.
 */
export interface Transport {
  readonly self: NodeId
  /** Resolves when it listens; peers come and go by events from then on. Once. */
  start(events: TransportEvents): Promise<void>
  /**
   * False when the frame was dropped: the peer is not connected, its queue is full, or the frame is not of
   * 1 to FRAME_BYTES_MAX bytes. The frame must not be changed afterwards.
   */
  send(peer: NodeId, frame: Uint8Array, lane: Lane): boolean
  /**
   * To every other node of the swarm, by gossip: at most once each, maybe never. Of 1 to GOSSIP_BYTES_MAX bytes,
   * anything else is dropped. It arrives as a `frame` of its author, who need not be connected.
   */
  publish(frame: Uint8Array): void
  /** Ends the connection with a peer that is no member any more, or does not behave. A `down` follows. */
  disconnect(peer: NodeId, why: string): void
  peers(): readonly NodeId[]
  report(): Promise<TransportReport>
  /** Harmless twice. No event follows. */
  stop(): Promise<void>
}
