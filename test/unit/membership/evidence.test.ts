import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ack, b, c, d, e, hello, OneMember, probe } from '../../support/one-member.ts'

/* What a node concludes from what it notices itself: connections, refusals, silence. */

test('who says goodbye has left at once, whatever its connection says later', () => {
  const a = new OneMember().meet(b, c)
  assert.deepEqual(a.hears(b, { kind: 'goodbye' }).takeEvents(), ['left b: it stopped'])
  assert.equal(a.health(b), 'left')
  // What was on its way from it does not bring it back.
  a.hears(b, probe()).loses(b, 'reset').isRefused(b)
  assert.deepEqual(a.takeEvents(), [])
  assert.equal(a.health(b), 'left')
})

test('a connection that closes makes a suspect, and a refused redial makes it dead at once', () => {
  const a = new OneMember().meet(b, c)
  assert.deepEqual(a.loses(b, 'the connection broke').takeEvents(), ['info: b is suspect: the connection broke'])
  assert.equal(a.health(b), 'suspect')
  assert.deepEqual(a.isRefused(b).takeEvents(), ['left b: its process is gone (connection refused)'])
  assert.equal(a.health(b), 'dead')
  assert.deepEqual(a.isRefused(b).takeEvents(), [], 'said once')
})

test('a refusal says nothing of a peer that is connected, or that was never met', () => {
  const a = new OneMember().meet(b)
  a.isRefused(b).isRefused(c)
  assert.deepEqual(a.take(), [])
  assert.equal(a.health(b), 'healthy')
})

test('a connection that closes without another word is a death after the time to object', () => {
  const a = new OneMember().meet(b)
  a.loses(b)
  a.ticks(59)
  assert.equal(a.health(b), 'suspect')
  a.take()
  assert.deepEqual(a.ticks(1).takeEvents(), ['left b: the connection closed, and no word in 6.0 s'])
})

test('a peer that is back before that has never been away', () => {
  const a = new OneMember().meet(b)
  a.loses(b).ticks(20)
  a.take()
  a.keep(a.members.up(b))
  assert.equal(a.health(b), 'suspect', 'not before its hello')
  assert.deepEqual(a.hears(b, hello(b)).takeEvents(), ['info: b is healthy again: it is connected'])
  a.ticks(1).hears(b, probe())
  assert.deepEqual(a.ticks(100, [b]).takeEvents(), [])
})

test('a peer that is back after its death joins anew', () => {
  const a = new OneMember().meet(b)
  a.loses(b).isRefused(b)
  a.take()
  a.keep(a.members.up(b))
  assert.deepEqual(a.hears(b, hello(b, 2)).takeEvents(), ['joined b'])
})

test('a connected peer that does not answer is asked again, by others too, and is suspect after a second', () => {
  const a = new OneMember().meet(b, c, d, e)
  const others = [c, d, e]
  for (let tick = 0; tick < 60 && a.health(b) === 'healthy'; tick++) a.ticks(1, others)
  assert.equal(a.health(b), 'suspect')
  const effects = a.take()
  const sent = effects.flatMap((effect) => (effect.do === 'send' ? { ...effect.message, to: effect.to } : []))
  assert.deepEqual(
    new Set(sent.flatMap((message) => (message.kind === 'reach' && message.target === b ? message.to : []))),
    new Set(others),
  )
  assert.equal(sent.filter(({ kind, to }) => kind === 'probe' && to === b).length, 2)
  const told = sent.filter(({ kind }) => kind === 'rumour')
  assert.deepEqual(
    new Set(told.map(({ to }) => to)),
    new Set([b, c, d, e]),
    'the others are told, and so is the suspect',
  )
  assert.equal(a.members.score, 1, 'the others cannot reach it either: it is not this node')
})

test('a peer that others reach is healthy', () => {
  const a = new OneMember().meet(b, c, d)
  assert.deepEqual(a.ticks(100, [c, d], true).takeEvents(), [])
  assert.equal(a.health(b), 'healthy')
})

test('a word of the suspect on its connection makes it healthy', () => {
  const a = new OneMember().meet(b)
  a.ticks(25)
  assert.equal(a.health(b), 'suspect')
  a.take()
  assert.deepEqual(a.hears(b, probe()).takeEvents(), ['info: b is healthy again: it answers'])
})

test('a dead peer whose connection stands is asked on, and joins anew when it answers', () => {
  const a = new OneMember().meet(b)
  a.ticks(200)
  assert.equal(a.health(b), 'dead')
  a.take()
  assert.ok(
    a
      .ticks(100)
      .takeSent()
      .some(({ kind, to }) => kind === 'probe' && to === b),
  )
  assert.deepEqual(a.hears(b, probe()).takeEvents(), ['joined b'])
})

test('without a connection, a suspect that others reach is healthy, and is asked for through them from then on', () => {
  const a = new OneMember().meet(b, c, d)
  a.loses(b)
  a.ticks(10, [c, d], true)
  assert.equal(a.health(b), 'healthy')
  a.take()
  const sent = a.ticks(60, [c, d], true).takeSent()
  assert.ok(sent.some(({ kind }) => kind === 'reach'))
  assert.ok(!sent.some(({ to }) => to === b))
  assert.equal(a.health(b), 'healthy')
})

test('a node asks for another one, and says what came of it', () => {
  const a = new OneMember().meet(b, c)
  const [probed] = a.hears(b, { kind: 'reach', seq: 7, target: c }).takeSent()
  assert.ok(probed?.kind === 'probe' && probed.to === c)
  const answer = ack(probed.seq)
  assert.deepEqual(a.hears(c, answer).takeSent(), [{ to: b, kind: 'reached', seq: 7, answered: true }])
  a.hears(b, { kind: 'reach', seq: 8, target: c })
  assert.deepEqual(
    a
      .ticks(4, [])
      .takeSent()
      .filter(({ kind }) => kind === 'reached'),
    [{ to: b, kind: 'reached', seq: 8, answered: false }],
  )
  assert.deepEqual(a.hears(b, { kind: 'reach', seq: 9, target: e }).takeSent(), [
    { to: b, kind: 'reached', seq: 9, answered: false },
  ])
})

test('questions for others are bounded', () => {
  const a = new OneMember().meet(b, c)
  for (let seq = 0; seq < 100; seq++) a.hears(b, { kind: 'reach', seq, target: c })
  const sent = a.takeSent()
  assert.equal(sent.filter(({ kind }) => kind === 'probe').length, 64)
  assert.equal(sent.filter(({ kind }) => kind === 'reached').length, 36)
})
