import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BrokenInvariant } from '../../../src/base/assert.ts'
import { enterJoint } from '../../../src/raft/config.ts'
import type { Entry } from '../../../src/raft/index.ts'
import { type Flight, groupOf, memberId, RaftScript, scriptTiming } from '../../support/raft-script.ts'

/* Faults that the core had, each as the story that showed it. */

const { electionMin, retryMax } = scriptTiming

test('who asked for votes and then hears the leader waits a whole election timeout again (R8)', () => {
  const script = new RaftScript({ voters: ['a', 'b', 'c'] }).elect('a').pass(2).isolate('b').campaign('b')
  script.lose().heal()
  script.hear('b', 'a', { kind: 'heartbeat', term: 1, commit: 1, round: 0 })
  assert.deepEqual([script.core('b').status.role, script.core('b').status.leader], ['follower', 'a'])
  script.tick('b', electionMin - 1)
  assert.equal(script.core('b').status.role, 'follower')
})

test('a candidate that was refused by all tries again after the short time (R8)', () => {
  const script = new RaftScript({ voters: ['a', 'b', 'c'] }).campaign('a').campaign('b').campaign('c').deliver()
  assert.ok(
    script.names.every((name) => script.core(name).status.role !== 'leader'),
    'a split vote',
  )
  script.lose().tick('c', retryMax)
  assert.notEqual(script.core('c').status.role, 'follower')
})

test('the driver is told of a new term also when role and leader stay the same', () => {
  const script = new RaftScript({ voters: ['a', 'b', 'c'] }).elect('a').pass(2)
  const again = { kind: 'append', term: 2, prevIndex: 1, prevTerm: 1, entries: [], commit: 1 } as const
  assert.deepEqual(
    script.hear('b', 'a', again).filter((effect) => effect.do === 'state'),
    [{ do: 'state', role: 'follower', term: 2, leader: 'a' }],
  )
})

test('a learner that never answered this leader has not caught up (R14 d)', () => {
  const script = new RaftScript({ voters: ['a', 'b', 'c'], learners: ['d'] }).crash('d').elect('a')
  assert.equal(script.change('a', ['a', 'b', 'd']), null)
})

test('over a slow link each piece of a snapshot is sent about once (R12)', () => {
  const timing = { heartbeat: 2, electionMin: 60, electionMax: 90, retryMin: 3, retryMax: 9 }
  const script = new RaftScript({ voters: ['a', 'b', 'c'], timing }).elect('a').pass(2).crash('c')
  script.propose('a', 'x')
  script
    .deliver()
    .compact('a', 'x'.repeat(50 * 64 * 1024))
    .restart('c')
  const wire: { readonly at: number; readonly flight: Flight }[] = []
  let pieces = 0
  for (let now = 0; now < 3000 && script.core('c').status.commit < 2; now++) {
    for (const name of script.names) script.tick(name)
    for (; wire[0] && wire[0].at <= now; wire.shift())
      script.hear(wire[0].flight.to, wire[0].flight.from, wire[0].flight.message)
    pieces += script.waiting('snapshot').length
    wire.push(...script.flights.map((flight) => ({ at: now + 4, flight })))
    script.flights = []
  }
  assert.equal(script.core('c').status.commit >= 2, true, 'it arrived')
  assert.ok(pieces <= 100, `${pieces} pieces were sent of 50`)
})

test('a member that is far behind is sent a window of batches, not one for each acknowledgement (R12)', () => {
  const script = new RaftScript({ voters: ['a', 'b', 'c'] }).elect('a').pass(2).crash('c')
  for (let count = 0; count < 1000; count++) {
    script.propose('a', `x${count}`)
    script.deliver()
  }
  script.restart('c')
  let most = 0
  for (let ticks = 0; ticks < 100 && script.core('c').log.last < 1001; ticks++) {
    script.tick('a')
    for (; script.flights.length > 0; script.deliverOnce()) most = Math.max(most, script.waiting('append').length)
  }
  assert.equal(script.core('c').log.last, 1001, 'it caught up')
  assert.equal(most, 4)
})

test('an entry that comes back is durable with its second write, not with its first', () => {
  const script = new RaftScript({ voters: ['a', 'b', 'c', 'd', 'e'] }).hang('c')
  const noop = (index: number, term: number): Entry => ({ index, term, body: { kind: 'noop' } })
  const append = { kind: 'append', prevIndex: 0, prevTerm: 0 } as const
  script.hear('c', 'a', { ...append, term: 1, entries: [noop(1, 1)], commit: 0 })
  script.hear('c', 'b', { ...append, term: 2, entries: [noop(1, 2)], commit: 0 })
  script.hear('c', 'a', { ...append, term: 3, entries: [noop(1, 1), noop(2, 3)], commit: 2 })
  // The disk is at the first write of entry 1; that of term 2 is still to come over it.
  const applied = script.flush('c', 2).filter((effect) => effect.do === 'apply')
  assert.deepEqual([applied, script.core('c').log.stable], [[], 0])
})

test('followers whose disks are slow answer heartbeats: a slow disk is no dead leader', () => {
  const script = new RaftScript({ voters: ['a', 'b', 'c'] }).elect('a').pass(2).hang('b').hang('c')
  script.propose('a', 'x')
  for (let ticks = 0; ticks < 2 * electionMin; ticks++) {
    script.deliver()
    script.tick('a')
  }
  assert.equal(script.core('a').status.role, 'leader')
})

test('a voter named twice makes an even group look odd, and decides alone (R14 e)', () => {
  const twice = ['a', 'a', 'b'].map(memberId)
  assert.throws(() => enterJoint(groupOf(['a', 'b', 'c']), { voters: twice, learners: [] }), BrokenInvariant)
})
