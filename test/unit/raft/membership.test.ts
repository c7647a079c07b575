import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BrokenInvariant } from '../../../src/base/assert.ts'
import { isJoint } from '../../../src/raft/config.ts'
import type { RaftMessage } from '../../../src/raft/index.ts'
import { memberId, RaftScript, scriptTiming } from '../../support/raft-script.ts'

/* The thesis on members (§4): learners, joint configurations, who may campaign and who must go (R14). */

const { electionMin, heartbeat } = scriptTiming

const led = (voters: readonly string[], learners: readonly string[] = []): RaftScript =>
  new RaftScript({ voters, learners }).elect('a').pass(4)

const reply = (index: number): RaftMessage => ({
  kind: 'append-reply',
  term: 1,
  ok: true,
  index,
  hintIndex: 0,
  hintTerm: 0,
})

const config = (script: RaftScript, name: string) => script.core(name).log.config

// --- learners

test('learners hold the log, and do not count for a commit', () => {
  const script = led(['a', 'b', 'c'], ['d', 'e'])
  script.isolate('b', 'c')
  script.propose('a', 'x')
  script.deliver()
  assert.deepEqual([script.core('d').status.last, script.core('e').status.last], [2, 2])
  assert.equal(script.core('a').status.commit, 1, 'three of five hold it, one of three voters')
})

test('learners answer votes and pre-votes: they may have been promoted without knowing it (R14 i)', () => {
  const script = new RaftScript({ voters: ['a', 'b', 'c'], learners: ['d'] })
  script.hear('d', 'a', { kind: 'pre-vote', term: 1, lastIndex: 0, lastTerm: 0 })
  script.hear('d', 'a', { kind: 'vote', term: 1, lastIndex: 0, lastTerm: 0, transfer: false })
  assert.deepEqual(
    script.flights.map(({ message }) => 'granted' in message && message.granted),
    [true, true],
  )
})

test('a learner that was promoted and does not know it elects the leader that the group needs', () => {
  // The change is on the disk of a alone, and b is gone: the old set needs a and c, the new one a and d.
  const script = led(['a', 'b', 'c'], ['d'])
  script.change('a', ['a', 'b', 'd'])
  script.lose().crash('b').crash('a').restart('a')
  assert.deepEqual(config(script, 'd').learners, ['d'])
  script.elect('a').pass(4)
  assert.equal(script.core('a').status.role, 'leader')
  assert.deepEqual(config(script, 'd').voters, ['a', 'b', 'd'])
})

test('the votes of learners are not counted', () => {
  const script = new RaftScript({ voters: ['a', 'b', 'c'], learners: ['d', 'e'] }).campaign('a')
  for (const name of ['d', 'e'])
    script.hear('a', name, { kind: 'pre-vote-reply', term: 0, proposed: 1, granted: true })
  assert.equal(script.core('a').status.role, 'pre-candidate')
})

test('a learner does not campaign, and does not keep others from electing when its leader is gone', () => {
  const script = led(['a', 'b', 'c'], ['d']).crash('a')
  for (let ticks = 0; ticks < 100; ticks++) assert.ok(script.tick('d').every((effect) => effect.do !== 'send'))
  assert.equal(script.core('d').status.leader, null)
})

// --- joint configurations

test('a change is in force when it is appended (R14 a), and left by itself once it is committed (R14 j)', () => {
  const script = led(['a', 'b', 'c'], ['d'])
  script.change('a', ['a', 'b', 'd'])
  assert.ok(isJoint(config(script, 'a')))
  script.deliverOnce(({ to }) => to === 'c')
  assert.ok(isJoint(config(script, 'c')), 'not committed, and in force')
  script.deliver()
  assert.deepEqual([config(script, 'a').voters, config(script, 'a').outgoing], [['a', 'b', 'd'], []])
})

test('a commit needs a majority of the old set and one of the new', () => {
  const joint = (): RaftScript => {
    const script = led(['a', 'b', 'c'], ['d', 'e'])
    script.change('a', ['a', 'd', 'e'])
    script.lose()
    return script
  }
  const onlyOld = joint()
  for (const name of ['b', 'c']) onlyOld.hear('a', name, reply(2))
  assert.equal(onlyOld.core('a').status.commit, 1)
  const onlyNew = joint()
  for (const name of ['d', 'e']) onlyNew.hear('a', name, reply(2))
  assert.equal(onlyNew.core('a').status.commit, 1)
  const both = joint()
  for (const name of ['b', 'd']) both.hear('a', name, reply(2))
  assert.equal(both.core('a').status.commit, 2)
})

test('an election needs a majority of the old set and one of the new', () => {
  const joint = (): RaftScript => {
    const script = led(['a', 'b', 'c'], ['d', 'e'])
    script.change('a', ['a', 'd', 'e'])
    script.deliverOnce()
    return script.lose().crash('a')
  }
  assert.equal(joint().crash('b').crash('c').elect('d').core('d').status.role, 'pre-candidate', 'no old majority')
  assert.equal(joint().crash('d').crash('e').elect('b').core('b').status.role, 'pre-candidate', 'no new majority')
  assert.equal(joint().elect('d').core('d').status.role, 'leader')
})

test('so do a read and the check of the quorum', () => {
  const script = led(['a', 'b', 'c'], ['d', 'e'])
  script.change('a', ['a', 'd', 'e'])
  script.lose()
  script.isolate('d', 'e').read('a', 1)
  script.deliver(({ message }) => message.kind.startsWith('heartbeat'))
  script.pass(22)
  assert.notEqual(script.core('a').status.role, 'leader', 'b and c alone are no quorum any more')
  assert.match(script.transcript, /a cannot answer read 1/)
})

test('one change at a time (R14 b)', () => {
  const script = led(['a', 'b', 'c'], ['d'])
  assert.ok(script.change('a', ['a', 'b', 'd']))
  assert.equal(script.change('a', ['a', 'b', 'c']), null, 'while joint')
  script.deliver()
  assert.ok(script.change('a', ['a', 'b', 'd'], ['c']), 'after')
})

test('the leave of the one before must be committed too', () => {
  const script = led(['a', 'b', 'c'], ['d'])
  script.change('a', ['a', 'b', 'd'])
  script.lose()
  for (const name of ['b', 'd']) script.hear('a', name, reply(2))
  assert.deepEqual(config(script, 'a').outgoing, [], 'left here')
  script.lose()
  assert.equal(script.change('a', ['a', 'b', 'd'], ['c']), null)
})

test('no change before an entry of the own term is committed (R14 c)', () => {
  const script = new RaftScript({ voters: ['a', 'b', 'c'] }).campaign('a')
  script.deliver(({ message }) => message.kind.includes('vote'))
  assert.equal(script.change('a', ['a']), null)
  script.deliver()
  assert.ok(script.change('a', ['a']))
})

test('who is far behind does not become a voter (R14 d); who holds nothing at all even less', () => {
  const script = led(['a', 'b', 'c'], ['d']).isolate('d')
  for (let entry = 0; entry < 17; entry++) script.propose('a', `x${entry}`)
  script.deliver()
  assert.equal(script.change('a', ['a', 'b', 'd']), null, '17 entries behind')
  assert.equal(script.change('a', ['a', 'b', 'z']), null, 'nobody knows z')
  script.heal().pass(4)
  assert.ok(script.change('a', ['a', 'b', 'd']))
})

test('who was silent since the last check does not become a voter, however short its way', () => {
  const script = led(['a', 'b', 'c'], ['d']).isolate('d').pass(25)
  assert.equal(script.change('a', ['a', 'b', 'd']), null)
})

test('an even number of voters is nobody’s wish (R14 e)', () => {
  const script = led(['a', 'b', 'c'], ['d'])
  assert.throws(() => script.change('a', ['a', 'b', 'c', 'd']), BrokenInvariant)
})

test('only the leader changes the group', () => {
  assert.equal(led(['a', 'b', 'c']).change('b', ['b']), null)
})

test('a change that another leader overwrites is taken back (R14 a)', () => {
  const script = led(['a', 'b', 'c'], ['d'])
  script.isolate('a', 'd').change('a', ['a', 'b', 'd'])
  script.deliver()
  assert.ok(isJoint(config(script, 'd')))
  for (const name of ['b', 'c']) script.peerLost(name, 'a')
  script.elect('b').heal().pass(6)
  for (const name of ['a', 'b', 'c', 'd']) assert.deepEqual(config(script, name).voters, ['a', 'b', 'c'], name)
})

// --- leaving

/** b and d have the new set; c, and who leads without belonging to it, do not know whether that is enough. */
const leaving = (): RaftScript => {
  const script = led(['a', 'b', 'c'], ['d'])
  script.change('a', ['b', 'c', 'd'])
  script.lose()
  for (const name of ['b', 'c']) script.hear('a', name, reply(2))
  return script.lose()
}

test('a leader that is not in the new set leads until that is committed, does not count, and hands over (R14 f)', () => {
  const script = leaving()
  assert.equal(script.core('a').status.role, 'leader', 'the new set is in force, and not committed')
  script.hear('a', 'b', reply(3))
  assert.equal(script.core('a').status.commit, 2, 'a and b are no majority of b, c, d')
  assert.deepEqual(script.waiting('timeout-now'), [])
  script.hear('a', 'c', reply(3))
  assert.equal(script.core('a').status.commit, 3)
  assert.deepEqual([script.waiting('timeout-now', 'b').length, script.waiting('timeout-now').length], [1, 1])
  assert.equal(script.propose('a', 'x'), null, 'it leads for nothing else any more')
})

test('it hands over to who holds most of the log', () => {
  const script = leaving()
  script.propose('a', 'x')
  script.lose()
  script.hear('a', 'd', reply(4))
  script.hear('a', 'c', reply(3))
  assert.deepEqual([script.waiting('timeout-now', 'd').length, script.waiting('timeout-now').length], [1, 1])
})

test('the word to stand is said again when it was lost', () => {
  const script = led(['a', 'b', 'c'], ['d'])
  script.change('a', ['b', 'c', 'd'])
  script.deliver(({ message }) => message.kind !== 'timeout-now').lose()
  assert.equal(script.core('a').status.role, 'leader')
  script.pass(heartbeat)
  assert.equal(script.core('b').status.role, 'leader')
})

test('it stops when nobody takes over within the time of an election', () => {
  const script = leaving()
  for (const name of ['b', 'c']) script.hear('a', name, reply(3))
  script
    .lose()
    .isolate('b')
    .pass(electionMin - 1)
  assert.equal(script.core('a').status.role, 'leader')
  script.pass(1)
  assert.equal(script.core('a').status.role, 'follower')
})

test('who is not in the group does not campaign, and disturbs nobody', () => {
  const script = led(['a', 'b', 'c'], ['d'])
  script.change('a', ['b', 'c', 'd'])
  script.deliver().pass(2)
  const { term } = script.core('a').status
  script.tick('a', 200)
  assert.deepEqual(script.flights, [])
  assert.equal(script.core('a').status.term, term)
})

test('a removed member that does not know it is told no (R15 ends it)', () => {
  const script = led(['a', 'b', 'c'], ['d']).isolate('c')
  script.change('a', ['a', 'b', 'd'])
  script.deliver().heal().pass(2).campaign('c').deliver()
  assert.equal(script.core('a').status.role, 'leader')
  assert.equal(script.core('c').status.term, 1)
})

test('a removed voter campaigns while its removal may not be committed: it may be the only one who can win', () => {
  const script = led(['a', 'b', 'c'], ['d']).crash('c')
  script.change('a', ['b', 'c', 'd'])
  script.deliverOnce()
  script.deliverOnce(({ to }) => to === 'a')
  // The leave is on the disk of a alone, which does not belong to it; with c away no old majority is without a.
  script.lose().crash('a').restart('a').elect('b')
  assert.equal(script.core('b').status.role, 'pre-candidate', 'the log of a is longer')
  script.elect('a')
  assert.match(script.transcript, /a leads term 2/)
  script.pass(2)
  assert.equal(script.core('a').status.role, 'follower', 'it led to the end of the change, and not further')
  for (const name of ['b', 'd'])
    assert.deepEqual([config(script, name).voters, config(script, name).outgoing], [['b', 'c', 'd'], []])
})

test('a demoted voter goes on as a learner', () => {
  const script = led(['a', 'b', 'c', 'd', 'e'])
  script.change('a', ['a', 'b', 'c'], ['d', 'e'])
  assert.deepEqual(config(script, 'a').learnersNext, ['d', 'e'])
  script.deliver().pass(2)
  assert.deepEqual(config(script, 'a').learners, ['d', 'e'])
  script.propose('a', 'x')
  script.deliver()
  assert.equal(script.core('e').status.last, script.core('a').status.last)
})

test('one becomes three, and three become one', () => {
  const script = new RaftScript({ voters: ['a'], learners: ['b', 'c'] }).elect('a').pass(2)
  script.change('a', ['a', 'b', 'c'])
  script.deliver().pass(2)
  for (const name of script.names) assert.deepEqual(config(script, name).voters, ['a', 'b', 'c'])
  script.change('a', ['b'])
  script.deliver().pass(40)
  assert.equal(script.core('b').status.role, 'leader')
  assert.deepEqual(config(script, 'b').voters, [memberId('b')])
})
