import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RaftScript } from '../../support/raft-script.ts'

/*
 * Elections, word for word. `->` arrived, `-x` was lost; `=` is how it ended. After a change that is meant:
 * node --test --test-update-snapshots 'test/golden/raft/*.test.ts', and read the difference.
 */

test('an election of three', (t) => {
  const script = new RaftScript({ voters: ['a', 'b', 'c'] })
  script.elect('a')
  script.propose('a', 'x')
  script.deliver().pass(2).expectTranscript(t, 'election-of-three')
})

test('the leader dies, the connections close, the next one is elected before any timeout (R7)', (t) => {
  const script = new RaftScript({ voters: ['a', 'b', 'c'] }).elect('a').pass(4).forget()
  script.crash('a').pass(6)
  assert.equal(script.core('b').status.role, 'leader')
  script.expectTranscript(t, 'leader-lost-with-hint')
})

test('one follower loses the leader, the others do not: it asks, and is told no (R6, R7)', (t) => {
  const script = new RaftScript({ voters: ['a', 'b', 'c'] }).elect('a').pass(4).forget()
  script.part('a', 'c').peerLost('c', 'a').pass(11)
  assert.equal(script.core('a').status.role, 'leader')
  assert.equal(script.core('c').status.term, 1)
  script.heal().pass(2)
  assert.equal(script.core('c').status.leader, 'a')
  script.expectTranscript(t, 'leader-lost-by-one')
})

test('a split vote: four voters, two candidates, and the one who is patient for less long wins', (t) => {
  const script = new RaftScript({ voters: ['a', 'b', 'c', 'd'] })
  // Each is asked first by another one, so that both candidates get two of four.
  script.campaign('a').campaign('d')
  script.deliver(({ message }) => message.kind.startsWith('pre-vote'))
  assert.deepEqual([script.core('a').status.role, script.core('d').status.role], ['candidate', 'candidate'])
  script.deliver(({ from, to }) => `${from}${to}` === 'ab' || `${from}${to}` === 'dc').deliver()
  assert.ok(script.names.every((name) => script.core(name).status.role !== 'leader'))
  script.pass(20).expectTranscript(t, 'split-vote')
  assert.equal(script.names.filter((name) => script.core(name).status.role === 'leader').length, 1)
})

test('who was away asks before it stands, and disturbs nobody when it is back (R4)', (t) => {
  const script = new RaftScript({ voters: ['a', 'b', 'c'] }).elect('a').pass(2).forget()
  script.isolate('c').campaign('c').campaign('c').campaign('c').deliver().heal().pass(4)
  assert.equal(script.core('a').status.role, 'leader')
  assert.equal(script.core('c').status.term, 1)
  script.expectTranscript(t, 'rejoin-with-pre-vote')
})

test('who comes back with a higher term is not voted for, and is freed by the leader (R6)', (t) => {
  // Its disk says that it stood for terms 2 to 5 while it was alone, as a member without pre-vote would have.
  const script = new RaftScript({ voters: ['a', 'b', 'c'], hard: { c: { term: 5, vote: null } } })
  script.isolate('c').elect('a').heal().pass(2)
  assert.equal(script.core('a').status.role, 'follower', 'the leader gave way to the higher term')
  script.pass(30).expectTranscript(t, 'rejoin-without-pre-vote')
  const leaders = script.names.filter((name) => script.core(name).status.role === 'leader')
  assert.equal(leaders.length, 1)
  assert.ok(script.core('c').status.leader !== null)
})

test('inside the sticky window even a real candidature of a later term is not answered (R6)', (t) => {
  const script = new RaftScript({ voters: ['a', 'b', 'c'] }).elect('a').pass(2).forget()
  script.say('> c stands for term 7 without having asked')
  for (const name of ['a', 'b'])
    script.hear(name, 'c', { kind: 'vote', term: 7, lastIndex: 9, lastTerm: 1, transfer: false })
  script.deliver()
  assert.deepEqual([script.core('a').status.role, script.core('b').status.term], ['leader', 1])
  script.expectTranscript(t, 'vote-inside-sticky-window')
})
