import { createSocket } from 'node:dgram'
import type { NodeId } from '../../base/index.ts'
import type { DiscoveryReport } from '../transport.ts'

/** Peers counted per source: a report, not a record. */
const FOUND_MAX = 10_000

/** Who was named by which source. */
export interface Sources {
  /** True when the source names the peer for the first time. */
  found(source: string, peer: NodeId): boolean
  count(source: string): number
}

export function createSources(): Sources {
  const found = new Map<string, Set<NodeId>>()
  return {
    found(source, peer) {
      const peers = found.get(source) ?? new Set<NodeId>()
      const before = peers.size
      if (before < FOUND_MAX) peers.add(peer)
      found.set(source, peers)
      return peers.size > before
    },
    count: (source) => found.get(source)?.size ?? 0,
  }
}

export const peersText = (count: number): string => `${count} ${count === 1 ? 'peer' : 'peers'}`

/** libp2p's mDNS hides that it cannot send at all; asking the system for the way costs no packet. */
export async function mdnsReport(found: number): Promise<DiscoveryReport> {
  const error = await noRoute('224.0.0.251', 5353)
  return error === undefined
    ? { source: 'mdns', found, detail: `mdns: asking every 5 s; ${peersText(found)} answered`, ok: true }
    : { source: 'mdns', found, detail: `mdns: no route for multicast (${error}), nothing is sent`, ok: false }
}

/** The reason why packets to an address cannot leave this host; connecting a UDP socket only looks up the route. */
function noRoute(address: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4')
    const done = (error?: NodeJS.ErrnoException | null): void => {
      socket.close()
      resolve(error === undefined || error === null ? undefined : (error.code ?? error.message))
    }
    // Node hands a failure to this callback, whatever its type says.
    socket.connect(port, address, done)
  })
}
