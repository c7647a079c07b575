import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ItemId, NodeId } from '../../src/base/index.ts'
import type { TrustParts } from '../../src/driver/index.ts'
import { simulate, type World } from '../../src/sim/index.ts'

const failed = (what: string, file: string): string =>
  `Error: ${what}, write\n    at writeSync (/home/ana/app/src/${file}:12:3)`
const [SPACE, QUOTA] = ['ENOSPC: no space left on device', 'EDQUOT: disk quota exceeded']

const share = (world: World, name: string, action: string): ItemId =>
  world.wait(name, 'share', { source: 'cli', error: failed(SPACE, 'a.js'), action }).id
const settle = (world: World): World => world.run(20).runUntil((now) => now.replicasEqual(), { ticksMax: 600 })
const shown = (world: World, name: string, text: string): string[] =>
  world.resolve(name, text).fixes.map(({ id, match }) => `${match} ${id}`)

/** Members past their probation; each node is its own owner's. */
const established = (self: NodeId): TrustParts => ({
  policy: { probationMs: 7 * 86_400_000, confirmationsMin: 0 },
  facts: (node) => ({ owner: node, admitted: 0, standing: node === self ? 'local' : 'member' }),
})

test('an error that an item helped against is known by it on every node, and after a restart', () => {
  const world = simulate({ seed: 5, nodes: 3, trust: established })
  world.run(20)
  const item = share(world, 'a', 'rotate the logs')
  settle(world)
  assert.deepEqual(shown(world, 'b', failed(QUOTA, 'b.js')), [])
  world.wait('b', 'outcome', { of: item, result: 'worked', verified: true, error: failed(QUOTA, 'secret-name.js') })
  settle(world)
  for (const name of world.names) assert.deepEqual(shown(world, name, failed(QUOTA, 'c.js')), [`near ${item}`], name)
  const bodies = world.node('c').disk.rows.map(({ revision }) => revision.body)
  assert.ok(!bodies.some((body) => body.includes('secret-name')), 'nothing of whoever met it travels')

  world.crash('c')
  world.restart('c')
  settle(world)
  assert.deepEqual(shown(world, 'c', failed(QUOTA, 'd.js')), [`near ${item}`])

  world.wait('b', 'outcome', { of: item, result: 'inapplicable', verified: false, error: failed(QUOTA, 'b.js') })
  settle(world)
  for (const name of world.names) assert.deepEqual(shown(world, name, failed(QUOTA, 'c.js')), [], name)
})

test('what was learnt from an author who is withdrawn is known no more, until that is taken back', () => {
  const world = simulate({ seed: 8, nodes: 3, trust: established })
  world.run(20)
  const item = share(world, 'a', 'rotate the logs')
  settle(world)
  world.wait('b', 'outcome', { of: item, result: 'worked', verified: true, error: failed(QUOTA, 'b.js') })
  settle(world)
  const { id } = world.wait('a', 'purge', { author: 'b', dryRun: false })
  settle(world)
  assert.deepEqual(shown(world, 'a', failed(QUOTA, 'c.js')), [])
  assert.deepEqual(shown(world, 'a', failed(SPACE, 'c.js')).length, 1)
  assert.ok(id)
  world.wait('a', 'undo-purge', id)
  settle(world)
  assert.deepEqual(shown(world, 'a', failed(QUOTA, 'c.js')), [`near ${item}`])
})

test('an outcome by its receipt tells the error that was asked about', () => {
  const world = simulate({ seed: 6, nodes: 2 })
  world.run(20)
  const item = share(world, 'a', 'rotate the logs')
  settle(world)
  const answer = world.resolve('b', `${failed(SPACE, 'b.js')}\n`)
  assert.ok(answer.receipt)
  world.wait('b', 'outcome', { of: answer.receipt, result: 'worked', verified: true })
  settle(world)
  const outcomes = world.node('a').disk.rows.filter(({ revision }) => revision.item.startsWith('o_'))
  const [said] = outcomes.map(
    ({ revision }) => JSON.parse(revision.body) as { met?: { template: string }; item: string },
  )
  assert.equal(said?.item, item)
  assert.match(said?.met?.template ?? '', /no space left on device/)
})

test('an error with a form that no record holds is not told, and the outcome counts', () => {
  const world = simulate({ seed: 9, nodes: 1 })
  world.run(20)
  const item = share(world, 'a', 'rotate the logs')
  const type = `${'Very'.repeat(60)}LongError`
  const error = `${type}: no\n    at f (/srv/a.js:1:1)\n    at g (/srv/a.js:2:1)`
  const { trust } = world.wait('a', 'outcome', { of: item, result: 'worked', verified: true, error })
  assert.equal(trust.evidence.worked, 1)
})

test('a text in which no tool speaks is no error to tell', () => {
  const world = simulate({ seed: 7, nodes: 1 })
  world.run(20)
  const item = share(world, 'a', 'rotate the logs')
  assert.throws(
    () => world.wait('a', 'outcome', { of: item, result: 'worked', verified: false, error: 'it is fine' }),
    /no error of a tool/,
  )
})
