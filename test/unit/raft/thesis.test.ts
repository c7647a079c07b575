import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RaftEffect } from '../../../src/raft/index.ts'
import { RaftScript, scriptTiming } from '../../support/raft-script.ts'

/* What Ongaro's thesis adds to the paper: pre-votes, a quorum that is checked, transfers, reads (R4–R10, R13). */

const three = (): RaftScript => new RaftScript({ voters: ['a', 'b', 'c'] })
const led = (): RaftScript => three().elect('a').pass(2)
const { electionMin, heartbeat } = scriptTiming

const vote = (term: number, lastIndex: number, lastTerm: number, transfer = false) =>
  ({ kind: 'vote', term, lastIndex, lastTerm, transfer }) as const
const preVote = (term: number, lastIndex: number, lastTerm: number) =>
  ({ kind: 'pre-vote', term, lastIndex, lastTerm }) as const

const talks = (effects: readonly RaftEffect[]): boolean => effects.some((effect) => effect.do === 'send')

// --- pre-votes (§9.6, R4)

test('a pre-vote changes neither term nor vote: of who asks, and of who answers', () => {
  const script = three().campaign('a')
  const { role, term, vote: voted } = script.core('a').status
  assert.deepEqual({ role, term, voted }, { role: 'pre-candidate', term: 0, voted: null })
  script.deliver(({ message }) => message.kind === 'pre-vote')
  for (const name of ['b', 'c']) {
    assert.deepEqual([script.core(name).status.term, script.core(name).status.vote], [0, null])
    assert.deepEqual(script.disk(name).hard, { term: 0, vote: null })
  }
})

test('any number of pre-votes of one term may be given', () => {
  const script = three()
  script.hear('c', 'a', preVote(1, 0, 0))
  script.hear('c', 'b', preVote(1, 0, 0))
  assert.deepEqual(
    script.waiting('pre-vote-reply').map(({ granted }) => granted),
    [true, true],
  )
})

test('a pre-vote is given to whom a vote would be: by the log, and by the term', () => {
  const answer = (term: number, lastIndex: number, lastTerm: number): boolean | undefined => {
    const script = new RaftScript({ voters: ['a', 'b', 'c'], logs: { b: [1, 2] } })
    script.hear('b', 'a', preVote(term, lastIndex, lastTerm))
    return script.waiting('pre-vote-reply')[0]?.granted
  }
  assert.equal(answer(3, 2, 2), true)
  assert.equal(answer(3, 1, 2), false)
  assert.equal(answer(3, 9, 1), false)
  assert.equal(answer(2, 2, 2), false, 'that term has begun already')
})

test('pre-votes that were given for another term do not count', () => {
  const script = three().campaign('a')
  script.hear('a', 'b', { kind: 'pre-vote-reply', term: 0, proposed: 2, granted: true })
  assert.equal(script.core('a').status.role, 'pre-candidate')
  script.hear('a', 'b', { kind: 'pre-vote-reply', term: 0, proposed: 1, granted: true })
  assert.equal(script.core('a').status.role, 'candidate')
})

test('a pre-vote is no vote, nor the other way round', () => {
  const asking = three().campaign('a')
  for (const name of ['b', 'c']) asking.hear('a', name, { kind: 'vote-reply', term: 0, granted: true })
  assert.equal(asking.core('a').status.role, 'pre-candidate')
  asking.deliver(({ message }) => message.kind.startsWith('pre-vote')).lose()
  for (const name of ['b', 'c'])
    asking.hear('a', name, { kind: 'pre-vote-reply', term: 0, proposed: 2, granted: true })
  assert.equal(asking.core('a').status.role, 'candidate')
})

test('who asks with an old term learns the newer one from the answer', () => {
  const script = new RaftScript({ voters: ['a', 'b', 'c'], hard: { b: { term: 4, vote: null } } })
  script.campaign('a').deliver(({ from, to }) => from === 'b' || to === 'b')
  assert.deepEqual([script.core('a').status.term, script.core('a').status.role], [4, 'follower'])
})

// --- stickiness (§4.2.3, R6)

test('a vote of a later term inside the sticky window is ignored, and changes nothing', () => {
  const script = led()
  for (const name of ['a', 'b', 'c']) {
    assert.deepEqual(script.hear(name, 'd', vote(9, 99, 9)), [])
    assert.equal(script.core(name).status.term, 1)
  }
})

test('it is answered once nobody was heard for an election timeout', () => {
  const script = led()
  script.tick('b', electionMin - 1)
  assert.deepEqual(script.hear('b', 'c', vote(2, 1, 1)), [])
  script.tick('b')
  script.hear('b', 'c', vote(2, 1, 1))
  assert.deepEqual(
    script.waiting('vote-reply').map(({ granted }) => granted),
    [true],
  )
})

test('a leader that gives the election away overrides stickiness', () => {
  const script = led()
  script.hear('b', 'c', vote(2, 1, 1, true))
  assert.deepEqual(
    script.waiting('vote-reply').map(({ granted }) => granted),
    [true],
  )
})

test('so does a closed connection to the leader, for this member alone', () => {
  const script = led().peerLost('b', 'a')
  for (const name of ['b', 'c']) script.hear(name, 'c', preVote(2, 1, 1))
  assert.deepEqual(
    script.waiting('pre-vote-reply').map(({ granted }) => granted),
    [true, false],
  )
})

test('the loss of somebody who is not the leader is nobody’s reason to elect (R7)', () => {
  const script = led().peerLost('b', 'c')
  assert.equal(talks(script.tick('b', electionMin - 1)), false)
  script.hear('b', 'c', preVote(2, 1, 1))
  assert.ok(script.waiting('pre-vote-reply').every(({ granted }) => !granted))
})

test('the loss of the leader’s connection brings the election forward, by rank (R7)', () => {
  const wait = (name: string): number => {
    const script = led().peerLost(name, 'a')
    for (let ticks = 1; ; ticks++) if (talks(script.tick(name))) return ticks
  }
  assert.ok(wait('b') < wait('c') && wait('c') < electionMin)
})

// --- a quorum that is checked (§6.2, R5)

test('a leader that no quorum answers steps down, and stops its heartbeats', () => {
  const script = led().isolate('a')
  script.tick('a', 2 * electionMin)
  assert.equal(script.core('a').status.role, 'follower')
  script.lose()
  script.tick('a', 5 * electionMin)
  assert.ok(
    script.flights.every(({ message }) => message.kind === 'pre-vote'),
    'it asks, and leads nobody',
  )
})

test('one of two followers is enough; a learner is not', () => {
  const script = new RaftScript({ voters: ['a', 'b', 'c'], learners: ['d'] }).elect('a').pass(2).crash('c')
  script.pass(5 * electionMin)
  assert.equal(script.core('a').status.role, 'leader')
  script.crash('b').pass(2 * electionMin + 1)
  assert.notEqual(script.core('a').status.role, 'leader', 'd answers, and does not count')
})

test('a group of one never loses its quorum', () => {
  const script = new RaftScript({ voters: ['a'] }).elect('a').pass(10 * electionMin)
  assert.deepEqual([script.core('a').status.role, script.core('a').status.term], ['leader', 1])
})

test('a leader whose machine slept drops its leadership, and says nothing (R9)', () => {
  const script = led()
  const effects = script.resumed('a')
  assert.equal(script.core('a').status.role, 'follower')
  assert.equal(talks(effects), false)
})

test('a follower whose machine slept waits a whole timeout again (R9)', () => {
  const script = led()
  script.tick('b', electionMin)
  script.resumed('b')
  assert.equal(talks(script.tick('b', electionMin - 1)), false)
})

// --- transfer (§3.10, R13)

test('the target that has everything is told at once, and campaigns at once', () => {
  const script = led()
  assert.ok(script.transfer('a', 'b'))
  assert.equal(script.waiting('timeout-now', 'b').length, 1)
  script.deliverOnce()
  assert.deepEqual([script.core('b').status.role, script.core('b').status.term], ['candidate', 2])
  assert.ok(script.waiting('vote').every(({ transfer }) => transfer))
  script.deliver()
  assert.equal(script.core('b').status.role, 'leader')
})

test('the target that lacks something is told when it has it', () => {
  const script = led()
  script.propose('a', 'x')
  const append = script.flights.filter(({ to }) => to === 'b')
  script.lose(({ to }) => to === 'b')
  script.transfer('a', 'b')
  assert.equal(script.waiting('timeout-now').length, 0)
  script.flights.unshift(...append)
  script.deliver()
  assert.deepEqual([script.core('b').status.role, script.log('b').slice(0, 2)], ['leader', [1, 1]])
})

test('while it hands over, the leader takes no proposals and no changes', () => {
  const script = led().isolate('b')
  script.transfer('a', 'b')
  assert.equal(script.propose('a', 'x'), null)
  assert.equal(script.change('a', ['a', 'b', 'c']), null)
})

test('a transfer that takes longer than an election is given up', () => {
  const script = led().isolate('b')
  script.transfer('a', 'b')
  script.pass(electionMin - 1)
  assert.equal(script.propose('a', 'x'), null)
  script.pass(1)
  assert.equal(script.propose('a', 'x'), 2)
})

test('not to itself, to a learner, to a stranger; and only the leader hands over', () => {
  const script = new RaftScript({ voters: ['a', 'b', 'c'], learners: ['d'] }).elect('a').pass(2)
  for (const target of ['a', 'd', 'z']) assert.equal(script.transfer('a', target), false, target)
  assert.equal(script.transfer('b', 'c'), false)
})

test('a second transfer replaces the first', () => {
  const script = led().isolate('b')
  script.transfer('a', 'b')
  script.transfer('a', 'c')
  script.deliver()
  assert.equal(script.core('c').status.role, 'leader')
})

test('who is not a voter does not stand, even when told to', () => {
  const script = new RaftScript({ voters: ['a', 'b', 'c'], learners: ['d'] }).elect('a').pass(2)
  script.hear('d', 'a', { kind: 'timeout-now', term: 1 })
  assert.equal(script.core('d').status.role, 'follower')
})

// --- reads (§6.4, R10)

const answered = (effects: readonly RaftEffect[]): readonly (readonly [number, number])[] =>
  effects.filter((effect) => effect.do === 'read').map(({ id, index }) => [id, index] as const)

test('a read is answered after a round of heartbeats, with what was committed when it was asked', () => {
  const script = led()
  assert.ok(script.read('a', 7))
  script.propose('a', 'later')
  const [beat] = script.waiting('heartbeat', 'b')
  assert.ok(beat)
  const effects = script.hear('a', 'b', { kind: 'heartbeat-reply', term: 1, round: beat.round })
  assert.deepEqual(answered(effects), [[7, 1]])
})

test('what was proposed and is not committed is not read', () => {
  const script = led()
  script.propose('a', 'x')
  script.read('a', 1)
  const [beat] = script.waiting('heartbeat', 'b')
  assert.ok(beat)
  assert.deepEqual(answered(script.hear('a', 'b', { kind: 'heartbeat-reply', term: 1, round: beat.round })), [[1, 1]])
})

test('an answer to an earlier round is none', () => {
  const script = led()
  script.read('a', 1)
  const early = script.waiting('heartbeat', 'b')[0]?.round ?? 0
  script.lose()
  script.read('a', 2)
  assert.deepEqual(answered(script.hear('a', 'b', { kind: 'heartbeat-reply', term: 1, round: early - 1 })), [])
  assert.deepEqual(answered(script.hear('a', 'b', { kind: 'heartbeat-reply', term: 1, round: early })), [[1, 1]])
  assert.deepEqual(answered(script.hear('a', 'c', { kind: 'heartbeat-reply', term: 1, round: early + 1 })), [[2, 1]])
})

test('one round answers all reads that waited for it, in order', () => {
  const script = led()
  for (const id of [1, 2, 3]) script.read('a', id)
  const round = Math.max(...script.waiting('heartbeat', 'b').map((beat) => beat.round))
  const effects = script.hear('a', 'b', { kind: 'heartbeat-reply', term: 1, round })
  assert.deepEqual(
    answered(effects).map(([id]) => id),
    [1, 2, 3],
  )
})

test('the regular heartbeats carry the round on when the first ones are lost', () => {
  const script = led()
  script.read('a', 1)
  script.lose().tick('a', heartbeat)
  const [beat] = script.waiting('heartbeat', 'c')
  assert.ok(beat)
  assert.deepEqual(answered(script.hear('a', 'c', { kind: 'heartbeat-reply', term: 1, round: beat.round })), [[1, 1]])
})

test('a leader that has committed nothing of its own term reads nothing', () => {
  const script = three()
    .campaign('a')
    .deliver(({ message }) => message.kind.includes('vote'))
  assert.equal(script.core('a').status.role, 'leader')
  assert.equal(script.read('a', 1), false)
  script.deliver()
  assert.equal(script.read('a', 1), true)
})

test('learners’ answers are no quorum for a read', () => {
  const script = new RaftScript({ voters: ['a', 'b', 'c'], learners: ['d'] }).elect('a').pass(2)
  script.read('a', 1)
  const [beat] = script.waiting('heartbeat', 'd')
  assert.ok(beat)
  assert.deepEqual(answered(script.hear('a', 'd', { kind: 'heartbeat-reply', term: 1, round: beat.round })), [])
})

test('a group of one reads at once; a follower never', () => {
  const alone = new RaftScript({ voters: ['a'] }).elect('a')
  const { effects, ok } = alone.core('a').read(4)
  assert.deepEqual([ok, answered(effects)], [true, [[4, 1]]])
  assert.equal(led().read('b', 1), false)
})

test('reads are lost with the leadership, each of them once', () => {
  const ways: ((script: RaftScript) => readonly RaftEffect[])[] = [
    (script) => script.resumed('a'),
    (script) => script.isolate('a').tick('a', 2 * electionMin),
    (script) => script.hear('a', 'b', { kind: 'vote-reply', term: 5, granted: false }),
  ]
  for (const lose of ways) {
    const script = led()
    script.read('a', 1)
    script.read('a', 2)
    const lost = lose(script).filter((effect) => effect.do === 'read-lost')
    assert.deepEqual(
      lost.map(({ id }) => id),
      [1, 2],
    )
    assert.deepEqual(answered(script.hear('a', 'b', { kind: 'heartbeat-reply', term: 1, round: 99 })), [])
  }
})
