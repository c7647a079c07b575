import assert from 'node:assert/strict'
import { test } from 'node:test'
import { calm, simulate, story, type World } from '../../src/sim/index.ts'

const ENOSPC =
  "Error: ENOSPC: no space left on device, write\n    at writeSync (/home/ana/app/src/log.js:12:3) {\n  errno: -28,\n  code: 'ENOSPC',\n  syscall: 'write'\n}\n"
const ELSEWHERE =
  "Error: ENOSPC: no space left on device, write\n    at writeSync (/srv/shop/lib/audit.js:77:19) {\n  errno: -28,\n  code: 'ENOSPC',\n  syscall: 'write'\n}\n"

const action = (world: World, name: string, text: string): string | undefined =>
  world.resolve(name, text).fixes[0]?.solution?.action

test('a fix kept on one node answers the same error on every other, met in another place', () => {
  const world = simulate({ seed: 1, nodes: 3 })
  world.run(20).share('a', { error: ENOSPC, action: 'rotate the logs' })
  world.run(5)
  for (const name of ['a', 'b', 'c']) assert.equal(action(world, name, ELSEWHERE), 'rotate the logs')
})

test('what nobody knows is answered with nothing', () => {
  const world = simulate({ seed: 1, nodes: 2 })
  world.run(20).share('a', { error: ENOSPC, action: 'rotate the logs' })
  world.run(5)
  assert.deepEqual(
    world.resolve('b', 'fatal: not a git repository (or any of the parent directories): .git').fixes,
    [],
  )
})

test('a writer finds its own fix as soon as it is acknowledged', () => {
  const world = simulate({ seed: 2, nodes: 1 })
  world.share('a', { error: ENOSPC, action: 'rotate the logs' })
  assert.equal(action(world, 'a', ENOSPC), 'rotate the logs')
})

test('a solution written in the minority reaches the majority after the cut heals', () => {
  const world = simulate({ seed: 7, nodes: 5 })
  world.run(20).cut(['a', 'b']).share('a', { error: ENOSPC, action: 'rotate the logs' })
  world.run(5)
  assert.equal(action(world, 'b', ELSEWHERE), 'rotate the logs')
  assert.equal(action(world, 'e', ELSEWHERE), undefined)
  world
    .run(300)
    .heal()
    .runUntil((now) => now.replicasEqual(), { ticksMax: 200 })
  assert.equal(action(world, 'e', ELSEWHERE), 'rotate the logs')
})

test('a node alone in its part answers and writes', () => {
  const world = simulate({ seed: 3, nodes: 3 })
  world.run(20).cut(['c']).share('c', { error: ENOSPC, action: 'rotate the logs' })
  assert.equal(action(world, 'c', ELSEWHERE), 'rotate the logs')
  world.run(40)
  assert.equal(world.status('c').stage, 'serving')
})

test('what was acknowledged survives a crash in the next moment, and is caught up with what was missed', () => {
  const world = simulate({ seed: 4, nodes: 2 })
  world.run(20).share('b', { error: ENOSPC, action: 'rotate the logs' })
  world.crash('b').share('a', { error: "error TS2307: Cannot find module './x'", action: 'write the extension' })
  world
    .run(50)
    .restart('b')
    .runUntil((now) => now.replicasEqual(), { ticksMax: 100 })
  assert.equal(action(world, 'b', ELSEWHERE), 'rotate the logs')
  assert.equal(action(world, 'b', "src/a.ts(1,1): error TS2307: Cannot find module './x'"), 'write the extension')
})

test('the same fix shared on two nodes in a partition is one item', () => {
  const world = simulate({ seed: 5, nodes: 2 })
  world.run(20).cut(['a'])
  world.share('a', { error: ENOSPC, action: 'rotate the logs' })
  world.share('b', { error: ENOSPC, action: 'rotate the logs' })
  world.heal().runUntil((now) => now.replicasEqual(), { ticksMax: 100 })
  assert.deepEqual(
    ['a', 'b'].map((name) => world.status(name).items),
    [1, 1],
  )
})

test('when gossip loses everything, probes show the difference and it is pulled', () => {
  const world = simulate({ seed: 6, nodes: 3, faults: { ...calm, gossipLoss: 1 } })
  world.run(20).share('a', { error: ENOSPC, action: 'rotate the logs' })
  world.runUntil((now) => now.replicasEqual() && now.status('c').items === 1, { ticksMax: 100 })
})

test('an item too large for gossip is pulled', () => {
  const world = simulate({ seed: 8, nodes: 2 })
  world.run(20).share('a', { kind: 'note', title: 'long', text: 'ä'.repeat(30_000) })
  world.run(10)
  assert.equal(world.status('b').items, 1)
})

test('clocks that differ are noticed and named on both sides', () => {
  const world = simulate({ seed: 11, nodes: 2, faults: { ...calm, skewMsMax: 3_600_000 } })
  world.run(40)
  assert.ok(Math.abs(world.status('a').clockOffsetMs ?? 0) > 2_000)
  assert.equal(world.transcript.filter((line) => /clock is \d+ s (behind|ahead of) its peers/.test(line)).length, 2)
})

test('secrets and home paths do not leave the node they were typed on', () => {
  const world = simulate({ seed: 9, nodes: 2 })
  const token = `ghp_${'a1B2c3D4e5F6'.repeat(3)}`
  world.run(20).share('a', {
    error: `${ENOSPC}Authorization: Bearer ${token}`,
    action: `clean /home/ana/tmp, then use ${token}`,
  })
  world.run(10)
  const [fix] = world.resolve('b', ELSEWHERE).fixes
  assert.ok(fix)
  assert.ok(!JSON.stringify(fix).includes(token))
  assert.ok(!JSON.stringify(fix).includes('/home/ana'))
})

test('the same seed tells the same story, another seed another', () => {
  const first = story({ seed: 7, nodes: 5 })
  assert.deepEqual(story({ seed: 7, nodes: 5 }).transcript, first.transcript)
  assert.notDeepEqual(story({ seed: 8, nodes: 5 }).transcript, first.transcript)
})

test('a disk that forgets what it acknowledged is caught within some seeds', () => {
  const caught = Array.from({ length: 40 }, (_, index) => index + 1).some((seed) => {
    try {
      story({ seed, nodes: 3, forgetful: true })
      return false
    } catch {
      return true
    }
  })
  assert.ok(caught, 'the checks see nothing: they prove nothing')
})

test('twenty-four lives with crashes, cuts, losses and wrong clocks: no acknowledged write is lost, all nodes agree', () => {
  for (let seed = 1000; seed < 1024; seed++) {
    const { acknowledged } = story({ seed, nodes: 3 + (seed % 4) })
    assert.ok(acknowledged > 0, `seed ${seed} wrote nothing`)
  }
})
