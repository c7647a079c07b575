import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { StatusFacts } from '../../../src/gateway/index.ts'
import { type Line, Live } from '../../../src/gateway/live.ts'
import { HandClock } from '../../support/gateway.ts'

const PING_MS = 20_000

/** A connection that does what the test says. */
function line(): Line & { isThere: boolean; isValid: boolean; pings: number; readonly ended: string[] } {
  return {
    isThere: true,
    isValid: true,
    pings: 0,
    ended: [],
    send: () => {},
    waiting: () => 0,
    close(code) {
      this.ended.push(`closed ${code}`)
    },
    cut() {
      this.ended.push('cut')
    },
    ping() {
      this.pings += 1
      return this.isThere
    },
    isLetIn() {
      return this.isValid
    },
  }
}

function live(t: TestContext, facts: () => Promise<StatusFacts> = () => Promise.reject(new Error('stopping'))): Live {
  t.mock.timers.enable({ apis: ['setInterval'] })
  return new Live({ clock: new HandClock(), epoch: 'e1', facts })
}

test('all are pinged: who does not answer is cut off, and who may not listen any more is told so', (t) => {
  const one = live(t)
  const [well, gone, revoked] = [line(), line(), line()]
  for (const each of [well, gone, revoked]) one.connect(each, { key: 'a', isAdmin: false })
  t.mock.timers.tick(PING_MS)
  assert.deepEqual([well.ended, gone.ended, revoked.ended], [[], [], []])
  gone.isThere = false
  revoked.isValid = false
  t.mock.timers.tick(PING_MS)
  assert.deepEqual([well.ended, gone.ended, revoked.ended], [[], ['cut'], ['closed 1008']])
  assert.equal(well.pings, 2)
})

test('nobody is pinged and nothing looked at when the last one has gone', async (t) => {
  let looks = 0
  const one = live(t, () => {
    looks += 1
    return Promise.resolve({ sync: { parked: {} } } as StatusFacts)
  })
  const last = line()
  const id = one.connect(last, { key: 'a', isAdmin: false })
  await one.subscribe(id, { topics: ['knowledge'] })
  t.mock.timers.tick(1_000)
  assert.equal(looks, 2)
  one.forget(id)
  t.mock.timers.tick(10 * PING_MS)
  assert.deepEqual([looks, last.pings], [2, 0])
})

test('a node without facts, as one that stops, ends nothing by a look', async (t) => {
  const one = live(t)
  const id = one.connect(line(), { key: 'a', isAdmin: false })
  await assert.rejects(one.subscribe(id, { topics: ['metrics'] }))
  await one.subscribe(id, { topics: ['events'] })
  assert.equal(one.numbers.clients, 1)
})
