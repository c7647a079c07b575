import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RaftScript } from '../../support/raft-script.ts'

/* One set of voters becomes another (R14), and the leader dies, or goes, in the middle of it. */

/** a leads b and c; d has caught up and is to take the place of c. */
const replacing = (): RaftScript =>
  new RaftScript({ voters: ['a', 'b', 'c'], learners: ['d'] }).elect('a').pass(4).forget()

const votersOf = (script: RaftScript, name: string): string => {
  const { outgoing, voters } = script.core(name).log.config
  return `${voters.join(' ')}/${outgoing.join(' ')}`
}

test('a voter is replaced', (t) => {
  const script = replacing()
  assert.ok(script.change('a', ['a', 'b', 'd']))
  script.deliver().pass(4)
  for (const name of ['a', 'b', 'd']) assert.equal(votersOf(script, name), 'a b d/')
  script.expectTranscript(t, 'replace-voter')
})

test('the leader dies before anybody heard of the change: it never was', (t) => {
  const script = replacing()
  script.change('a', ['a', 'b', 'd'])
  script.lose().crash('a').elect('b').restart('a').pass(4)
  for (const name of ['a', 'b', 'c', 'd']) assert.equal(votersOf(script, name), 'a b c/', name)
  script.expectTranscript(t, 'replace-voter-crash-1')
})

test('the leader dies when one old voter has the joint configuration: the next leader finishes it (R14 j)', (t) => {
  const script = replacing()
  script.change('a', ['a', 'b', 'd'])
  script.deliverOnce(({ to }) => to === 'b')
  script.lose().crash('a').elect('b')
  // b leads only with majorities of a b c and of a b d: c and d must both answer while a is away.
  assert.equal(script.core('b').status.role, 'leader')
  script.restart('a').pass(4)
  for (const name of ['a', 'b', 'd']) assert.equal(votersOf(script, name), 'a b d/', name)
  script.expectTranscript(t, 'replace-voter-crash-2')
})

test('the leader dies when the joint configuration is on all disks: the new voter may finish it', (t) => {
  const script = replacing()
  script.change('a', ['a', 'b', 'd'])
  script.deliverOnce().lose().crash('a').elect('d')
  assert.equal(script.core('d').status.role, 'leader')
  script.restart('a').pass(4)
  for (const name of ['a', 'b', 'd']) assert.equal(votersOf(script, name), 'a b d/', name)
  script.expectTranscript(t, 'replace-voter-crash-3')
})

test('the leader dies when it alone has left the joint configuration', (t) => {
  const script = replacing()
  script.change('a', ['a', 'b', 'd'])
  script.deliverOnce()
  script.deliverOnce(({ to }) => to === 'a')
  assert.equal(votersOf(script, 'a'), 'a b d/')
  script.lose().crash('a').elect('b').restart('a').pass(4)
  for (const name of ['a', 'b', 'd']) assert.equal(votersOf(script, name), 'a b d/', name)
  script.expectTranscript(t, 'replace-voter-crash-4')
})

test('the leader dies when the change is done: who was replaced is not needed, and cannot be elected', (t) => {
  const script = replacing()
  script.change('a', ['a', 'b', 'd'])
  script.deliver().crash('a').elect('d')
  assert.equal(script.core('d').status.role, 'leader')
  script.restart('a').pass(4)
  for (const name of ['a', 'b', 'd']) assert.equal(votersOf(script, name), 'a b d/', name)
  script.expectTranscript(t, 'replace-voter-crash-5')
})

test('the leader is not in the new set: when that is committed it hands over, and stops (R14 f)', (t) => {
  const script = replacing()
  script.change('a', ['b', 'c', 'd'])
  script.deliver()
  // Nobody waited for a time-out; who is told nothing any more learns it from the next heartbeat.
  assert.deepEqual(
    ['a', 'b'].map((name) => script.core(name).status.role),
    ['leader', 'leader'],
  )
  script.pass(2)
  assert.deepEqual([script.core('a').status.role, script.core('b').status.role], ['follower', 'leader'])
  script.expectTranscript(t, 'remove-the-leader')
})

test('the leader is not in the new set, and nobody can take over: after the time of an election it stops (R14 f)', (t) => {
  const script = replacing()
  script.change('a', ['b', 'c', 'd'])
  script
    .deliver(({ message }) => message.kind !== 'timeout-now')
    .lose()
    .isolate('b')
    .pass(9)
  assert.equal(script.core('a').status.role, 'leader')
  script.pass(1)
  assert.equal(script.core('a').status.role, 'follower')
  script.pass(30)
  assert.ok(['c', 'd'].some((name) => script.core(name).status.role === 'leader'))
  script.expectTranscript(t, 'remove-the-leader-alone')
})

test('the leader is not in the new set and dies before that is committed: the new set elects without it', (t) => {
  const script = replacing()
  script.change('a', ['b', 'c', 'd'])
  script.deliverOnce().lose().crash('a').elect('d').pass(4)
  assert.equal(script.core('d').status.role, 'leader')
  for (const name of ['b', 'c', 'd']) assert.equal(votersOf(script, name), 'b c d/', name)
  script.expectTranscript(t, 'remove-the-leader-crash')
})
