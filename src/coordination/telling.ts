import type { NodeId, Random } from '../base/index.ts'
import { nodeOfMember } from './lineage.ts'
import type { Presence } from './messages.ts'
import type { Peers } from './peers.ts'
import { newsOf } from './presence.ts'
import type { Seat } from './seat.ts'
import { leaderOf } from './witness.ts'

/** In ticks of 10 ms. Members of the group tell somebody where they stand, also when nothing changes. */
const EVERY = 200
const LEADER_EVERY = 600
const GAP = 2

/** Observers hear of entries in bundles: each bundle makes them ask once. */
const HEAD_GAP = 10

/** When a node says where it stands: at once to everybody when it is news, and now and then to somebody. */
export class Telling {
  #told = ''
  #at = 0
  #dirty = true
  #head = 0
  #headAt = 0

  /** Something changed that may be news. */
  mark(): void {
    this.#dirty = true
  }

  /** To everybody now? */
  isNews(tick: number, presence: () => Presence): Presence | null {
    if (!this.#dirty || (this.#told !== '' && tick - this.#at < GAP)) return null
    this.#dirty = false
    const now = presence()
    const news = newsOf(now)
    if (news === this.#told) return null
    this.#told = news
    this.#at = tick
    return now
  }

  /** Whom to tell now, beside what is news. */
  now(tick: number, seat: Seat | null, peers: Peers, random: Random): readonly NodeId[] {
    return [...this.#again(tick, seat, peers, random), ...this.#heads(tick, seat, peers)]
  }

  /** The leader tells of new entries those that do not get the log. */
  #heads(tick: number, seat: Seat | null, { places }: Peers): readonly NodeId[] {
    if (!seat?.isLeading || seat.applied.index === this.#head || tick - this.#headAt < HEAD_GAP) return []
    this.#head = seat.applied.index
    this.#headAt = tick
    return places
      .filter(({ place }) => place.lineage.id === seat.lineage && place.seat === 'observer')
      .map(({ node }) => node)
  }

  /** What was lost on the way is told again to somebody; observers tell who counts them. */
  #again(tick: number, seat: Seat | null, peers: Peers, random: Random): readonly NodeId[] {
    if (tick % EVERY !== 0) return []
    const { nodes } = peers
    const somebody = nodes.slice(random.below(Math.max(1, nodes.length))).slice(0, 1)
    if (seat?.kind !== 'observer') return somebody
    if (tick % LEADER_EVERY !== 0) return []
    const leader = leaderOf(seat, peers)
    return leader === null ? somebody : [nodeOfMember(leader)]
  }
}
