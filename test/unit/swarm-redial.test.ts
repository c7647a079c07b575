import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type NodeId, nodeId, seededRandom } from '../../src/base/index.ts'
import {
  BACKOFF_MS_MAX,
  createRedial,
  DIALS_MAX,
  isJoinKey,
  joinKey,
  type TargetKey,
} from '../../src/swarm/redial.ts'

const SECOND = 1_000
const HOUR = 3_600 * SECOND
const SELF = nodeId('M')
/** Ids around that of the node itself: it dials `N` at once and yields to `A`. */
const HIGHER = nodeId('N')
const LOWER = nodeId('A')

/** A network on a virtual clock: who is there, how long a dial to nobody takes, and when each was dialled. */
function world({ seed = 1, silenceMs = 6_000 } = {}) {
  const redial = createRedial(SELF, seededRandom(seed))
  const there = new Set<TargetKey>()
  const dials: { key: TargetKey; at: number }[] = []
  const pending: { at: number; run: () => void }[] = []
  let now = 0

  const later = (ms: number, run: () => void): void => {
    pending.push({ at: now + ms, run })
  }
  /** What was not there when the dial began does not answer it. */
  function answer(key: TargetKey, reached: boolean): void {
    if (!reached) redial.failed(now, key)
    else if (isJoinKey(key)) redial.led(now, key, [SELF])
    else redial.connected(now, key)
  }
  function dial(): void {
    for (const key of redial.due(now)) {
      dials.push({ key, at: now })
      const reached = there.has(key)
      later(reached ? 5 : silenceMs, () => answer(key, reached))
    }
  }
  /** Goes on in steps of what happens next. */
  function run(ms: number): void {
    const end = now + ms
    for (;;) {
      dial()
      const next = Math.min(redial.wakeAt() ?? Infinity, ...pending.map(({ at }) => at))
      if (next > end) break
      now = Math.max(next, now + 1)
      for (const event of pending.splice(0)) {
        if (event.at <= now) event.run()
        else pending.push(event)
      }
    }
    now = end
  }
  const dialsOf = (key: TargetKey, from = 0): number[] =>
    dials.filter((dial) => dial.key === key && dial.at >= from).map(({ at }) => at)
  return { redial, there, dials, dialsOf, run, now: () => now }
}

test('the lower id dials at once', () => {
  const { redial } = world()
  redial.seen(0, HIGHER)
  assert.deepEqual(redial.due(0), [HIGHER])
  assert.deepEqual(redial.due(0), [], 'a dial in flight is not begun again')
})

test('the higher id yields for 0.4 to 0.8 s, and does not dial when the other did', () => {
  for (let seed = 1; seed < 50; seed++) {
    const { redial, run, dialsOf } = world({ seed })
    redial.seen(0, LOWER)
    run(2 * SECOND)
    const [first] = dialsOf(LOWER)
    assert.ok(first !== undefined && first >= 400 && first <= 800, String(first))
  }
  const { redial, run, dials } = world()
  redial.seen(0, LOWER)
  redial.connected(300, LOWER)
  run(HOUR)
  assert.deepEqual(dials, [])
})

for (const [name, away] of [
  ['an hour', HOUR],
  ['a week', 7 * 24 * HOUR],
] as const) {
  test(`a peer unreachable for ${name} is dialled at most 30 s after it can be reached again`, () => {
    for (const peer of [LOWER, HIGHER]) {
      const { redial, there, run, dialsOf, now } = world()
      redial.connected(0, peer)
      redial.disconnected(0, peer, true)
      run(away)
      there.add(peer)
      const back = now()
      run(BACKOFF_MS_MAX)
      const [first] = dialsOf(peer, back)
      assert.ok(first !== undefined && first - back <= BACKOFF_MS_MAX, String(first))
      run(HOUR)
      assert.equal(dialsOf(peer, back).length, 1, 'connected: no further dial')
    }
  })
}

test('after a loss that nobody announced both ids dial within 50 ms, the lower one first', () => {
  for (const [peer, ms] of [
    [HIGHER, 10],
    [LOWER, 40],
  ] as const) {
    const { redial, run, dialsOf } = world()
    redial.connected(0, peer)
    redial.disconnected(10 * SECOND, peer, false)
    assert.equal(redial.wakeAt(), 10 * SECOND + ms)
    run(10 * SECOND + 50)
    assert.deepEqual(dialsOf(peer), [10 * SECOND + ms])
  }
})

test('a peer whose connections break again and again is not dialled more often for it', () => {
  const { redial, there, run, dialsOf, now } = world()
  there.add(HIGHER)
  redial.seen(0, HIGHER)
  for (let turn = 0; turn < 100; turn++) {
    run(100)
    redial.disconnected(now(), HIGHER, false)
  }
  assert.ok(dialsOf(HIGHER).length <= 11, `${dialsOf(HIGHER).length} dials in 10 s`)
})

test('a peer away for an hour is dialled at once when it is named anew', () => {
  const { redial, run, dialsOf, now } = world({ silenceMs: 10 })
  redial.seen(0, HIGHER)
  run(HOUR)
  const back = now()
  redial.seen(back, HIGHER)
  run(SECOND)
  const [first = Infinity] = dialsOf(HIGHER, back)
  assert.ok(first - back <= SECOND, `${first - back} ms`)
})

test('named anew during a dial, it is dialled again right after that failed', () => {
  const { redial, run, dialsOf } = world({ silenceMs: 8_000 })
  redial.seen(0, HIGHER)
  run(4 * SECOND)
  redial.seen(4 * SECOND, HIGHER)
  run(5 * SECOND)
  assert.deepEqual(dialsOf(HIGHER), [0, 8_000])
})

test('however often a peer is named, it is dialled about once a second', () => {
  const { redial, run, dialsOf } = world({ silenceMs: 1 })
  for (let step = 0; step < 1_000; step++) {
    redial.seen(step * 10, HIGHER)
    run(10)
  }
  const times = dialsOf(HIGHER)
  assert.ok(times.length <= 12, `${times.length} dials in 10 s`)
})

test('waits grow to 30 s with jitter, and not beyond', () => {
  const { redial, run, dialsOf } = world({ silenceMs: 1 })
  redial.seen(0, HIGHER)
  run(HOUR)
  const times = dialsOf(HIGHER)
  const gaps = times.slice(1).map((time, at) => time - (times[at] ?? 0))
  assert.ok(Math.max(...gaps) <= BACKOFF_MS_MAX)
  const late = gaps.slice(-50)
  assert.ok(Math.min(...late) >= BACKOFF_MS_MAX * 0.75)
  assert.ok(new Set(late).size > 40, 'no two nodes keep dialling in step')
})

test('three hundred dead peers delay a live newcomer by nothing, and a returning one by 30 s at most', () => {
  const { redial, there, run, dialsOf, dials, now } = world()
  const dead = Array.from({ length: 300 }, (_, at) => nodeId(`N${at}`))
  for (const peer of dead) redial.seen(0, peer)
  run(600 * SECOND)
  const newcomer = nodeId('Z')
  there.add(newcomer)
  redial.seen(now(), newcomer)
  const seenAt = now()
  run(0)
  assert.deepEqual(dialsOf(newcomer), [seenAt])
  const returning = nodeId('N7')
  there.add(returning)
  const back = now()
  run(BACKOFF_MS_MAX + 6_000)
  const [first = Infinity] = dialsOf(returning, back)
  assert.ok(first - back <= BACKOFF_MS_MAX, `${first - back} ms`)
  // Each of these dials takes 6 s: in any such window there are no more than may be in flight.
  for (const [at, dial] of dials.entries()) {
    const earlier = dials[at - DIALS_MAX]
    assert.ok(earlier === undefined || dial.at - earlier.at >= 5_900, `${dial.at - (earlier?.at ?? 0)} ms`)
  }
})

test('a join address is dialled until it leads somewhere, and again when that is lost', () => {
  const { redial, there, run, dialsOf, now } = world({ silenceMs: 2_000 })
  const key = joinKey('10.0.0.13:7801')
  redial.joinAt(0, '10.0.0.13:7801')
  run(HOUR)
  assert.ok(dialsOf(key).length > 100)
  const gaps = dialsOf(key).map((time, at, all) => time - (all[at - 1] ?? time))
  assert.ok(Math.max(...gaps) <= BACKOFF_MS_MAX)

  const [, led] = [redial.due(now()), now()]
  redial.led(led, key, [HIGHER])
  redial.connected(led, HIGHER)
  there.add(HIGHER)
  run(HOUR)
  assert.deepEqual(dialsOf(key, led), [], 'satisfied while its peer is connected')
  const lost = now()
  redial.disconnected(lost, HIGHER, true)
  run(BACKOFF_MS_MAX)
  const [again = Infinity] = dialsOf(key, lost)
  assert.ok(again - lost <= SECOND)
})

test('a join address of this node itself is left alone', () => {
  const { redial, there, run, dialsOf } = world()
  const key = joinKey('me:7801')
  there.add(key)
  redial.joinAt(0, 'me:7801')
  run(HOUR)
  assert.deepEqual(dialsOf(key), [0])
})

test('strangers that never answer give way to new ones; peers once reached stay', () => {
  const { redial } = world()
  const old = nodeId('Old')
  redial.connected(0, old)
  redial.disconnected(0, old, true)
  for (let at = 0; at < 5_000; at++) redial.seen(at, `P${at}` as NodeId)
  const due = new Set<TargetKey>()
  for (let turn = 0; turn < 200; turn++) {
    const now = 100 * SECOND + turn
    for (const key of redial.due(now)) {
      due.add(key)
      redial.failed(now, key)
    }
  }
  assert.ok(due.has(old))
  assert.ok(due.has('P4999' as NodeId))
  assert.ok(!due.has('P0' as NodeId))
})

test('the node itself is never dialled', () => {
  const { redial } = world()
  redial.seen(0, SELF)
  assert.deepEqual(redial.due(HOUR), [])
  assert.equal(redial.wakeAt(), undefined)
})
