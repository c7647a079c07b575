import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type NodeId, nodeId } from '../../src/base/index.ts'
import { Members, type MembersEffect } from '../../src/membership/index.ts'

const b = nodeId('b')
const state = { digest: 'd', items: 3 }

function create(): { readonly members: Members; readonly time: { now: number } } {
  const time = { now: 1_000_000 }
  const members = new Members({
    clock: { now: () => time.now },
    self: { name: 'a', role: 'auto', version: '1', since: 0 },
  })
  return { members, time }
}
const hello = (name: string) => ({ kind: 'hello', name, role: 'worker', version: '1', since: 5 }) as const
const ticks = (members: Members, count: number): MembersEffect[] =>
  Array.from({ length: count }, () => members.tick(state)).flat()

test('a connection is greeted at once, and a member joins with its hello, once', () => {
  const { members } = create()
  assert.deepEqual(
    members.up(b).map((effect) => effect.do === 'send' && effect.message.kind),
    ['hello'],
  )
  assert.deepEqual(members.list(), [])
  assert.equal(members.receive(b, hello('bo'))[0]?.do, 'joined')
  assert.deepEqual(members.receive(b, hello('bo')), [])
  assert.deepEqual(
    members.list().map(({ name, role, health }) => [name, role, health]),
    [['bo', 'worker', 'healthy']],
  )
})

test('a heartbeat goes to every connection once a second', () => {
  const { members } = create()
  members.up(b)
  const sent = ticks(members, 30).filter((effect) => effect.do === 'send')
  assert.equal(sent.length, 3)
})

test('round trip and clock distance are measured from echoes', () => {
  const { members, time } = create()
  members.up(b)
  members.receive(b, hello('bo'))
  // b's clock is 5000 ms ahead; one way takes 10 ms; b holds the heartbeat for 400 ms.
  const sentAt = time.now
  time.now += 420
  members.receive(b, {
    kind: 'heartbeat',
    wall: sentAt + 410 + 5000,
    echo: { wall: sentAt, heldMs: 400 },
    digest: 'd',
    items: 1,
  })
  const [member] = members.list()
  assert.equal(member?.rttMs, 20)
  assert.equal(member?.offsetMs, 5000)
  assert.equal(members.clockOffsetMs, 5000)
})

test('a clock that was set between two heartbeats is not measured', () => {
  const { members, time } = create()
  members.up(b)
  members.receive(b, hello('bo'))
  const sentAt = time.now
  time.now -= 3_600_000
  members.receive(b, { kind: 'heartbeat', wall: time.now, echo: { wall: sentAt, heldMs: 0 }, digest: 'd', items: 1 })
  assert.equal(members.list()[0]?.rttMs, null)
})

test('wrong clocks are told once, and once more when they agree again', () => {
  const { members, time } = create()
  members.up(b)
  const beat = (offset: number): MembersEffect[] => [
    ...members.receive(b, {
      kind: 'heartbeat',
      wall: time.now + offset,
      echo: { wall: time.now, heldMs: 0 },
      digest: 'd',
      items: 1,
    }),
  ]
  const notes = [beat(3_600_000), beat(3_600_000), beat(0), beat(0)].map(
    (effects) => effects.filter((effect) => effect.do === 'note').length,
  )
  assert.deepEqual(notes, [1, 0, 1, 0])
})

test('silence makes a peer suspect, a word makes it healthy, only the connection makes it gone', () => {
  const { members } = create()
  members.up(b)
  members.receive(b, hello('bo'))
  assert.equal(ticks(members, 51).filter((effect) => effect.do === 'note').length, 1)
  assert.equal(members.list()[0]?.health, 'suspect')
  members.receive(b, { kind: 'heartbeat', wall: 0, echo: null, digest: 'd', items: 1 })
  assert.equal(members.list()[0]?.health, 'healthy')
  const [left] = members.down(b, 'the connection broke')
  assert.ok(left?.do === 'left')
  assert.equal(left.why, 'the connection broke')
  assert.equal(members.list()[0]?.health, 'gone')
})

test('who said goodbye has stopped, whatever the connection says', () => {
  const { members } = create()
  members.up(b)
  members.receive(b, hello('bo'))
  members.receive(b, { kind: 'goodbye' })
  const [left] = members.down(b, 'reset')
  assert.ok(left?.do === 'left')
  assert.equal(left.why, 'it stopped')
})

test('of those that left, the last hundred are remembered', () => {
  const { members } = create()
  for (let index = 0; index < 150; index++) {
    const id: NodeId = nodeId(`n${index}`)
    members.up(id)
    members.receive(id, hello(`n${index}`))
    members.down(id, 'gone')
  }
  assert.equal(members.list().length, 100)
})
