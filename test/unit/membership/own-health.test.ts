import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { OwnHealth, SCORE_MAX } from '../../../src/membership/own-health.ts'
import { suspicionTicks } from '../../../src/membership/suspicion.ts'
import { b, c, OneMember, STATE } from '../../support/one-member.ts'

test('missed answers and late ticks raise the score, answers and punctual ticks lower it', () => {
  const own = new OwnHealth()
  own.missed()
  own.missed()
  own.tick(150)
  assert.equal(own.score, 4)
  own.answered()
  assert.equal(own.score, 3)
  for (let tick = 0; tick < 10; tick++) own.tick(5)
  assert.equal(own.score, 2)
})

test('a long stall counts for more than a short one, and none for more than four', () => {
  const scores = [99, 100, 250, 399, 60_000].map((lateMs) => {
    const own = new OwnHealth()
    own.tick(lateMs)
    return own.score
  })
  assert.deepEqual(scores, [1, 2, 3, 4, 5])
})

test('whatever happens the score is 1 to 8', () => {
  const event = fc.oneof(fc.constant('missed' as const), fc.constant('answered' as const), fc.nat({ max: 1_000 }))
  fc.assert(
    fc.property(fc.array(event), (events) => {
      const own = new OwnHealth()
      for (const one of events) {
        if (one === 'missed') own.missed()
        else if (one === 'answered') own.answered()
        else own.tick(one)
        assert.ok(own.score >= 1 && own.score <= SCORE_MAX && Number.isInteger(own.score))
      }
    }),
  )
})

test('time to object: shorter with more accusers, longer in a larger swarm and for a slow node', () => {
  const ticks = (members: number, accusers: number, score = 1): number => suspicionTicks({ members, accusers, score })
  assert.deepEqual([ticks(5, 1), ticks(5, 2), ticks(5, 3), ticks(5, 4)], [60, 32, 15, 15])
  assert.deepEqual([ticks(50, 1), ticks(50, 3), ticks(500, 3)], [102, 25, 40])
  assert.equal(ticks(3, 2), 15, 'of three nodes one other accuser is all there can be')
  assert.equal(ticks(2, 1), 60, 'of two nodes nobody else can accuse')
  assert.equal(ticks(5, 3, 4), 60)
})

test('a node whose event loop is held up gives the others more time', () => {
  const suspectAfter = (lateMs: number): number => {
    const a = new OneMember().meet(b)
    for (let tick = 0; tick < 5; tick++) a.members.tick(STATE, lateMs)
    for (let tick = 1; ; tick++) if (a.ticks(1).health(b) === 'suspect') return tick
  }
  assert.ok(suspectAfter(500) > 2 * suspectAfter(0), `${suspectAfter(500)} and ${suspectAfter(0)}`)
})

test('a node whom nobody answers, its helpers neither, doubts itself; one whose helpers say no does not', () => {
  const silent = new OneMember().meet(b, c)
  silent.ticks(40)
  assert.ok(silent.members.score > 1)
  const helped = new OneMember().meet(b, c)
  helped.ticks(40, [c])
  assert.equal(helped.members.score, 1)
})
