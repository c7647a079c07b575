import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BrokenInvariant } from '../../../src/base/assert.ts'
import { enterJoint, isJoint, isVoter, leaveJoint, membersOf } from '../../../src/raft/config.ts'
import type { GroupConfig, MemberId } from '../../../src/raft/index.ts'
import { tally } from '../../../src/raft/quorum.ts'
import { groupOf, memberId } from '../../support/raft-script.ts'

const five = ['a', 'b', 'c', 'd', 'e'] as MemberId[]

function subsets<T>(of: readonly T[]): T[][] {
  return of.reduce<T[][]>((sets, one) => [...sets, ...sets.map((set) => [...set, one])], [[]])
}

/** All the sets of voters a group of five may have (R14 e). */
const odd = subsets(five).filter(({ length }) => length % 2 === 1)

/** Every set of members whose yes is enough. */
const quorumsOf = (config: GroupConfig): MemberId[][] =>
  subsets(five).filter((set) => tally(config, new Map(set.map((member) => [member, true] as const))) === 'won')

const meets = (a: readonly MemberId[], b: readonly MemberId[]): boolean => a.some((member) => b.includes(member))

const target = (
  voters: readonly MemberId[],
): { readonly voters: readonly MemberId[]; readonly learners: readonly MemberId[] } => ({
  voters,
  learners: five.filter((member) => !voters.includes(member)),
})

const change = (from: readonly MemberId[], to: readonly MemberId[]): readonly GroupConfig[] => {
  const before: GroupConfig = { ...groupOf([]), voters: from, learners: target(from).learners }
  const joint = enterJoint(before, target(to))
  return [before, joint, leaveJoint(joint)]
}

test('any two quorums of consecutive configurations share a member: all changes among five', () => {
  const known = new Map<string, MemberId[][]>()
  const quorums = (config: GroupConfig): MemberId[][] => {
    const key = `${config.voters.join('')}/${config.outgoing.join('')}`
    const held = known.get(key) ?? quorumsOf(config)
    known.set(key, held)
    return held
  }
  for (const from of odd)
    for (const to of odd) {
      const [before, joint, after] = change(from, to).map(quorums)
      assert.ok(before && joint && after)
      for (const one of joint)
        for (const other of [...before, ...joint, ...after])
          assert.ok(meets(one, other), `${from.join('')} to ${to.join('')}: ${one.join('')} and ${other.join('')}`)
    }
})

test('a change straight from set to set would not be safe: that is what the joint one is for', () => {
  const straight = quorumsOf(groupOf(['a'])).some((one) =>
    quorumsOf(groupOf(['b', 'c', 'd'])).some((other) => !meets(one, other)),
  )
  assert.ok(straight)
})

test('a change ends with exactly what was asked for, and has an odd number of voters (R14 e)', () => {
  for (const from of odd)
    for (const to of odd) {
      const [, joint, after] = change(from, to)
      assert.ok(joint && after && isJoint(joint) && !isJoint(after))
      assert.deepEqual(after.voters, to)
      assert.deepEqual(after.learners, target(to).learners)
      assert.deepEqual(after.learnersNext, [])
      assert.equal(after.voters.length % 2, 1)
    }
})

test('nobody is dropped on the way: the joint group holds the members of both sets', () => {
  for (const from of odd)
    for (const to of odd) {
      const [before, joint, after] = change(from, to)
      assert.ok(before && joint && after)
      const both = new Set([...membersOf(before), ...membersOf(after)])
      assert.deepEqual(membersOf(joint), [...both].sort())
      for (const member of [...from, ...to]) assert.ok(isVoter(joint, member))
    }
})

test('a voter on its way to a learner votes until the joint configuration is left', () => {
  const joint = enterJoint(groupOf(['a', 'b', 'c']), { voters: [memberId('a')], learners: [memberId('b')] })
  assert.deepEqual([joint.learners, joint.learnersNext], [[], ['b']])
  assert.ok(isVoter(joint, memberId('b')))
  assert.deepEqual(leaveJoint(joint), groupOf(['a'], ['b']))
  assert.deepEqual(membersOf(leaveJoint(joint)), ['a', 'b'], 'who is in neither set is gone')
})

test('what must not be asked for is refused', () => {
  const now = groupOf(['a', 'b', 'c'], ['d'])
  const joint = enterJoint(now, { voters: [memberId('a')], learners: [] })
  const bad = [
    () => enterJoint(joint, { voters: [memberId('b')], learners: [] }),
    () => enterJoint(now, { voters: [memberId('a'), memberId('b')], learners: [] }),
    () => enterJoint(now, { voters: [], learners: [memberId('a')] }),
    () => enterJoint(now, { voters: [memberId('a')], learners: [memberId('a')] }),
  ]
  for (const change of bad) assert.throws(change, BrokenInvariant)
})
