import type { Clock, NodeId, Random } from '../../base/index.ts'
import type { NodeKey } from '../node-key.ts'
import type { Gate } from '../gate.ts'
import type { GroupKey } from '../secrets.ts'
import type { Timers } from '../timers.ts'

export interface Libp2pTransportOptions {
  /** This node's key pair (`loadOrCreateIdentity`). */
  readonly key: NodeKey
  /** The swarm's identity, public. */
  readonly swarm: NodeId
  /** What its members share: for beacons. */
  readonly group: GroupKey
  /** Decides who is a member. */
  readonly gate: Gate
  /** Told to strangers that look for a swarm: since when it is there, and whether anybody else is in it. */
  readonly looks: () => { readonly founded: number; readonly alone: boolean }
  /** What the node is called in the registry. */
  readonly name: string
  /** IP addresses to listen on. Default: every IPv4 and IPv6 address. One that the host has not is left out. */
  readonly hosts?: readonly string[]
  /** TCP port. Default DEFAULT_PORT; 0 takes any free one. */
  readonly port?: number
  /** True when the user asked for exactly this port: then a busy one is an error. Default false: any free one. */
  readonly portFixed?: boolean
  /** WebSocket port; none by default (twice the cost of TCP, for networks that let nothing else through). */
  readonly websocketPort?: number
  /** Directory of the peer store, its own. Without it known peers are forgotten at the stop. */
  readonly peerStoreDir?: string
  /** Addresses to join: see `parseJoin`. */
  readonly join?: readonly string[]
  /** Directory in which the nodes of this user on this machine find each other; none switches that off. */
  readonly registryDir?: string
  /** Default true. */
  readonly beacon?: boolean
  /** UDP. Default BEACON_PORT. */
  readonly beaconPort?: number
  /** Default true. */
  readonly mdns?: boolean
  /** Default false: below some hundred nodes every node is connected to every other. */
  readonly dht?: boolean
  readonly clock: Clock
  readonly random: Random
  /** Default: the system's. */
  readonly timers?: Timers
}
