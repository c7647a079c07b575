import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { Door } from '../../../src/swarm/door.ts'

test('a strange address has a few handshakes at a time, and more only as time goes by', () => {
  const door = new Door()
  const entered = (ip: string, now: number, tries: number): number =>
    Array.from({ length: tries }, () => door.enter(ip, now)).filter(Boolean).length
  assert.equal(entered('10.0.0.1', 0, 50), 8)
  for (let count = 0; count < 8; count++) door.left('10.0.0.1')
  assert.equal(entered('10.0.0.1', 0, 50), 8)
  for (let count = 0; count < 8; count++) door.left('10.0.0.1')
  assert.equal(entered('10.0.0.1', 0, 50), 8)
  for (let count = 0; count < 8; count++) door.left('10.0.0.1')
  assert.equal(entered('10.0.0.1', 0, 50), 0, 'its burst is used up')
  assert.equal(entered('10.0.0.1', 1_000, 50), 4)
  assert.ok(door.refused > 100)
})

test('all strangers together leave room, and addresses of members have their own', () => {
  const door = new Door()
  door.member('10.9.9.9')
  let strangers = 0
  for (let ip = 0; ip < 100; ip++)
    for (let tries = 0; tries < 8; tries++) if (door.enter(`10.0.1.${ip}`, 0)) strangers += 1
  assert.equal(strangers, 64)
  for (let count = 0; count < 100; count++)
    assert.ok(door.enter('10.9.9.9', 0), `handshake ${count} of a member's host`)
  for (let count = 0; count < 100; count++) door.left('10.9.9.9')
  assert.equal(door.enter('10.2.2.2', 0), false, 'what a member leaves is no room for strangers')
})

test('whatever comes and goes, what is open is counted right', () => {
  const ip = fc.integer({ min: 0, max: 5 }).map((at) => `10.0.0.${at}`)
  const step = fc.oneof(
    fc.record({ do: fc.constant('enter' as const), ip }),
    fc.record({ do: fc.constant('left' as const), ip }),
    fc.record({ do: fc.constant('member' as const), ip }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const door = new Door()
      const open = new Map<string, number>()
      let now = 0
      for (const { do: what, ip: from } of steps) {
        now += 50
        if (what === 'member') door.member(from)
        else if (what === 'enter' && door.enter(from, now)) open.set(from, (open.get(from) ?? 0) + 1)
        else if (what === 'left' && (open.get(from) ?? 0) > 0) {
          door.left(from)
          open.set(from, (open.get(from) ?? 0) - 1)
        }
        for (const count of open.values()) assert.ok(count <= 128)
      }
      // When all have gone, a stranger that waited has its room again.
      for (const [from, count] of open) for (let left = 0; left < count; left++) door.left(from)
      assert.ok(door.enter('10.1.1.1', now + 60_000))
    }),
  )
})
