import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HybridClock, STAMP_AHEAD_MS_MAX } from '../../../src/knowledge/index.ts'

const at = (start: number): { now: number; clock: { now(): number } } => {
  const time = { now: start, clock: { now: () => time.now } }
  return time
}

test('stamps only grow, also when the wall clock steps back an hour', () => {
  const time = at(1_000_000)
  const hybrid = new HybridClock(time.clock, 0)
  const first = hybrid.stamp()
  time.now -= 3_600_000
  const second = hybrid.stamp()
  assert.ok(second > first)
  time.now += 3_600_005
  assert.ok(hybrid.stamp() > second)
})

test('a stamp is greater than every stamp seen, and than every stamp in the store', () => {
  const time = at(1_000_000)
  const stored = 1_000_500 * 1024
  const hybrid = new HybridClock(time.clock, stored)
  assert.ok(hybrid.stamp() > stored)
  const seen = 1_030_000 * 1024 + 7
  assert.equal(hybrid.observe(seen), true)
  assert.ok(hybrid.stamp() > seen)
})

test('a stamp from far in the future does not drag the clock along', () => {
  const time = at(1_000_000)
  const hybrid = new HybridClock(time.clock, 0)
  assert.equal(hybrid.observe((time.now + STAMP_AHEAD_MS_MAX + 1) * 1024), false)
  assert.ok(hybrid.stamp() < (time.now + STAMP_AHEAD_MS_MAX) * 1024)
})
