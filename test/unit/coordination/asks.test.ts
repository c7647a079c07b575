import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Result } from '../../../src/base/index.ts'
import { Asks } from '../../../src/coordination/asks.ts'
import type { Reply } from '../../../src/coordination/messages.ts'

const DONE: Reply = { outcome: { ok: true, index: 1 }, setting: null }
const read = { do: 'read', setting: 'x.a' } as const

/** One question, and how often it was put. */
function asked(): { asks: Asks; put: () => number; results: Result<Reply>[] } {
  const asks = new Asks()
  const results: Result<Reply>[] = []
  asks.start('k', read, (result) => results.push(result))
  let puts = 0
  return {
    asks,
    results,
    put: () => {
      asks.due(() => (puts += 1) > 0)
      return puts
    },
  }
}

test('the same leader is not asked again before it had time to answer; another is asked at once', () => {
  const { asks, put } = asked()
  asks.leads('a 1')
  assert.equal(put(), 1)
  asks.leads('a 1')
  assert.equal(put(), 1)
  asks.leads('b 2')
  assert.equal(put(), 2)
})

test('a leader that cannot answer yet is asked again with the next tick', () => {
  const { asks, put, results } = asked()
  put()
  asks.answered('k', null)
  assert.equal(put(), 1)
  asks.tick(() => '')
  assert.equal(put(), 2)
  asks.answered('k', DONE)
  assert.deepEqual(results, [{ ok: true, value: DONE }])
  assert.ok(asks.isEmpty)
})

test('a try that nobody answers is made again after 300 ms, and all of it ends after 5 s', () => {
  const { asks, put, results } = asked()
  put()
  for (let tick = 0; tick < 29; tick++) asks.tick(() => '')
  assert.equal(put(), 1)
  asks.tick(() => '')
  assert.equal(put(), 2)
  for (let tick = 30; tick < 500; tick++) asks.tick(() => 'nobody leads')
  assert.equal(results[0]?.ok, false)
  assert.ok(asks.isEmpty)
})
