import { yamux } from '@chainsafe/libp2p-yamux'
import { privateKeyFromProtobuf } from '@libp2p/crypto/keys'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import type { NodeId } from '../../base/index.ts'
import { encodeNodeKey, type NodeKey } from '../node-key.ts'
import { parseJoin } from '../join.ts'
import { explainDial } from './dial-error.ts'
import { knockHandshake } from './handshake.ts'
import { dialJoin } from './join-dialler.ts'

/** A leader may have to be asked first. */
const KNOCK_MS_MAX = 12_000

export type Knocked =
  | { readonly ok: true; readonly peer: NodeId; readonly answer: string }
  | { readonly ok: false; readonly why: string }

/** Asks the node at `address` (`host:port`, or a multiaddr over TCP) to be let in, as `key`. Never throws. */
export async function knock(key: NodeKey, address: string, request: string): Promise<Knocked> {
  let knocked: Knocked | undefined
  const { sentence } = await dialJoin(parseJoin(address), key.self, async (at) => {
    const one = await knockOnce(key, at, request)
    if (!one.ok) throw new Error(one.why)
    knocked ??= one
    return one.peer
  })
  return knocked ?? { ok: false, why: sentence }
}

async function knockOnce(key: NodeKey, address: string, request: string): Promise<Knocked> {
  let heard: { readonly peer: NodeId; readonly answer: string } | undefined
  const node = await createLibp2p({
    privateKey: privateKeyFromProtobuf(encodeNodeKey(key)),
    addresses: { listen: [] },
    transports: [tcp()],
    connectionEncrypters: [knockHandshake(request, (peer, answer) => (heard = { peer, answer }))],
    connectionMonitor: { enabled: false },
    // Named in the handshake of Noise, which wants one in common; nothing comes after the answer.
    streamMuxers: [yamux()],
  })
  try {
    await node.dial(multiaddr(address), { signal: AbortSignal.timeout(KNOCK_MS_MAX) })
  } catch (thrown) {
    // The handshake ends by itself, also when it was answered.
    if (heard === undefined) return { ok: false, why: explainDial(thrown) }
  } finally {
    await node.stop()
  }
  return heard === undefined ? { ok: false, why: 'it gave no answer' } : { ok: true, ...heard }
}
