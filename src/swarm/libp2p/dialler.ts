import { multiaddr } from '@multiformats/multiaddr'
import { type NodeId, nodeId, type Random } from '../../base/index.ts'
import type { AddressBook } from '../addresses.ts'
import { type JoinAddress, parseJoin } from '../join.ts'
import { createRedial, isJoinKey, type JoinKey, joinKey, type TargetKey } from '../redial.ts'
import type { Timers } from '../timers.ts'
import type { Sources } from './sources.ts'
import { explainDial, hostOf, isRefusal } from './dial-error.ts'
import { dialJoin } from './join-dialler.ts'
import { DIAL_ADDRESSES_MAX, DIAL_MS_MAX, type Node } from './node.ts'
import { peersText } from './sources.ts'
import type { DiscoveryReport } from '../transport.ts'

/** The timer that asks for due dials never runs more often. */
const WAKE_MS_MIN = 20
/** A dial that reached the peer must become a link in this time, or counts as failed. */
const LINK_MS_MAX = 25_000
/** Errors remembered; one per peer that ever failed. */
const ERRORS_MAX = 4096

export interface DiallerParts {
  readonly self: NodeId
  readonly node: Node
  readonly book: AddressBook
  readonly sources: Sources
  readonly random: Random
  readonly timers: Timers
  readonly join: readonly JoinAddress[]
  /** True when the peer's link is up. */
  readonly isUp: (peer: NodeId) => boolean
  /** The host of a peer that was connected refuses connections. */
  readonly refused: (peer: NodeId) => void
  readonly note: (level: 'debug' | 'info' | 'warn', text: string) => void
}

/** Performs what `redial.ts` decides, and tells it what came of it. */
export interface Dialler {
  /** From now on the node can dial. */
  start(): void
  seen(source: string, peer: NodeId, addresses: readonly string[]): void
  /** `from`: the address of the other end. */
  connected(peer: NodeId, from: string): void
  disconnected(peer: NodeId, announced: boolean): void
  failed(peer: NodeId, why: string): void
  lastError(peer: NodeId): string | undefined
  joinReport(): DiscoveryReport
  stop(): void
}

export function createDialler(parts: DiallerParts): Dialler {
  const { self, node, book, sources, timers } = parts
  const redial = createRedial(self, parts.random)
  const errors = new Map<NodeId, string>()
  /** From where they were connected last. */
  const hosts = new Map<NodeId, string>()
  const joins = new Map<JoinKey, { readonly address: JoinAddress; outcome: string }>()
  const stopping = new AbortController()
  let started = false
  let cancel = (): void => {}

  for (const address of parts.join) {
    joins.set(joinKey(address.text), { address, outcome: 'not tried yet' })
    redial.joinAt(timers.monotonic(), address.text)
  }

  /** Starts what is due, and sets the timer for what will be. */
  function turn(): void {
    if (stopping.signal.aborted || !started) return
    for (const key of redial.due(timers.monotonic()))
      dial(key).catch((thrown: unknown) => fail(key, explainDial(thrown)))
    cancel()
    const next = redial.wakeAt()
    if (next !== undefined) cancel = timers.after(Math.max(WAKE_MS_MIN, next - timers.monotonic()), turn)
  }

  async function dial(key: TargetKey): Promise<void> {
    if (isJoinKey(key)) return dialAddress(key)
    const addresses = book.of(key).slice(0, DIAL_ADDRESSES_MAX)
    if (addresses.length === 0) return fail(key, 'no address of it is known')
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(DIAL_MS_MAX)])
    const targets = addresses.map((address) => withPeer(address, key))
    const connection = await node.dial(targets, { signal }).catch((thrown: unknown) => {
      const host = hosts.get(key)
      const refused = host !== undefined && isRefusal(thrown, host, addresses)
      if (refused && !stopping.signal.aborted && !parts.isUp(key)) parts.refused(key)
      throw thrown
    })
    if (connection.direction === 'outbound') book.note('worked', key, [connection.remoteAddr.toString()])
    // What stands now is a connection of libp2p; it counts when its link is up, or fails through `failed`.
    if (!parts.isUp(key)) timers.after(LINK_MS_MAX, () => fail(key, 'it connected, but did not greet'))
  }

  async function dialAddress(key: JoinKey): Promise<void> {
    const join = joins.get(key)
    if (join === undefined) return
    const { peers, sentence } = await dialJoin(join.address, self, async (address) => {
      const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(DIAL_MS_MAX)])
      try {
        return nodeId((await node.dial(multiaddr(address), { signal })).remotePeer.toString())
      } catch (thrown) {
        // libp2p notices it at one of the two ends, whichever is first.
        if (thrown instanceof Error && /dial self/i.test(thrown.message)) return self
        throw thrown
      }
    })
    if (stopping.signal.aborted) return
    if (join.outcome !== sentence)
      parts.note(peers.length > 0 ? 'info' : 'warn', `join ${join.address.text}: ${sentence}`)
    join.outcome = sentence
    for (const peer of peers) if (peer !== self) sources.found('join', peer)
    if (peers.length > 0) redial.led(timers.monotonic(), key, peers)
    else redial.failed(timers.monotonic(), key)
    turn()
  }

  function fail(key: TargetKey, why: string): void {
    if (stopping.signal.aborted || (!isJoinKey(key) && parts.isUp(key))) return
    if (!isJoinKey(key)) {
      if (errors.get(key) !== why) parts.note('debug', `${key} could not be reached: ${why}`)
      errors.set(key, why)
      const oldest = errors.size > ERRORS_MAX ? errors.keys().next().value : undefined
      if (oldest !== undefined) errors.delete(oldest)
    }
    redial.failed(timers.monotonic(), key)
    turn()
  }

  return {
    start() {
      started = true
      turn()
    },
    seen(source, peer, addresses) {
      if (peer === self || stopping.signal.aborted) return
      if (sources.found(source, peer)) parts.note('debug', `${source} named ${peer}`)
      const fresh = book.note(source, peer, addresses)
      // Only what says that the peer is alive now, or says something new, is worth a dial at once.
      if (fresh || ALIVE.has(source)) redial.seen(timers.monotonic(), peer)
      turn()
    },
    connected(peer, from) {
      errors.delete(peer)
      hosts.delete(peer)
      hosts.set(peer, hostOf(from) ?? '')
      const oldest = hosts.size > ERRORS_MAX ? hosts.keys().next().value : undefined
      if (oldest !== undefined) hosts.delete(oldest)
      redial.connected(timers.monotonic(), peer)
      turn()
    },
    disconnected(peer, announced) {
      redial.disconnected(timers.monotonic(), peer, announced)
      turn()
    },
    failed: fail,
    lastError: (peer) => errors.get(peer),
    joinReport() {
      const tried = [...joins.values()].map(({ address, outcome }) => ({ address: address.text, outcome }))
      const found = sources.count('join')
      const detail = tried.map(({ address, outcome }) => `${address}: ${outcome}`).join('; ')
      return {
        source: 'join',
        found,
        detail: tried.length === 0 ? 'join: no address was given' : `join: ${peersText(found)}; ${detail}`,
        ok: tried.length === 0 || found > 0,
        tried,
      }
    },
    stop() {
      stopping.abort()
      cancel()
    },
  }
}

/** Sources that hear from the peer itself, so that a word of theirs means: it is there. */
const ALIVE = new Set(['registry', 'beacon', 'mdns'])

const withPeer = (address: string, peer: NodeId): ReturnType<typeof multiaddr> =>
  multiaddr(address.includes('/p2p/') ? address : `${address}/p2p/${peer}`)

/** Throws SWARM_BAD_CONFIG for the first address that cannot be read. */
export const parseJoins = (texts: readonly string[]): JoinAddress[] => [...new Set(texts)].map(parseJoin)
