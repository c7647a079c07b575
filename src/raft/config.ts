import { assert } from '../base/index.ts'
import type { GroupConfig, MemberId } from './types.ts'

export const isJoint = (config: GroupConfig): boolean => config.outgoing.length > 0

export const isVoter = (config: GroupConfig, member: MemberId): boolean =>
  config.voters.includes(member) || config.outgoing.includes(member)

/** Everyone who gets the log, in a fixed order. */
export const membersOf = ({ learners, learnersNext, outgoing, voters }: GroupConfig): readonly MemberId[] =>
  [...new Set([...voters, ...outgoing, ...learners, ...learnersNext])].sort()

/** The joint configuration on the way to `target` (R14: always set to set, never through an even size). */
export function enterJoint(
  current: GroupConfig,
  target: { readonly voters: readonly MemberId[]; readonly learners: readonly MemberId[] },
): GroupConfig {
  assert(!isJoint(current), 'one change at a time (R14 b)')
  assert(new Set(target.voters).size === target.voters.length, 'a voter is named once')
  assert(target.voters.length % 2 === 1, 'a group has an odd number of voters (R14 e)')
  assert(!target.learners.some((member) => target.voters.includes(member)), 'a member is a voter or a learner')
  return {
    voters: [...target.voters].sort(),
    outgoing: current.voters,
    learners: target.learners.filter((member) => !current.voters.includes(member)).sort(),
    learnersNext: target.learners.filter((member) => current.voters.includes(member)).sort(),
  }
}

export const leaveJoint = ({ learners, learnersNext, voters }: GroupConfig): GroupConfig => ({
  voters,
  outgoing: [],
  learners: [...learners, ...learnersNext].sort(),
  learnersNext: [],
})
