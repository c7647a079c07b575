import type { MemberId } from '../raft/index.ts'
import { PRIORITY } from './duties.ts'
import type { Seat } from './seat.ts'

/** Members by priority, then id: the same order everywhere. */
export const byPriority =
  ({ state: { roster } }: Seat) =>
  (a: MemberId, b: MemberId): number => {
    const of = (member: MemberId): number => PRIORITY[roster[member]?.role ?? 'worker']
    return of(b) - of(a) || (a < b ? -1 : 1)
  }

/** Its place among those that may replace the leader: the first of them begins (R7). */
export function rankAfter(seat: Seat, leader: MemberId): number {
  const others = seat.config.voters.filter((member) => member !== leader).sort(byPriority(seat))
  return Math.max(0, others.indexOf(seat.member))
}
