import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RaftScript } from '../../support/raft-script.ts'

/* A leader that some still hear, and that no majority answers (R5). */

test('a bridge: the leader reaches only the one whom everybody else needs (openraft #2080)', (t) => {
  // e is gone for good, so that c and d cannot do without b.
  const script = new RaftScript({ voters: ['a', 'b', 'c', 'd', 'e'] }).elect('a').pass(2).crash('e').forget()
  script.part('a', 'c').part('a', 'd').pass(32)
  assert.notEqual(script.core('a').status.role, 'leader')
  const leader = script.names.find((name) => script.core(name).status.role === 'leader')
  assert.ok(leader, 'b was held back by the heartbeats of a leader without a quorum')
  script.propose(leader, 'x')
  script.deliver().expectTranscript(t, 'check-quorum-bridge')
  assert.equal(script.core(leader).status.commit, script.core(leader).status.last)
})

test('one way: the leader is heard by all and hears nobody (raft#266)', (t) => {
  const script = new RaftScript({ voters: ['a', 'b', 'c'] }).elect('a').pass(2).forget()
  script.mute('b', 'a').mute('c', 'a').pass(40)
  assert.notEqual(script.core('a').status.role, 'leader')
  assert.ok(script.core('b').status.role === 'leader' || script.core('c').status.role === 'leader')
  script.expectTranscript(t, 'check-quorum-simplex')
})
