import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { LastingView } from '../../src/driver/index.ts'
import { calm, simulate, type World } from '../../src/sim/index.ts'

const OWNER = { key: 'owner', all: true }
const ERROR = 'ENOSPC: no space left on device, write'
const WISH = { kind: 'resolve', input: { text: ERROR }, tokens: null, withinMs: 600_000, name: null } as const

/** A swarm that knows one fix, with an index that takes its time: what is begun is still under way when somebody dies. */
function swarm(nodes: number, seed = 7): World {
  const world = simulate({ seed, nodes, faults: { ...calm, indexMsMax: 4_000 } })
  world.run(60)
  world.share('a', { error: ERROR, action: 'rotate the logs' })
  return world.run(60)
}

const post = (world: World, at = 'a'): LastingView => world.wait(at, 'post-request', { ...WISH, asker: OWNER })
const look = (world: World, at: string, id: string, waitMs = 0): LastingView =>
  world.wait(at, 'get-request', { id, asker: OWNER, waitMs, past: null })
const ended = (world: World, at: string, id: string): LastingView => {
  world.runUntil((now) => look(now, at, id).ended !== null, { ticksMax: 600 })
  return look(world, at, id)
}
const others = (world: World, ...names: readonly (string | null)[]): string[] =>
  world.names.filter((name) => !names.includes(name))

suite('requests that last', () => {
  test('the owner is killed: the holder takes it over, and the owner that returns has nothing of its own to say', () => {
    const world = swarm(3)
    const { copies, holder, id } = post(world)
    assert.deepEqual([copies, holder !== null], [2, true])
    world.crash('a')
    const done = ended(world, holder ?? '', id)
    assert.deepEqual([done.state, done.epoch, done.owner, done.node, done.attempts], ['done', 2, holder, holder, 2])
    world.restart('a').run(100)
    for (const name of world.names) {
      const { answer, epoch, owner } = look(world, name, id)
      assert.deepEqual([answer, epoch, owner], [done.answer, 2, holder])
    }
  })

  test('the holder is killed: the owner finds another, and goes on in its epoch', () => {
    const world = swarm(3)
    const { holder, id } = post(world)
    world.crash(holder ?? '')
    const done = ended(world, 'a', id)
    assert.deepEqual([done.state, done.epoch, done.owner, done.copies], ['done', 1, 'a', 2])
    assert.deepEqual([done.holder], others(world, 'a', holder))
  })

  test('owner and holder are killed in turn: what is left has it', () => {
    const world = swarm(4)
    const { holder, id } = post(world)
    world.crash('a')
    world.runUntil((now) => look(now, holder ?? '', id).epoch === 2 && look(now, holder ?? '', id).copies === 2, {
      ticksMax: 100,
    })
    const { holder: third } = look(world, holder ?? '', id)
    world.crash(holder ?? '')
    const done = ended(world, third ?? '', id)
    assert.deepEqual([done.state, done.epoch, done.owner], ['done', 3, third])
  })

  test('both are killed at once: the first that returns goes on from its disk', () => {
    for (const first of ['owner', 'holder'] as const) {
      const world = swarm(3)
      const { holder, id } = post(world)
      const left = others(world, 'a', holder)[0] ?? ''
      world.crash('a').crash(holder ?? '')
      world.run(50)
      assert.throws(() => look(world, left, id), /are away/)
      const back = first === 'owner' ? 'a' : (holder ?? '')
      world.restart(back)
      const done = ended(world, back, id)
      assert.deepEqual([done.state, done.node], ['done', back])
      world.restart(first === 'owner' ? (holder ?? '') : 'a').run(120)
      for (const name of world.names) assert.deepEqual(look(world, name, id).answer, done.answer, `${name}, ${first}`)
    }
  })

  test('the leader is killed: nothing changes for a request', () => {
    const world = swarm(4)
    const leader = world.status('a').coordination.leader?.id ?? ''
    const at = others(world, leader)[0] ?? ''
    // Its copy is with somebody else.
    let view = post(world, at)
    while (view.holder === leader) view = post(world, at)
    world.crash(leader)
    const done = ended(world, at, view.id)
    assert.deepEqual([done.state, done.epoch, done.attempts], ['done', 1, 1])
  })

  test('what ends its node three times is given up, with the reason', () => {
    const world = swarm(4)
    const { id } = post(world)
    let view = look(world, 'a', id)
    for (let death = 0; death < 3; death++) {
      const { node } = view
      assert.ok(node !== null && view.state === 'working', `death ${death}: ${view.state}`)
      world.crash(node)
      const witness = world.alive.find((name) => name !== view.holder) ?? ''
      // Whoever has it now is working on it, or has given it up.
      world.runUntil(
        (now) => {
          const name = now.alive.find((one) => one !== node) ?? witness
          const next = look(now, name, id)
          if (next.epoch === view.epoch || next.state === 'accepted') return false
          view = next
          return true
        },
        { ticksMax: 100 },
      )
      world.restart(node).run(5)
    }
    assert.deepEqual([view.state, view.problem?.code], ['failed', 'SWARM_GAVE_UP'])
  })

  test('a deadline that passes while all that have it are away is told as such', () => {
    const world = swarm(3)
    const { holder, id } = world.wait('a', 'post-request', { ...WISH, withinMs: 50, asker: OWNER })
    world
      .crash('a')
      .crash(holder ?? '')
      .run(20)
      .restart('a')
      .restart(holder ?? '')
    const { problem, state } = ended(world, 'a', id)
    assert.deepEqual([state, problem?.code], ['failed', 'SWARM_TIMEOUT'])
  })

  test('a node that is being drained gets no copies', () => {
    const world = swarm(3)
    world.wait('a', 'drain-node', { node: 'b', on: true })
    world.run(20)
    const holders = new Set(Array.from({ length: 8 }, () => post(world).holder))
    assert.deepEqual([...holders], ['c'])
  })

  test('cut in two, both halves answer, and when they meet one answer stays', () => {
    const world = swarm(4)
    const { holder, id } = post(world)
    const [third = '', fourth = ''] = others(world, 'a', holder)
    world.cut(['a', third])
    const here = ended(world, 'a', id)
    const there = ended(world, holder ?? '', id)
    assert.deepEqual([here.epoch, there.epoch], [1, 2])
    world.heal().run(200)
    const told = world.names.map((name) => JSON.stringify(look(world, name, id).answer))
    assert.equal(new Set(told).size, 1, fourth)
  })

  test('more than a node takes is refused, and taken when there is room', () => {
    const world = swarm(1)
    const accepted: LastingView[] = []
    let refused = 0
    for (let number = 0; number < 2_010; number++)
      world.ask('a', { kind: 'post-request', input: { ...WISH, asker: OWNER } }, (result) => {
        if (result.ok) accepted.push(result.value as LastingView)
        else if (result.error.code === 'SWARM_OVERLOADED') refused += 1
      })
    world.run(5)
    assert.deepEqual([accepted.length, refused], [2_000, 10])
    assert.equal(world.status('a').lasting.open, 2_000)
    const last = accepted.at(-1)?.id ?? ''
    world.runUntil((now) => look(now, 'a', last).ended !== null, { ticksMax: 12_000 })
    assert.equal(post(world).state, 'working')
  })
})
