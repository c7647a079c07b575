import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Hub, type LiveEffect } from '../../../src/live/index.ts'

const USER = { key: 'a', isAdmin: false }
const ADMIN = { key: 'owner', isAdmin: true }

interface Told {
  readonly type: string
  readonly topic?: string
  readonly seq?: number
  readonly why?: string
  readonly code?: string
  readonly data?: unknown
  readonly from?: number
  readonly to?: number
  readonly epoch?: string
}

/** A client that keeps what it is told, and takes it when the test says so. */
class Reader {
  readonly told: Told[] = []
  closed: { code: number; why: string } | undefined
  awaited = false
}

class Room {
  readonly hub = new Hub('e1')
  readonly readers = new Map<number, Reader>()
  now = 0

  enter(id: number, who = USER): Reader {
    const reader = new Reader()
    this.readers.set(id, reader)
    this.hub.open(id, who, this.now)
    return reader
  }

  do(effects: readonly LiveEffect[]): void {
    for (const effect of effects)
      if (effect.do === 'close') {
        const reader = this.readers.get(effect.client)
        if (reader) reader.closed = effect
      } else
        for (const id of effect.to) {
          const reader = this.readers.get(id)
          reader?.told.push(JSON.parse(effect.frame.text) as Told)
          if (reader && effect.report) reader.awaited = true
        }
  }

  happen(count: number, data: (n: number) => unknown = (n) => ({ n })): void {
    for (let n = 1; n <= count; n++) this.do(this.hub.publish('events', { data: data(n) }, this.now))
  }

  /** Takes all that it is sent until nothing more comes. */
  drain(id: number): void {
    const reader = this.readers.get(id)
    if (!reader) return
    do {
      reader.awaited = false
      this.do(this.hub.taken(id, this.now))
    } while (reader.awaited)
  }
}

const kinds = ({ told }: Reader): string[] =>
  told.map(({ seq, topic, type }) => `${type} ${topic ?? ''} ${seq ?? ''}`)

test('first a snapshot per topic, then `ready`, then what happens', () => {
  const room = new Room()
  room.happen(3)
  room.do(room.hub.update('nodes', { a: { name: 'alpha' } }, 0))
  const reader = room.enter(1)
  room.do(room.hub.subscribe(1, { topics: ['nodes', 'events'] }, 0))
  assert.deepEqual(kinds(reader), ['snapshot nodes 4', 'snapshot events 4', 'ready  4'])
  assert.deepEqual(reader.told[0]?.data, { a: { name: 'alpha' } })
  assert.equal((reader.told[1] as { data: unknown[] }).data.length, 3)
  assert.equal(reader.told[2]?.epoch, 'e1')
  room.do(room.hub.update('nodes', { a: { name: 'alpha' }, b: { name: 'beta' } }, 0))
  room.do(room.hub.update('nodes', { a: { name: 'alpha' }, b: { name: 'beta' } }, 0))
  room.do(room.hub.update('nodes', { b: { name: 'beta' } }, 0))
  room.do(room.hub.publish('logs', { data: 'not asked for' }, 0))
  assert.deepEqual(
    reader.told.slice(3).map(({ data }) => data),
    [
      { changed: { b: { name: 'beta' } }, gone: [] },
      { changed: {}, gone: ['a'] },
    ],
  )
})

test('who comes back goes on where it was, and gets a snapshot with the reason where that cannot be', () => {
  const room = new Room()
  room.happen(10)
  const since = { epoch: 'e1', seq: 7 }
  const back = room.enter(1)
  room.do(room.hub.subscribe(1, { topics: ['events'], since }, 0))
  assert.deepEqual(kinds(back), ['delta events 8', 'delta events 9', 'delta events 10', 'ready  10'])
  const whys = [
    { place: { epoch: 'e0', seq: 7 }, why: 'restarted' },
    { place: { epoch: 'e1', seq: 11 }, why: 'unknown' },
    { place: undefined, why: 'new' },
  ]
  for (const [at, { place, why }] of whys.entries()) {
    const reader = room.enter(10 + at)
    room.do(room.hub.subscribe(10 + at, { topics: ['events'], since: place }, 0))
    assert.deepEqual([reader.told[0]?.type, reader.told[0]?.why], ['snapshot', why])
  }
  room.happen(1_000)
  const late = room.enter(20)
  room.do(room.hub.subscribe(20, { topics: ['events'], since }, 0))
  assert.deepEqual([late.told[0]?.why, late.told.length], ['too-old', 2])
})

test('a client that takes nothing is sent nothing more, and then all of it in its order', () => {
  const room = new Room()
  const slow = room.enter(1)
  const quick = room.enter(2)
  for (const id of [1, 2]) room.do(room.hub.subscribe(id, { topics: ['events', 'logs'] }, 0))
  assert.equal(slow.told[0]?.code, 'SWARM_FORBIDDEN')
  for (const id of [1, 2]) room.do(room.hub.subscribe(id, { topics: ['events', 'requests'] }, 0))
  const before = slow.told.length
  room.hub.full(1, 0)
  room.happen(200, (n) => ({ n, text: 'x'.repeat(1_000) }))
  room.do(room.hub.publish('requests', { data: { id: 'r1' }, subject: 'r1' }, 0))
  assert.equal(slow.told.length, before)
  room.do(room.hub.taken(1, 0))
  // A part, and the rest when that is taken.
  assert.ok(slow.awaited && slow.told.length - before < 100, String(slow.told.length))
  room.happen(1)
  room.drain(1)
  const numbers = (reader: Reader): number[] =>
    reader.told.filter(({ type }) => type === 'delta').map(({ seq }) => seq ?? 0)
  assert.equal(numbers(slow).length, 202)
  assert.deepEqual(numbers(slow), numbers(quick))
  assert.equal(slow.told.at(-1)?.type, 'ready')
  assert.equal(room.hub.gaps, 0)
})

test('what a slow client missed for good is told as a gap, with a snapshot after it', () => {
  const room = new Room()
  const slow = room.enter(1)
  room.do(room.hub.subscribe(1, { topics: ['events', 'requests'] }, 0))
  room.happen(1)
  room.hub.full(1, 0)
  room.happen(1_500)
  room.do(room.hub.publish('requests', { data: { id: 'r1' }, subject: 'r1' }, 0))
  const before = slow.told.length
  room.drain(1)
  const news = slow.told.slice(before)
  assert.deepEqual(
    news.map(({ topic, type, why }) => [type, topic, type === 'gap' ? '' : why]),
    [
      ['gap', 'events', ''],
      ['snapshot', 'events', 'behind'],
      ['delta', 'requests', undefined],
      ['ready', undefined, undefined],
    ],
  )
  assert.deepEqual([news[0]?.from, news[0]?.to], [1, 501])
  assert.equal(room.hub.gaps, 1)
  room.happen(1)
  assert.equal(slow.told.at(-1)?.type, 'delta')
})

test('a client that has taken nothing for a minute is let go; one that takes a little is not', () => {
  const room = new Room()
  const [gone, slow, idle] = [room.enter(1), room.enter(2), room.enter(3)]
  for (const id of [1, 2, 3]) room.do(room.hub.subscribe(id, { topics: ['events'] }, 0))
  for (const id of [1, 2]) room.hub.full(id, 0)
  room.happen(300, () => 'x'.repeat(1_000))
  room.now = 59_000
  room.do(room.hub.taken(2, room.now))
  assert.ok(slow.awaited)
  room.now = 60_001
  room.do(room.hub.tick(room.now))
  assert.deepEqual([gone.closed?.code, slow.closed, idle.closed], [1013, undefined, undefined])
})

test('answers are for who names the request or runs the node; what administrators did is for them', () => {
  const room = new Room()
  const [any, one, admin, other] = [room.enter(1), room.enter(2), room.enter(3, ADMIN), room.enter(4)]
  room.do(room.hub.subscribe(1, { topics: ['requests', 'events'] }, 0))
  for (const id of [2, 3]) room.do(room.hub.subscribe(id, { topics: ['requests', 'events'], requests: ['r1'] }, 0))
  room.do(room.hub.subscribe(4, { topics: ['requests'], requests: ['r2'] }, 0))
  const answer = { id: 'r1', state: 'done', answer: 42 }
  const brief = { id: 'r1', state: 'done' }
  room.do(room.hub.publish('requests', { data: answer, brief, subject: 'r1' }, 0))
  room.do(room.hub.publish('events', { data: 'a deed', isForAdmin: true }, 0))
  const told = (reader: Reader): unknown[] =>
    reader.told.filter(({ type }) => type === 'delta').map(({ data }) => data)
  assert.deepEqual(told(any), [brief])
  assert.deepEqual(told(one), [answer])
  assert.deepEqual(told(admin), [answer, 'a deed'])
  assert.deepEqual(told(other), [])
  // The same when it is read from the ring, and in a snapshot.
  const back = room.enter(5)
  room.do(room.hub.subscribe(5, { topics: ['requests', 'events'], since: { epoch: 'e1', seq: 0 } }, 0))
  assert.deepEqual(told(back), [brief])
  const late = room.enter(6)
  room.do(room.hub.subscribe(6, { topics: ['events'] }, 0))
  assert.deepEqual(late.told[0]?.data, [])
  room.do(room.hub.publish('requests', { data: 'of a', by: 'a' }, 0))
  const stranger = room.enter(7, { key: 'b', isAdmin: false })
  room.do(room.hub.subscribe(7, { topics: ['requests'] }, 0))
  assert.deepEqual(
    (stranger.told[0] as { data: { data: unknown }[] }).data.map(({ data }) => data),
    [brief],
  )
})

test('a few frames out of protocol are told, the next one ends the connection', () => {
  const room = new Room()
  const reader = room.enter(1)
  for (let n = 0; n < 3; n++) room.do(room.hub.complain(1, { code: 'SWARM_BAD_INPUT', detail: 'no' }))
  assert.deepEqual([reader.told.length, reader.closed], [3, undefined])
  room.do(room.hub.complain(1, { code: 'SWARM_BAD_INPUT', detail: 'no' }))
  assert.deepEqual([reader.told.length, reader.closed?.code], [4, 1008])
})

test('whatever a client takes and when, it has all that happened or was told of the gap', () => {
  for (let seed = 1; seed <= 60; seed++) {
    let state = seed
    const below = (bound: number): number => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
      return state % bound
    }
    const room = new Room()
    const reader = room.enter(1)
    let at: { epoch: string; seq: number } | undefined
    let table: Record<string, unknown> = {}
    room.do(room.hub.subscribe(1, { topics: ['events', 'knowledge'] }, 0))
    for (let step = 0; step < 60; step++) {
      const what = below(7)
      if (what < 2) room.happen(1 + below(300), () => ({ text: 'x'.repeat(below(2_000)) }))
      else if (what < 4) {
        table = Object.fromEntries(Array.from({ length: below(4) }, (_, n) => [`k${n}`, below(5)]))
        room.do(room.hub.update('knowledge', table, 0))
      } else if (what === 4) room.hub.full(1, 0)
      else if (what === 5) room.drain(1)
      else {
        // It comes back with the last number it was told.
        at = { epoch: 'e1', seq: marked(reader) }
        room.hub.close(1)
        room.hub.open(1, USER, 0)
        room.do(room.hub.subscribe(1, { topics: ['events', 'knowledge'], since: at }, 0))
      }
    }
    room.drain(1)
    const view = viewOf(reader)
    assert.deepEqual(view.table, table, `seed ${seed}`)
    assert.equal(view.events, room.hub.newest('events', ADMIN, 1)[0]?.seq ?? 0, `seed ${seed}`)
    assert.ok(view.isInOrder, `seed ${seed}`)
  }
})

/** Up to where a client may say that it has everything. */
const marked = ({ told }: Reader): number =>
  told.findLast(({ type }) => type === 'ready' || type === 'delta')?.seq ?? 0

/** What a client knows that does what the frames say, and no more. */
function viewOf({ told }: Reader): { table: Record<string, unknown>; events: number; isInOrder: boolean } {
  let table: Record<string, unknown> = {}
  let events = 0
  let isInOrder = true
  for (const { data, seq = 0, topic, type } of told) {
    if (topic === 'knowledge' && type === 'snapshot') table = data as Record<string, unknown>
    if (topic === 'knowledge' && type === 'delta') {
      const { changed, gone } = data as { changed: Record<string, unknown>; gone: string[] }
      table = { ...table, ...changed }
      for (const name of gone) delete table[name]
    }
    if (topic !== 'events') continue
    if (type === 'snapshot') events = (data as { seq: number }[]).at(-1)?.seq ?? events
    if (type === 'delta') {
      isInOrder &&= seq > events
      events = seq
    }
  }
  return { table, events, isInOrder }
}
