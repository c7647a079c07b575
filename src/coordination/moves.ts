import type { MemberId } from '../raft/index.ts'
import { PRIORITY } from './duties.ts'
import { isFirst, orphansWait, type Self } from './founding.ts'
import type { Place } from './messages.ts'
import type { Peers } from './peers.ts'
import type { Seat } from './seat.ts'
import { successionOf } from './succession.ts'

/** In ticks of 10 ms. Nobody in sight: discovery may need a moment. */
const BIRTH_ALONE = 200
/** For the unborn peer whose turn it is (B3). */
const BIRTH_YIELD = 300
/** A leader is gone for this long: join who has one (Q2). */
const ORPHAN_AFTER = 300

/** Where a node goes next. */
export type Move =
  | { readonly kind: 'found' }
  /** `dormant`: its own lineage has no leader that could hand over. */
  | { readonly kind: 'join'; readonly place: Place; readonly dormant: boolean }
  /** Alone, as a child of its lineage, without `gone`. */
  | { readonly kind: 'fork'; readonly gone: MemberId }

/** Of a node without a seat, `age` ticks old, that listens until `birth` (B2 to B5). */
export function unbornMove(self: Self, lot: string, peers: Peers, age: number, birth: number): Move | null {
  const live = peers.bestLive(null)
  if (live) return { kind: 'join', place: live.place, dormant: false }
  if (PRIORITY[self.role] === 0 || age < orphansWait(self.self, peers)) return null
  if (age < birth || (peers.count === 0 && age < BIRTH_ALONE)) return null
  const others = peers.presences.map(([, presence]) => presence)
  const first = isFirst({ role: self.role, lot }, others)
  return first || age >= birth + BIRTH_YIELD ? { kind: 'found' } : null
}

/** Of a member whose lineage nobody has led for `leaderless` ticks; 0 while somebody does. */
export function seatedMove(self: Self, seat: Seat, peers: Peers, leaderless: number): Move | null {
  const live = peers.bestLive(seat.lineage)
  if (live) {
    const { place } = live
    // Its own lineage was taken over, for good (M5); or it lost its leader, and somebody else has one (Q2).
    if (place.absorbed.includes(seat.lineage)) return { kind: 'join', place, dormant: false }
    const isChild = place.lineage.parent === seat.lineage
    if (leaderless >= ORPHAN_AFTER || (leaderless > 0 && isChild)) return { kind: 'join', place, dormant: true }
  }
  // Members drop who was away for too long, or was removed: it comes back as a new one (R15).
  const own = peers.places.find(({ place }) => place.lineage.id === seat.lineage && place.leader !== null)
  if (!(seat.member in seat.state.roster) && own && seat.kind === 'observer')
    return { kind: 'join', place: own.place, dormant: false }
  if (live || leaderless === 0 || PRIORITY[self.role] === 0) return null
  const gone = successionOf(seat, peers, leaderless)
  return gone && { kind: 'fork', gone }
}
