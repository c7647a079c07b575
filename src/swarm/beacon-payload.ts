import { timingSafeEqual } from 'node:crypto'
import { isNodeId, type NodeId } from '../base/index.ts'
import { isRecord, parseAddresses } from './hello.ts'
import { beaconMac } from './secrets.ts'

/*
 * One UDP packet: `mcp-swarm-beacon <tag> <mac> <json>`. The tag says which swarm in public; the mac proves that the
 * sender holds its key. Anything may arrive on a UDP port, so reading is pure and total.
 */

const MAGIC = 'mcp-swarm-beacon'
/** Fits an Ethernet frame, so that no network fragments or drops it. Bytes. */
export const BEACON_BYTES_MAX = 1200
const PACKET = /^mcp-swarm-beacon ([0-9a-f]{12}) ([A-Za-z0-9_-]{22}) (\{.*\})$/

export interface BeaconWords {
  readonly v: 1
  readonly id: NodeId
  /** The TCP port at the address this packet came from. */
  readonly tcp: number
  /** True when an answer is welcome; an answer never asks, so that two nodes do not answer each other for ever. */
  readonly ask: boolean
  /** Since when its swarm exists, milliseconds since 1970; whether it is of one user on one machine. */
  readonly founded: number
  readonly alone: boolean
  /** Multiaddrs besides the one this packet came from. */
  readonly addresses: readonly string[]
}

export type BeaconPacket =
  | { readonly is: 'peer'; readonly words: BeaconWords }
  /** A beacon of another swarm, or of a node that looks for one. Its words may be anybody's. */
  | { readonly is: 'stranger'; readonly tag: string; readonly words: BeaconWords }
  /** Our tag, but not written with our key. */
  | { readonly is: 'forged' }
  /** Not a beacon, or of a newer version. */
  | { readonly is: 'noise' }

/** Addresses are left out from the end until the packet fits. */
export function encodeBeacon(words: BeaconWords, tag: string, key: Uint8Array): Buffer {
  for (let count = words.addresses.length; ; count--) {
    const json = JSON.stringify({ ...words, addresses: words.addresses.slice(0, count) })
    const packet = Buffer.from(`${MAGIC} ${tag} ${beaconMac(key, `${tag} ${json}`)} ${json}`)
    if (packet.length <= BEACON_BYTES_MAX || count === 0) return packet
  }
}

export function parseBeacon(packet: Uint8Array, tag: string, key: Uint8Array): BeaconPacket {
  if (packet.length > BEACON_BYTES_MAX) return { is: 'noise' }
  const [, theirTag, mac, json] = PACKET.exec(Buffer.from(packet).toString('utf8')) ?? []
  if (theirTag === undefined || mac === undefined || json === undefined) return { is: 'noise' }
  if (theirTag !== tag) {
    const words = parseWords(json)
    return words === undefined ? { is: 'noise' } : { is: 'stranger', tag: theirTag, words }
  }
  if (!timingSafeEqual(Buffer.from(mac), Buffer.from(beaconMac(key, `${tag} ${json}`)))) return { is: 'forged' }
  const words = parseWords(json)
  return words === undefined ? { is: 'noise' } : { is: 'peer', words }
}

function parseWords(json: string): BeaconWords | undefined {
  let told: unknown
  try {
    told = JSON.parse(json)
  } catch {
    return undefined
  }
  if (!isRecord(told)) return undefined
  const { v, id, tcp, ask, alone } = told
  const founded = Number.isSafeInteger(told['founded']) ? Number(told['founded']) : 0
  if (v !== 1 || typeof id !== 'string' || !isNodeId(id) || typeof ask !== 'boolean') return undefined
  if (typeof tcp !== 'number' || !Number.isInteger(tcp) || tcp < 1 || tcp > 65_535) return undefined
  return { v: 1, id, tcp, ask, founded, alone: alone === true, addresses: parseAddresses(told['addresses']) }
}
