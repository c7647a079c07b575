import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { NodeId } from '../../base/index.ts'
import { type JoinAddress, multiaddrText } from '../join.ts'
import { explainDial } from './dial-error.ts'

/** Addresses of one name that are dialled: a service name may stand for many nodes, a few are a way in. */
const RESOLVED_MAX = 8
/** A resolver that does not answer must not hold a dial for ever. */
const RESOLVE_MS_MAX = 5_000

export interface JoinOutcome {
  readonly peers: readonly NodeId[]
  /** For a person: to whom it led, or why not. */
  readonly sentence: string
}

/** Resolves a join address and dials all it stands for. Never throws. */
export async function dialJoin(
  address: JoinAddress,
  self: NodeId,
  dial: (multiaddr: string) => Promise<NodeId>,
): Promise<JoinOutcome> {
  let ips: readonly string[]
  try {
    ips = await resolve(address.host)
  } catch (thrown) {
    return { peers: [], sentence: explainDial(thrown) }
  }
  const results = await Promise.allSettled(
    ips.map((ip) => dial(multiaddrText(ip, address.port, address.websocket, address.peer))),
  )
  const peers = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const others = [...new Set(peers)].filter((peer) => peer !== self)
  if (others.length > 0) return { peers, sentence: `connected to ${others.join(', ')}` }
  if (peers.length > 0) return { peers, sentence: 'this is the address of this node' }
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [explainDial(result.reason)] : []))
  return { peers: [], sentence: [...new Set(errors)].join('; ') || 'the name has no address' }
}

async function resolve(host: string): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host]
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error('the name server: Timeout')), RESOLVE_MS_MAX)
  try {
    const found = await Promise.race([lookup(host, { all: true }), late.promise])
    return [...new Set(found.map(({ address }) => address))].slice(0, RESOLVED_MAX)
  } finally {
    clearTimeout(timer)
  }
}
