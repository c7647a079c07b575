import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { GroupConfig, MemberId } from '../../../src/raft/index.ts'
import { reached, tally, type Verdict } from '../../../src/raft/quorum.ts'

const members = ['a', 'b', 'c', 'd', 'e', 'f', 'g'] as MemberId[]

/** One set, or two at once: of an even size too, which the algebra never makes and a majority must not mind. */
const arbitraryConfig: fc.Arbitrary<GroupConfig> = fc.record({
  voters: fc.subarray(members, { minLength: 1 }),
  outgoing: fc.oneof(fc.constant([]), fc.subarray(members)),
  learners: fc.subarray(members),
  learnersNext: fc.constant([]),
})

const arbitraryVotes: fc.Arbitrary<ReadonlyMap<MemberId, boolean>> = fc
  .array(fc.tuple(fc.constantFrom(...members), fc.boolean()), { maxLength: 10 })
  .map((votes) => new Map(votes))

const isMajority = (part: readonly MemberId[], whole: readonly MemberId[]): boolean =>
  whole.filter((member) => part.includes(member)).length * 2 > whole.length

const decides = (part: readonly MemberId[], { outgoing, voters }: GroupConfig): boolean =>
  isMajority(part, voters) && (outgoing.length === 0 || isMajority(part, outgoing))

/** Won, if those who said yes suffice; lost, if they would not even with all who are silent. */
function tallySlowly(config: GroupConfig, votes: ReadonlyMap<MemberId, boolean>): Verdict {
  const yes = members.filter((member) => votes.get(member) === true)
  const notNo = members.filter((member) => votes.get(member) !== false)
  if (decides(yes, config)) return 'won'
  return decides(notNo, config) ? 'open' : 'lost'
}

/** Every value is tried, from the greatest down. */
function reachedSlowly(config: GroupConfig, of: (member: MemberId) => number): number {
  const values = [...new Set(members.map(of))].sort((a, b) => b - a)
  return (
    values.find((value) =>
      decides(
        members.filter((member) => of(member) >= value),
        config,
      ),
    ) ?? 0
  )
}

test('tally agrees with the definition of a majority', () => {
  fc.assert(
    fc.property(arbitraryConfig, arbitraryVotes, (config, votes) => {
      assert.equal(tally(config, votes), tallySlowly(config, votes))
    }),
    { numRuns: 5000 },
  )
})

test('reached is the greatest value that a majority of each set has', () => {
  const values = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: members.length, maxLength: members.length })
  fc.assert(
    fc.property(arbitraryConfig, values, (config, of) => {
      const value = (member: MemberId): number => of[members.indexOf(member)] ?? 0
      assert.equal(reached(config, value), reachedSlowly(config, value))
    }),
    { numRuns: 5000 },
  )
})

test('a vote once decided stays decided, whatever else arrives', () => {
  fc.assert(
    fc.property(arbitraryConfig, arbitraryVotes, arbitraryVotes, (config, votes, later) => {
      const before = tally(config, votes)
      if (before !== 'open') assert.equal(tally(config, new Map([...later, ...votes])), before)
    }),
    { numRuns: 2000 },
  )
})

test('the votes of learners and of strangers weigh nothing (R14 i)', () => {
  fc.assert(
    fc.property(arbitraryConfig, arbitraryVotes, (config, votes) => {
      const counted = [...votes].filter(
        ([member]) => config.voters.includes(member) || config.outgoing.includes(member),
      )
      assert.equal(tally(config, votes), tally(config, new Map(counted)))
    }),
  )
})
