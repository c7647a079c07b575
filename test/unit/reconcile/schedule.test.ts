import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeId } from '../../../src/base/index.ts'
import { Schedule } from '../../../src/reconcile/schedule.ts'
import type { SessionEnd } from '../../../src/reconcile/index.ts'

const [a, b, c] = [nodeId('a'), nodeId('b'), nodeId('c')]

/** Ticks until a session is due, digests differing and vectors agreeing all the while. */
function until(schedule: Schedule): number {
  for (let tick = 0; tick <= 900_000; tick++) {
    schedule.heard(b, false, true)
    if (schedule.next(() => true)) return tick
    schedule.tick()
  }
  return Number.POSITIVE_INFINITY
}

/** The pause after each of these ends, one after the other. */
function pauses(...ends: readonly (readonly [end: SessionEnd, found: number])[]): readonly number[] {
  const schedule = new Schedule(a)
  schedule.up(b)
  until(schedule)
  return ends.map(([end, found]) => {
    schedule.ended(b, end, found)
    return until(schedule)
  })
}

test('each end has its pause', () => {
  const lost = { kind: 'lost', bucket: undefined } as const
  const hostile = { kind: 'hostile', why: 'nonsense' } as const
  assert.deepEqual(pauses([{ kind: 'done' }, 5]), [51])
  assert.deepEqual(pauses([{ kind: 'later', why: 'busy', bucket: undefined }, 0]), [300])
  assert.deepEqual(pauses([{ kind: 'later', why: 'failed', bucket: undefined }, 0]), [300])
  assert.deepEqual(pauses([{ kind: 'later', why: 'moved', bucket: undefined }, 0]), [51])
  for (const kind of ['snapshot', 'ahead'] as const) assert.deepEqual(pauses([{ kind }, 0]), [6000])
  assert.deepEqual(pauses([{ kind: 'too-large', bucket: 3 }, 0]), [6000])
  assert.deepEqual(
    pauses([lost, 0], [lost, 0], [lost, 0], [{ kind: 'done' }, 1], [lost, 0]),
    [200, 400, 800, 51, 200],
  )
  // A few true elements among the nonsense are no excuse.
  assert.deepEqual(pauses([hostile, 0], [hostile, 7], [hostile, 0]), [6000, 12_000, 24_000])
  const most = pauses(...Array.from({ length: 9 }, () => [hostile, 0] as const))
  assert.equal(most.at(-1), 864_000, 'a day at most')
})

test('a way that finds nothing is followed by a dearer one, and all begin anew when the digests are equal', () => {
  const schedule = new Schedule(a)
  schedule.up(b)
  const ways: unknown[] = []
  for (let session = 0; session < 4; session++) {
    ways.push([until(schedule), schedule.next(() => true)?.by])
    schedule.ended(b, { kind: 'done' }, 0)
  }
  assert.deepEqual(ways, [
    [51, 'sketch'],
    [51, 'buckets'],
    [51, 'list'],
    [6000, 'list'],
  ])
  schedule.heard(b, true, true)
  until(schedule)
  assert.equal(schedule.next(() => true)?.by, 'sketch')
})

test('nothing found while the vectors differed says nothing of the way', () => {
  const schedule = new Schedule(a)
  schedule.up(b)
  for (let tick = 0; tick < 6000; tick++) {
    assert.equal(
      schedule.next(() => true),
      undefined,
    )
    schedule.heard(b, false, false)
    schedule.tick()
  }
  assert.equal(schedule.next(() => true)?.by, 'sketch')
  schedule.ended(b, { kind: 'done' }, 0)
  until(schedule)
  assert.equal(schedule.next(() => true)?.by, 'sketch')
})

test('a lost session goes on by buckets where it was, and who waited longest is first', () => {
  const schedule = new Schedule(a)
  schedule.up(b)
  schedule.up(c)
  for (let tick = 0; tick < 60; tick++) {
    for (const peer of [b, c]) schedule.heard(peer, false, true)
    schedule.tick()
  }
  assert.deepEqual(
    schedule.next(() => true),
    { peer: b, by: 'sketch', bucket: 0 },
  )
  schedule.ended(b, { kind: 'lost', bucket: 77 }, 100)
  assert.equal(schedule.next(() => true)?.peer, c)
  assert.equal(
    schedule.next((peer) => peer !== c),
    undefined,
  )
  schedule.down(c)
  until(schedule)
  assert.deepEqual(
    schedule.next(() => true),
    { peer: b, by: 'buckets', bucket: 77 },
  )
  // Of a peer that is gone nothing is kept.
  schedule.down(b)
  schedule.ended(b, { kind: 'done' }, 0)
  schedule.up(b)
  until(schedule)
  assert.deepEqual(
    schedule.next(() => true),
    { peer: b, by: 'sketch', bucket: 0 },
  )
})

test('of two peers one waits longer, so that they do not ask each other at once', () => {
  const schedule = new Schedule(c)
  schedule.up(b)
  assert.equal(until(schedule), 151)
})
