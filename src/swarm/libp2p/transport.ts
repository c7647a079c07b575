import { assert, GOSSIP_BYTES_MAX, isNodeId, type NodeId, nodeId, SwarmError } from '../../base/index.ts'
import type { PeerReport, Transport, TransportEvents, TransportReport } from '../transport.ts'
import { parseJoins } from './dialler.ts'
import type { Libp2pTransportOptions } from './options.ts'
import { run, type Running } from './running.ts'
import { mdnsReport, peersText, type Sources } from './sources.ts'
import type { DiscoveryReport } from '../transport.ts'

/** Peers in a report. */
const REPORTED_MAX = 1_000

/**
 * The transport over TCP and WebSockets with Noise, and gossip. Throws SWARM_BAD_CONFIG for a join address that
 * cannot be read. `start` throws SWARM_PORT_IN_USE, SWARM_BAD_CONFIG (no address to listen on), SWARM_ALREADY_RUNNING
 * (the peer store is in use) or SWARM_STATE_DIR; it can be called once.
 */
export function createLibp2pTransport(options: Libp2pTransportOptions): Transport {
  const { self } = options.key
  parseJoins(options.join ?? [])
  let running: Running | undefined
  let starting: Promise<Running> | undefined
  let stopping: Promise<void> | undefined

  /** Nothing is said after `stop` was called. */
  function untilStopped(events: TransportEvents): TransportEvents {
    const open = (): boolean => stopping === undefined
    return {
      up: (peer) => open() && events.up(peer),
      down: (peer, why) => open() && events.down(peer, why),
      frame: (peer, frame) => open() && events.frame(peer, frame),
      refused: (peer) => open() && events.refused?.(peer),
      stranger: (stranger) => open() && events.stranger?.(stranger),
      note: (level, text) => open() && events.note(level, text),
    }
  }

  return {
    self,
    async start(events) {
      assert(starting === undefined && stopping === undefined, 'a transport is started once')
      starting = runSomewhere(options, untilStopped(events))
      running = await starting
    },
    send(peer, frame, lane) {
      return stopping === undefined && (running?.links.send(peer, frame, lane) ?? false)
    },
    publish(frame) {
      if (stopping !== undefined || frame.length === 0 || frame.length > GOSSIP_BYTES_MAX) return
      running?.publish(frame)
    },
    disconnect(peer, why) {
      if (stopping === undefined) running?.links.disconnect(peer, why)
    },
    peers: () => (stopping === undefined ? (running?.links.peers() ?? []) : []),
    report: () => report(options, stopping === undefined ? running : undefined),
    stop() {
      stopping ??= (async () => {
        // A start under way is let finish: half a start has nothing to stop it by.
        const started = await starting?.catch(() => undefined)
        await started?.stop()
      })()
      return stopping
    },
  }
}

/** Of two nodes that pick the same free port at the same moment one fails to listen: it takes another port. */
async function runSomewhere(options: Libp2pTransportOptions, events: TransportEvents): Promise<Running> {
  try {
    return await run(options, events)
  } catch (thrown) {
    const busy = thrown instanceof SwarmError && thrown.code === 'SWARM_PORT_IN_USE'
    if (!busy || options.portFixed === true) throw thrown
    return run({ ...options, port: 0 }, events)
  }
}

async function report(options: Libp2pTransportOptions, running: Running | undefined): Promise<TransportReport> {
  if (running === undefined) return { listening: [], discovery: [], peers: [] }
  const { node, sources, registry, beacon, dialler } = running
  const off = (source: string, how: string): DiscoveryReport => ({
    source,
    found: 0,
    detail: `${source}: switched off (${how})`,
    ok: true,
  })
  const discovery = [
    registry?.report() ?? off('registry', 'no directory was given'),
    counted(sources, 'peer store', 'remembered from earlier runs'),
    beacon?.report() ?? off('beacon', 'by the settings'),
    options.mdns === false ? off('mdns', 'by the settings') : await mdnsReport(sources.count('mdns')),
    dialler.joinReport(),
    counted(sources, 'peers', 'named by other peers'),
    ...(options.dht === true ? [counted(sources, 'dht', 'found through the table')] : []),
  ]
  return { listening: node.getMultiaddrs().map(String), discovery, peers: await peerReports(options, running) }
}

async function peerReports(options: Libp2pTransportOptions, running: Running): Promise<PeerReport[]> {
  const { node, links, book, dialler } = running
  const ids = new Set<NodeId>(links.peers())
  for (const { id } of await node.peerStore.all()) ids.add(nodeId(id.toString()))
  for (const id of book.peers()) ids.add(id)
  ids.delete(options.key.self)
  return [...ids]
    .filter(isNodeId)
    .slice(0, REPORTED_MAX)
    .map((id) => {
      const lastError = links.isUp(id) ? undefined : dialler.lastError(id)
      const peer = { id, connected: links.isUp(id), addresses: book.of(id) }
      return lastError === undefined ? peer : { ...peer, lastError }
    })
}

const counted = (sources: Sources, source: string, how: string): DiscoveryReport => {
  const found = sources.count(source)
  return { source, found, detail: `${source}: ${peersText(found)} ${how}`, ok: true }
}
