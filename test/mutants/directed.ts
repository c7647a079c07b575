import assert from 'node:assert/strict'
import type { RaftMessage } from '../../src/raft/index.ts'
import { Bench, entriesOf, group, memberId } from './bench.ts'

/*
 * What random lives do not see: faults that cost a group its leader or its time, and orders of events that are too
 * rare. Each holds for the core as it is, and fails for the mutants that name it.
 */

/** Three voters, settled under `a`, and a learner when named. */
function settled(learners = ''): Bench {
  const bench = new Bench(group('abc', learners))
  bench.elect('a')
  bench.deliver()
  bench.tick(`abc${learners}`, 20)
  assert.equal(bench.core('c').status.leader, 'a')
  return bench
}

const leadersAre = (bench: Bench, leaders: readonly string[], term: number): void => {
  assert.deepEqual(bench.leaders, leaders)
  assert.equal(bench.core(leaders[0] ?? 'a').status.term, term)
}

const repliesTo = (bench: Bench, name: string): readonly RaftMessage[] =>
  bench.sent.filter(({ to }) => to === name).map(({ message }) => message)

const asksForVote = { kind: 'vote', term: 1, lastIndex: 0, lastTerm: 0, transfer: false } as const

const votesSent = (bench: Bench): readonly string[] =>
  bench.sent.flatMap(({ message, to }) => (message.kind === 'vote-reply' && message.granted ? [to] : []))

export const scenarios: Readonly<Record<string, () => void>> = {
  'a vote outlives a crash': () => {
    const bench = new Bench(group('abc'))
    bench.arrive('a', 'b', asksForVote)
    bench.restart('b')
    bench.arrive('c', 'b', asksForVote)
    assert.deepEqual(votesSent(bench), ['a'])
  },

  'a vote leaves when it is on the disk': () => {
    const bench = new Bench(group('abc'))
    bench.stalled.add('b')
    bench.arrive('a', 'b', asksForVote)
    assert.deepEqual(votesSent(bench), [])
    bench.sync('b')
    assert.deepEqual(votesSent(bench), ['a'])
  },

  'a vote for itself counts when it is on the disk': () => {
    const bench = new Bench(group('a'))
    bench.stalled.add('a')
    bench.tick('a', 500, () => bench.core('a').status.term > 0)
    assert.equal(bench.core('a').status.role, 'candidate')
    bench.sync('a')
    assert.equal(bench.core('a').status.role, 'leader')
  },

  'the write of an entry that was replaced meanwhile is not the write of the new one': () => {
    const bench = new Bench(group('abc'))
    bench.arrive('a', 'b', { kind: 'heartbeat', term: 1, commit: 0, round: 0 })
    bench.stalled.add('b')
    const append = { kind: 'append', prevIndex: 0, prevTerm: 0 } as const
    bench.arrive('a', 'b', { ...append, term: 1, entries: entriesOf(1, 1), commit: 0 })
    bench.arrive('c', 'b', { ...append, term: 2, entries: entriesOf(1, 2), commit: 0 })
    // The first entry comes back: until its second write is done, a crash may leave the other one.
    bench.arrive('a', 'b', { ...append, term: 3, entries: entriesOf(1, 1), commit: 1 })
    bench.sync('b', 1)
    assert.equal(bench.core('b').log.applied, 0)
    bench.sync('b')
    assert.equal(bench.core('b').log.applied, 1)
  },

  'a snapshot that does not follow from the log replaces it': () => {
    const config = group('abc')
    const bench = new Bench(config, { b: { term: 1, entries: entriesOf(1, 1, 1, 1, 1) } })
    const where = { index: 2, snapshotTerm: 2, config, offset: 0, chunk: 'x', done: true } as const
    bench.arrive('a', 'b', { kind: 'snapshot', term: 2, ...where })
    assert.equal(bench.core('b').status.last, 2)
  },

  'a member that does not hear the leader deposes nobody': () => {
    const bench = settled()
    bench.cut('a', 'c')
    bench.tick('abc', 500)
    leadersAre(bench, ['a'], 1)
    assert.equal(bench.core('b').status.term, 1)
  },

  'a vote of an older term elects nobody': () => {
    const bench = new Bench(group('abc'))
    for (const other of ['b', 'c']) bench.cut(other, 'a')
    bench.tick('a', 500, () => bench.core('a').status.role === 'pre-candidate')
    const reply = { kind: 'pre-vote-reply', term: 0, proposed: 1, granted: true } as const
    bench.arrive('b', 'a', reply)
    assert.equal(bench.core('a').status.role, 'candidate')
    bench.arrive('b', 'a', { kind: 'vote-reply', term: 0, granted: true })
    assert.equal(bench.core('a').status.role, 'candidate')
    bench.arrive('b', 'a', { kind: 'vote-reply', term: 1, granted: true })
    assert.equal(bench.core('a').status.role, 'leader')
  },

  'a learner never stands for election': () => {
    const bench = new Bench(group('abc', 'd'))
    bench.tick('d', 500)
    assert.equal(bench.core('d').status.role, 'follower')
    assert.deepEqual(bench.sent, [])
  },

  'a snapshot holds the configuration of its index, not a newer one': () => {
    const bench = settled('d')
    assert.notEqual(bench.change('a', 'bcd', 'a'), null)
    bench.perform('a', bench.core('a').compact('x'))
    assert.deepEqual(bench.core('a').log.snapshot.config, group('abc', 'd'))
  },

  'who lacks entries raises no term': () => {
    const bench = settled()
    bench.isolate('c')
    bench.propose('a', 'x')
    bench.deliver()
    bench.heal()
    bench.isolate('a')
    // b would grant it now, but for the log.
    bench.perform('b', bench.core('b').peerLost(memberId('a'), 0))
    bench.tick('c', 500)
    assert.equal(bench.core('c').status.term, 1)
  },

  'a leader grants no pre-vote': () => {
    const bench = settled()
    const { last: lastIndex, lastTerm } = bench.core('a').log
    bench.arrive('b', 'a', { kind: 'pre-vote', term: 2, lastIndex, lastTerm })
    const reply = repliesTo(bench, 'b').findLast(({ kind }) => kind === 'pre-vote-reply')
    assert.equal(reply?.kind === 'pre-vote-reply' && reply.granted, false)
  },

  'a closed connection to the leader elects another at once': () => {
    const bench = settled()
    bench.isolate('a')
    for (const [rank, name] of ['b', 'c'].entries())
      bench.perform(name, bench.core(name).peerLost(memberId('a'), rank))
    // c has no time of its own: it must grant the vote because its connection is closed too.
    bench.tick('b', 4)
    assert.deepEqual(bench.leaders, ['a', 'b'])
  },

  'a leader that slept leads no more': () => {
    const bench = settled()
    bench.perform('a', bench.core('a').resumed())
    assert.deepEqual(bench.leaders, [])
  },

  'a new leader commits what it found, without a proposal': () => {
    const entries = entriesOf(1, 1, 1)
    const bench = new Bench(group('abc'), { a: { term: 1, entries }, b: { term: 1, entries } })
    bench.elect('a')
    bench.tick('abc', 20)
    assert.equal(bench.core('c').status.commit, 3)
  },

  'entries of an older term are committed with one of the own, not before (figure 8)': () => {
    // More than one append holds, so that the old entries are on a majority before the new one is.
    const old = entriesOf(2, ...Array.from({ length: 100 }, () => 2))
    const first = entriesOf(1, 1)
    const bench = new Bench(group('abcde'), {
      a: { term: 3, entries: [...first, ...old] },
      b: { term: 2, entries: [...first, ...old] },
      c: { term: 1, entries: first },
      d: { term: 1, entries: first },
      // It can still be elected by c and d, and then replaces the old entries.
      e: { term: 3, entries: [...first, ...entriesOf(2, 3)] },
    })
    bench.elect('a')
    bench.cut('a', 'd')
    bench.cut('a', 'e')
    const leader = bench.core('a')
    bench.deliver(() => leader.status.commit > 0)
    assert.equal(leader.log.termAt(leader.status.commit), leader.status.term)
  },

  'an acknowledgement of an older term counts for nothing': () => {
    const bench = new Bench(group('abc'), { a: { term: 1 } })
    bench.elect('a')
    bench.arrive('b', 'a', { kind: 'append-reply', term: 1, ok: true, index: 1, hintIndex: 0, hintTerm: 0 })
    assert.equal(bench.core('a').status.commit, 0)
  },

  'a configuration goes with its entry': () => {
    const config = group('abc')
    const changed = { ...group('a', 'bc'), outgoing: config.voters }
    const bench = new Bench(config, {
      b: { term: 1, entries: [{ index: 1, term: 1, body: { kind: 'config', config: changed } }] },
    })
    bench.arrive('c', 'b', {
      kind: 'append',
      term: 2,
      prevIndex: 0,
      prevTerm: 0,
      entries: entriesOf(1, 2),
      commit: 0,
    })
    assert.deepEqual(bench.core('b').log.config, config)
  },

  'while joint, both sets commit': () => {
    for (const apart of ['def', 'bc']) {
      const bench = new Bench(group('abc', 'def'))
      bench.elect('a')
      bench.tick('abcdef', 20)
      const before = bench.core('a').status.commit
      for (const name of apart) bench.isolate(name)
      assert.notEqual(bench.change('a', 'def', 'abc'), null)
      bench.deliver()
      assert.equal(bench.core('a').status.commit, before, `without ${apart}`)
    }
  },

  'while joint, both sets elect': () => {
    const config = { ...group('def'), outgoing: group('abc').voters }
    for (const [candidate, apart] of [
      ['a', 'def'],
      ['d', 'abc'],
    ] as const) {
      const bench = new Bench({ ...config, learners: group('abc').voters })
      for (const name of apart) bench.isolate(name)
      bench.tick(candidate, 500)
      assert.deepEqual(bench.leaders, [], `without ${apart}`)
    }
  },

  'an append says nothing of what stands after it': () => {
    const bench = new Bench(group('abc'), { b: { term: 1, entries: entriesOf(1, 1, 1, 1) } })
    bench.arrive('a', 'b', { kind: 'append', term: 3, prevIndex: 1, prevTerm: 1, entries: [], commit: 3 })
    const reply = repliesTo(bench, 'a').at(-1)
    assert.equal(reply?.kind === 'append-reply' && reply.ok && reply.index, 1)
    assert.equal(bench.core('b').status.commit, 1)
  },

  'a snapshot in parts arrives as it was': () => {
    const data = Array.from({ length: 40_000 }, (_, at) => `${at}`).join(' ')
    const config = group('abc')
    const found = { term: 1, snapshot: { index: 5, term: 1, config, data } }
    const bench = new Bench(config, { a: found, b: found })
    bench.elect('a')
    // Every part arrives twice.
    for (let flight = bench.flights.shift(); flight; flight = bench.flights.shift()) {
      bench.receive(flight)
      if (flight.message.kind === 'snapshot') bench.receive(flight)
    }
    assert.ok(bench.core('c').log.snapshot.data === data)
  },

  'a leader that hears nobody stops': () => {
    const bench = settled()
    bench.cut('b', 'a')
    bench.cut('c', 'a')
    bench.tick('abc', 500)
    assert.equal(bench.core('a').status.role === 'leader', false)
    assert.equal(bench.leaders.length, 1)
  },

  'a leader whose disk hangs stops': () => {
    const bench = settled()
    bench.stalled.add('a')
    bench.propose('a', 'x')
    bench.tick('abc', 500)
    assert.equal(bench.core('a').status.role === 'leader', false)
    assert.equal(bench.leaders.length, 1)
  },

  'a transfer waits until the target has everything': () => {
    const bench = settled()
    bench.cut('a', 'c')
    bench.propose('a', 'x')
    bench.deliver()
    bench.heal()
    bench.transfer('a', 'c')
    assert.equal(bench.propose('a', 'y'), null, 'no proposals during a transfer')
    bench.deliver()
    leadersAre(bench, ['c'], 2)
  },

  'a transfer to a dead member is given up': () => {
    const bench = settled()
    bench.isolate('c')
    bench.transfer('a', 'c')
    bench.tick('ab', 200)
    assert.notEqual(bench.propose('a', 'x'), null)
  },

  'a read is answered by a majority that was asked after it': () => {
    const bench = settled()
    bench.tick('a', 100, () => bench.flights.length > 0)
    const asked = bench.flights.splice(0)
    assert.equal(asked[0]?.message.kind, 'heartbeat')
    assert.ok(bench.read('a', 1))
    const after = bench.flights.splice(0)
    // The heartbeats from before the read, and their answers.
    bench.flights = asked
    bench.deliver()
    assert.deepEqual(bench.reads, [])
    bench.flights = after
    bench.deliver()
    assert.deepEqual(bench.reads, [{ member: 'a', id: 1, index: bench.core('a').status.commit }])
  },

  'a read of a leader that is none any more is lost, not forgotten': () => {
    const bench = settled()
    bench.isolate('a')
    assert.ok(bench.read('a', 1))
    bench.tick('abc', 300)
    assert.deepEqual([bench.reads, bench.readsLost], [[], [1]])
  },

  'a new leader reads nothing before it knows what is committed': () => {
    const bench = new Bench(group('abc'))
    bench.elect('a')
    assert.equal(bench.read('a', 1), false)
    bench.deliver()
    assert.equal(bench.read('a', 2), true)
  },

  'a silent member is not flooded': () => {
    const bench = settled()
    bench.isolate('c')
    const before = bench.sent.length
    for (let count = 0; count < 100; count++) {
      bench.propose('a', `x${count}`)
      bench.deliver()
    }
    const toSilent = bench.sent.slice(before).filter(({ message, to }) => to === 'c' && message.kind === 'append')
    assert.ok(toSilent.length <= 8, `${toSilent.length} appends`)
  },

  'a change waits for an entry of the term and for the change before it': () => {
    const bench = new Bench(group('abc', 'de'))
    bench.elect('a')
    // Nobody is added: none of them has to catch up first.
    assert.equal(bench.change('a', 'a', 'bcde'), null, 'before an entry of the term is committed')
    bench.deliver()
    bench.tick('abcde', 20)
    assert.notEqual(bench.change('a', 'abd', 'ce'), null)
    assert.equal(bench.change('a', 'abc', 'de'), null, 'while joint')
    const { log } = bench.core('a')
    bench.deliver(() => log.config.outgoing.length === 0)
    assert.ok(log.configIndex > log.commit)
    assert.equal(bench.change('a', 'abc', 'de'), null, 'while the last one is not committed')
    bench.deliver()
    assert.notEqual(bench.change('a', 'abc', 'de'), null)
  },

  'only who is caught up becomes a voter': () => {
    const bench = settled('d')
    bench.isolate('d')
    for (let count = 0; count < 30; count++) {
      bench.propose('a', `x${count}`)
      bench.deliver()
    }
    assert.equal(bench.change('a', 'abd', 'c'), null)
    bench.heal()
    bench.tick('abcd', 50)
    assert.notEqual(bench.change('a', 'abd', 'c'), null)
  },

  'a leader outside of the new set hands over, and stays a learner': () => {
    const bench = settled('d')
    assert.notEqual(bench.change('a', 'bcd', 'a'), null)
    // No time-out runs out: only a has time.
    bench.deliver()
    leadersAre(bench, ['b'], 2)
    assert.deepEqual(bench.core('b').log.config, group('bcd', 'a'))
    const index = bench.propose('b', 'x')
    bench.tick('abcd', 20)
    assert.equal(bench.core('a').status.commit, index)
  },

  'a leader that goes says so until it is heard': () => {
    const bench = settled('d')
    assert.notEqual(bench.change('a', 'bcd', 'a'), null)
    do bench.flights = bench.flights.filter(({ message }) => message.kind !== 'timeout-now')
    while (bench.step())
    leadersAre(bench, ['a'], 1)
    bench.tick('a', 20)
    leadersAre(bench, ['b'], 2)
  },

  'a leader that finds no successor stops': () => {
    const bench = settled('d')
    assert.notEqual(bench.change('a', 'bcd', 'a'), null)
    bench.deliver(() => bench.flights.some(({ message }) => message.kind === 'timeout-now'))
    bench.isolate('b')
    bench.flights = bench.flights.filter(({ to }) => to !== 'b')
    bench.tick('acd', 80)
    assert.deepEqual(bench.leaders, [])
  },

  'a leader that goes hands over to who has everything': () => {
    const bench = settled('d')
    bench.cut('a', 'b')
    assert.notEqual(bench.change('a', 'bcd', 'a'), null)
    bench.deliver()
    bench.heal()
    leadersAre(bench, ['c'], 2)
  },
}
