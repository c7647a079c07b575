import type { GroupConfig, MemberId } from './types.ts'

export type Verdict = 'won' | 'lost' | 'open'

/** The outcome of a vote among one set. An empty set has decided everything already. */
function verdictOf(members: readonly MemberId[], votes: ReadonlyMap<MemberId, boolean>): Verdict {
  const need = Math.floor(members.length / 2) + 1
  if (members.length === 0) return 'won'
  const yes = members.filter((member) => votes.get(member) === true).length
  const no = members.filter((member) => votes.get(member) === false).length
  if (yes >= need) return 'won'
  return members.length - no < need ? 'lost' : 'open'
}

/** Of a joint configuration both sets must agree. Votes of others are not counted (R14 i). */
export function tally({ outgoing, voters }: GroupConfig, votes: ReadonlyMap<MemberId, boolean>): Verdict {
  const both = [verdictOf(voters, votes), verdictOf(outgoing, votes)]
  if (both.includes('lost')) return 'lost'
  return both.includes('open') ? 'open' : 'won'
}

/** The greatest value that a majority of each set has reached. */
export function reached({ outgoing, voters }: GroupConfig, of: (member: MemberId) => number): number {
  return Math.min(majorityReached(voters, of), majorityReached(outgoing, of))
}

function majorityReached(members: readonly MemberId[], of: (member: MemberId) => number): number {
  if (members.length === 0) return Number.POSITIVE_INFINITY
  const values = members.map(of).sort((a, b) => b - a)
  return values[Math.floor(members.length / 2)] ?? 0
}
