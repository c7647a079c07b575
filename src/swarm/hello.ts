import { isNodeId, type NodeId } from '../base/index.ts'

/*
 * The first frame of each side on the control stream, and the peers a side tells of later. JSON, checked at this
 * door: afterwards it is trusted.
 */

/** The version of this wire. A peer of another major version is refused with a sentence, not with garbage. */
export const WIRE_VERSION = 1
/** A hello is a few short texts. Bytes. */
const HELLO_BYTES_MAX = 1024
/** Peers in one telling: enough for a small swarm whole; of a large one it is a sample, and there are others. */
export const TOLD_PEERS_MAX = 32
export const TOLD_ADDRESSES_MAX = 6
const TOLD_BYTES_MAX = 64 * 1024
const ADDRESS_CHARS_MAX = 160

export interface Hello {
  readonly v: number
  /** Of this connection, chosen by its dialler. */
  readonly link: string
  /** Of the sender's process: another one means that it restarted. */
  readonly boot: string
  /** The last connection with the receiver that stood at the sender and was lost there; '' for none. */
  readonly after: string
}

export interface ToldPeer {
  readonly id: NodeId
  readonly addresses: readonly string[]
}

const SHORT_ID = /^[0-9a-f]{0,32}$/
/** The start of a multiaddr over TCP; libp2p parses the rest. */
const ADDRESS = /^\/(ip4|ip6|dns|dns4|dns6)\/[^/\s]+\/tcp\/\d{1,5}(\/|$)/

export const encodeHello = (hello: Hello): Uint8Array => Buffer.from(JSON.stringify(hello))

export function parseHello(body: Uint8Array): Hello | undefined {
  const told = parse(body, HELLO_BYTES_MAX)
  if (!isRecord(told)) return undefined
  const { v, link, boot, after } = told
  if (!Number.isSafeInteger(v) || !isShortId(link) || !isShortId(boot) || !isShortId(after)) return undefined
  return { v: Number(v), link, boot, after }
}

export const encodePeers = (peers: readonly ToldPeer[]): Uint8Array => Buffer.from(JSON.stringify(peers))

/** What is well formed of it; addresses are only hints, a dial proves them. */
export function parsePeers(body: Uint8Array): ToldPeer[] | undefined {
  const told = parse(body, TOLD_BYTES_MAX)
  if (!Array.isArray(told)) return undefined
  const peers: ToldPeer[] = []
  for (const entry of told.slice(0, TOLD_PEERS_MAX) as unknown[]) {
    if (!isRecord(entry) || typeof entry['id'] !== 'string' || !isNodeId(entry['id'])) continue
    peers.push({ id: entry['id'], addresses: parseAddresses(entry['addresses']) })
  }
  return peers
}

/** The multiaddrs over TCP among at most TOLD_ADDRESSES_MAX values. */
export function parseAddresses(told: unknown): string[] {
  if (!Array.isArray(told)) return []
  return (told as unknown[])
    .slice(0, TOLD_ADDRESSES_MAX)
    .filter((text) => typeof text === 'string')
    .filter((text) => text.length <= ADDRESS_CHARS_MAX && ADDRESS.test(text))
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isShortId = (value: unknown): value is string => typeof value === 'string' && SHORT_ID.test(value)

function parse(body: Uint8Array, bytesMax: number): unknown {
  if (body.length > bytesMax) return undefined
  try {
    return JSON.parse(Buffer.from(body).toString('utf8')) as unknown
  } catch {
    return undefined
  }
}
