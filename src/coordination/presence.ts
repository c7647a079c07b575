import type { GroupConfig, MemberId } from '../raft/index.ts'
import type { Place, Presence } from './messages.ts'
import type { Seat } from './seat.ts'

export function placeOf(seat: Seat): Place {
  const { absorbed, frozen, gen, lineage, mature } = seat.state
  const { last, lastTerm } = seat.raft.log
  const { learners, outgoing, voters } = seat.config
  return {
    member: seat.member,
    seat: seat.kind,
    lineage,
    gen,
    mature,
    frozen: frozen !== null,
    absorbed: [...absorbed],
    term: seat.raft.status.term,
    // Who only heard of a leader is no witness of it.
    leader: seat.kind === 'observer' ? null : seat.raft.status.leader,
    applied: seat.applied.index,
    last: [lastTerm, last],
    voters: [...new Set([...voters, ...outgoing])],
    standbys: [...learners],
  }
}

/**
 * What of a presence everybody should hear at once: nothing that changes with each entry, and of observers nothing
 * that changes with each election.
 */
export function newsOf({ place }: Presence): string {
  if (place === null) return 'no place'
  const { absorbed, frozen, lineage, member, seat } = place
  if (seat === 'observer') return JSON.stringify([lineage.id, member, frozen, absorbed])
  return JSON.stringify({ ...place, last: null, applied: null })
}

export const counts = ({ learners, outgoing, voters }: GroupConfig, member: MemberId): boolean =>
  voters.includes(member) || outgoing.includes(member) || learners.includes(member)
