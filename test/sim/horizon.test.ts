import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ItemId } from '../../src/base/index.ts'
import { type World, simulate } from '../../src/sim/index.ts'

/** A deletion is kept this long, seconds. */
const KEEP_S = 30

function swarm(seed: number, nodes = 3): World {
  const world = simulate({ seed, nodes })
  world.runUntil((now) => now.alive.every((name) => now.status(name).coordination.leader !== null), { ticksMax: 600 })
  world.runUntil((now) => now.status('a').coordination.members === nodes, { ticksMax: 600 })
  world.wait('a', 'write-setting', { key: 'deletes.keep', value: KEEP_S, expect: null, idempotencyKey: null })
  return world
}

const item = (world: World, name: string, text: string): ItemId =>
  world.share(name, { action: `${text}, and do it well`, error: `ENOSPC: ${text}` }).id

const remove = (world: World, name: string, id: ItemId): void => {
  const driver = world.node(name).driver
  assert.ok(driver)
  driver.accept({ kind: 'rewritten', draft: { item: id, body: '', deleted: true } })
}

const collected = (world: World, name: string): number => world.status(name).sync.forgottenUpTo ?? 0

const known = (world: World, name: string, id: ItemId): boolean => {
  let found = false
  world.ask(name, { kind: 'get', input: id }, (result) => (found = result.ok))
  world.run(5)
  return found
}

const rows = (world: World, name: string): number => world.node(name).disk.rows.length

test('what was deleted is forgotten everywhere once all have known it long enough, and nowhere before', () => {
  const world = swarm(1)
  const kept = item(world, 'a', 'the disk is full')
  const lost = item(world, 'a', 'the quota is exceeded')
  world.runUntil((now) => now.replicasEqual(), { ticksMax: 100 })
  remove(world, 'a', lost)
  world.runUntil((now) => now.replicasEqual() && now.alive.every((name) => !known(now, name, lost)), {
    ticksMax: 100,
  })
  const before = rows(world, 'b')
  world.run(KEEP_S * 10 - 100)
  assert.equal(rows(world, 'b'), before)
  world.runUntil((now) => now.alive.every((name) => rows(now, name) === before - 2), { ticksMax: 1_200 })
  assert.ok(world.replicasEqual())
  for (const name of world.alive)
    assert.deepEqual([known(world, name, kept), known(world, name, lost)], [true, false])
})

test('a member that is away holds the horizon up until the roster forgets it', () => {
  const world = swarm(2)
  const lost = item(world, 'a', 'the quota is exceeded')
  world.runUntil((now) => now.replicasEqual(), { ticksMax: 100 })
  world.crash('c')
  remove(world, 'a', lost)
  world.run(KEEP_S * 40)
  assert.deepEqual([collected(world, 'a') > 0, collected(world, 'b') > 0], [false, false])
})

test('who was away past the horizon brings nothing back, and delivers what it had written', () => {
  const world = swarm(3)
  const lost = item(world, 'a', 'the quota is exceeded')
  world.runUntil((now) => now.replicasEqual(), { ticksMax: 100 })
  world.cut(['c'])
  const own = item(world, 'c', 'written while it was away')
  remove(world, 'a', lost)
  world.run(50)
  world.wait('a', 'remove-node', { node: 'c' })
  world.runUntil((now) => collected(now, 'a') > 0 && collected(now, 'b') > 0, { ticksMax: 3_000 })
  assert.ok(known(world, 'c', lost), 'it has not heard of the deletion')
  world.heal()
  world.runUntil(
    (now) => now.replicasEqual() && now.alive.every((name) => known(now, name, own) && !known(now, name, lost)),
    { ticksMax: 1_200 },
  )
})

test('a newcomer takes what there is, and what is gone does not come back through it', () => {
  const world = swarm(4)
  const kept = item(world, 'a', 'the disk is full')
  const lost = item(world, 'a', 'the quota is exceeded')
  world.runUntil((now) => now.replicasEqual(), { ticksMax: 100 })
  remove(world, 'a', lost)
  world.runUntil((now) => now.alive.every((name) => collected(now, name) > 0), { ticksMax: 3_000 })
  const fresh = world.grow('auto')
  world.runUntil((now) => now.replicasEqual() && known(now, fresh, kept), { ticksMax: 600 })
  assert.equal(world.status(fresh).missing, 0)
  world.crash('a').crash('b').crash('c').restart('a')
  world.runUntil((now) => now.replicasEqual(), { ticksMax: 600 })
  assert.deepEqual([known(world, 'a', lost), known(world, fresh, lost)], [false, false])
})
