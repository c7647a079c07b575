import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../../src/base/index.ts'
import { Raft, type RaftEffect, timings } from '../../../src/raft/index.ts'
import { entriesOf, groupOf, memberId, RaftScript, scriptTiming } from '../../support/raft-script.ts'

/* The Raft paper (Ongaro & Ousterhout 2014), §5.1 to §5.4: a sentence of it per test. The thesis is in thesis.test.ts. */

const three = (): RaftScript => new RaftScript({ voters: ['a', 'b', 'c'] })
const led = (): RaftScript => three().elect('a').pass(2)

const sends = (effects: readonly RaftEffect[], kind?: string) =>
  effects
    .filter((effect) => effect.do === 'send')
    .filter(({ message }) => kind === undefined || message.kind === kind)

/** What a candidate whose log ends so asks for. */
const vote = (term: number, lastIndex: number, lastTerm: number) =>
  ({ kind: 'vote', term, lastIndex, lastTerm, transfer: false }) as const

// --- §5.1 terms

test('a member begins as a follower, and asks for nothing before its timeout', () => {
  const script = three()
  assert.equal(script.core('a').status.role, 'follower')
  assert.deepEqual(script.tick('a', scriptTiming.electionMin - 1), [])
})

test('if one server’s current term is smaller than the other’s, it updates to the larger value', () => {
  for (const make of [three, () => three().campaign('a'), () => three().campaign('a').deliver(), led]) {
    const script = make()
    script.hear('a', 'b', { kind: 'vote-reply', term: 9, granted: false })
    const { role, term, vote: voted } = script.core('a').status
    assert.deepEqual({ role, term, voted }, { role: 'follower', term: 9, voted: null })
    assert.deepEqual(script.disk('a').hard, { term: 9, vote: null })
  }
})

test('a leader or candidate that discovers that its term is out of date becomes a follower', () => {
  const script = led()
  script.hear('a', 'b', { kind: 'append', term: 2, prevIndex: 1, prevTerm: 1, entries: [], commit: 1 })
  assert.deepEqual([script.core('a').status.role, script.core('a').status.leader], ['follower', 'b'])
})

test('a request with a stale term is rejected, and the stale leader learns the term from the reply', () => {
  const script = three()
  script.hear('b', 'c', vote(5, 0, 0))
  script.lose()
  for (const stale of [
    { kind: 'append', term: 2, prevIndex: 0, prevTerm: 0, entries: entriesOf([2]), commit: 1 },
    { kind: 'heartbeat', term: 2, commit: 0, round: 0 },
    {
      kind: 'snapshot',
      term: 2,
      index: 9,
      snapshotTerm: 2,
      config: groupOf(['a']),
      offset: 0,
      chunk: '',
      done: true,
    },
  ] as const) {
    const [reply] = sends(script.hear('b', 'a', stale))
    assert.equal(reply?.message.term, 5)
    assert.deepEqual([script.core('b').status.last, script.core('b').status.leader], [0, null])
  }
  const old = led()
  old.hear('a', 'b', { kind: 'append-reply', term: 5, ok: false, index: 0, hintIndex: 0, hintTerm: 0 })
  assert.deepEqual([old.core('a').status.role, old.core('a').status.term], ['follower', 5])
})

// --- §5.2 elections

test('leaders send periodic heartbeats to all followers', () => {
  const script = led()
  for (let beat = 0; beat < 3; beat++) {
    const effects = script.tick('a', scriptTiming.heartbeat)
    assert.deepEqual(
      sends(effects, 'heartbeat').map(({ to }) => to),
      ['b', 'c'],
    )
  }
})

test('a follower that hears its leader does not begin an election', () => {
  const script = led().pass(10 * scriptTiming.electionMax)
  assert.deepEqual(
    script.names.map((name) => script.core(name).status.term),
    [1, 1, 1],
  )
})

test('election timeouts are chosen randomly from a fixed interval', () => {
  const seen = new Set<number>()
  const { electionMax, electionMin } = timings.lan
  for (let seed = 0; seed < 300; seed++) {
    const raft = new Raft({
      self: memberId('a'),
      timing: timings.lan,
      random: seededRandom(seed),
      hard: { term: 0, vote: null },
      snapshot: { index: 0, term: 0, config: groupOf(['a', 'b']), data: '' },
      entries: [],
    })
    let ticks = 1
    while (raft.tick().length === 0) ticks += 1
    assert.ok(ticks >= electionMin && ticks < electionMax)
    seen.add(ticks)
  }
  assert.ok(seen.size >= electionMax - electionMin - 1, 'all of the interval is used')
})

test('a candidate wins with the votes of a majority, its own among them, and not with fewer', () => {
  for (const size of [1, 3, 5, 7]) {
    const voters = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].slice(0, size)
    const script = new RaftScript({ voters }).campaign('a')
    script.deliver(({ message }) => message.kind.startsWith('pre-vote')).lose()
    for (let votes = 1; votes <= size; votes++) {
      const { role } = script.core('a').status
      assert.equal(role === 'leader', votes * 2 > size, `${votes} of ${size}`)
      const next = voters[votes]
      if (role !== 'leader' && next) script.hear('a', next, { kind: 'vote-reply', term: 1, granted: true })
    }
  }
})

test('each server votes for at most one candidate in a given term, first come first served', () => {
  const script = three()
  const granted = (from: string, term: number) =>
    sends(script.hear('a', from, vote(term, 0, 0)), 'vote-reply').map(
      ({ message }) => message.kind === 'vote-reply' && message.granted,
    )
  assert.deepEqual(granted('b', 1), [true])
  assert.deepEqual(granted('c', 1), [false])
  assert.deepEqual(granted('b', 1), [true], 'the answer was lost: it is given again')
  assert.deepEqual(granted('c', 2), [true], 'a new term, a new vote')
})

test('who follows a leader of this term helps nobody else to lead it, though its vote is free', () => {
  const script = three()
  script.hear('a', 'b', { kind: 'heartbeat', term: 1, commit: 0, round: 0 })
  assert.equal(script.core('a').status.vote, null)
  script.lose().hear('a', 'c', vote(1, 0, 0))
  assert.deepEqual(
    script.waiting('vote-reply').map(({ granted }) => granted),
    [false],
  )
})

test('a candidate votes for itself, and for nobody else', () => {
  const script = three().campaign('a')
  script.deliver(({ message }) => message.kind.startsWith('pre-vote')).lose()
  script.hear('a', 'b', vote(1, 0, 0))
  assert.deepEqual(
    script.waiting('vote-reply').map(({ granted }) => granted),
    [false],
  )
  assert.equal(script.core('a').status.vote, 'a')
})

test('a candidate that hears a leader of its term recognizes it, and keeps its vote', () => {
  const script = three().campaign('a')
  script.deliver(({ message }) => message.kind.startsWith('pre-vote')).lose()
  script.hear('a', 'b', { kind: 'append', term: 1, prevIndex: 0, prevTerm: 0, entries: [], commit: 0 })
  const { leader, role, vote: voted } = script.core('a').status
  assert.deepEqual({ leader, role, voted }, { leader: 'b', role: 'follower', voted: 'a' })
})

test('a candidate that hears a leader of an earlier term stays one', () => {
  const script = three().campaign('a')
  script.deliver(({ message }) => message.kind.startsWith('pre-vote')).lose()
  script.hear('a', 'b', { kind: 'heartbeat', term: 0, commit: 0, round: 0 })
  assert.equal(script.core('a').status.role, 'candidate')
})

test('a step down in the same term does not clear the vote', () => {
  const refused = three().campaign('a')
  refused.deliver(({ message }) => message.kind.startsWith('pre-vote')).lose()
  for (const name of ['b', 'c']) refused.hear('a', name, { kind: 'vote-reply', term: 1, granted: false })
  const quorumLost = led().isolate('a')
  quorumLost.tick('a', 2 * scriptTiming.electionMin)
  const slept = led()
  slept.resumed('a')
  for (const script of [refused, quorumLost, slept]) {
    const { role, term, vote: voted } = script.core('a').status
    assert.deepEqual({ role, term, voted }, { role: 'follower', term: 1, voted: 'a' })
    assert.deepEqual(script.disk('a').hard, { term: 1, vote: 'a' })
    script.lose()
    script.heal().hear('a', 'b', vote(1, 9, 1))
    assert.ok(script.waiting('vote-reply').every(({ granted }) => !granted))
  }
})

test('a vote survives a restart', () => {
  const script = three()
  script.hear('a', 'b', vote(1, 0, 0))
  script
    .lose()
    .crash('a')
    .restart('a')
    .hear('a', 'c', vote(1, 0, 0))
  assert.deepEqual(
    script.waiting('vote-reply').map(({ granted }) => granted),
    [false],
  )
})

// --- §5.3 replication

test('the leader appends the command as a new entry, and sends it to all in parallel', () => {
  const script = led()
  assert.equal(script.propose('a', 'x'), 2)
  const sent = script.waiting('append')
  assert.equal(sent.length, 2)
  for (const { entries, prevIndex, prevTerm, term } of sent)
    assert.deepEqual([term, prevIndex, prevTerm, entries.map(({ index }) => index)], [1, 1, 1, [2]])
})

test('an entry is committed once a majority holds it, and then it is applied', () => {
  const script = new RaftScript({ voters: ['a', 'b', 'c', 'd', 'e'] }).elect('a').pass(2)
  script.propose('a', 'x')
  script.deliver(({ from, to }) => to === 'b' || from === 'b')
  assert.equal(script.core('a').status.commit, 1, 'two of five')
  script.deliver(({ from, to }) => to === 'c' || from === 'c')
  assert.equal(script.core('a').status.commit, 2, 'three of five')
})

test('followers learn of the commit with the next append, or with a heartbeat', () => {
  const script = led()
  script.propose('a', 'x')
  script.deliver()
  assert.equal(script.core('b').status.commit, 2)
  script.pass(scriptTiming.heartbeat)
  assert.equal(script.core('c').status.commit, 2)
})

test('a commit takes the entries of earlier leaders with it', () => {
  const logs = { a: [1, 2, 2], b: [1, 2, 2], c: [1] }
  const script = new RaftScript({ voters: ['a', 'b', 'c'], logs }).elect('a')
  assert.equal(script.core('a').status.commit, 4)
  script.pass(4)
  for (const name of script.names) assert.deepEqual(script.log(name), [1, 2, 2, 3])
})

test('a follower refuses entries if it does not find the one before them', () => {
  const script = new RaftScript({ voters: ['a', 'b', 'c'], logs: { b: [1, 1] } })
  for (const [prevIndex, prevTerm, ok] of [
    [0, 0, true],
    [1, 1, true],
    [2, 1, true],
    [2, 2, false],
    [1, 2, false],
    [3, 1, false],
  ] as const) {
    script.hear('b', 'a', { kind: 'append', term: 3, prevIndex, prevTerm, entries: [], commit: 0 })
    assert.deepEqual(
      script.waiting('append-reply').map((reply) => reply.ok),
      [ok],
      `${prevIndex} of term ${prevTerm}`,
    )
    script.lose()
  }
})

test('a conflicting entry goes, with all that follow it; one that fits already stays', () => {
  const append = (at: number, entries: readonly number[]) => {
    const script = new RaftScript({ voters: ['a', 'b', 'c'], logs: { b: [1, 2, 2, 2] } })
    const all = entriesOf([1, 2, 2, 2].slice(0, at).concat(entries))
    const prevTerm = all[at - 1]?.term ?? 0
    script.hear('b', 'a', { kind: 'append', term: 4, prevIndex: at, prevTerm, entries: all.slice(at), commit: 0 })
    return script.log('b')
  }
  assert.deepEqual(append(4, [4]), [1, 2, 2, 2, 4])
  assert.deepEqual(append(2, [4]), [1, 2, 4])
  assert.deepEqual(append(1, [2, 4]), [1, 2, 4])
  assert.deepEqual(append(0, [1, 2]), [1, 2, 2, 2], 'an old append shortens nothing')
  assert.deepEqual(append(0, [3]), [3])
})

test('commit moves no further than the last new entry', () => {
  // b holds two entries that the leader does not know: a commit of 3 says nothing about them.
  const script = new RaftScript({ voters: ['a', 'b', 'c'], logs: { b: [1, 2, 2] } })
  script.hear('b', 'a', { kind: 'append', term: 3, prevIndex: 1, prevTerm: 1, entries: [], commit: 3 })
  assert.equal(script.core('b').status.commit, 1)
  script.hear('b', 'a', { kind: 'append', term: 3, prevIndex: 0, prevTerm: 0, entries: entriesOf([1]), commit: 3 })
  assert.equal(script.core('b').status.commit, 1)
})

test('a leader never overwrites or deletes its own entries', () => {
  const script = new RaftScript({ voters: ['a', 'b', 'c'], logs: { a: [1, 2], b: [1, 1, 1, 1], c: [1] } })
  script.elect('a')
  assert.equal(script.core('a').status.role, 'leader')
  assert.deepEqual(script.log('a').slice(0, 2), [1, 2])
  // Whatever its followers say, its log only grows.
  for (const name of ['b', 'c'])
    script.hear('a', name, { kind: 'append-reply', term: 3, ok: false, index: 2, hintIndex: 0, hintTerm: 0 })
  script.propose('a', 'x')
  script.pass(4)
  assert.deepEqual(script.log('a'), [1, 2, 3, 3])
  for (const name of ['b', 'c']) assert.deepEqual(script.log(name), [1, 2, 3, 3])
})

test('the leader retries for ever, even after it has answered the client', () => {
  const script = led()
  script.propose('a', 'x')
  script.deliver(({ from, to }) => from !== 'c' && to !== 'c')
  assert.equal(script.core('a').status.commit, 2)
  for (let times = 0; times < 5; times++) {
    script.lose().tick('a', scriptTiming.heartbeat)
    script.lose(({ message, to }) => to !== 'c' || message.kind !== 'heartbeat').deliverOnce()
    script.deliverOnce(({ message }) => message.kind === 'heartbeat-reply')
    assert.equal(script.waiting('append', 'c').length, 1, 'an answered heartbeat brings another append')
  }
  script.deliver()
  assert.deepEqual(script.log('c'), script.log('a'))
})

test('a leader that commits nothing takes a bounded number of proposals', () => {
  const script = led().isolate('a')
  let taken = 0
  while (taken < 10_000 && script.core('a').propose(`x${taken}`, '').index !== null) taken += 1
  assert.equal(taken, 4096)
})

test('figure 7: each of the six followers alone gets the log of the leader', () => {
  const leader = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6]
  for (const follower of [
    [1, 1, 1, 4, 4, 5, 5, 6, 6],
    [1, 1, 1, 4],
    [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
    [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
    [1, 1, 1, 4, 4, 4, 4],
    [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
  ]) {
    const hard = { a: { term: 7, vote: null }, b: { term: 7, vote: null }, c: { term: 7, vote: null } }
    const logs = { a: leader, b: follower, c: leader }
    const script = new RaftScript({ voters: ['a', 'b', 'c'], logs, hard }).elect('a').pass(4)
    assert.deepEqual(script.log('b'), [...leader, 8], follower.join(' '))
    assert.equal(script.core('b').status.commit, 11)
  }
})

// --- §5.4 safety

test('a voter denies its vote if its own log is more up to date', () => {
  const grants = (own: readonly number[], lastIndex: number, lastTerm: number): boolean | undefined => {
    const script = new RaftScript({ voters: ['a', 'b', 'c'], logs: { b: own } })
    script.hear('b', 'a', vote(9, lastIndex, lastTerm))
    return script.waiting('vote-reply')[0]?.granted
  }
  assert.equal(grants([1, 1], 2, 1), true)
  assert.equal(grants([1, 1], 3, 1), true, 'longer')
  assert.equal(grants([1, 1], 1, 1), false, 'shorter')
  assert.equal(grants([1, 1], 1, 2), true, 'of a later term, though shorter')
  assert.equal(grants([1, 2], 9, 1), false, 'of an earlier term, though longer')
})

test('a vote that was denied is still free in that term', () => {
  const script = new RaftScript({ voters: ['a', 'b', 'c'], logs: { b: [1, 1] } })
  script.hear('b', 'a', vote(9, 0, 0))
  script.hear('b', 'c', vote(9, 2, 1))
  assert.deepEqual(
    script.waiting('vote-reply').map(({ granted }) => granted),
    [false, true],
  )
})

/** Figure 8 (c): a leads term 4, and entry 2 of term 2 is on a, b and c; e holds another one, of term 3. */
function figure8(): RaftScript {
  const script = new RaftScript({
    voters: ['a', 'b', 'c', 'd', 'e'],
    logs: { a: [1, 2], b: [1, 2], c: [1], d: [1], e: [1, 3] },
    hard: Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [name, { term: 3, vote: null }] as const)),
  })
  script
    .isolate('e')
    .campaign('a')
    .deliver(({ message }) => message.kind.includes('vote'))
  assert.deepEqual([script.core('a').status.role, script.core('a').status.term], ['leader', 4])
  script.lose()
  // What the leader sends is one entry short of its own: entry 2 without the new one behind it.
  const [, second] = script.disk('a').entries
  assert.ok(second)
  for (const name of ['b', 'c']) {
    script.hear(name, 'a', { kind: 'append', term: 4, prevIndex: 1, prevTerm: 1, entries: [second], commit: 0 })
    script.deliver(({ from, message }) => from === name && message.kind === 'append-reply').lose()
  }
  return script
}

test('figure 8: an entry of an older term is not committed by counting replicas', () => {
  const script = figure8()
  assert.deepEqual(
    [script.log('b'), script.log('c')],
    [
      [1, 2],
      [1, 2],
    ],
  )
  assert.equal(script.core('a').status.commit, 0, 'three of five have it, and it can still be lost')
})

test('figure 8 (d): it can: the next leader holds another one, and nobody has applied what is lost', () => {
  // The first question tells e of term 4, the second one is answered.
  const script = figure8().crash('a').heal().elect('e').elect('e').pass(4)
  assert.equal(script.core('e').status.role, 'leader')
  for (const name of ['b', 'c', 'd', 'e']) assert.deepEqual(script.log(name), [1, 3, 5])
  script.restart('a').pass(4)
  assert.deepEqual(script.log('a'), [1, 3, 5])
})

test('figure 8 (e): once an entry of its own term is on a majority, all before it is committed for good', () => {
  const script = figure8().pass(4)
  assert.equal(script.core('a').status.commit, 3)
  script.crash('a').heal().elect('e').elect('e')
  assert.notEqual(script.core('e').status.role, 'leader', 'its log is not up to date any more')
  script.elect('b').pass(4)
  for (const name of ['b', 'c', 'd', 'e']) assert.deepEqual(script.log(name).slice(0, 3), [1, 2, 4])
})
