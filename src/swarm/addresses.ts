import type { NodeId } from '../base/index.ts'
import { TOLD_ADDRESSES_MAX } from './hello.ts'

/** Peers with addresses; as many as can be dialled, and some. Beyond it the one named longest ago gives way. */
const PEERS_MAX = 4096

/** Where peers were last said to be, by the source that said it: a source can only replace its own words. */
export interface AddressBook {
  /** True when the source said something new. */
  note(source: string, peer: NodeId, addresses: readonly string[]): boolean
  /** The best first: one of each source by turns, so that a source with stale or false words hides no other. */
  of(peer: NodeId): string[]
  peers(): NodeId[]
}

/** Sources in the order they are believed: what worked, what was written by this user, what was signed, the rest. */
const ORDER = ['worked', 'registry', 'beacon', 'identify', 'join', 'peers', 'peer store', 'mdns', 'dht']

export function createAddressBook(): AddressBook {
  const book = new Map<NodeId, Map<string, readonly string[]>>()

  return {
    note(source, peer, addresses) {
      if (addresses.length === 0) return false
      const said = book.get(peer) ?? new Map<string, readonly string[]>()
      const before = said.get(source)
      const now = addresses.slice(0, TOLD_ADDRESSES_MAX)
      said.set(source, now)
      book.delete(peer)
      book.set(peer, said)
      const oldest = book.size > PEERS_MAX ? book.keys().next().value : undefined
      if (oldest !== undefined) book.delete(oldest)
      return before === undefined || now.some((address) => !before.includes(address))
    },

    of(peer) {
      const said = book.get(peer)
      if (said === undefined) return []
      const lists = ORDER.map((source) => said.get(source) ?? [])
      const turns = Math.max(...lists.map((list) => list.length))
      const mixed = new Set<string>()
      for (let turn = 0; turn < turns; turn++) {
        for (const list of lists) {
          const address = list[turn]
          if (address !== undefined) mixed.add(address)
        }
      }
      return [...mixed]
    },

    peers: () => [...book.keys()],
  }
}
