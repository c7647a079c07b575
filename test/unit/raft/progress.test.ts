import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { Progress } from '../../../src/raft/progress.ts'

/** So many batches may be on their way (R12). */
const INFLIGHT = 4

/** In the state that a first accepted probe leads to. */
function replicating(match: number): Progress {
  const progress = new Progress(0, match + 1, INFLIGHT)
  progress.sent(match)
  progress.accepted(match)
  assert.equal(progress.state, 'replicate')
  return progress
}

test('a probe sends one message, and no other before it is answered', () => {
  const progress = new Progress(0, 8, INFLIGHT)
  assert.ok(progress.mayBeSent)
  progress.sent(9)
  assert.deepEqual([progress.mayBeSent, progress.next], [false, 8], 'nothing is taken for granted')
  progress.resume()
  assert.ok(progress.mayBeSent, 'a heartbeat came back, so the probe is lost')
})

test('an accepted probe begins to replicate behind what matches', () => {
  const progress = new Progress(0, 8, INFLIGHT)
  progress.sent(9)
  assert.equal(progress.accepted(9), true)
  assert.deepEqual([progress.state, progress.match, progress.next, progress.mayBeSent], ['replicate', 9, 10, true])
})

test('a refused probe goes back to where the logs may meet, and at least by one', () => {
  const progress = new Progress(2, 10, INFLIGHT)
  progress.sent(10)
  assert.ok(progress.refused(9, 5))
  assert.deepEqual([progress.next, progress.mayBeSent], [6, true])
  assert.ok(progress.refused(5, 9))
  assert.equal(progress.next, 5, 'a hint beyond the refused index is none')
  assert.ok(progress.refused(4, 0))
  assert.equal(progress.next, 3, 'what matched once matches')
})

test('a refusal that is older than what is known says nothing', () => {
  const probing = new Progress(0, 10, INFLIGHT)
  assert.equal(probing.refused(7, 3), false)
  assert.deepEqual([probing.state, probing.next], ['probe', 10])
  const progress = replicating(5)
  progress.sent(8)
  assert.equal(progress.refused(5, 0), false)
  assert.deepEqual([progress.state, progress.next], ['replicate', 9])
})

test('while replicating, next runs ahead of match, and a refusal goes back to a probe after match', () => {
  const progress = replicating(5)
  progress.sent(6)
  progress.sent(7)
  assert.deepEqual([progress.match, progress.next], [5, 8])
  assert.ok(progress.refused(7, 7))
  assert.equal(progress.state, 'probe')
  assert.ok(progress.next > progress.match && progress.next <= 8)
})

test('no more than four batches are on their way (R12)', () => {
  const progress = replicating(0)
  for (let batch = 1; batch <= INFLIGHT; batch++) {
    assert.ok(progress.mayBeSent)
    progress.sent(batch)
  }
  assert.equal(progress.mayBeSent, false)
  progress.accepted(2)
  progress.sent(5)
  progress.sent(6)
  assert.equal(progress.mayBeSent, false)
  progress.resume()
  assert.ok(progress.mayBeSent, 'a heartbeat frees one')
  progress.sent(7)
  assert.equal(progress.mayBeSent, false)
})

test('an acknowledgement of the newest batch frees all of them; an old one frees none', () => {
  const progress = replicating(0)
  for (let batch = 1; batch <= INFLIGHT; batch++) progress.sent(batch)
  assert.equal(progress.accepted(0), false)
  assert.equal(progress.mayBeSent, false)
  assert.equal(progress.accepted(INFLIGHT), true)
  for (let batch = 1; batch <= INFLIGHT; batch++) {
    assert.ok(progress.mayBeSent)
    progress.sent(INFLIGHT + batch)
  }
})

test('a snapshot is sent piece by piece, and the log goes on behind it', () => {
  const progress = new Progress(0, 3, INFLIGHT)
  progress.become('snapshot')
  progress.snapshotIndex = 40
  progress.sent(40)
  assert.equal(progress.mayBeSent, false)
  progress.accepted(7)
  assert.equal(progress.state, 'snapshot', 'an old acknowledgement does not end it')
  progress.accepted(40)
  assert.deepEqual([progress.state, progress.match, progress.next], ['replicate', 40, 41])
})

test('a member that is further than the snapshot on its way needs no more of it', () => {
  const progress = new Progress(0, 3, INFLIGHT)
  progress.become('snapshot')
  progress.snapshotIndex = 40
  progress.accepted(55)
  assert.deepEqual([progress.state, progress.next], ['replicate', 56])
})

test('whatever arrives in whatever order: match never falls, next stays behind it, four are on their way', () => {
  const arbitraryEvent = fc.record({
    kind: fc.constantFrom('send' as const, 'accepted' as const, 'refused' as const, 'resume' as const),
    index: fc.integer({ min: 0, max: 30 }),
    back: fc.integer({ min: 0, max: 30 }),
  })
  fc.assert(
    fc.property(fc.array(arbitraryEvent, { maxLength: 60 }), (events) => {
      const progress = new Progress(0, 10, INFLIGHT)
      /** Sends since the last word that could have freed one. */
      let unanswered = 0
      for (const { back, index, kind } of events) {
        const { match } = progress
        if (kind === 'send' && progress.mayBeSent) {
          progress.sent(progress.next + (index % 3))
          unanswered += 1
        } else if (kind === 'accepted') progress.accepted(index)
        else if (kind === 'refused') {
          const went = progress.refused(index, back)
          assert.ok(!went || progress.next <= Math.max(index, match + 1), 'a refusal never leads beyond itself')
        } else if (kind === 'resume') progress.resume()
        if (kind !== 'send') unanswered = 0
        assert.ok(progress.match >= match)
        assert.ok(progress.next > progress.match)
        assert.ok(unanswered <= INFLIGHT)
      }
    }),
    { numRuns: 2000 },
  )
})
