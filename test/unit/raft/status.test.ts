import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memberId, RaftScript, scriptTiming } from '../../support/raft-script.ts'

/* What a core says of itself and, when it leads, of the others; and what may be set. */

const { electionMin, heartbeat, retryMax } = scriptTiming
const led = (learners: readonly string[] = []): RaftScript =>
  new RaftScript({ voters: ['a', 'b', 'c'], learners }).elect('a').pass(2)

const peer = (script: RaftScript, member: string) =>
  script.core('a').status.peers.find((known) => known.member === member)

test('it counts what it asked for, stood for and won, and the terms it went through', () => {
  const script = led()
  assert.deepEqual(script.core('a').status.counters, { preVotes: 1, elections: 1, won: 1, terms: 1 })
  assert.deepEqual(script.core('b').status.counters, { preVotes: 0, elections: 0, won: 0, terms: 1 })
  script.isolate('c').campaign('c').campaign('c')
  assert.deepEqual(script.core('c').status.counters, { preVotes: 2, elections: 0, won: 0, terms: 1 })
  script.heal().transfer('a', 'b')
  script.deliver()
  assert.deepEqual(script.core('b').status.counters, { preVotes: 0, elections: 1, won: 1, terms: 2 })
})

test('it shows the newest configuration, committed or not', () => {
  const script = led(['d'])
  assert.deepEqual(script.core('b').status.config.learners, ['d'])
  script.change('a', ['a', 'b', 'd'])
  const { outgoing, voters } = script.core('a').status.config
  assert.deepEqual(
    [voters, outgoing],
    [
      ['a', 'b', 'd'],
      ['a', 'b', 'c'],
    ],
  )
})

test('only a leader knows how far the others are', () => {
  const script = led(['d'])
  assert.deepEqual(script.core('b').status.peers, [])
  assert.deepEqual(
    script.core('a').status.peers.map(({ match, member, state }) => [member, match, state]),
    ['b', 'c', 'd'].map((member) => [member, 1, 'replicate']),
  )
})

test('a member that falls silent is seen to: its ticks grow, and after a check it did not answer lately', () => {
  const script = led().isolate('c')
  const before = peer(script, 'c')?.silentTicks ?? 0
  script.pass(heartbeat)
  assert.equal(peer(script, 'c')?.silentTicks, before + heartbeat)
  assert.equal(peer(script, 'b')?.silentTicks, 0)
  script.pass(2 * electionMin)
  assert.deepEqual([peer(script, 'c')?.lately, peer(script, 'b')?.lately], [false, true])
})

test('a learner has caught up when it could become a voter (R14 d)', () => {
  const script = led(['d']).isolate('d')
  for (let entry = 0; entry < 17; entry++) script.propose('a', `x${entry}`)
  script.deliver()
  assert.equal(peer(script, 'd')?.caughtUp, false)
  assert.equal(script.change('a', ['a', 'b', 'd']), null)
  script.heal().pass(2 * heartbeat)
  assert.equal(peer(script, 'd')?.caughtUp, true)
  assert.ok(script.change('a', ['a', 'b', 'd']))
})

test('a batch, the batches on their way and a piece of a snapshot are as large as was set', () => {
  const limits = { batchEntriesMax: 2, inflightBatchesMax: 3, chunkUnitsMax: 5 }
  const script = new RaftScript({ voters: ['a', 'b', 'c'], limits }).elect('a').pass(2).crash('c')
  for (let entry = 0; entry < 12; entry++) {
    script.propose('a', `x${entry}`)
    script.deliver()
  }
  script.restart('c')
  let most = 0
  for (let ticks = 0; ticks < 40 && script.core('c').log.last < 13; ticks++) {
    script.tick('a')
    for (; script.flights.length > 0; script.deliverOnce()) {
      const appends = script.waiting('append', 'c')
      assert.ok(appends.every(({ entries }) => entries.length <= 2))
      most = Math.max(most, appends.length)
    }
  }
  assert.deepEqual([script.core('c').log.last, most], [13, 3])
  script.crash('c').propose('a', 'y')
  script.deliver().compact('a', 'twelve units').restart('c').pass(6)
  assert.match(script.transcript, /snapshot 14\/t1, 10 to 12, all of it/)
})

test('so many entries may be uncommitted as was set', () => {
  const script = new RaftScript({ voters: ['a', 'b', 'c'], limits: { uncommittedEntriesMax: 2 } })
  script.elect('a').pass(2).isolate('a')
  assert.deepEqual([script.propose('a', 'x'), script.propose('a', 'y'), script.propose('a', 'z')], [2, 3, null])
})

test('who has patience waits so much longer for its leader, and not longer between two candidatures (R8)', () => {
  const waits = (patience: number): number => {
    const script = new RaftScript({ voters: ['a', 'b', 'c'], patience: { b: patience } })
      .elect('a')
      .pass(2)
      .isolate('b')
    let ticks = 0
    for (; script.core('b').status.role === 'follower'; ticks++) script.tick('b')
    script.lose().tick('b', retryMax)
    assert.equal(script.core('b').status.counters.preVotes, 2)
    return ticks
  }
  assert.equal(waits(7), waits(0) + 7)
})

test('ranks do not meet: 20 ms lie between two hints, and a tick is 10 (R7)', () => {
  for (const rank of [0, 1, 2]) {
    const script = led()
    script.core('b').peerLost(memberId('a'), rank)
    let ticks = 0
    for (; script.core('b').status.role === 'follower'; ticks++) script.core('b').tick()
    assert.equal(ticks, 1 + 2 * rank)
  }
})
