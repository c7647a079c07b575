import type { Connection } from '@libp2p/interface'
import type { LevelDatastore } from 'datastore-level'
import { type NodeId, nodeId, SwarmError } from '../../base/index.ts'
import { type AddressBook, createAddressBook } from '../addresses.ts'
import { type Beacon, startBeacon } from '../beacon.ts'
import { Door } from '../door.ts'
import { TOLD_PEERS_MAX, type ToldPeer } from '../hello.ts'
import { DEFAULT_PORT } from '../join.ts'
import { type Registry, startRegistry } from '../registry.ts'
import { deriveSecrets, type SwarmSecrets } from '../secrets.ts'
import { systemTimers, type Timers } from '../timers.ts'
import type { TransportEvents } from '../transport.ts'
import { hostOf } from './dial-error.ts'
import { createDialler, type Dialler, parseJoins } from './dialler.ts'
import { Links, protocols } from './links.ts'
import { createNode, type Node } from './node.ts'
import type { Libp2pTransportOptions } from './options.ts'
import { openPeerStore } from './peer-store.ts'
import { type Listening, pickPort, portInUse } from './ports.ts'
import { StreamLimit } from './stream-limit.ts'
import { createSources, type Sources } from './sources.ts'

const HOSTS = ['0.0.0.0', '::']
/** One random neighbour is told of the others this often: two halves of a swarm that met grow together by it. */
const TELL_MS = 15_000
/** A stop takes tens of milliseconds; whatever hangs is left to the end of the process. */
const STOP_MS_MAX = 2_500
/** Refusals that are told once each; a flood of strangers is not a flood of the log. */
const REFUSALS_TOLD = 256

/** Everything that exists between start and stop. */
export interface Running {
  readonly node: Node
  readonly links: Links
  readonly book: AddressBook
  readonly sources: Sources
  readonly dialler: Dialler
  readonly beacon: Beacon | undefined
  readonly registry: Registry | undefined
  publish(frame: Uint8Array): void
  /** No event follows. */
  stop(): Promise<void>
}

/** Builds the graph by hand and starts it from the inside out: listeners first, what announces them last. */
export async function run(options: Libp2pTransportOptions, events: TransportEvents): Promise<Running> {
  const { self } = options.key
  const timers = options.timers ?? systemTimers
  const secrets = deriveSecrets(options.swarm, options.group)
  const joins = parseJoins(options.join ?? [])
  const topic = `mcp-swarm/1/${secrets.tag}`
  const wanted = options.port ?? DEFAULT_PORT
  const listening = await pickPort(options.hosts ?? HOSTS, wanted, options.portFixed === true)
  if (options.websocketPort !== undefined) await pickPort(listening.hosts, options.websocketPort, true)
  const store =
    options.peerStoreDir === undefined
      ? undefined
      : await openPeerStore(options.peerStoreDir, (text) => events.note('warn', text))
  const sources = createSources()
  const book = createAddressBook()
  const door = new Door()
  const refusals = new Set<string>()
  const streams = new StreamLimit(timers, (peer, why) => events.note('warn', `${peer} is cut off: ${why}`))
  const node = await createNode({
    shut: (peer) => streams.shut(peer),
    options,
    secrets,
    door,
    timers,
    listening,
    store,
    websockets: options.websocketPort !== undefined || joins.some((join) => join.websocket),
    found: (source, peer, addresses) => dialler.seen(source, nodeId(peer), addresses),
    refused(peer, from, why) {
      // Who is refused comes again and again.
      const said = `${peer} ${why}`
      events.note(refusals.has(said) ? 'debug' : 'warn', `${peer} at ${hostOf(from) ?? from} was refused: ${why}`)
      if (refusals.size < REFUSALS_TOLD) refusals.add(said)
    },
  })
  const { pubsub } = node.services
  const subscribed = (peer: NodeId): boolean => pubsub.getSubscribers(topic).some((id) => id.toString() === peer)

  const links = new Links(self, timers, subscribed, {
    up(peer, from) {
      dialler.connected(peer, from)
      door.member(hostOf(from) ?? '')
      events.note('info', `connected to ${peer}`)
      events.up(peer)
      links.tell(peer, neighbours(links, book, options, peer))
    },
    down(peer, why, announced) {
      dialler.disconnected(peer, announced)
      events.note('info', `lost ${peer}: ${why}`)
      events.down(peer, why)
    },
    frame: (peer, frame) => events.frame(peer, frame),
    told(_from, peers) {
      for (const { id, addresses } of peers) dialler.seen('peers', id, addresses)
    },
    failed: (peer, why) => dialler.failed(peer, why),
  })
  const dialler = createDialler({
    self,
    node,
    book,
    sources,
    random: options.random,
    timers,
    join: joins,
    isUp: (peer) => links.isUp(peer),
    refused: (peer) => events.refused?.(peer),
    note: (level, text) => events.note(level, text),
  })

  node.addEventListener('connection:open', ({ detail }: CustomEvent<Connection>) => {
    streams.watch(detail)
    links.opened(detail)
  })
  node.addEventListener('peer:identify', ({ detail }) => {
    book.note('identify', nodeId(detail.peerId.toString()), detail.listenAddrs.map(String))
  })
  pubsub.addEventListener('subscription-change', ({ detail }) => {
    const joined = detail.subscriptions.some((change) => change.topic === topic && change.subscribe)
    if (joined) links.subscriptionArrived(nodeId(detail.peerId.toString()))
  })
  pubsub.addEventListener('message', ({ detail }) => {
    if (detail.topic !== topic || detail.type !== 'signed' || detail.data.length === 0) return
    events.frame(nodeId(detail.from.toString()), detail.data)
  })
  for (const lane of ['control', 'bulk'] as const) {
    // oxlint-disable-next-line no-await-in-loop -- two short registrations before the start
    await node.handle(protocols[lane], (stream, connection) => links.incoming(lane, stream, connection), {
      maxInboundStreams: 4,
      maxOutboundStreams: 4,
    })
  }
  const halt = async (): Promise<void> => {
    dialler.stop()
    links.stop()
    await Promise.race([closeAll(node, store), new Promise<void>((resolve) => timers.after(STOP_MS_MAX, resolve))])
  }

  try {
    await node.start()
    pubsub.subscribe(topic)
    if (!listensOn(node, listening)) throw portInUse(listening.port)
  } catch (thrown) {
    await halt()
    throw thrown instanceof SwarmError ? thrown : portInUse(listening.port)
  }
  if (listening.port !== wanted && wanted !== 0) {
    events.note('info', `port ${wanted} is in use, listening on ${listening.port}`)
  }
  dialler.start()
  await recall(node, dialler)
  const { registry, beacon } = announce({
    options,
    secrets,
    timers,
    node,
    links,
    dialler,
    events,
    port: listening.port,
  })
  const stopTelling = timers.every(TELL_MS, () => {
    const peers = links.peers()
    const peer = peers[options.random.below(Math.max(1, peers.length))]
    if (peer !== undefined) links.tell(peer, neighbours(links, book, options, peer))
  })

  return {
    node,
    links,
    book,
    sources,
    dialler,
    beacon,
    registry,
    publish(frame) {
      // Its failures are those of gossip: nobody was there, or it was said before.
      pubsub
        .publish(topic, frame)
        .catch((thrown: unknown) => events.note('debug', `not published: ${String(thrown)}`))
    },
    async stop() {
      stopTelling()
      beacon?.stop()
      registry?.stop()
      await halt()
    },
  }
}

/**
 * libp2p starts without a listener and says nothing. Of IPv6 no address may show although the listener stands (a host
 * that has it switched off), so it only counts where there is no IPv4.
 */
function listensOn(node: Node, { hosts, port }: Listening): boolean {
  const family = hosts.some((host) => !host.includes(':')) ? '/ip4/' : '/ip6/'
  return node.getMultiaddrs().some((address) => {
    const text = address.toString()
    return text.startsWith(family) && text.includes(`/tcp/${port}/`)
  })
}

/** Peers of the last run. libp2p names none of them by itself. */
async function recall(node: Node, dialler: Dialler): Promise<void> {
  for (const peer of await node.peerStore.all()) {
    const addresses = peer.addresses.map((address) => address.multiaddr.toString())
    dialler.seen('peer store', nodeId(peer.id.toString()), addresses)
  }
}

interface AnnounceParts {
  readonly options: Libp2pTransportOptions
  readonly secrets: SwarmSecrets
  readonly timers: Timers
  readonly node: Node
  readonly links: Links
  readonly dialler: Dialler
  readonly events: TransportEvents
  readonly port: number
}

function announce(parts: AnnounceParts): { registry: Registry | undefined; beacon: Beacon | undefined } {
  const { options, secrets, timers, node, links, dialler, events } = parts
  const { self } = options.key
  const addresses = (): string[] => node.getMultiaddrs().map(String)
  const note: TransportEvents['note'] = (level, text) => events.note(level, text)
  const registry =
    options.registryDir === undefined
      ? undefined
      : startRegistry({
          directory: options.registryDir,
          self,
          name: options.name,
          tag: secrets.tag,
          clock: options.clock,
          timers,
          addresses,
          seen: (peer, said) => dialler.seen('registry', peer, said),
          note,
        })
  const beacon =
    options.beacon === false
      ? undefined
      : startBeacon({
          self,
          secrets,
          ...(options.beaconPort === undefined ? {} : { port: options.beaconPort }),
          loopbackOnly: addresses().every(isLoopback),
          random: options.random,
          timers,
          listening: () => ({ tcp: parts.port, addresses: addresses().filter((address) => !isLoopback(address)) }),
          connected: (peer) => links.isUp(peer),
          looks: options.looks,
          stranger: (stranger) => events.stranger?.(stranger),
          seen: (peer, said) => dialler.seen('beacon', peer, said),
          note,
        })
  return { registry, beacon }
}

/** A random sample of the connected peers with the best of their addresses. */
function neighbours(links: Links, book: AddressBook, { random }: Libp2pTransportOptions, except: NodeId): ToldPeer[] {
  const others = links.peers().filter((peer) => peer !== except)
  const sample: NodeId[] = []
  while (sample.length < TOLD_PEERS_MAX && others.length > 0) {
    sample.push(...others.splice(random.below(others.length), 1))
  }
  return sample.map((id) => ({ id, addresses: book.of(id).slice(0, 4) }))
}

async function closeAll(node: Node, store: LevelDatastore | undefined): Promise<void> {
  await node.stop()
  await store?.close()
}

const isLoopback = (address: string): boolean => /^\/ip4\/127\.|^\/ip6\/::1\//.test(address)
