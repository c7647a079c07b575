import type { NodeId } from '../base/index.ts'
import type { MemberId } from '../raft/index.ts'
import { compareRanks, type LineageId, nodeOfMember, type Rank } from './lineage.ts'
import type { Place, Presence } from './messages.ts'

interface Peer {
  readonly node: NodeId
  presence: Presence | null
}

export interface Sighting {
  readonly node: NodeId
  readonly role: Presence['role']
  readonly place: Place
}

export const rankOfPlace = ({ lineage: { depth, id, root }, mature }: Place): Rank => ({ mature, root, depth, id })

/** What the connected peers say of themselves. */
export class Peers {
  readonly #peers = new Map<NodeId, Peer>()
  /** Their hosts refused a connection since the last one was lost: the process there is dead (D1). */
  readonly #refused = new Set<NodeId>()
  /** Asked for many times a second, and changed by presences only. */
  #places: readonly Sighting[] | null = null

  up(node: NodeId): void {
    this.#peers.set(node, { node, presence: null })
    this.#places = null
    this.#refused.delete(node)
  }

  down(node: NodeId): void {
    this.#peers.delete(node)
    this.#places = null
  }

  refused(node: NodeId): void {
    if (!this.#peers.has(node)) this.#refused.add(node)
  }

  /** True when it is news. */
  heard(node: NodeId, presence: Presence): boolean {
    const peer = this.#peers.get(node)
    if (!peer) return false
    const known = JSON.stringify(peer.presence)
    peer.presence = presence
    this.#places = null
    return known !== JSON.stringify(presence)
  }

  isUp(node: NodeId): boolean {
    return this.#peers.has(node)
  }
  wasRefused(node: NodeId): boolean {
    return this.#refused.has(node)
  }
  get count(): number {
    return this.#peers.size
  }
  get nodes(): readonly NodeId[] {
    return [...this.#peers.keys()]
  }
  get presences(): readonly (readonly [NodeId, Presence])[] {
    return [...this.#peers].flatMap(([node, { presence }]) => (presence ? [[node, presence] as const] : []))
  }
  get places(): readonly Sighting[] {
    this.#places ??= this.presences.flatMap(([node, { place, role }]) => (place ? [{ node, role, place }] : []))
    return this.#places
  }
  /** As it calls itself. */
  nameOf(node: NodeId): string | null {
    return this.#peers.get(node)?.presence?.name ?? null
  }
  placeOf(node: NodeId): Place | null {
    return this.#peers.get(node)?.presence?.place ?? null
  }

  /** That member itself is connected. */
  hasMember(member: MemberId): boolean {
    return this.placeOf(nodeOfMember(member))?.member === member
  }

  /** The newest word on who leads this lineage. */
  newestOf(lineage: LineageId): Place | null {
    let best: Place | null = null
    for (const { place } of this.places)
      if (place.lineage.id === lineage && place.leader !== null && place.term >= (best?.term ?? 0)) best = place
    return best
  }

  /** Of the best lineage that has a leader and is not frozen, other than `own`; its leader when that is connected. */
  bestLive(own: LineageId | null): Sighting | null {
    let best: Sighting | null = null
    for (const sighting of this.places) {
      const { place } = sighting
      if (place.lineage.id === own || place.frozen || place.leader === null) continue
      const better = best === null ? 1 : compareRanks(rankOfPlace(place), rankOfPlace(best.place))
      if (better > 0 || (better === 0 && place.leader === place.member)) best = sighting
    }
    return best
  }
}
