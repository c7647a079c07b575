import type { MemberId } from '../raft/index.ts'
import { PRIORITY } from './duties.ts'
import type { Role } from '../membership/index.ts'
import type { Seat } from './seat.ts'
import type { SwarmState } from './state.ts'

/** Members by priority, then id: the same order everywhere, but for what `among` knows of those with one priority. */
export const byPriority =
  ({ state: { roster } }: Seat, among: (a: MemberId, b: MemberId) => number = () => 0) =>
  (a: MemberId, b: MemberId): number => {
    const of = (member: MemberId): number => PRIORITY[roster[member]?.role ?? 'worker']
    return of(b) - of(a) || among(a, b) || (a < b ? -1 : 1)
  }

/** Its place among those that may replace the leader: the first of them begins (R7). */
export function rankAfter(seat: Seat, leader: MemberId): number {
  const others = seat.config.voters.filter((member) => member !== leader).sort(byPriority(seat))
  return Math.max(0, others.indexOf(seat.member))
}

/**
 * Ticks by which a voter waits longer for its leader than those that are preferred to it (R8). Among equals nobody waits
 * for anybody: the draw of the time-out keeps them apart.
 */
export function patienceOf(
  self: MemberId,
  role: Role,
  voters: readonly MemberId[],
  roster: SwarmState['roster'],
): number {
  const of = (member: MemberId): number => PRIORITY[roster[member]?.role ?? 'worker']
  const own = roster[self] ? of(self) : PRIORITY[role]
  return Math.round(0.3 * Math.max(0, ...voters.map((member) => of(member) - own)))
}
