import { test } from 'node:test'
import { simulate } from '../../src/sim/index.ts'

/*
 * Whole stories, compared word for word: a change of behaviour that no assertion names shows here. After a change
 * that is meant: node --test --test-update-snapshots test/golden/stories.test.ts, and read the difference.
 */

const file = (name: string): string => new URL(`${name}.txt`, import.meta.url).pathname
const asText = { serializers: [String] }

test('a fix travels, a node is killed, and catches up', (t) => {
  const world = simulate({ seed: 7, nodes: 3 })
  world.run(20).share('a', { error: 'Error: ENOSPC: no space left on device, write', action: 'rotate the logs' })
  world.run(10).crash('c').run(10)
  world.share('b', { error: "error TS2307: Cannot find module './x'", action: 'write the extension' })
  world.run(20).restart('c').run(30)
  for (const name of world.names)
    world.say(`${name} holds ${world.status(name).items} items, ${world.status(name).stage}`)
  t.assert.fileSnapshot(world.transcript.join('\n'), file('killed-and-back'), asText)
})

test('a cut: both parts write, and agree after it heals', (t) => {
  const world = simulate({ seed: 11, nodes: 4 })
  world.run(20).cut(['a', 'b']).share('a', { error: 'Error: read ECONNRESET', action: 'retry with back-off' })
  world.share('d', { error: 'npm error code E401', action: 'log in again' })
  world
    .run(60)
    .heal()
    .runUntil((now) => now.replicasEqual(), { ticksMax: 100 })
  for (const name of world.names)
    world.say(`${name} holds ${world.status(name).items} items, ${world.status(name).stage}`)
  t.assert.fileSnapshot(world.transcript.join('\n'), file('cut-and-healed'), asText)
})
