import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { nodeId } from '../../../src/base/index.ts'
import { Door, DOOR_LIMITS } from '../../../src/driver/door.ts'

const A = nodeId('a')
const B = nodeId('b')
const LIMITS = {
  framesPerSecond: 100,
  framesMax: 200,
  bytesPerSecond: 10_000,
  bytesMax: 20_000,
  badMax: 5,
  badBytesMax: 1_000,
  badTicks: 100,
  floodTicks: 50,
  floodFramesMax: 2_500,
  floodBytesMax: 10_000_000,
  outTicks: 300,
  outTicksMax: 1_000,
}
const newDoor = (): Door => new Door(LIMITS)
const ticks = (door: Door, count: number): void => {
  for (let tick = 0; tick < count; tick++) door.tick()
}
const sends = (door: Door, count: number, bytes = 10, who = A): Record<string, number> => {
  const got: Record<string, number> = { in: 0, refused: 0, out: 0 }
  for (let at = 0; at < count; at++) got[door.take(who, bytes).is]! += 1
  return got
}

test('a burst goes in, what is above it waits for the next tick', () => {
  const door = newDoor()
  assert.deepEqual(sends(door, 250), { in: 200, refused: 50, out: 0 })
  ticks(door, 1)
  assert.deepEqual(sends(door, 20), { in: 10, refused: 10, out: 0 })
  assert.equal(door.refused, 60)
})

test('bytes count as well as frames', () => {
  const door = newDoor()
  assert.deepEqual(sends(door, 3, 9_000), { in: 2, refused: 1, out: 0 })
  ticks(door, 10)
  assert.deepEqual(sends(door, 2, 9_000), { in: 1, refused: 1, out: 0 })
})

test('a flood that is over in a moment is a flood', () => {
  assert.deepEqual(sends(newDoor(), 3_000), { in: 200, refused: 2_799, out: 1 })
  const door = newDoor()
  assert.equal(sends(door, 2_000, 9_000)['out'], 1)
  assert.match(door.shut(A) ?? '', /30 s/)
})

test('large garbage is cut off sooner than small', () => {
  const door = newDoor()
  assert.equal(door.unread(A, 600).verdict.is, 'in')
  assert.equal(door.unread(A, 600).verdict.is, 'out')
})

test('one that floods takes nothing from another', () => {
  const door = newDoor()
  sends(door, 100_000)
  assert.deepEqual(sends(door, 200, 10, B), { in: 200, refused: 0, out: 0 })
})

test('throttled first, and its share goes in all the time; after five seconds above it, it is cut off once', () => {
  const door = newDoor()
  let taken = 0
  let cut: number | undefined
  for (let tick = 0; tick < 100; tick++) {
    for (let at = 0; at < 60; at++) {
      const verdict = door.take(A, 10)
      if (verdict.is === 'in') taken += 1
      if (verdict.is === 'out') {
        assert.equal(cut, undefined, 'once')
        assert.match(
          verdict.why,
          /more than 100 frames and 0 MiB a second: \d+ frames above it were refused; shut out for 30 s/,
        )
        cut = tick
      }
    }
    door.tick()
  }
  assert.ok(cut !== undefined && cut >= 50 && cut <= 56, `${cut}`)
  assert.ok(taken >= 200 + cut * 10 - 20, `${taken}`)
})

test('a burst now and then is no flood', () => {
  const door = newDoor()
  for (let minute = 0; minute < 20; minute++) {
    assert.equal(sends(door, 260)['out'], 0)
    ticks(door, 600)
  }
})

test('garbage is told three times, counted, and then its sender is cut off', () => {
  const door = newDoor()
  const got = Array.from({ length: 5 }, () => door.unread(A, 1))
  assert.deepEqual(
    got.map(({ told, verdict }) => [told, verdict.is]),
    [
      [true, 'in'],
      [true, 'in'],
      [true, 'in'],
      [false, 'in'],
      [false, 'out'],
    ],
  )
  assert.equal(door.bad, 5)
  assert.match(door.shut(A) ?? '', /shut out for 30 s more/)
  assert.equal(door.take(A, 1).is, 'refused')
  assert.equal(door.shut(B), null)
})

test('a bad frame now and then, as of a newer version, cuts nobody off', () => {
  const door = newDoor()
  for (let at = 0; at < 200; at++) {
    assert.equal(door.unread(A, 1).verdict.is, 'in')
    ticks(door, 30)
  }
})

test('out for longer each time, up to a bound, and then in again', () => {
  const door = newDoor()
  const times: number[] = []
  for (let round = 0; round < 4; round++) {
    while (door.unread(A, 1).verdict.is !== 'out');
    let count = 0
    for (; door.shut(A) !== null; count++) door.tick()
    times.push(count)
    assert.equal(door.take(A, 10).is, 'in')
  }
  assert.deepEqual(times, [300, 600, 1_000, 1_000])
})

test('while it is shut the cores are told neither of its coming nor of its going', () => {
  const door = newDoor()
  assert.equal(door.up(A), true)
  while (door.unread(A, 1).verdict.is !== 'out');
  assert.equal(door.down(A), true)
  assert.equal(door.up(A), false)
  assert.equal(door.down(A), false)
  ticks(door, 300)
  assert.equal(door.up(A), true)
})

test('what was asked for comes in beside the share, and asking without end gives no endless room', () => {
  const door = newDoor()
  sends(door, 2, 9_000)
  door.expect(A)
  assert.equal(door.take(A, 1024 * 1024).is, 'in')
  for (let at = 0; at < 1_000; at++) door.expect(A)
  ticks(door, 1_000)
  let bytes = 0
  while (door.take(A, 100_000).is === 'in') bytes += 100_000
  assert.ok(bytes <= 5 * 1024 * 1024, `${bytes}`)
})

test('whatever comes, from however many, it remembers a bounded number', () => {
  const door = new Door()
  for (let at = 0; at < 20_000; at++) door.take(nodeId(`n${at}`), 10)
  // The first are forgotten, and count as new: nothing is kept of them.
  assert.equal(door.take(nodeId('n0'), 10).is, 'in')
  assert.equal(door.refused, 0)
})

test('no order of events gives more than the share', () => {
  const steps = fc.array(fc.oneof(fc.constant('tick'), fc.integer({ min: 1, max: 3_000 })), { maxLength: 300 })
  fc.assert(
    fc.property(steps, (all) => {
      const door = newDoor()
      let [frames, bytes, passed] = [0, 0, 0]
      for (const step of all)
        if (typeof step === 'string') {
          door.tick()
          passed += 1
        } else if (door.take(A, step).is === 'in') {
          frames += 1
          bytes += step
        }
      assert.ok(frames <= LIMITS.framesMax + passed * 10)
      assert.ok(bytes <= LIMITS.bytesMax + passed * 1_000)
    }),
  )
})

test('what is allowed is more than any simulated node needed', () => {
  assert.ok(DOOR_LIMITS.framesMax >= 4_000 && DOOR_LIMITS.framesPerSecond >= 1_200)
})
