import type { Clock, NodeId, Random } from '../base/index.ts'
import { isGone, type MembersEffect, type Peer } from './member.ts'
import type { MembershipMessage } from './messages.ts'
import { OwnHealth } from './own-health.ts'

/** Peers that are gone and remembered for the list of nodes. */
const GONE_MAX = 100

/** What the parts of the room share: the peers, the time, and the effects that are being collected. */
export class Here {
  readonly id: NodeId
  readonly clock: Clock
  readonly random: Random
  readonly peers = new Map<NodeId, Peer>()
  readonly own = new OwnHealth()
  /** Grows when this node objects to being called suspect or dead. */
  incarnation: number
  tick = 0
  #effects: MembersEffect[] = []

  constructor(id: NodeId, incarnation: number, clock: Clock, random: Random) {
    this.id = id
    this.incarnation = incarnation
    this.clock = clock
    this.random = random
  }

  /** Members that are not known to be gone, and this node. */
  get size(): number {
    let size = 1
    for (const peer of this.peers.values()) if (peer.known && !isGone(peer)) size += 1
    return size
  }

  nameOf(id: NodeId): string {
    return this.peers.get(id)?.name || id
  }

  /** Some of those that pass, in random order. */
  some(count: number, passes: (peer: Peer) => boolean): Peer[] {
    const from = [...this.peers.values()].filter(passes)
    const chosen: Peer[] = []
    while (chosen.length < count && from.length > 0) chosen.push(...from.splice(this.random.below(from.length), 1))
    return chosen
  }

  send(to: NodeId, message: MembershipMessage): void {
    this.push({ do: 'send', to, message })
  }

  note(level: 'debug' | 'info' | 'warn', text: string): void {
    this.push({ do: 'note', level, text })
  }

  push(effect: MembersEffect): void {
    this.#effects.push(effect)
  }

  takeEffects(): readonly MembersEffect[] {
    const effects = this.#effects
    this.#effects = []
    return effects
  }

  /** Keeps the list of those that are gone within its bound; the one that went first is forgotten. */
  moveToGone(peer: Peer): void {
    this.peers.delete(peer.id)
    this.peers.set(peer.id, peer)
    const gone = [...this.peers.values()].filter((one) => isGone(one) && !one.connected)
    if (gone.length > GONE_MAX && gone[0]) this.peers.delete(gone[0].id)
  }
}
