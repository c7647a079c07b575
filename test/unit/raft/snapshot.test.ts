import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { RaftMessage } from '../../../src/raft/index.ts'
import { groupOf, RaftScript } from '../../support/raft-script.ts'

/* The state machine instead of the log (§7), sent in pieces over links that lose, double and mix them. */

const CHUNK = 64 * 1024
const data = Array.from({ length: 3 * CHUNK + 1 }, (_, at) => String.fromCharCode(97 + (at % 23))).join('')

/** a leads and has compacted; c slept through it. */
function behind(state = data): RaftScript {
  const script = new RaftScript({ voters: ['a', 'b', 'c'] }).elect('a').pass(2).crash('c')
  for (const key of ['x', 'y']) {
    script.propose('a', key)
    script.deliver()
  }
  return script.compact('a', state).restart('c')
}

/** Until the piece that begins there is on its way. */
function sendTo(script: RaftScript, offset: number): RaftScript {
  script.tick('a', 2)
  for (let steps = 0; !script.waiting('snapshot').some((piece) => piece.offset === offset); steps++) {
    assert.ok(steps < 50)
    script.deliverOnce()
  }
  return script
}

const isSame = (script: RaftScript): boolean =>
  script.core('c').log.snapshot.data === script.core('a').log.snapshot.data &&
  script.core('c').status.commit === script.core('a').status.commit

const chunk = (offset: number, from: string, done = false): RaftMessage => ({
  kind: 'snapshot',
  term: 1,
  index: 5,
  snapshotTerm: 1,
  config: groupOf(['a', 'b', 'c']),
  offset,
  chunk: from,
  done,
})

test('a snapshot that fits into one message', () => {
  const script = behind('small').pass(4)
  assert.ok(isSame(script))
})

test('a snapshot in pieces: each begins where the one before ended, and it is taken over once, whole', () => {
  const script = behind()
  script.tick('a', 2)
  const offsets: number[] = []
  while (script.flights.length > 0) {
    offsets.push(...script.waiting('snapshot').map(({ offset }) => offset))
    script.deliverOnce()
  }
  assert.deepEqual(offsets, [0, CHUNK, 2 * CHUNK, 3 * CHUNK])
  assert.ok(isSame(script))
  assert.equal(script.transcript.match(/takes over the state/g)?.length, 1)
})

test('the log goes on where the snapshot ends', () => {
  const script = behind().pass(4)
  script.propose('a', 'z')
  script.deliver().pass(2)
  assert.deepEqual(script.log('c'), [1])
  assert.equal(script.core('c').status.commit, 4)
})

test('a piece that is lost is sent again after the next heartbeat', () => {
  for (const lost of [0, CHUNK, 2 * CHUNK, 3 * CHUNK]) {
    const script = behind()
    let isLost = false
    for (let ticks = 0; ticks < 30 && !isSame(script); ticks++) {
      for (const name of script.names) script.tick(name)
      for (let steps = 0; script.flights.length > 0 && steps < 100; steps++) {
        if (!isLost && script.waiting('snapshot').some(({ offset }) => offset === lost)) {
          isLost = true
          script.lose(({ message }) => message.kind === 'snapshot')
        }
        script.deliverOnce()
      }
    }
    assert.ok(isLost && isSame(script), `without the piece at ${lost}`)
  }
})

test('a piece that does not follow is not put there: the leader is told what is held', () => {
  const script = new RaftScript({ voters: ['a', 'b', 'c'] })
  const held = (message: RaftMessage): number | undefined => {
    script.hear('c', 'a', message)
    const offset = script.waiting('snapshot-reply')[0]?.offset
    script.lose()
    return offset
  }
  assert.equal(held(chunk(3, 'def')), 0, 'it begins at the beginning')
  assert.equal(held(chunk(0, 'abc')), 3)
  assert.equal(held(chunk(6, 'ghi')), 3, 'one is missing')
  assert.equal(held(chunk(3, 'def')), 6)
  assert.equal(held(chunk(3, 'def')), 6, 'the same one again')
  script.hear('c', 'a', chunk(6, 'ghi', true))
  assert.equal(script.core('c').log.snapshot.data, 'abcdefghi')
})

test('pieces of another snapshot are not mixed in', () => {
  const script = new RaftScript({ voters: ['a', 'b', 'c'] })
  script.hear('c', 'a', chunk(0, 'abc'))
  script.hear('c', 'a', { ...chunk(3, 'xyz', true), index: 6 } as RaftMessage)
  assert.equal(script.core('c').log.snapshot.index, 0)
  script.hear('c', 'a', { ...chunk(0, 'new', true), index: 6 } as RaftMessage)
  assert.equal(script.core('c').log.snapshot.data, 'new')
})

test('what was held of another snapshot says nothing about this one', () => {
  const script = sendTo(behind(), CHUNK)
  script.lose()
  script.hear('a', 'c', { kind: 'snapshot-reply', term: 1, index: 2, offset: 3 * CHUNK })
  assert.deepEqual(script.flights, [])
  // A piece is held to be lost after some heartbeats without a word about it.
  for (let round = 0; round < 10; round++) {
    script.tick('a', 2)
    script.deliver(({ message }) => message.kind.startsWith('heartbeat'))
  }
  assert.equal(script.waiting('snapshot')[0]?.offset, CHUNK)
})

test('however the pieces are lost, doubled and mixed up, the snapshot arrives as it was', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 10, maxLength: 60 }), (fates) => {
      const script = behind()
      for (const [step, fate] of fates.entries()) {
        if (step % 2 === 0) script.tick('a')
        if (fate < 2) script.lose(({ message }) => message.kind.startsWith('snapshot') && fate === 0)
        else if (fate < 4 && script.flights.length < 40) script.flights.push(...structuredClone(script.flights))
        else if (fate < 6) script.flights.reverse()
        else script.deliverOnce(({ message }) => fate < 9 || message.kind.startsWith('snapshot'))
      }
      script.lose().pass(80)
      assert.ok(isSame(script))
      assert.equal(script.transcript.match(/c takes over the state/g)?.length, 1)
    }),
    { numRuns: 100 },
  )
})

test('the leader compacts again while it sends: the newer snapshot is sent from its beginning', () => {
  const script = sendTo(behind(), CHUNK)
  script.propose('a', 'z')
  script.deliver(({ from, to }) => from === 'b' || to === 'b')
  script.compact('a', `${data}and more`).pass(6)
  assert.equal(script.core('c').log.snapshot.data, `${data}and more`)
  assert.ok(isSame(script))
})

test('the receiver crashes in the middle: it begins again', () => {
  const script = sendTo(behind(), 2 * CHUNK)
  script.crash('c').restart('c').pass(8)
  assert.ok(isSame(script))
})

test('the sender crashes in the middle: the next leader brings c up to date', () => {
  const script = sendTo(behind(), 2 * CHUNK)
  script.lose().crash('a').elect('b').pass(8)
  assert.equal(script.core('b').status.role, 'leader')
  assert.equal(script.core('c').status.commit, script.core('b').status.commit)
})

test('a snapshot of what is committed here already changes nothing', () => {
  const script = new RaftScript({ voters: ['a', 'b', 'c'], logs: { c: [1, 1, 1, 1, 1, 1] } })
  script.hear('c', 'a', { kind: 'append', term: 1, prevIndex: 6, prevTerm: 1, entries: [], commit: 6 })
  script.lose()
  script.hear('c', 'a', chunk(0, 'abc', true))
  assert.deepEqual(
    script.waiting('append-reply').map(({ index, ok }) => [ok, index]),
    [[true, 6]],
  )
  assert.deepEqual([script.core('c').log.snapshot.index, script.core('c').status.last], [0, 6])
})

test('a snapshot of a log that was followed keeps the rest of it; of another log, drops it', () => {
  const after = (terms: readonly number[]): number => {
    const script = new RaftScript({ voters: ['a', 'b', 'c'], logs: { c: terms } })
    script.hear('c', 'a', { ...chunk(0, 'abc', true), term: 3 })
    script.crash('c').restart('c')
    return script.core('c').status.last
  }
  assert.equal(after([1, 1, 1, 1, 1, 1, 1]), 7)
  assert.equal(after([1, 1, 1, 1, 2, 2, 2]), 5)
  assert.equal(after([1, 1]), 5)
})

test('an append of what the snapshot covers fits', () => {
  const script = behind('small').pass(4)
  script.hear('c', 'a', { kind: 'append', term: 1, prevIndex: 1, prevTerm: 1, entries: [], commit: 3 })
  assert.deepEqual(
    script.waiting('append-reply').map(({ index, ok }) => [ok, index]),
    [[true, 3]],
  )
})

test('the acknowledgement waits for the disk (R2)', () => {
  const script = new RaftScript({ voters: ['a', 'b', 'c'] }).hang('c')
  script.hear('c', 'a', chunk(0, 'abc', true))
  assert.deepEqual(script.flights, [])
  script.flush('c')
  assert.equal(script.waiting('append-reply').length, 1)
})

test('a snapshot holds the committed configuration, not the newest one (R14 g)', () => {
  const script = new RaftScript({ voters: ['a', 'b', 'c'], learners: ['d'] }).elect('a').pass(4)
  script.change('a', ['a', 'b', 'd'])
  script.compact('a')
  assert.deepEqual(script.disk('a').snapshot.config, groupOf(['a', 'b', 'c'], ['d']))
  assert.deepEqual(script.core('a').log.config.voters, ['a', 'b', 'd'], 'which is still in force')
  script.lose().crash('a').restart('a')
  assert.deepEqual(script.core('a').log.config.voters, ['a', 'b', 'd'])
})

test('a new member gets its group with the snapshot', () => {
  const script = behind('small')
  script.pass(4)
  assert.deepEqual(script.core('c').log.snapshot.config, groupOf(['a', 'b', 'c']))
})

test('only what is applied is compacted, and what follows stays', () => {
  const script = new RaftScript({ voters: ['a', 'b', 'c'] }).elect('a').pass(2)
  script.propose('a', 'x')
  script.compact('a', 'one')
  assert.deepEqual([script.core('a').log.snapshot.index, script.core('a').status.last], [1, 2])
  assert.deepEqual(
    script.disk('a').entries.map(({ index }) => index),
    [2],
  )
  script.deliver().pass(2)
  assert.equal(script.core('c').status.commit, 2)
})
