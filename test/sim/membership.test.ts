import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeId } from '../../src/base/index.ts'
import { simulate } from '../../src/sim/index.ts'
import { MembershipWorld } from '../support/membership-world.ts'

const HOUR = 3_600_000
/** A fifth of all messages vanishes, and every event loop stands still for 150 ms about once a second. */
const rough = { loss: 0.2, delayMsMax: 100, stallMs: 150, stallEveryMs: 1_000 }

const sorted = (times: readonly number[]): number[] => times.toSorted((a, b) => a - b)
const allSay = (world: MembershipWorld, about: string, health: string): (() => boolean) => {
  return () => [...world.views(about)].every((view) => view === health)
}

/** Milliseconds until all others hold n1 for dead, over some seeds. */
function detection(nodes: number, seeds: number, how: 'kill' | 'unplug' | 'freeze', faults = {}): number[] {
  return sorted(
    Array.from({ length: seeds }, (_, seed) => {
      const world = new MembershipWorld({ seed, nodes, faults })
      world.until('all are healthy', () => world.allHealthy(), 20_000)
      world.run(3_000 + seed * 137)
      world[how]('n1')
      return world.until('all know it', allSay(world, 'n1', 'dead'), 60_000)
    }),
  )
}

for (const nodes of [2, 3, 5, 10]) {
  test(`${nodes} nodes, a fifth of the messages lost, loops held up: nobody is called dead in hours`, () => {
    for (let seed = 1; seed <= 4; seed++) {
      const world = new MembershipWorld({ seed, nodes, faults: rough })
      world.run(HOUR)
      const losses = world.told.filter(({ effect }) => effect.do === 'left')
      assert.deepEqual(losses, [], world.story())
      assert.ok(world.told.some(({ effect }) => effect.do === 'note' && effect.text.includes('suspect')))
    }
  })
}

test('a killed process is dead for all within 100 ms, of 5 nodes and of 50', () => {
  for (const [nodes, seeds] of [
    [5, 40],
    [50, 2],
  ] as const) {
    const times = detection(nodes, seeds, 'kill')
    assert.ok((times.at(-1) ?? Infinity) <= 100, `${nodes}: ${times.join(' ')}`)
  }
})

test('a killed process is dead for all within 1.5 s also where a fifth of the messages is lost', () => {
  const times = detection(5, 40, 'kill', rough)
  assert.ok((times.at(-1) ?? Infinity) <= 1_500, times.join(' '))
})

test('an unplugged machine is dead for all in 4 s as a rule, and in 7 s at the most, of 5 nodes', () => {
  const times = detection(5, 60, 'unplug')
  assert.ok((times[30] ?? Infinity) <= 4_000, times.join(' '))
  assert.ok((times.at(-1) ?? Infinity) <= 7_000, times.join(' '))
})

test('an unplugged machine is dead for all in 8 s at the most, of 50 nodes', () => {
  const times = detection(50, 3, 'unplug')
  assert.ok((times.at(-1) ?? Infinity) <= 8_000, times.join(' '))
})

test('of two nodes the other one is given 9 s', () => {
  const times = detection(2, 20, 'unplug')
  assert.ok((times[0] ?? 0) >= 6_000 && (times.at(-1) ?? Infinity) <= 9_000, times.join(' '))
})

test('a frozen process is dead, and healthy for all within 2 s of going on; it never believes the others dead', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const world = new MembershipWorld({ seed, nodes: 5 })
    world.run(5_000)
    world.freeze('n1')
    world.until('all know it', allSay(world, 'n1', 'dead'), 10_000)
    world.run(seed * 500)
    world.thaw('n1')
    world.until('all are healthy', () => world.allHealthy(), 2_000)
    world.run(30_000)
    assert.ok(world.allHealthy(), world.story())
    assert.ok(
      world.told.every(({ by, effect }) => by !== 'n1' || effect.do !== 'left'),
      world.story(),
    )
  }
})

test('a process frozen for less than a second and a half is never called dead', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const world = new MembershipWorld({ seed, nodes: 5 })
    for (let turn = 0; turn < 20; turn++) {
      world.run(3_000)
      world.freeze('n1')
      world.run(1_500)
      world.thaw('n1')
    }
    world.run(5_000)
    assert.ok(
      world.told.every(({ effect }) => effect.do !== 'left'),
      world.story(),
    )
    assert.ok(world.allHealthy())
  }
})

test('who stops on purpose has left, for all, in the time of one message', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const world = new MembershipWorld({ seed, nodes: 5 })
    world.run(5_000)
    world.stop('n1')
    assert.ok(world.until('all know it', allSay(world, 'n1', 'left'), 100) <= 10)
    world.run(30_000)
    assert.deepEqual([...world.views('n1')], ['left'])
  }
})

test('a killed process that is back at once is healthy for all, whatever was told of its earlier life', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const world = new MembershipWorld({ seed, nodes: 5, faults: rough })
    world.run(10_000)
    world.kill('n1')
    world.run(30 + seed * 5)
    world.start('n1')
    world.until('all are healthy', () => world.allHealthy(), 20_000)
    world.told.length = 0
    world.run(60_000)
    assert.ok(
      world.told.every(({ effect }) => effect.do !== 'left'),
      world.story(),
    )
  }
})

test('two nodes whose connection is broken hold each other for healthy by what the others say', () => {
  for (let seed = 1; seed <= 10; seed++) {
    const world = new MembershipWorld({ seed, nodes: 4 })
    world.run(5_000)
    world.cut('n0', 'n1')
    world.run(120_000)
    assert.equal(world.health('n0', 'n1'), 'healthy', world.story())
    assert.ok(
      world.told.every(({ effect }) => effect.do !== 'left'),
      world.story(),
    )
    world.join('n0', 'n1')
    world.run(5_000)
    assert.ok(world.allHealthy())
  }
})

test('a calm node sends less than two messages a second, of 5 nodes and of 50, and measures all of them', () => {
  for (const nodes of [5, 50]) {
    const world = new MembershipWorld({ seed: 1, nodes })
    world.run(10_000)
    world.sent.clear()
    world.run(60_000)
    for (const [id, sent] of world.sent) assert.ok(sent <= 60 * 2 + 60, `${id} sent ${sent} in a minute`)
    const sum = [...world.sent.values()].reduce((all, some) => all + some, 0)
    assert.ok(sum / nodes / 60 <= 2.1, `${sum / nodes / 60} a second`)
    for (const id of world.ids)
      assert.ok(
        world
          .host(id)
          .members.list()
          .every(({ rttMs }) => rttMs !== null && rttMs <= 10),
      )
  }
})

test('the death of one of 50 does not make a storm', () => {
  const world = new MembershipWorld({ seed: 1, nodes: 50 })
  world.run(10_000)
  world.sent.clear()
  world.kill('n1')
  world.run(10_000)
  const sum = [...world.sent.values()].reduce((all, some) => all + some, 0)
  // 49 times 20 for the probes of 10 s; each tells a few others of the loss and of the death.
  assert.ok(sum / 49 <= 60, `${sum / 49} messages per node`)
})

test('the driver: a crash is dead by the refusal, an unplugged one by silence, a stopped one has left', () => {
  const world = simulate({ seed: 3, nodes: 5 })
  const health = (viewer: string, about: string): string | undefined =>
    world.status(viewer).members.find(({ id }) => id === nodeId(about))?.health
  world.run(20).crash('b').run(1)
  assert.deepEqual(
    ['a', 'c', 'd', 'e'].map((viewer) => health(viewer, 'b')),
    ['dead', 'dead', 'dead', 'dead'],
  )
  world.unplug('c').run(70)
  assert.deepEqual(
    ['a', 'd', 'e'].map((viewer) => health(viewer, 'c')),
    ['dead', 'dead', 'dead'],
  )
  world
    .plug('c')
    .runUntil((now) => ['a', 'd', 'e'].every((viewer) => health(viewer, 'c') === 'healthy') && now.replicasEqual(), {
      ticksMax: 30,
    })
  world.node('d').driver?.stop()
  world.run(1)
  assert.deepEqual(
    ['a', 'c', 'e'].map((viewer) => health(viewer, 'd')),
    ['left', 'left', 'left'],
  )
  world.run(100)
  assert.equal(world.status('a').healthScore, 1)
})
