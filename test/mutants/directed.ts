import assert from 'node:assert/strict'
import { entriesOf, type Flight, groupOf, memberId, RaftScript } from '../support/raft-script.ts'

/*
 * What random lives do not see: faults that cost a group its leader or its time, and orders of events that are too
 * rare. Each holds for the core as it is, and fails for the mutants that name it.
 */

const names = (text: string): readonly string[] => text.split('')
const fresh = (learners = ''): RaftScript => new RaftScript({ voters: names('abc'), learners: names(learners) })

/** Three voters, settled under `a`, and learners when named. */
function settled(learners = ''): RaftScript {
  const script = fresh(learners).elect('a').pass(4)
  assert.equal(script.core('c').status.leader, 'a')
  return script
}

const isVote = ({ message }: Flight): boolean => message.kind.includes('vote')
const isNotTheWord = ({ message }: Flight): boolean => message.kind !== 'timeout-now'

/** Elected; nothing that it said as a leader has arrived. */
const justElected = (script: RaftScript, name = 'a'): RaftScript => {
  script.campaign(name).deliver(isVote)
  assert.equal(script.core(name).status.role, 'leader')
  return script
}

/** A message at a time. */
function stepUntil(script: RaftScript, holds: () => boolean): void {
  for (let [first] = script.flights; first && !holds(); [first] = script.flights) {
    const oldest = first
    script.deliver((flight) => flight === oldest)
  }
}

const leadersAre = (script: RaftScript, leaders: string, term: number): void => {
  assert.deepEqual(script.leaders, names(leaders))
  assert.equal(script.core(leaders[0] ?? 'a').status.term, term)
}

const asksForVote = { kind: 'vote', term: 1, lastIndex: 0, lastTerm: 0, transfer: false } as const

/** To whom votes are on their way. */
const votesFor = (script: RaftScript): readonly string[] =>
  script.flights.flatMap(({ message, to }) => (message.kind === 'vote-reply' && message.granted ? [to] : []))

export const scenarios: Readonly<Record<string, () => void>> = {
  'a vote outlives a crash': () => {
    const script = fresh()
    script.hear('b', 'a', asksForVote)
    script.restart('b').hear('b', 'c', asksForVote)
    assert.deepEqual(votesFor(script), ['a'])
  },

  'a vote leaves when it is on the disk': () => {
    const script = fresh().hang('b')
    script.hear('b', 'a', asksForVote)
    assert.deepEqual(votesFor(script), [])
    script.flush('b')
    assert.deepEqual(votesFor(script), ['a'])
  },

  'a vote for itself counts when it is on the disk': () => {
    const script = new RaftScript({ voters: ['a'] }).hang('a').campaign('a')
    assert.equal(script.core('a').status.role, 'candidate')
    script.flush('a', 1)
    assert.equal(script.core('a').status.role, 'leader')
  },

  'the write of an entry that was replaced meanwhile is not the write of the new one': () => {
    const script = fresh()
    script.hear('b', 'a', { kind: 'heartbeat', term: 1, commit: 0, round: 0 })
    script.hang('b')
    const append = { kind: 'append', prevIndex: 0, prevTerm: 0 } as const
    script.hear('b', 'a', { ...append, term: 1, entries: entriesOf([1]), commit: 0 })
    script.hear('b', 'c', { ...append, term: 2, entries: entriesOf([2]), commit: 0 })
    // The first entry comes back: until its second write is done, a crash may leave the other one.
    script.hear('b', 'a', { ...append, term: 3, entries: entriesOf([1]), commit: 1 })
    script.flush('b', 1)
    assert.equal(script.core('b').log.applied, 0)
    script.flush('b')
    assert.equal(script.core('b').log.applied, 1)
  },

  'a snapshot that does not follow from the log replaces it': () => {
    const script = new RaftScript({ voters: names('abc'), logs: { b: [1, 1, 1, 1] } })
    const where = { index: 2, snapshotTerm: 2, config: groupOf(names('abc')), offset: 0, chunk: 'x', done: true }
    script.hear('b', 'a', { kind: 'snapshot', term: 2, ...where })
    assert.equal(script.core('b').status.last, 2)
  },

  'a member that does not hear the leader deposes nobody': () => {
    const script = settled().mute('a', 'c').pass(100)
    leadersAre(script, 'a', 1)
    assert.equal(script.core('b').status.term, 1)
  },

  'a vote of an older term elects nobody': () => {
    const script = fresh().campaign('a').lose()
    script.hear('a', 'b', { kind: 'pre-vote-reply', term: 0, proposed: 1, granted: true })
    assert.equal(script.core('a').status.role, 'candidate')
    script.hear('a', 'b', { kind: 'vote-reply', term: 0, granted: true })
    assert.equal(script.core('a').status.role, 'candidate')
    script.hear('a', 'b', { kind: 'vote-reply', term: 1, granted: true })
    assert.equal(script.core('a').status.role, 'leader')
  },

  'a learner never stands for election': () => {
    const script = fresh('d')
    script.tick('d', 100)
    assert.equal(script.core('d').status.role, 'follower')
    assert.deepEqual(script.flights, [])
  },

  'a snapshot holds the configuration of its index, not a newer one': () => {
    const script = settled('d')
    assert.notEqual(script.change('a', names('bcd'), ['a']), null)
    script.compact('a', 'x')
    assert.deepEqual(script.core('a').log.snapshot.config, groupOf(names('abc'), ['d']))
  },

  'who lacks entries raises no term': () => {
    const script = settled().isolate('c')
    script.propose('a', 'x')
    // b would grant it now, but for the log.
    script.deliver().heal().isolate('a').peerLost('b', 'a').pass(100, ['c'])
    assert.equal(script.core('c').status.term, 1)
  },

  'a leader grants no pre-vote': () => {
    const script = settled()
    const { last: lastIndex, lastTerm } = script.core('a').log
    script.hear('a', 'b', { kind: 'pre-vote', term: 2, lastIndex, lastTerm })
    assert.deepEqual(
      script.waiting('pre-vote-reply', 'b').map(({ granted }) => granted),
      [false],
    )
  },

  'a closed connection to the leader elects another at once': () => {
    const script = settled().isolate('a').peerLost('b', 'a').peerLost('c', 'a')
    // c has no time of its own: it must grant the vote because its connection is closed too.
    script.pass(4, ['b'])
    leadersAre(script, 'ab', 1)
  },

  'a leader that slept leads no more': () => {
    const script = settled()
    script.resumed('a')
    assert.deepEqual(script.leaders, [])
  },

  'a new leader commits what it found, without a proposal': () => {
    const script = new RaftScript({ voters: names('abc'), logs: { a: [1, 1], b: [1, 1] } }).elect('a').pass(4)
    assert.equal(script.core('c').status.commit, 3)
  },

  'entries of an older term are committed with one of the own, not before (figure 8)': () => {
    // More than one append holds, so that the old entries are on a majority before the new one is.
    const old = [1, ...Array.from({ length: 100 }, () => 2)]
    const script = new RaftScript({
      voters: names('abcde'),
      // e can still be elected by c and d, and then replaces the old entries.
      logs: { a: old, b: old, c: [1], d: [1], e: [1, 3] },
      hard: { a: { term: 3, vote: null } },
    })
    justElected(script).mute('a', 'd').mute('a', 'e')
    const leader = script.core('a')
    stepUntil(script, () => leader.status.commit > 0)
    assert.equal(leader.log.termAt(leader.status.commit), leader.status.term)
  },

  'an acknowledgement of an older term counts for nothing': () => {
    const script = justElected(new RaftScript({ voters: names('abc'), hard: { a: { term: 1, vote: null } } }))
    script.hear('a', 'b', { kind: 'append-reply', term: 1, ok: true, index: 1, hintIndex: 0, hintTerm: 0 })
    assert.equal(script.core('a').status.commit, 0)
  },

  'a configuration goes with its entry': () => {
    const script = fresh()
    const append = { kind: 'append', prevIndex: 0, prevTerm: 0, commit: 0 } as const
    const config = { ...groupOf(['a'], names('bc')), outgoing: names('abc').map(memberId) }
    script.hear('b', 'a', { ...append, term: 1, entries: [{ index: 1, term: 1, body: { kind: 'config', config } }] })
    assert.deepEqual(script.core('b').log.config, config)
    script.hear('b', 'c', { ...append, term: 2, entries: entriesOf([2]) })
    assert.deepEqual(script.core('b').log.config, groupOf(names('abc')))
  },

  'while joint, both sets commit': () => {
    for (const apart of ['def', 'bc']) {
      const script = settled('def').isolate(...names(apart))
      const before = script.core('a').status.commit
      assert.notEqual(script.change('a', names('def'), names('abc')), null)
      script.deliver()
      assert.equal(script.core('a').status.commit, before, `without ${apart}`)
    }
  },

  'while joint, both sets elect': () => {
    for (const [candidate, apart] of [
      ['a', 'def'],
      ['d', 'abc'],
    ] as const) {
      const script = settled('def')
      assert.notEqual(script.change('a', names('def'), names('abc')), null)
      script.deliverOnce().lose().crash('a').restart('a')
      script.isolate(...names(apart)).pass(100, [candidate])
      assert.deepEqual(script.leaders, [], `without ${apart}`)
    }
  },

  'an append says nothing of what stands after it': () => {
    const script = new RaftScript({ voters: names('abc'), logs: { b: [1, 1, 1] } })
    script.hear('b', 'a', { kind: 'append', term: 3, prevIndex: 1, prevTerm: 1, entries: [], commit: 3 })
    assert.deepEqual(
      script.waiting('append-reply', 'a').map(({ index, ok }) => [ok, index]),
      [[true, 1]],
    )
    assert.equal(script.core('b').status.commit, 1)
  },

  'a snapshot in parts arrives as it was': () => {
    const data = Array.from({ length: 40 }, (_, at) => `${at}`).join(' ')
    const script = new RaftScript({ voters: names('abc'), limits: { chunkUnitsMax: 16 } })
    script.elect('a').pass(4).crash('c').propose('a', 'x')
    script.deliver().compact('a', data).restart('c').tick('a', 10)
    for (let [flight] = script.flights; flight; [flight] = script.flights) {
      const { from, message, to } = flight
      script.flights.shift()
      // Every part arrives twice.
      script.hear(to, from, message)
      if (message.kind === 'snapshot') script.hear(to, from, message)
    }
    assert.equal(script.core('c').log.snapshot.data, data)
  },

  'a leader that hears nobody stops': () => {
    const script = settled().mute('b', 'a').mute('c', 'a').pass(100)
    assert.notEqual(script.core('a').status.role, 'leader')
    assert.equal(script.leaders.length, 1)
  },

  'a leader whose disk hangs stops': () => {
    const script = settled().hang('a')
    script.propose('a', 'x')
    script.pass(100)
    assert.notEqual(script.core('a').status.role, 'leader')
    assert.equal(script.leaders.length, 1)
  },

  'a transfer waits until the target has everything': () => {
    const script = settled().mute('a', 'c')
    script.propose('a', 'x')
    script.deliver().heal().transfer('a', 'c')
    assert.equal(script.propose('a', 'y'), null, 'no proposals during a transfer')
    script.deliver()
    leadersAre(script, 'c', 2)
  },

  'a transfer to a dead member is given up': () => {
    const script = settled().isolate('c')
    script.transfer('a', 'c')
    script.pass(20, names('ab'))
    assert.notEqual(script.propose('a', 'x'), null)
  },

  'a read is answered by a majority that was asked after it': () => {
    const script = settled()
    while (script.waiting('heartbeat').length === 0) script.tick('a')
    const asked = script.flights.splice(0)
    assert.ok(script.read('a', 1))
    const after = script.flights.splice(0)
    // The heartbeats from before the read, and their answers.
    script.flights = asked
    script.deliver()
    assert.doesNotMatch(script.transcript, /may answer/)
    script.flights = after
    script.deliver()
    assert.match(script.transcript, /a may answer read 1 with the state at 1$/m)
  },

  'a read of a leader that is none any more is lost, not forgotten': () => {
    const script = settled().isolate('a')
    assert.ok(script.read('a', 1))
    script.pass(60)
    assert.doesNotMatch(script.transcript, /may answer/)
    assert.match(script.transcript, /a cannot answer read 1$/m)
  },

  'a new leader reads nothing before it knows what is committed': () => {
    const script = justElected(fresh())
    assert.equal(script.read('a', 1), false)
    script.deliver()
    assert.equal(script.read('a', 2), true)
  },

  'a silent member is not flooded': () => {
    const script = settled().isolate('c')
    for (let count = 0; count < 100; count++) {
      script.propose('a', `x${count}`)
      script.deliver()
    }
    const said = script.transcript.match(/a -x c .*append/g) ?? []
    assert.ok(said.length <= 8, `${said.length} appends`)
  },

  'a change waits for an entry of the term and for the change before it': () => {
    const script = justElected(fresh('de'))
    // Nobody is added: none of them has to catch up first.
    assert.equal(script.change('a', ['a'], names('bcde')), null, 'before an entry of the term is committed')
    script.deliver().pass(4)
    assert.notEqual(script.change('a', names('abd'), names('ce')), null)
    assert.equal(script.change('a', names('abc'), names('de')), null, 'while joint')
    const { log } = script.core('a')
    stepUntil(script, () => log.config.outgoing.length === 0)
    assert.ok(log.configIndex > log.commit)
    assert.equal(script.change('a', names('abc'), names('de')), null, 'while the last one is not committed')
    script.deliver()
    assert.notEqual(script.change('a', names('abc'), names('de')), null)
  },

  'only who is caught up becomes a voter': () => {
    const script = settled('d').isolate('d')
    for (let count = 0; count < 30; count++) {
      script.propose('a', `x${count}`)
      script.deliver()
    }
    assert.equal(script.change('a', names('abd'), ['c']), null)
    script.heal().pass(8)
    assert.notEqual(script.change('a', names('abd'), ['c']), null)
  },

  'a leader outside of the new set hands over, and stays a learner': () => {
    const script = settled('d')
    assert.notEqual(script.change('a', names('bcd'), ['a']), null)
    // Nobody has time: no time-out runs out.
    script.deliver()
    leadersAre(script, 'b', 2)
    assert.deepEqual(script.core('b').log.config, groupOf(names('bcd'), ['a']))
    const index = script.propose('b', 'x')
    script.deliver().pass(4)
    assert.equal(script.core('a').status.commit, index)
  },

  'a leader that goes says so until it is heard': () => {
    const script = settled('d')
    assert.notEqual(script.change('a', names('bcd'), ['a']), null)
    script.deliver(isNotTheWord).lose()
    leadersAre(script, 'a', 1)
    script.pass(2, ['a'])
    leadersAre(script, 'b', 2)
  },

  'a leader that finds no successor stops': () => {
    const script = settled('d')
    assert.notEqual(script.change('a', names('bcd'), ['a']), null)
    script.deliver(isNotTheWord).lose().isolate('b').pass(10, ['a'])
    assert.deepEqual(script.leaders, [])
  },

  'a leader that goes hands over to who has everything': () => {
    const script = settled('d').mute('a', 'b')
    assert.notEqual(script.change('a', names('bcd'), ['a']), null)
    script.deliver().heal()
    leadersAre(script, 'c', 2)
  },
}
