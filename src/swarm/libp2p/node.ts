import { yamux } from '@chainsafe/libp2p-yamux'
import { privateKeyFromProtobuf } from '@libp2p/crypto/keys'
import { type GossipSub, gossipsub } from '@libp2p/gossipsub'
import { identify, identifyPush } from '@libp2p/identify'
import {
  type ConnectionGater,
  FaultTolerance,
  type Libp2p,
  type Logger,
  type PeerDiscovery,
  peerDiscoverySymbol,
} from '@libp2p/interface'
import type * as Table from '@libp2p/kad-dht'
import type { KadDHT, KadDHTComponents } from '@libp2p/kad-dht'
import { mdns, type MulticastDNSComponents } from '@libp2p/mdns'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import type { LevelDatastore } from 'datastore-level'
import { createLibp2p } from 'libp2p'
import type { Door } from '../door.ts'
import { encodeNodeKey } from '../node-key.ts'
import { DIALS_MAX } from '../redial.ts'
import type { SwarmSecrets } from '../secrets.ts'
import type { Timers } from '../timers.ts'
import { hostOf } from './dial-error.ts'
import { type HandshakeEvents, memberHandshake } from './handshake.ts'
import type { Libp2pTransportOptions } from './options.ts'
import type { NodeId } from '../../base/index.ts'
import type { Gate } from '../gate.ts'
import type { Listening } from './ports.ts'

/** Everything libp2p speaks carries it, so that a public libp2p node finds nothing in common with this swarm. */
const PREFIX = 'mcp-swarm'
/** Peers may be away for a month and still be found where they were; libp2p's own hour loses them over lunch. */
const ADDRESS_AGE_MS_MAX = 30 * 86_400_000
const PEER_AGE_MS_MAX = 90 * 86_400_000
/** Handshakes of a whole swarm at once on a busy host take seconds, not the hundreds of milliseconds assumed. */
const HANDSHAKE_MS_MAX = 15_000
/** Of one address of several; the next one is tried afterwards. */
const ADDRESS_MS_MAX = 2_000
/** Addresses of one peer tried in one dial. With the above 16 s: less than the longest back-off. */
export const DIAL_ADDRESSES_MAX = 8
export const DIAL_MS_MAX = DIAL_ADDRESSES_MAX * ADDRESS_MS_MAX

export type Node = Libp2p<{ pubsub: GossipSub }>

export interface NodeParts {
  readonly options: Libp2pTransportOptions
  readonly secrets: SwarmSecrets
  readonly listening: Listening
  readonly store: LevelDatastore | undefined
  readonly door: Door
  readonly timers: Timers
  /** True when this node listens on WebSockets or joins by one. */
  readonly websockets: boolean
  /** A source names a peer, every time it does: libp2p's own event comes once per peer and never again. */
  found(source: 'mdns' | 'dht', peer: string, addresses: readonly string[]): void
  refused: HandshakeEvents['refused']
  /** Why a peer may not come in, whatever it shows. */
  shut(peer: NodeId): string | null
}

/** Every option is here because its default was measured to fail a swarm on one LAN; see `DESIGN.md`. */
export async function createNode(parts: NodeParts): Promise<Node> {
  const { options, listening, store } = parts
  const guard = guardDoor(parts)
  const gate: Gate = {
    ...options.gate,
    judge: (peer, shown) => parts.shut(peer) ?? options.gate.judge(peer, shown),
  }
  // Each is 6 MB of code that most nodes never run.
  const table = options.dht === true ? await import('@libp2p/kad-dht') : undefined
  const sockets = parts.websockets ? await import('@libp2p/websockets') : undefined
  // For routers that forget a connection without traffic. That a peer is silent is noticed by the links.
  const socket = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 120_000 }
  const streams = { protocolPrefix: PREFIX, maxInboundStreams: 8, maxOutboundStreams: 8, timeout: HANDSHAKE_MS_MAX }
  return createLibp2p({
    start: false,
    privateKey: privateKeyFromProtobuf(encodeNodeKey(options.key)),
    ...(store === undefined ? {} : { datastore: store }),
    nodeInfo: { name: PREFIX },
    ...(process.env['DEBUG'] === undefined ? { logger: { forComponent: () => silent } } : {}),
    addresses: { listen: listenAddresses(listening, options.websocketPort) },
    // A host without IPv6 is no reason to fail; whether anything listens is checked after the start.
    transportManager: { faultTolerance: FaultTolerance.NO_FATAL },
    transports: [
      tcp({ dialOpts: socket, listenOpts: socket }),
      ...(sockets === undefined ? [] : [sockets.webSockets()]),
    ],
    connectionGater: guard.gater,
    connectionEncrypters: [memberHandshake(gate, guard.events)],
    streamMuxers: [
      yamux({
        maxEarlyStreams: 128,
        // Its pings measure the round trip by which the window grows. That the peer is there the links find out.
        keepAliveInterval: 600_000,
        // A window of 1 MiB: enough for a LAN, and the most a slow receiver makes a sender hold per stream.
        streamOptions: {
          initialStreamWindowSize: 262_144,
          maxStreamWindowSize: 1_048_576,
          maxReadBufferLength: 4_194_304,
        },
      }),
    ],
    connectionManager: {
      maxConnections: 1_000,
      inboundConnectionThreshold: 500,
      maxIncomingPendingConnections: 500,
      maxParallelDials: DIALS_MAX + 16,
      maxPeerAddrsToDial: DIAL_ADDRESSES_MAX,
      dialTimeout: DIAL_MS_MAX,
      addressDialTimeout: ADDRESS_MS_MAX,
      inboundUpgradeTimeout: HANDSHAKE_MS_MAX,
      inboundStreamProtocolNegotiationTimeout: HANDSHAKE_MS_MAX,
      outboundStreamProtocolNegotiationTimeout: HANDSHAKE_MS_MAX,
      // The address book says which is best; libp2p would sort by kind.
      addressSorter: () => 0,
    },
    // It aborts healthy connections of a busy host. The links have their own, slower judgement.
    connectionMonitor: { enabled: false },
    peerStore: { maxAddressAge: ADDRESS_AGE_MS_MAX, maxPeerAge: PEER_AGE_MS_MAX },
    peerDiscovery: options.mdns === false ? [] : [(components: MulticastDNSComponents) => mdnsOf(parts, components)],
    services: {
      identify: identify(streams),
      identifyPush: identifyPush(streams),
      ping: ping(streams),
      pubsub: gossipsub(gossipOptions),
      ...(table === undefined ? {} : { dht: (components: KadDHTComponents) => dhtOf(parts, table, components) }),
    },
  })
}

/** libp2p makes a logger per connection and stream, at a cost, even when nobody reads them. DEBUG brings them back. */
const silent: Logger = Object.assign(() => {}, {
  error: () => {},
  trace: () => {},
  enabled: false,
  newScope: () => silent,
})

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')

const gossipOptions: Parameters<typeof gossipsub>[0] = {
  fallbackToFloodsub: false,
  allowPublishToZeroTopicPeers: true,
  emitSelf: false,
  doPX: false,
  // A publisher sends to every neighbour: in a fully connected swarm one hop, and no mesh to wait for.
  floodPublish: true,
  batchPublish: true,
  globalSignaturePolicy: 'StrictSign',
  // Without it every duplicate copy is checked for its signature before it is dropped.
  fastMsgIdFn: ({ from, seqno, data }) =>
    from && seqno ? latin1(Buffer.concat([from, seqno])) : latin1(data ?? new Uint8Array(0)),
  msgIdToStrFn: latin1,
  D: 4,
  Dlo: 3,
  Dhi: 6,
  Dscore: 2,
  Dout: 1,
  idontwantMinDataSize: 16_384,
  // An answer to "I want" holds several messages of GOSSIP_BYTES_MAX.
  maxInboundDataLength: 2 * 1024 * 1024,
  maxOutboundBufferSize: 8 * 1024 * 1024,
  // Many nodes behind one address are a host with many nodes, not an attack: nobody is here without the key.
  scoreParams: { IPColocationFactorWeight: 0, behaviourPenaltyWeight: -1 },
}

/** mDNS, with every word it hears passed on. */
function mdnsOf(parts: NodeParts, components: MulticastDNSComponents): PeerDiscovery {
  const tag = `_mcpswarm-${parts.secrets.tag}._udp.local`
  return passOn(parts, 'mdns', mdns({ serviceTag: tag, interval: 5_000 })(components))
}

function dhtOf(parts: NodeParts, table: typeof Table, components: KadDHTComponents): KadDHT {
  const dht = table.kadDHT({
    protocol: `/${PREFIX}/kad/1.0.0`,
    clientMode: false,
    allowQueryWithZeroPeers: true,
    // The default drops private addresses, and with them every node of a LAN.
    peerInfoMapper: table.passthroughMapper,
  })(components)
  // It names peers as any source of discovery does, by a property its type does not mention.
  passOn(parts, 'dht', (dht as KadDHT & { readonly [peerDiscoverySymbol]: PeerDiscovery })[peerDiscoverySymbol])
  return dht
}

function passOn(parts: NodeParts, source: 'mdns' | 'dht', discovery: PeerDiscovery): PeerDiscovery {
  discovery.addEventListener('peer', ({ detail }) => {
    parts.found(source, detail.id.toString(), detail.multiaddrs.map(String))
  })
  return discovery
}

function listenAddresses({ hosts, port }: Listening, websocketPort: number | undefined): string[] {
  const families = hosts.map((host) => `/${host.includes(':') ? 'ip6' : 'ip4'}/${host}/tcp/`)
  return [
    ...families.map((family) => `${family}${port}`),
    ...(websocketPort === undefined ? [] : families.map((family) => `${family}${websocketPort}/ws`)),
  ]
}

/** Counts unfinished handshakes by address, and refuses before one begins. */
function guardDoor({ door, refused, timers }: NodeParts): { gater: ConnectionGater; events: HandshakeEvents } {
  /** By the address and port of the other end: of one connection. */
  const pending = new Map<string, string>()
  const over = (address: string): void => {
    const ip = pending.get(address)
    if (ip !== undefined && pending.delete(address)) door.left(ip)
  }
  return {
    gater: {
      denyInboundConnection(connection) {
        const address = connection.remoteAddr.toString()
        const ip = hostOf(address) ?? ''
        if (!door.enter(ip, timers.monotonic())) return true
        pending.set(address, ip)
        connection.addEventListener('close', () => over(address))
        return false
      },
    },
    events: { refused, inboundOver: over },
  }
}
