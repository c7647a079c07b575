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
  /** Something a person at the log would want to read: a peer found, a source of discovery that is mute. */
  note(level: 'debug' | 'info' | 'warn', text: string): void
}

/** How one way of finding peers fares. */
export interface DiscoveryReport {
  /** `registry`, `peer store`, `beacon`, `mdns`, `join`, `dht`. */
  readonly source: string
  /** Peers of this swarm this source has named since the start. */
  readonly found: number
  /** One sentence for a person: what was tried and what came of it. */
  readonly detail: string
  readonly ok: boolean
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
  /** Resolves when it listens; peers come and go by events from then on. */
  start(events: TransportEvents): Promise<void>
  /** False when the peer is not connected or its queue is full: the frame was dropped. At most FRAME_BYTES_MAX. */
  send(peer: NodeId, frame: Uint8Array, lane: Lane): boolean
  /** To every node of the swarm, by gossip: at most once each, maybe never. At most GOSSIP_BYTES_MAX. */
  publish(frame: Uint8Array): void
  peers(): readonly NodeId[]
  report(): Promise<TransportReport>
  /** Harmless twice. No event follows. */
  stop(): Promise<void>
}
