import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type NodeId, nodeId } from '../../../src/base/index.ts'
import { ack, b, c, hello, OneMember, probe } from '../../support/one-member.ts'

test('a connection is greeted at once, and a member joins with its hello, once', () => {
  const a = new OneMember()
  a.keep(a.members.up(b))
  assert.deepEqual(
    a.takeSent().map(({ kind, to }) => [kind, to]),
    [['hello', b]],
  )
  assert.deepEqual(a.members.list(), [])
  assert.deepEqual(a.hears(b, hello(b)).takeEvents(), ['joined b'])
  assert.deepEqual(a.hears(b, hello(b)).takeEvents(), [])
  const [member] = a.members.list()
  assert.deepEqual([member?.name, member?.role, member?.health], ['b', 'worker', 'healthy'])
})

test('a hello that did not come is asked for every second, and given to who asks', () => {
  const a = new OneMember()
  a.keep(a.members.up(b))
  a.take()
  const asked = a.ticks(25).takeSent()
  assert.deepEqual(
    asked.map((message) => message.kind === 'hello' && message.reply),
    [true, true],
  )
  const answer = a.hears(b, { ...hello(b), reply: true }).takeSent()
  assert.ok(answer.some((message) => message.kind === 'hello' && !message.reply))
})

test('one peer is asked every 1.2 s, all of them by turns, whatever their number', () => {
  const a = new OneMember()
  const peers = Array.from({ length: 7 }, (_, index) => nodeId(`p${index}`))
  a.meet(...peers)
  a.ticks(168, peers)
  const asked = a.takeSent().filter(({ kind }) => kind === 'probe')
  assert.equal(asked.length, 14)
  const times = Map.groupBy(asked, ({ to }) => to)
  assert.deepEqual(new Set([...times.values()].map((some) => some.length)), new Set([2]))
})

test('round trip and clock distance are measured by every answered probe, of a new member at once', () => {
  const a = new OneMember()
  a.keep(a.members.up(b))
  const [sent] = a
    .hears(b, hello(b))
    .takeSent()
    .filter(({ kind }) => kind === 'probe')
  assert.ok(sent?.kind === 'probe')
  // b's clock is 5000 ms ahead; one way takes 10 ms.
  const sentAt = a.time.now
  a.time.now += 20
  a.hears(b, ack(sent.seq, sentAt + 10 + 5000))
  assert.deepEqual([a.member(b)?.rttMs, a.member(b)?.offsetMs], [20, 5000])
  assert.deepEqual([a.members.rttMs(b), a.members.rttMs(c), a.members.clockOffsetMs], [20, null, 5000])
})

test('a clock that was set between question and answer is not measured', () => {
  const a = new OneMember()
  a.keep(a.members.up(b))
  const [sent] = a
    .hears(b, hello(b))
    .takeSent()
    .filter(({ kind }) => kind === 'probe')
  assert.ok(sent?.kind === 'probe')
  a.time.now -= 3_600_000
  a.hears(b, ack(sent.seq, a.time.now))
  assert.equal(a.member(b)?.rttMs, null)
})

test('an answer to a question that was not asked, or of another peer, measures nothing', () => {
  const a = new OneMember().meet(b)
  const before = a.member(b)
  a.keep(a.members.up(c))
  const [sent] = a
    .hears(c, hello(c))
    .takeSent()
    .filter(({ kind }) => kind === 'probe')
  assert.ok(sent?.kind === 'probe')
  a.time.now += 50
  a.hears(b, ack(sent.seq, 77)).hears(b, ack(4_711, 77))
  assert.deepEqual([a.member(b)?.rttMs, a.member(b)?.offsetMs], [before?.rttMs, before?.offsetMs])
  assert.equal(a.member(c)?.rttMs, null)
})

test('wrong clocks are told once, and once more when they agree again', () => {
  const a = new OneMember().meet(b)
  const beat = (offset: number): number => {
    a.ticks(12)
    const [sent] = a.takeSent().filter(({ kind }) => kind === 'probe')
    assert.ok(sent?.kind === 'probe')
    return a.hears(b, ack(sent.seq, a.time.now + offset)).takeEvents().length
  }
  beat(0)
  assert.deepEqual([beat(3_600_000), beat(3_600_000), beat(0), beat(0)], [1, 0, 1, 0])
})

test('what the peer holds comes with its probes and its answers', () => {
  const a = new OneMember().meet(b)
  a.hears(b, probe(1, 'theirs')).hears(b, { ...ack(99), digest: 'newer', items: 8 })
  assert.deepEqual(
    a.take().flatMap((effect) => (effect.do === 'digest' ? effect.digest : [])),
    ['theirs', 'newer'],
  )
  assert.equal(a.member(b)?.items, 8)
})

test('a probe is answered at once, with what this node holds', () => {
  const a = new OneMember().meet(b).ticks(1)
  a.take()
  const [answer] = a.hears(b, probe(41)).takeSent()
  assert.deepEqual(answer, { to: b, kind: 'ack', seq: 41, digest: 'd', items: 3, news: [], wall: a.time.now })
})

test('of those that are gone the last hundred are remembered, with their last contact', () => {
  const a = new OneMember()
  for (let index = 0; index < 150; index++) {
    const id: NodeId = nodeId(`n${index}`)
    a.meet(id)
    a.loses(id).isRefused(id)
  }
  const list = a.members.list()
  assert.equal(list.length, 100)
  assert.ok(list.every(({ health, heard }) => health === 'dead' && heard === a.time.now))
  assert.equal(a.health(nodeId('n0')), undefined)
  assert.equal(a.health(nodeId('n149')), 'dead')
})

test('the list has those that are gone at its end', () => {
  const a = new OneMember().meet(b, c)
  a.loses(b).isRefused(b)
  assert.deepEqual(
    a.members.list().map(({ health, id }) => [id, health]),
    [
      [c, 'healthy'],
      [b, 'dead'],
    ],
  )
})
