import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RaftScript } from '../../support/raft-script.ts'

/* How a log gets from the leader to who has another one, or none (Raft §5.3, R12). */

test('probe and replicate: the six logs of figure 7 become one', (t) => {
  // The paper's leader is a; b misses the end, c most, d and e hold what nobody else has, f two terms of it.
  const logs = {
    a: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6],
    b: [1, 1, 1, 4, 4, 5, 5, 6, 6],
    c: [1, 1, 1, 4],
    d: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
    e: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
    f: [1, 1, 1, 4, 4, 4, 4],
    g: [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
  }
  const hard = Object.fromEntries(Object.keys(logs).map((name) => [name, { term: 7, vote: null }] as const))
  const script = new RaftScript({ voters: Object.keys(logs), logs, hard }).elect('a')
  assert.equal(script.core('a').status.role, 'leader')
  script.pass(4)
  for (const name of script.names) assert.deepEqual(script.log(name), [...logs.a, 8], name)
  script.expectTranscript(t, 'probe-and-replicate')
})

test('what was lost on the way is found by the next heartbeat', (t) => {
  const script = new RaftScript({ voters: ['a', 'b', 'c'] }).elect('a').pass(2).forget()
  for (const key of ['w', 'x', 'y', 'z']) {
    script.propose('a', key)
    script.lose(({ to }) => to === 'c')
  }
  script.deliver()
  // One more, which c must refuse: it lacks the four before.
  script.propose('a', 'last')
  script.deliver().pass(4).expectTranscript(t, 'lost-appends')
  assert.deepEqual(script.log('c'), script.log('a'))
})

test('a follower that slept through a compaction gets the snapshot, then the log', (t) => {
  const script = new RaftScript({ voters: ['a', 'b', 'c'] }).elect('a').pass(2).crash('c')
  for (const key of ['w', 'x', 'y']) {
    script.propose('a', key)
    script.deliver()
  }
  script.forget().compact('a', 'state of w x y')
  script.propose('a', 'z')
  script.deliver().restart('c').pass(4)
  assert.equal(script.core('c').log.snapshot.data, 'state of w x y')
  assert.equal(script.core('c').status.commit, script.core('a').status.commit)
  script.expectTranscript(t, 'slow-follower-after-compaction')
})
