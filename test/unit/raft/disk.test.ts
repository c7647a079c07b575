import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RaftEffect } from '../../../src/raft/index.ts'
import { entriesOf, RaftScript, scriptTiming } from '../../support/raft-script.ts'

/* What is on the disk before what is said, counted or applied (R2), and disks that hang (R5). */

const three = (): RaftScript => new RaftScript({ voters: ['a', 'b', 'c'] })
const led = (): RaftScript => three().elect('a').pass(2)
const { electionMin } = scriptTiming

const vote = (term: number) => ({ kind: 'vote', term, lastIndex: 0, lastTerm: 0, transfer: false }) as const

test('a vote is on the disk before it is sent', () => {
  const script = three().hang('a')
  script.hear('a', 'b', vote(1))
  assert.deepEqual(script.flights, [])
  script.flush('a', 1)
  assert.deepEqual(
    [script.disk('a').hard, script.flights],
    [{ term: 1, vote: null }, []],
    'the term alone is not enough',
  )
  script.flush('a')
  assert.deepEqual(script.disk('a').hard, { term: 1, vote: 'b' })
  assert.equal(script.waiting('vote-reply', 'b').length, 1)
})

test('a vote that did not reach the disk was never given: after a crash it is free', () => {
  const script = three().hang('a')
  script.hear('a', 'b', vote(1))
  script.flush('a', 1)
  script.crash('a').restart('a').hear('a', 'c', vote(1))
  assert.deepEqual(
    script.flights.map(({ message, to }) => [to, message.kind === 'vote-reply' && message.granted]),
    [['c', true]],
  )
})

test('a candidate asks for votes only when its own is on the disk, and counts it only then', () => {
  const script = three().hang('a').campaign('a')
  script.deliver()
  assert.deepEqual([script.core('a').status.role, script.flights], ['candidate', []])
  script.flush('a')
  assert.equal(script.waiting('vote').length, 2)
  const alone = new RaftScript({ voters: ['a'] }).hang('a').campaign('a')
  assert.equal(alone.core('a').status.role, 'candidate')
  alone.flush('a')
  assert.equal(alone.core('a').status.role, 'leader')
})

test('an earlier write that is done is not the vote', () => {
  const script = new RaftScript({ voters: ['a'] }).hang('a')
  script.hear('a', 'z', { kind: 'vote-reply', term: 3, granted: false })
  script.campaign('a')
  script.flush('a', 1)
  assert.equal(script.core('a').status.role, 'candidate', 'term 3 is on the disk, the vote of term 4 is not')
  script.flush('a')
  assert.equal(script.core('a').status.role, 'leader')
})

test('the term is on the disk before a later one is answered', () => {
  const script = three().hang('a')
  script.hear('a', 'b', { kind: 'append', term: 4, prevIndex: 7, prevTerm: 4, entries: [], commit: 0 })
  assert.deepEqual(script.flights, [])
  script.flush('a')
  assert.deepEqual([script.disk('a').hard.term, script.waiting('append-reply').length], [4, 1])
})

test('entries are on the disk before they are acknowledged', () => {
  const script = led().hang('b')
  script.propose('a', 'x')
  script.deliver()
  assert.equal(script.disk('b').entries.length, 1)
  assert.equal(script.waiting('append-reply').length, 0)
  script.flush('b')
  assert.equal(script.disk('b').entries.length, 2)
  assert.equal(script.waiting('append-reply')[0]?.index, 2)
})

test('a leader sends its entries while it writes them, and counts itself when they are written', () => {
  const script = led().hang('a').crash('c')
  script.propose('a', 'x')
  assert.equal(script.waiting('append', 'b').length, 1)
  script.deliver()
  assert.equal(script.core('a').status.commit, 1, 'b alone is no majority')
  script.flush('a')
  assert.equal(script.core('a').status.commit, 2)
})

test('what the others hold is committed, even if the leader does not hold it yet; it applies it later', () => {
  const script = led().hang('a')
  script.propose('a', 'x')
  script.deliver()
  assert.equal(script.core('a').status.commit, 2)
  const applied = (effects: readonly RaftEffect[]) => effects.filter((effect) => effect.do === 'apply')
  assert.deepEqual(applied(script.tick('a')), [])
  assert.equal(applied(script.flush('a')).length, 1)
})

test('a group of one commits nothing before its disk says so (etcd #14370)', () => {
  const script = new RaftScript({ voters: ['a'] }).elect('a').hang('a')
  script.propose('a', 'x')
  script.propose('a', 'y')
  script.tick('a', 3)
  assert.equal(script.core('a').status.commit, 1)
  script.flush('a', 1)
  assert.equal(script.core('a').status.commit, 2, 'the second write is still under way')
  script.flush('a')
  assert.equal(script.core('a').status.commit, 3)
})

test('a follower applies nothing before it is on its disk', () => {
  const script = three().hang('b')
  const entries = entriesOf([1, 1])
  const effects = script.hear('b', 'a', { kind: 'append', term: 1, prevIndex: 0, prevTerm: 0, entries, commit: 2 })
  assert.ok(effects.every((effect) => effect.do !== 'apply'))
  assert.deepEqual(
    script.flush('b').filter((effect) => effect.do === 'apply'),
    [{ do: 'apply', entries }],
  )
})

test('an entry that was replaced while it was written is not the durable one', () => {
  const script = three().hang('b')
  script.hear('b', 'a', { kind: 'append', term: 1, prevIndex: 0, prevTerm: 0, entries: entriesOf([1, 1]), commit: 0 })
  script.hear('b', 'c', { kind: 'append', term: 2, prevIndex: 0, prevTerm: 0, entries: entriesOf([2]), commit: 1 })
  // Two writes of the first term, then two of the second.
  for (const write of [1, 2, 3])
    assert.deepEqual(
      script.flush('b', 1).filter((effect) => effect.do === 'apply'),
      [],
      `write ${write}`,
    )
  assert.equal(script.flush('b', 1).filter((effect) => effect.do === 'apply').length, 1)
  assert.deepEqual(
    script.disk('b').entries.map(({ term }) => term),
    [2],
  )
})

test('writes are asked for in the order in which they happened, and numbered so', () => {
  const script = three().hang('b')
  const effects = [
    ...script.hear('b', 'a', vote(1)),
    ...script.hear('b', 'a', {
      kind: 'append',
      term: 1,
      prevIndex: 0,
      prevTerm: 0,
      entries: entriesOf([1]),
      commit: 0,
    }),
    ...script.hear('b', 'c', {
      kind: 'append',
      term: 3,
      prevIndex: 0,
      prevTerm: 0,
      entries: entriesOf([3]),
      commit: 0,
    }),
  ]
  const writes = effects.filter((effect) => effect.do === 'persist')
  assert.deepEqual(
    writes.map(({ id }) => id),
    [1, 2, 3, 4, 5],
  )
  assert.deepEqual(
    writes.map(({ entries, hard }) => hard ?? entries?.map(({ term }) => term)),
    [{ term: 1, vote: null }, { term: 1, vote: 'a' }, [1], { term: 3, vote: null }, [3]],
  )
})

test('each answer waits for its own write, and not for later ones', () => {
  const script = three().hang('b')
  script.hear('b', 'a', { kind: 'append', term: 1, prevIndex: 0, prevTerm: 0, entries: entriesOf([1]), commit: 0 })
  script.hear('b', 'a', {
    kind: 'append',
    term: 1,
    prevIndex: 1,
    prevTerm: 1,
    entries: entriesOf([1, 1]).slice(1),
    commit: 0,
  })
  script.flush('b', 2)
  assert.deepEqual(
    script.waiting('append-reply').map(({ index }) => index),
    [1],
  )
})

test('a crash between any two writes leaves a log that the group repairs', () => {
  for (let done = 0; done <= 4; done++) {
    const hard = { a: { term: 1, vote: null }, c: { term: 1, vote: null } }
    const script = new RaftScript({ voters: ['a', 'b', 'c'], logs: { b: [1, 1, 1] }, hard }).isolate('b').elect('a')
    for (const key of ['x', 'y']) {
      script.propose('a', key)
      script.deliver()
    }
    script.heal().hang('b').pass(4)
    script.flush('b', done)
    script.crash('b').restart('b').pass(6)
    assert.deepEqual(script.log('b'), script.log('a'), `${done} writes`)
  }
})

test('a leader whose disk hangs for as long as an election takes steps down (R5, etcd #13527)', () => {
  const script = led().hang('a')
  script.propose('a', 'x')
  script.pass(electionMin)
  assert.equal(script.core('a').status.role, 'leader', 'it may be slow for that long, and its heartbeats are not')
  script.pass(1)
  assert.equal(script.core('a').status.role, 'follower')
  // It asks to be elected again, and cannot stand: its vote does not reach the disk. The others elect.
  script.pass(60)
  assert.ok(['b', 'c'].some((name) => script.core(name).status.role === 'leader'))
})

test('a disk that is slow and moves on is no reason to step down', () => {
  const script = led().hang('a')
  for (let round = 0; round < 6; round++) {
    script.propose('a', `x${round}`)
    script.pass(electionMin - 2)
    script.flush('a', 1)
  }
  assert.equal(script.core('a').status.role, 'leader')
})

test('after a restart nothing is applied twice in a life, nor before it is known to be committed again', () => {
  const script = led()
  script.propose('a', 'x')
  script.deliver().crash('b').restart('b')
  assert.deepEqual([script.core('b').status.commit, script.core('b').status.last], [0, 2])
  script.pass(4)
  assert.equal(script.core('b').status.commit, 2)
})
