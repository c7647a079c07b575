import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeId } from '../../../src/base/index.ts'
import { Rumours } from '../../../src/membership/rumours.ts'
import { b, c, d, e, hello, OneMember, probe, rumour } from '../../support/one-member.ts'

/* What a node makes of what others say. */

const self = nodeId('a')

test('a death that another one found is believed where there is no connection to check it by', () => {
  const a = new OneMember().meet(b, c)
  a.loses(b)
  a.take()
  assert.deepEqual(a.hears(c, rumour(c, b, 'dead')).takeEvents(), ['left b: c found it dead'])
})

test('a death claimed of a peer whose connection stands is not believed; the peer is asked', () => {
  const a = new OneMember().meet(b, c)
  const effects = a.hears(c, rumour(c, b, 'dead')).take()
  assert.equal(a.health(b), 'healthy')
  assert.deepEqual(
    effects.flatMap((effect) => (effect.do === 'note' ? [`${effect.level}: ${effect.text}`] : [])),
    ['debug: c says that b is dead; not believed, its connection stands'],
  )
  const [asked] = effects.flatMap((effect) => (effect.do === 'send' ? [effect] : []))
  assert.ok(asked?.message.kind === 'probe' && asked.to === b)
  assert.deepEqual(
    asked.message.news.map(({ about, health, by }) => [about, health, by]),
    [[b, 'suspect', c]],
    'so that it can object',
  )
})

test('the claim is believed as soon as the connection closes, unless the peer has spoken since', () => {
  const a = new OneMember().meet(b, c)
  a.hears(c, rumour(c, b, 'dead'))
  a.take()
  assert.deepEqual(a.loses(b).takeEvents(), ['left b: c found it dead'])
  const other = new OneMember().meet(b, c)
  other.hears(c, rumour(c, b, 'dead')).hears(b, probe())
  other.take()
  assert.deepEqual(other.loses(b).takeEvents(), ['info: b is suspect: the connection closed'])
})

test('a suspicion about a connected peer is checked, and confirmed only by the own ears', () => {
  const a = new OneMember().meet(b, c, d)
  a.hears(c, rumour(c, b, 'suspect'))
  assert.equal(a.health(b), 'healthy')
  assert.ok(a.takeSent().some(({ kind, to }) => kind === 'probe' && to === b))
  a.ticks(10, [c, d])
  assert.equal(a.health(b), 'suspect')
})

test('each other accuser shortens the time to object', () => {
  const timeOf = (accusers: readonly (typeof c)[]): number => {
    const a = new OneMember().meet(b, c, d, e)
    a.loses(b)
    for (const by of accusers) a.hears(by, rumour(by, b, 'suspect'))
    for (let tick = 1; ; tick++) if (a.ticks(1, [c, d, e]).health(b) === 'dead') return tick
  }
  const times = [timeOf([]), timeOf([c]), timeOf([c, d]), timeOf([c, d, e]), timeOf([c, c, c])]
  assert.deepEqual(times, [60, 32, 15, 15, 32])
})

test('a refutation with a higher incarnation makes the suspect healthy; an old one, or an old accusation, nothing', () => {
  const a = new OneMember().meet(b, c, d)
  a.loses(b)
  a.take()
  assert.deepEqual(a.hears(c, rumour(b, b, 'healthy', 1)).takeEvents(), [])
  assert.deepEqual(a.hears(c, rumour(b, b, 'healthy', 2)).takeEvents(), ['info: b is healthy again: it objected'])
  assert.deepEqual(
    a
      .hears(d, rumour(d, b, 'suspect', 1))
      .hears(d, rumour(d, b, 'dead', 1))
      .takeEvents(),
    [],
  )
  assert.equal(a.health(b), 'healthy')
})

test('who is gone and not connected is not brought back by what others say', () => {
  const a = new OneMember().meet(b, c)
  a.loses(b).isRefused(b)
  a.take()
  assert.deepEqual(a.hears(c, rumour(b, b, 'healthy', 9)).takeEvents(), [])
  assert.equal(a.health(b), 'dead')
})

test('a node that is accused objects at once with a higher incarnation, to the accuser and to others', () => {
  const a = new OneMember({ since: 50 }).meet(b, c)
  const sent = a.hears(b, rumour(c, self, 'suspect', 50)).takeSent()
  assert.deepEqual(new Set(sent.map(({ to }) => to)), new Set([b, c]))
  const news = [{ about: self, health: 'healthy', incarnation: 51, by: self }]
  assert.ok(
    sent.every((message) => message.kind === 'rumour' && JSON.stringify(message.news) === JSON.stringify(news)),
  )
  assert.equal(a.members.score, 2, 'others missed it: it may be the slow one')
})

test('old accusations are answered, but seldom; one from the end of numbers is ignored', () => {
  const a = new OneMember({ since: 50 }).meet(b).ticks(10, [b])
  a.take()
  for (let turn = 0; turn < 20; turn++) a.hears(b, rumour(b, self, 'dead', 49))
  assert.equal(a.takeSent().length, 1)
  assert.deepEqual(a.hears(b, rumour(b, self, 'dead', Number.MAX_SAFE_INTEGER)).take(), [])
})

test('who left, says another one', () => {
  const a = new OneMember().meet(b, c)
  a.loses(b)
  a.take()
  assert.deepEqual(a.hears(c, rumour(c, b, 'left')).takeEvents(), ['left b: it stopped, says c'])
  assert.equal(a.health(b), 'left')
})

test('nobody is learned of by hearsay', () => {
  const a = new OneMember().meet(b)
  a.hears(b, rumour(b, e, 'healthy', 5)).hears(b, rumour(b, e, 'dead', 5))
  assert.deepEqual(a.take(), [])
  assert.equal(a.health(e), undefined)
})

test('a hello of a new life ends what was said of the old one', () => {
  const a = new OneMember().meet(b, c)
  a.loses(b).hears(c, rumour(c, b, 'suspect'))
  a.keep(a.members.up(b))
  a.hears(b, hello(b, 7)).hears(c, rumour(c, b, 'dead', 1))
  assert.equal(a.health(b), 'healthy')
})

test('news rides along as often as the logarithm of the members asks, least told first, and is bounded', () => {
  const rumours = new Rumours()
  const news = (index: number) => ({ about: nodeId(`p${index}`), health: 'dead', incarnation: 1, by: c }) as const
  rumours.add(news(0))
  rumours.take(9)
  rumours.add(news(1))
  assert.deepEqual(
    rumours.take(9).map(({ about }) => about),
    ['p1', 'p0'],
  )
  assert.deepEqual(
    [rumours.take(9).length, rumours.take(9).length, rumours.take(9).length, rumours.take(9).length],
    [2, 2, 1, 0],
  )
  for (let index = 0; index < 1_000; index++) rumours.add(news(index))
  let told = 0
  for (let turn = 0; turn < 1_000; turn++) told += rumours.take(9).length
  assert.equal(told, 256 * 4)
})
