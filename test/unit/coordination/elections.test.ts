import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Elections } from '../../../src/coordination/elections.ts'

const follower = (term: number, leader: string | null) => ({ role: 'follower', term, leader, own: false }) as const
const turn = (role: 'pre-candidate' | 'candidate' | 'leader', term: number) =>
  ({ role, term, leader: role === 'leader' ? 'me' : null, own: role === 'leader' }) as const

test('an election is told step by step, and counted', () => {
  const seen = new Elections()
  const told = [
    seen.turned(follower(1, 'ana')),
    seen.turned(follower(1, null)),
    seen.turned(turn('pre-candidate', 1)),
    seen.turned(turn('candidate', 2)),
    seen.turned(turn('leader', 2)),
    seen.turned(follower(3, null)),
    seen.voted(3, false, 'bob'),
    seen.turned(follower(3, 'bob')),
  ]
  assert.deepEqual(
    told.map((one) => one && `${one.level}: ${one.text}`),
    [
      'info: election: follows ana in term 1',
      'debug: no leader in term 1',
      'info: election: no leader is heard, asks for votes in term 2',
      'info: election: candidate of term 2',
      'info: election: leads term 2',
      'info: no longer leads (term 3)',
      'info: election: votes for bob in term 3',
      'info: election: follows bob in term 3',
    ],
  )
  assert.deepEqual(seen.counts, { started: 1, won: 1, seen: 2 })
})

test('who asks in vain again and again fills no log', () => {
  const seen = new Elections()
  const levels = [1, 2, 3].map(() => {
    const told = seen.turned(turn('pre-candidate', 4))
    seen.turned(follower(4, null))
    return told?.level
  })
  assert.deepEqual(levels, ['info', 'debug', 'debug'])
  seen.turned(follower(5, 'ana'))
  assert.equal(seen.turned(turn('pre-candidate', 5))?.level, 'info', 'and is told anew after somebody led')
})

test('the same leader of the same term is told once, however it was learned', () => {
  const seen = new Elections()
  assert.ok(seen.observed('ana', 1))
  assert.equal(seen.observed('ana', 1), null)
  assert.equal(seen.turned(follower(1, 'ana')), null)
  assert.ok(seen.observed('ana', 2))
  assert.equal(seen.counts.seen, 2)
})

test('a vote for itself is said by the candidature', () => {
  assert.equal(new Elections().voted(1, true, 'me'), null)
})
