import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ItemId, itemId } from '../../src/base/index.ts'
import { simulate, type World } from '../../src/sim/index.ts'

const guide = (...steps: readonly string[]): { title: string; guide: { steps: { do: string }[] } } => ({
  title: 'Add a port',
  guide: { steps: steps.map((text) => ({ do: text })) },
})
const stepsOf = (world: World, name: string, id: ItemId): readonly string[] => {
  const item = world.wait(name, 'get', id)
  return !item.newer && item.kind === 'guide' ? (item.guide?.steps ?? []).map((step) => step.do) : []
}

test('a guide shared again by its owner is brought up to date everywhere', () => {
  const world = simulate({ seed: 1, nodes: 2 }).run(20)
  const first = world.share('a', guide('one'))
  const second = world.share('a', guide('one', 'two'))
  assert.deepEqual([first.duplicate, first.updated ?? false], [false, false])
  assert.deepEqual([second.id, second.duplicate, second.updated], [first.id, false, true])
  assert.equal(world.share('a', guide('one', 'two')).duplicate, true)
  world.run(5)
  assert.deepEqual(stepsOf(world, 'b', first.id), ['one', 'two'])
})

test('who writes about the same without knowing writes beside it, and nobody loses a word', () => {
  const world = simulate({ seed: 2, nodes: 2 }).run(20).cut(['a'])
  const here = world.share('a', guide('here'))
  const there = world.share('b', guide('there'))
  assert.equal(here.id, there.id)
  world.heal().run(30)
  assert.deepEqual(stepsOf(world, 'a', here.id), ['here'], 'each keeps what its owner wrote')
  assert.deepEqual(stepsOf(world, 'b', here.id), ['there'])
  const again = world.share('b', guide('there', 'more'))
  assert.equal(again.updated, true)
})

test('a question is answered anew by its owner, and a fix is never changed by saying it again', () => {
  const world = simulate({ seed: 3, nodes: 1 }).run(20)
  const qa = (response: string): object => ({ qa: { question: 'Which port?', response } })
  const first = world.share('a', qa('7700'))
  assert.equal(world.share('a', { qa: { question: 'which  port', response: '7701' } }).updated, true)
  assert.equal(world.wait('a', 'get', first.id).kind, 'qa')
  const fix = { error: "Error: Cannot find module 'x'", action: 'npm install x' }
  world.share('a', fix)
  const said = world.share('a', { ...fix, cause: 'it is missing' })
  assert.deepEqual([said.duplicate, said.updated ?? false], [true, false])
})

test('what everybody sees gets no version for this machine alone', () => {
  const world = simulate({ seed: 4, nodes: 1 }).run(20)
  const kept = world.share('a', { ...guide('secret plan'), visibility: 'private' })
  assert.notEqual(world.share('a', guide('open')).id, kept.id, 'what is private has a name of its own')
  world.wait('a', 'widen', { id: kept.id, visibility: 'swarm' })
  assert.throws(
    () => world.share('a', { ...guide('second plan'), visibility: 'private' }),
    /known by this name already, and visible to the whole swarm/,
  )
})

test('what a newer version wrote is listed as that on every node, passed on, and found by no question', () => {
  const world = simulate({ seed: 5, nodes: 2 }).run(20)
  const body = JSON.stringify({ v: 2, kind: 'recipe', title: 'ENOSPC soup', provenance: { node: 'later' } })
  const item = itemId('k_aaaaaaaaaaaaaaaa')
  world.node('a').driver?.accept({ kind: 'rewritten', draft: { item, body, deleted: false } })
  world.run(10)
  for (const name of ['a', 'b']) {
    const [seen] = world.wait(name, 'list', { limit: 10 }).items
    assert.deepEqual([seen?.id, seen?.newer, seen?.kind, seen?.title], [item, true, 'recipe', 'ENOSPC soup'])
    assert.equal(world.wait(name, 'get', item).newer, true)
    assert.deepEqual(world.resolve(name, 'ENOSPC soup').fixes, [])
  }
})
