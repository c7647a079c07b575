import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { full, type Policy, take } from '../../../src/access/bucket.ts'
import { Concurrency, Limiter } from '../../../src/access/index.ts'
import { HandClock } from '../../support/gateway.ts'

const POLICY: Policy = { quota: 60, windowMs: 60_000 }

test('a full bucket gives its quota at once, then one per step', () => {
  let bucket = full(POLICY, 0)
  for (let n = 60; n > 0; n--) {
    const taken = take(bucket, POLICY, 0)
    assert.deepEqual([taken.ok, taken.remaining], [true, n - 1])
    bucket = taken.bucket
  }
  const empty = take(bucket, POLICY, 0)
  assert.deepEqual([empty.ok, empty.remaining, empty.waitMs], [false, 0, 1_000])
  assert.equal(take(empty.bucket, POLICY, 999).ok, false)
  assert.equal(take(empty.bucket, POLICY, 1_000).ok, true)
  assert.equal(take(bucket, POLICY, 600_000).remaining, 59)
})

const policies = fc.record({ quota: fc.integer({ min: 1, max: 50 }), windowMs: fc.integer({ min: 1, max: 100_000 }) })
const steps = fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 200 })

test('in any stretch of time no more is given than a full bucket and what came back', () => {
  fc.assert(
    fc.property(policies, steps, (policy, waits) => {
      let bucket = full(policy, 0)
      let now = 0
      const given: number[] = []
      for (const wait of waits) {
        now += wait
        const taken = take(bucket, policy, now)
        bucket = taken.bucket
        assert.ok(bucket.tokens >= 0 && bucket.tokens <= policy.quota)
        if (taken.ok) given.push(now)
      }
      for (const [first, from] of given.entries()) {
        const until = given.at(-1) ?? from
        const most = policy.quota + ((until - from) * policy.quota) / policy.windowMs
        assert.ok(given.length - first <= most + 1e-6)
      }
    }),
  )
})

test('after the wait that was told there is a token; a moment before there is none', () => {
  fc.assert(
    fc.property(policies, fc.integer({ min: 0, max: 100 }), (policy, calls) => {
      let bucket = full(policy, 0)
      for (let n = 0; n < calls + policy.quota; n++) bucket = take(bucket, policy, 0).bucket
      const refused = take(bucket, policy, 0)
      assert.equal(refused.ok, false)
      assert.equal(take(refused.bucket, policy, refused.waitMs + 1e-6).ok, true)
      assert.equal(take(refused.bucket, policy, Math.max(0, refused.waitMs - 1.001)).ok, false)
    }),
  )
})

test('a clock that was set back gives nothing', () => {
  const { bucket } = take(full(POLICY, 100_000), POLICY, 100_000)
  assert.equal(take(bucket, POLICY, 0).remaining, 58)
})

test('each name has its own bucket, and names without end cost bounded memory', () => {
  const clock = new HandClock()
  const limiter = new Limiter({ quota: 1, windowMs: 60_000 }, clock)
  assert.equal(limiter.take('a').ok, true)
  assert.equal(limiter.take('a').ok, false)
  assert.equal(limiter.take('b').ok, true)
  for (let n = 0; n < 30_000; n++) limiter.take(`address ${n}`)
  assert.ok(limiter.size <= 10_000, `${limiter.size} are kept`)
  assert.equal(limiter.take('address 29999').ok, false, 'the newest are remembered')
  clock.pass(60_000)
  limiter.take('address 29999')
  for (let n = 0; n < 10_000; n++) limiter.take(`other ${n}`)
  assert.ok(limiter.size <= 10_000)
})

test('a name has so many calls open, and room again when one ends', () => {
  const open = new Concurrency(2)
  assert.deepEqual([open.enter('a'), open.enter('a'), open.enter('a'), open.enter('b')], [true, true, false, true])
  open.leave('a')
  assert.equal(open.enter('a'), true)
})
