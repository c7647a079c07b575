import type { NodeId, Random } from '../base/index.ts'

/*
 * Decides whom to dial, and when. Pure: time (milliseconds that only grow) and chance are handed in.
 *
 * 1. A target is never given up: after every failure there is a next attempt, at most BACKOFF_MS_MAX after the
 *    start of the last one.
 * 2. Of two nodes that found each other the lower id dials at once, the higher one a little later if nothing
 *    happened: one connection per pair, without waiting for a mute side.
 * 3. Whoever is named anew by a source of discovery is dialled at once, whatever the back-off says.
 * 4. After a loss that nobody announced the lower id dials at once and the higher one almost: a refusal says that the
 *    process has ended, and a network that only hiccupped is whole again.
 * 5. Targets that keep failing never take the last dials in flight: a swarm of dead peers does not delay a live one.
 */

/** First wait after a failure. A restarting process is back in about that. */
const BACKOFF_MS_MIN = 500
/** The longest wait. The cost of one dial is a packet or two, the cost of staying apart is the swarm's purpose. */
export const BACKOFF_MS_MAX = 30_000
const BACKOFF_FACTOR = 1.6
/** The higher id waits this long at least and twice as long at most (measured: one connection per pair). */
const YIELD_MS = 400
/** After an unannounced loss: long enough for libp2p to forget the connection that broke. */
const LOSS_MS = 10
/** And the higher id: two dials at the same moment are sorted out, but cost both sides a handshake. */
const LOSS_YIELD_MS = 40
/** A target that is named again and again is dialled this seldom: a packet anyone may send must not make us hammer. */
const GAP_MS = 1_000
/** Dials in flight. libp2p is given the same limit, so that nothing waits where we cannot see it. */
export const DIALS_MAX = 160
/** Of these, dials to targets that failed before (rule 5). A silent one takes 16 s at most: 240 of them in 30 s. */
const RETRIES_MAX = 128
/** Peers remembered. Beyond it, those that never answered give way. */
const TARGETS_MAX = 2048

/** A join address, as the user wrote it. */
export type JoinKey = `join ${string}`
export type TargetKey = NodeId | JoinKey
export const joinKey = (address: string): JoinKey => `join ${address}`
export const isJoinKey = (key: TargetKey): key is JoinKey => key.startsWith('join ')

interface Target {
  readonly key: TargetKey
  dialling: boolean
  startedAt: number
  notBefore: number
  fails: number
  /** Named anew since its last failure: it counts as new (rule 5). */
  urgent: boolean
  /** Named again while a dial was in flight: its failure says little about the new address. */
  renamed: boolean
  everReached: boolean
  seenAt: number
  /** Join addresses: the peers that answered there. Satisfied while one of them is connected. */
  ledTo: Set<NodeId>
}

export interface Redial {
  /** A source of discovery names a peer: new, with a new address, or alive again. */
  seen(now: number, peer: NodeId): void
  /** A join address: dialled until it leads to a connected peer, and again when that is lost. */
  joinAt(now: number, address: string): void
  connected(now: number, peer: NodeId): void
  /** `announced`: the peer said so, or there is another connection. */
  disconnected(now: number, peer: NodeId, announced: boolean): void
  /** The dial of a join address reached these peers (this node itself counts: then there is nothing to do). */
  led(now: number, key: JoinKey, peers: readonly NodeId[]): void
  failed(now: number, key: TargetKey): void
  /** Whom to dial now. Each must be answered by `connected`, `led` or `failed`. */
  due(now: number): TargetKey[]
  /** When `due` may have something next; undefined when nothing waits. */
  wakeAt(): number | undefined
}

export function createRedial(self: NodeId, random: Random): Redial {
  const targets = new Map<TargetKey, Target>()
  const up = new Set<NodeId>()

  const jitter = (ms: number): number => ms * (0.75 + 0.25 * random.next())
  const backoff = (fails: number): number =>
    jitter(Math.min(BACKOFF_MS_MAX, BACKOFF_MS_MIN * BACKOFF_FACTOR ** Math.min(fails - 1, 20)))
  const yielding = (key: TargetKey): number => (isJoinKey(key) || self < key ? 0 : YIELD_MS * (1 + random.next()))

  const satisfied = (target: Target): boolean =>
    isJoinKey(target.key) ? [...target.ledTo].some((peer) => peer === self || up.has(peer)) : up.has(target.key)

  function add(now: number, key: TargetKey): Target | undefined {
    if (targets.size >= TARGETS_MAX && !evict()) return undefined
    const target: Target = {
      key,
      dialling: false,
      startedAt: Number.NEGATIVE_INFINITY,
      notBefore: now + yielding(key),
      fails: 0,
      urgent: true,
      renamed: false,
      everReached: false,
      seenAt: now,
      ledTo: new Set(),
    }
    targets.set(key, target)
    return target
  }

  function evict(): boolean {
    let oldest: Target | undefined
    for (const target of targets.values()) {
      if (target.everReached || isJoinKey(target.key) || target.dialling) continue
      if (oldest === undefined || target.seenAt < oldest.seenAt) oldest = target
    }
    return oldest !== undefined && targets.delete(oldest.key)
  }

  function freshStart(now: number, target: Target): void {
    target.urgent = true
    target.fails = Math.min(target.fails, 2)
    target.notBefore = Math.min(
      Math.max(target.notBefore, now),
      Math.max(now + yielding(target.key), target.startedAt + GAP_MS),
    )
  }

  return {
    seen(now, peer) {
      if (peer === self) return
      const target = targets.get(peer)
      if (target === undefined) {
        add(now, peer)
        return
      }
      target.seenAt = now
      if (up.has(peer)) return
      if (target.dialling) target.renamed = true
      else freshStart(now, target)
    },

    joinAt(now, address) {
      const key = joinKey(address)
      if (!targets.has(key)) add(now, key)
    },

    connected(now, peer) {
      up.add(peer)
      const target = targets.get(peer) ?? add(now, peer)
      if (target === undefined) return
      target.dialling = false
      target.everReached = true
      target.urgent = true
      target.fails = 0
    },

    disconnected(now, peer, announced) {
      up.delete(peer)
      for (const target of targets.values()) {
        const lost = target.key === peer || (target.ledTo.has(peer) && !satisfied(target))
        if (!lost || target.dialling) continue
        // Both ends learn of a lost connection at about the same time: the rule of the lower id holds again.
        const wait = announced || isJoinKey(target.key) ? yielding(target.key) : self < peer ? LOSS_MS : LOSS_YIELD_MS
        target.notBefore = Math.max(now + wait, target.startedAt + GAP_MS)
      }
    },

    led(now, key, peers) {
      const target = targets.get(key)
      if (target === undefined) return
      target.dialling = false
      target.everReached = true
      target.ledTo = new Set(peers)
      target.urgent = true
      target.fails = 0
      target.notBefore = now + BACKOFF_MS_MIN
    },

    failed(now, key) {
      const target = targets.get(key)
      if (target === undefined || !target.dialling) return
      target.dialling = false
      target.fails += 1
      target.urgent = target.renamed
      // Counted from the start of the attempt: one that hung must not add its own length to the wait.
      target.notBefore = target.renamed ? target.startedAt + GAP_MS : target.startedAt + backoff(target.fails)
      target.notBefore = Math.max(target.notBefore, now)
      target.renamed = false
    },

    due(now) {
      let flying = 0
      let retrying = 0
      const waiting: Target[] = []
      for (const target of targets.values()) {
        if (target.dialling) {
          flying++
          if (!target.urgent) retrying++
        } else if (target.notBefore <= now && !satisfied(target)) waiting.push(target)
      }
      waiting.sort((a, b) => a.notBefore - b.notBefore)
      const keys: TargetKey[] = []
      for (const target of waiting) {
        if (flying >= DIALS_MAX) break
        if (!target.urgent && retrying >= RETRIES_MAX) continue
        if (!target.urgent) retrying++
        flying++
        target.dialling = true
        target.startedAt = now
        target.renamed = false
        keys.push(target.key)
      }
      return keys
    },

    wakeAt() {
      let soonest: number | undefined
      for (const target of targets.values()) {
        if (target.dialling || satisfied(target)) continue
        if (soonest === undefined || target.notBefore < soonest) soonest = target.notBefore
      }
      return soonest
    },
  }
}
