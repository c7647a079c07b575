import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../src/base/index.ts'
import { simulate, type World } from '../../src/sim/index.ts'

const view = (world: World, name: string) => world.status(name).coordination

/** A swarm that has formed and has all the voters it will have. */
const formed = (seed: number, nodes: number): World => {
  const world = simulate({ seed, nodes })
  world.runUntil(
    () => world.names.every((name) => view(world, name).voters.length === nodes && view(world, name).leader !== null),
    { ticksMax: 400 },
  )
  return world
}

test('a stall of half a second in any node, again and again, changes no leader (G15)', () => {
  for (let seed = 1; seed <= 5; seed++) {
    const world = formed(seed, 5)
    const random = seededRandom(seed)
    const { leader, term } = view(world, 'a')
    for (let stall = 0; stall < 60; stall++) {
      world.pause(world.names[random.below(5)] ?? 'a', 500).run(10 + random.below(10))
    }
    world.run(20)
    assert.deepEqual(
      world.names.map((name) => [view(world, name).leader?.id, view(world, name).term]),
      world.names.map(() => [leader?.id, term]),
    )
  }
})

test('a leader that slept accepts no write when it wakes up and another leads', () => {
  const world = formed(3, 3)
  const old = view(world, 'a').leader?.id ?? 'a'
  world.pause(old, 120_000, true).run(100)
  const others = world.names.filter((name) => name !== old)
  assert.ok(others.every((name) => view(world, name).leader && view(world, name).leader?.id !== old))
  world.run(1_200)
  const { leader } = view(world, others[0] ?? 'b')
  world.runUntil(() => view(world, old).leader?.id === leader?.id, { ticksMax: 300 })
})

test('a worker whose leader is gone for ever follows the next node that founds', () => {
  const world = simulate({ seed: 5, nodes: 3, roles: ['auto', 'worker', 'auto'], asleep: true })
  world.restart('a').restart('b')
  world.runUntil(() => view(world, 'b').leader?.id === 'a', { ticksMax: 100 })
  world.crash('a').run(50).restart('c')
  world.runUntil(() => view(world, 'b').leader?.id === 'c', { ticksMax: 600 })
})
