import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeId } from '../../../src/base/index.ts'
import { type Specialist, specialists } from '../../../src/coordination/specialists.ts'
import { talent, type Talent, Talents } from '../../../src/coordination/talents.ts'

const node = (name: string, topics: string[] = [], talents: Talent[] = []): Specialist => ({
  node: nodeId(name),
  topics,
  talents,
})

test('who declared a topic comes before who only turned out to be good at it', () => {
  const table = specialists([node('a', [], [['npm', 100, 99]]), node('b', ['npm']), node('c')])
  assert.deepEqual(table, { npm: ['b', 'a'] })
})

test('of two that declared it the one that knows more comes first', () => {
  const table = specialists([node('a', ['npm'], [['npm', 40, 10]]), node('b', ['npm'], [['npm', 40, 38]])])
  assert.deepEqual(table, { npm: ['b', 'a'] })
})

test('a few lucky answers make no specialist, and neither do many bad ones', () => {
  assert.equal(talent(4, 4), 0)
  assert.equal(talent(100, 40), 0)
  assert.ok(talent(6, 6) >= 0.5)
  assert.ok(talent(100, 95) > talent(10, 9))
})

test('the lower bound is below the share, and grows towards it', () => {
  for (const known of [60, 75, 90]) {
    const bounds = [1, 4, 16].map((times) => talent(100 * times, known * times))
    assert.ok(bounds.every((bound) => bound <= known / 100))
    assert.deepEqual(
      bounds,
      [...bounds].sort((a, b) => a - b),
    )
  }
})

test('the same nodes in another order give the same table', () => {
  const nodes = [node('a', ['x', 'y']), node('b', ['y']), node('c', ['x'], [['y', 50, 45]])]
  assert.equal(JSON.stringify(specialists(nodes)), JSON.stringify(specialists([...nodes].reverse())))
})

test('the table is bounded', () => {
  const many = Array.from({ length: 300 }, (_, index) => node(`n${index}`, ['one', `t${index}`]))
  const table = specialists(many)
  assert.ok(Object.keys(table).length <= 64)
  assert.ok(Object.values(table).every((nodes) => nodes.length <= 8))
})

test('a node tells of what it was asked most, and old fame fades', () => {
  const talents = new Talents()
  for (let index = 0; index < 40; index++) talents.record(`t${index}`, true)
  for (let index = 0; index < 10; index++) talents.record('npm', index % 2 === 0)
  assert.deepEqual(talents.told[0], ['npm', 10, 5])
  assert.equal(talents.told.length, 16)
  for (let index = 0; index < 1_000; index++) talents.record('rustc', true)
  for (let index = 0; index < 1_000; index++) talents.record('rustc', false)
  const [, asked, known] = talents.told[0] ?? ['', 0, 0]
  assert.ok(talent(asked, known) === 0 && known / asked < 0.1)
})
