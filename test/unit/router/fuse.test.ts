import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Breaker } from '../../../src/router/breaker.ts'
import { Budget } from '../../../src/router/budget.ts'
import { fuse } from '../../../src/router/index.ts'
import { Latency } from '../../../src/router/latency.ts'
import { readQuestion } from '../../../src/router/questions.ts'
import { finding, node } from '../../support/router-world.ts'

test('what several found stands once, with the surest words and all who found it', () => {
  const parts = [
    { node: node(0), ms: 1, found: [finding(1, 0.6), finding(2, 0.5)] },
    { node: node(1), ms: 1, found: [finding(2, 0.7), finding(3, 0.4)] },
  ]
  const fused = fuse(parts)
  assert.deepEqual(
    fused.map(({ by, confidence, item }) => [item, confidence, by]),
    [
      ['k_2', 0.7, [node(1), node(0)]],
      ['k_1', 0.6, [node(0)]],
      ['k_3', 0.4, [node(1)]],
    ],
  )
})

test('one list is the same list, and the order of the parts does not matter', () => {
  const findings = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 10 })
  fc.assert(
    fc.property(fc.array(findings, { minLength: 1, maxLength: 4 }), (lists) => {
      const parts = lists.map((list, at) => ({
        node: node(at),
        ms: 1,
        found: list.map((n) => finding(n, 0.9)),
      }))
      const items = (all: typeof parts) => fuse(all).map(({ item }) => item)
      assert.deepEqual(items(parts), items(parts.toReversed()))
      assert.deepEqual(
        items(parts.slice(0, 1)),
        parts[0]?.found.map(({ item }) => item),
      )
      assert.equal(new Set(items(parts)).size, items(parts).length)
    }),
  )
})

test('a breaker stays open twice as long each time, up to 30 s', () => {
  const breaker = new Breaker()
  let now = 0
  const waits: number[] = []
  for (let n = 0; n < 3; n++) breaker.failed(now)
  for (let round = 0; round < 7; round++) {
    const from = now
    while (!breaker.allows(now)) now += 100
    waits.push(now - from)
    breaker.asked(now)
    assert.equal(breaker.allows(now), false, 'one at a time')
    breaker.failed(now)
  }
  assert.deepEqual(waits, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
})

test('a budget gives what was saved, and no more', () => {
  const budget = new Budget(0.1, 2)
  assert.deepEqual([budget.take(), budget.take(), budget.take()], [true, true, false])
  for (let n = 0; n < 11; n++) budget.earn()
  assert.deepEqual([budget.take(), budget.take()], [true, false])
})

test('latency: the p95 of the newest, once there are enough', () => {
  const latency = new Latency()
  for (let n = 0; n < 19; n++) latency.add(1)
  assert.equal(latency.p95, null)
  for (let n = 0; n < 500; n++) latency.add(n % 10 === 0 ? 90 : 10)
  assert.equal(latency.p95, 90)
})

test('a question of another node is checked; any bytes are refused or read', () => {
  assert.equal(readQuestion('error', { text: 'x', extra: 1 }).ok, true)
  assert.equal(readQuestion('error', { text: 5 }).ok, false)
  assert.equal(readQuestion('error', { report: { message: 'm', cause: { message: 7 } } }).ok, false)
  assert.equal(readQuestion('guide', { goal: 'g', stack: ['react'] }).ok, true)
  assert.equal(readQuestion('guide', {}).ok, false)
  assert.equal(readQuestion('shell', { run: 'x' }).ok, false)
  fc.assert(
    fc.property(fc.string(), fc.anything(), (about, input) => typeof readQuestion(about, input).ok === 'boolean'),
  )
})
