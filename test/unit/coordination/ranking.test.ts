import assert from 'node:assert/strict'
import { test } from 'node:test'
import { patienceOf } from '../../../src/coordination/ranking.ts'
import type { SwarmState } from '../../../src/coordination/state.ts'
import type { Role } from '../../../src/membership/index.ts'
import type { MemberId } from '../../../src/raft/index.ts'

const group = (roles: Readonly<Record<string, Role>>): [MemberId[], SwarmState['roster']] => [
  Object.keys(roles) as MemberId[],
  Object.fromEntries(
    Object.entries(roles).map(([member, role]) => [member, { member, role }]),
  ) as unknown as SwarmState['roster'],
]
const patience = (self: string, roles: Readonly<Record<string, Role>>): number =>
  patienceOf(self as MemberId, 'auto', ...group(roles))

test('equals do not wait for each other (R8)', () => {
  assert.equal(patience('a', { a: 'auto', b: 'auto', c: 'auto' }), 0)
})

test('who is preferred less waits longer, up to 0.3 s', () => {
  const roles = { a: 'leader', b: 'backup', c: 'auto', d: 'gateway' } as const
  assert.deepEqual(
    Object.keys(roles).map((self) => patience(self, roles)),
    [0, 6, 15, 27],
  )
})

test('a preferred member that has no vote keeps nobody waiting', () => {
  const [, roster] = group({ a: 'auto', b: 'auto', c: 'auto', d: 'leader' })
  assert.equal(patienceOf('a' as MemberId, 'auto', ['a', 'b', 'c'] as MemberId[], roster), 0)
})

test('a member whose enrolment is not applied here yet goes by its own role', () => {
  const [voters, roster] = group({ a: 'leader' })
  assert.equal(patienceOf('b' as MemberId, 'backup', voters, roster), 6)
})
