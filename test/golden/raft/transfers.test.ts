import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RaftScript } from '../../support/raft-script.ts'

/* Leadership handed over (R13), and what becomes of it when somebody dies on the way. */

const led = (): RaftScript => new RaftScript({ voters: ['a', 'b', 'c'] }).elect('a').pass(2).forget()

test('a transfer: the target gets what it lacks, and stands at once', (t) => {
  const script = led()
  script.propose('a', 'x')
  script.lose(({ to }) => to === 'b')
  script.transfer('a', 'b')
  script.deliver().pass(2)
  assert.equal(script.core('b').status.role, 'leader')
  script.expectTranscript(t, 'transfer')
})

test('the target dies before it is told to stand: the leader gives up, and leads on', (t) => {
  const script = led().crash('b')
  script.transfer('a', 'b')
  assert.equal(script.propose('a', 'x'), null)
  script.pass(12)
  assert.ok(script.propose('a', 'y'))
  script.deliver().expectTranscript(t, 'transfer-target-dies')
  assert.equal(script.core('a').status.role, 'leader')
})

test('the target dies with its vote on the disk, and comes back: it votes for nobody else in that term', (t) => {
  const script = led()
  script.transfer('a', 'b')
  script.deliverOnce().crash('b').lose().restart('b')
  assert.deepEqual(script.disk('b').hard, { term: 2, vote: 'b' })
  script.pass(30)
  assert.equal(script.names.filter((name) => script.core(name).status.role === 'leader').length, 1)
  script.expectTranscript(t, 'transfer-target-dies-late')
})

test('the leader dies when the target is told: its death does not stop the election', (t) => {
  const script = led()
  script.transfer('a', 'b')
  script.crash('a').deliver().pass(2)
  assert.equal(script.core('b').status.role, 'leader')
  script.restart('a').pass(4)
  assert.equal(script.core('a').status.leader, 'b')
  script.expectTranscript(t, 'transfer-leader-dies')
})

test('the word to stand arrives after another election: it is of the past', (t) => {
  const script = led()
  script.transfer('a', 'b')
  const late = script.flights
  script.flights = []
  script.crash('a').elect('c').pass(2)
  assert.equal(script.core('c').status.role, 'leader')
  script.flights = late
  script.deliver().pass(2)
  assert.deepEqual([script.core('b').status.leader, script.core('b').status.term], ['c', 2])
  script.expectTranscript(t, 'transfer-too-late')
})
