import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../src/base/index.ts'
import type { Answer } from '../../src/driver/index.ts'
import { calm, simulate, type World } from '../../src/sim/index.ts'

const SEEDS = 40
const ERROR = 'Error: ENOSPC: no space left on device, write'
const rough = { ...calm, frameLoss: 0.05, gossipLoss: 0.3, frameTwice: 0.05, delayMsMax: 80 }
const HERE = 'git@github.com:acme/shop.git'
const THERE = 'https://github.com/acme/blog'

/** Everything any node ever sent, as text: the wire is JSON. */
function overheard(): { readonly tap: (from: string, frame: Uint8Array) => void; readonly text: () => string } {
  const frames: Buffer[] = []
  return {
    tap: (_from, frame) => void frames.push(Buffer.from(frame)),
    text: () => Buffer.concat(frames).toString('utf8'),
  }
}

/** Trouble of every kind, so that every way of catching up is taken. */
function trouble(world: World, seed: number): void {
  const random = seededRandom(seed)
  for (let step = 0; step < 6; step++) {
    const name = world.alive[random.below(world.alive.length)] ?? 'a'
    const what = random.below(4)
    if (what === 0 && world.alive.length > 2) world.crash(name)
    else if (what === 1) world.cut([name])
    else if (what === 2) world.heal()
    else for (const down of world.names) if (!world.alive.includes(down)) world.restart(down)
    world.run(20)
  }
  world.heal()
  for (const down of world.names) if (!world.alive.includes(down)) world.restart(down)
}

function actions(world: World, name: string): readonly string[] {
  let answer: Answer | undefined
  world.ask(name, { kind: 'resolve', input: { text: ERROR, limit: 10 } }, (result) => {
    answer = result.ok ? (result.value as Answer) : undefined
  })
  world.runUntil(() => answer !== undefined, { ticksMax: 100 })
  return (answer?.fixes ?? []).map(({ solution }) => solution?.action ?? '')
}

test('what is private is in no byte that any node sends, and its node knows it after all', () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { tap, text } = overheard()
    const world = simulate({ seed, nodes: 3, tap, faults: rough })
    world.run(20)
    const kept = ['a', 'b', 'c'].map((name) => {
      world.share(name, { error: ERROR, action: `open words of ${name} ${seed}` })
      return world.share(name, { error: ERROR, action: `quiet words of ${name} ${seed}`, visibility: 'private' })
    })
    trouble(world, seed)
    world.runUntil(() => world.replicasEqual(), { ticksMax: 600 }).run(30)
    const sent = text()
    assert.ok(sent.includes('open words of a'), `seed ${seed}: nothing was overheard`)
    assert.ok(!sent.includes('quiet words'), `seed ${seed}: private words were sent`)
    assert.ok(!sent.includes('private-'), `seed ${seed}: a private origin was named`)
    for (const { id } of kept) assert.ok(!sent.includes(id), `seed ${seed}: ${id} was named`)
    const known = actions(world, 'a')
    assert.ok(known.includes(`quiet words of a ${seed}`), `seed ${seed}: ${known.join(', ')}`)
    assert.ok(!known.some((action) => /quiet words of [bc]/.test(action)))
  }
})

test('what was private and is published is known to all, and was sent only then', () => {
  const { tap, text } = overheard()
  const world = simulate({ seed: 3, nodes: 3, tap })
  world.run(20)
  const { id, visibility } = world.share('a', { error: ERROR, action: 'rotate the logs', visibility: 'private' })
  assert.equal(visibility, 'private')
  world.run(50)
  assert.deepEqual(world.resolve('b', ERROR).fixes, [])
  assert.ok(!text().includes('rotate the logs'))
  assert.deepEqual(world.widen('a', { id, visibility: 'swarm' }), {
    id,
    duplicate: false,
    visibility: 'swarm',
    redacted: [],
  })
  world.run(20)
  assert.equal(world.resolve('b', ERROR).fixes[0]?.solution?.action, 'rotate the logs')
  assert.equal(world.widen('a', { id, visibility: 'swarm' }).duplicate, true)
})

test('shared with all after it was private, it is published; private after it was shared, it is known already', () => {
  const world = simulate({ seed: 4, nodes: 2 })
  world.run(20).share('a', { error: ERROR, action: 'rotate the logs', visibility: 'private' })
  assert.equal(world.share('a', { error: ERROR, action: 'rotate the logs' }).duplicate, false)
  world.run(20)
  assert.equal(world.resolve('b', ERROR).fixes.length, 1)
  const again = world.share('a', { error: ERROR, action: 'rotate the logs', visibility: 'private' })
  assert.deepEqual([again.duplicate, again.visibility], [true, 'swarm'])
})

test('a private item is there after a crash, and goes on to be private', () => {
  const { tap, text } = overheard()
  const world = simulate({ seed: 5, nodes: 2, tap })
  world.run(20).share('a', { error: ERROR, action: 'first words', visibility: 'private' })
  world.crash('a').run(20).restart('a').run(50)
  world.share('a', { error: ERROR, action: 'second words', visibility: 'private' })
  world.run(50)
  assert.equal(world.resolve('a', ERROR).fixes.length, 2)
  assert.equal(world.status('a').items, 2)
  assert.ok(!/first words|second words|private-/.test(text()))
})

test('what a project shares is offered to its clones, on every node, and to nobody else', () => {
  const world = simulate({ seed: 6, nodes: 2 })
  world.run(20).share('a', { error: ERROR, action: 'only here', visibility: 'project', project: HERE })
  world.share('a', { error: ERROR, action: 'everywhere' })
  world.run(20)
  const offered = (project?: string): readonly (string | undefined)[] =>
    world
      .resolve('b', ERROR, project)
      .fixes.map(({ solution }) => solution?.action ?? '')
      .sort()
  assert.deepEqual(offered(HERE), ['everywhere', 'only here'])
  assert.deepEqual(offered('https://github.com/Acme/Shop.git'), ['everywhere', 'only here'])
  assert.deepEqual(offered(THERE), ['everywhere'])
  assert.deepEqual(offered(), ['everywhere'])
})

test('fixes of other projects take no place among the few that are shown', () => {
  const world = simulate({ seed: 8, nodes: 1 })
  for (let at = 0; at < 6; at++)
    world.share('a', { error: ERROR, action: `theirs ${at}`, visibility: 'project', project: THERE })
  world.share('a', { error: ERROR, action: 'ours', visibility: 'project', project: HERE })
  const answer = world.resolve('a', ERROR, HERE)
  assert.deepEqual([answer.fixes.length, answer.more], [1, 0])
  assert.equal(answer.fixes[0]?.solution?.action, 'ours')
})
