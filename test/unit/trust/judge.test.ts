import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type ItemId, itemId } from '../../../src/base/index.ts'
import { authorsCalled, DAY_MS, inReview, reachOf } from '../../../src/trust/index.ts'
import { NOW, Office } from '../../support/trust.ts'

const missing = itemId(`k_${'m'.repeat(16)}`)
const decide = (office: Office, what: 'accept' | 'reject', about: ItemId, by = 'me'): void =>
  void office.say(by, { v: 1, kind: 'decision', decide: what, about })

test('an item has at most the trust of the least it was made from, at any remove', () => {
  const office = new Office().trusted('ana').let('nu', { days: 1 })
  const root = office.item('root', 'nu')
  const middle = office.item('middle', 'me', { from: [root] })
  const leaf = office.item('leaf', 'me', { from: [office.item('other', 'ana'), middle] })
  assert.deepEqual(
    [middle, leaf].map((item) => office.verdict(item).standing),
    ['new', 'new'],
  )
  assert.equal(office.verdict(office.item('clean', 'me', { from: [office.item('other', 'ana')] })).belief, 0.8)
})

test('what was made from something that is not here is trusted like a newcomer, and a ring ends', () => {
  const office = new Office()
  assert.equal(office.verdict(office.item('orphan', 'me', { from: [missing] })).standing, 'new')
  const [a, b] = [office.item('a', 'me'), office.item('b', 'me')]
  office.item('a', 'me', { from: [b], at: NOW - DAY_MS })
  office.item('b', 'me', { from: [a], at: NOW - DAY_MS })
  assert.equal(office.verdict(a).standing, 'local')
})

test('lines that cross a million million ways are walked once, and what lies too far counts as unknown', () => {
  const office = new Office().trusted('ana')
  let layer: readonly ItemId[] = []
  const layers: (readonly ItemId[])[] = []
  for (let depth = 0; depth < 20; depth++) {
    layer = Array.from({ length: 16 }, (_, at) => office.item(`${depth} ${at}`, 'ana', { from: layer }))
    layers.push(layer)
  }
  const { judge } = office.judged()
  assert.equal(judge.verdict(layers[10]?.[0] as ItemId, NOW).standing, 'member')
  assert.equal(judge.verdict(layers[19]?.[0] as ItemId, NOW).standing, 'new')
})

test('of the versions of one author the newest counts, whatever arrives last', () => {
  const office = new Office().let('nu', { days: 1 })
  const source = office.item('source', 'nu')
  const item = office.item('mine', 'me', { at: NOW - 1000 })
  office.item('mine', 'me', { at: NOW - 2000, from: [source] })
  assert.equal(office.verdict(item).standing, 'local')
})

test('a withdrawal takes what was made from it along, and an owner may keep a thing', () => {
  const office = new Office().trusted('eve')
  const root = office.item('root', 'eve')
  const mine = office.item('mine', 'me', { from: [root] })
  const leaf = office.item('leaf', 'me', { from: [mine] })
  assert.equal(office.verdict(leaf).state, 'offered')
  office.withdraw('me', 'eve')
  assert.deepEqual(
    [root, mine, leaf].map((item) => office.verdict(item).state),
    ['withdrawn', 'withdrawn', 'withdrawn'],
  )
  decide(office, 'accept', mine)
  assert.deepEqual(
    [mine, leaf].map((item) => office.verdict(item).state),
    ['offered', 'offered'],
  )
})

/** A forest of items: each is made from some that came before it. */
const forests = fc.array(
  fc.record({ by: fc.constantFrom('eve', 'ana', 'me', 'nu'), from: fc.array(fc.nat(30), { maxLength: 3 }) }),
  { minLength: 1, maxLength: 14 },
)

test('a withdrawal withdraws the whole lineage and nothing else, and its list says exactly that', () => {
  fc.assert(
    fc.property(forests, (plan) => {
      const office = new Office().trusted('ana').let('eve').let('nu', { days: 1 })
      const items: ItemId[] = []
      const tainted = new Set<ItemId>()
      for (const [index, { by, from }] of plan.entries()) {
        const sources = [...new Set(from.filter((at) => at < index).map((at) => items[at] as ItemId))]
        const item = office.item(`item ${index}`, by, { from: sources })
        items.push(item)
        if (by === 'eve' || sources.some((source) => tainted.has(source))) tainted.add(item)
      }
      const { authors, ledger } = office.judged()
      const { derived, written } = reachOf(ledger, authors, 'eve', NOW)
      assert.deepEqual(new Set([...written, ...derived]), tainted)
      office.withdraw('me', 'eve')
      const { judge } = office.judged()
      for (const item of items) assert.equal(judge.verdict(item, NOW).state === 'withdrawn', tainted.has(item), item)
    }),
  )
})

test('whoever is trusted less can neither replace nor delete what others wrote', () => {
  const office = new Office().trusted('ana').let('nu', { days: 1 })
  const item = office.item('good', 'ana')
  office.item('good', 'nu', { at: NOW - 1000, text: 'bad' })
  const { judge } = office.judged()
  assert.ok(judge.standingClaim(item, NOW)?.origin.startsWith('ana.'))
  office.item('good', 'nu', { at: NOW - 500, deleted: true })
  assert.equal(office.verdict(item).state, 'offered')
  office.item('good', 'ana', { at: NOW - 100, deleted: true })
  assert.equal(office.verdict(item).state, 'gone')
})

test('among equals the newest version counts', () => {
  const office = new Office().trusted('ana').trusted('bo')
  const item = office.item('good', 'ana')
  office.item('good', 'bo', { at: NOW - 1000 })
  assert.ok(office.judged().judge.standingClaim(item, NOW)?.origin.startsWith('bo.'))
})

test('what an author lost stands by the other that wrote it', () => {
  const office = new Office().trusted('eve').let('nu', { days: 1 })
  const item = office.item('good', 'eve')
  office.item('good', 'nu')
  office.withdraw('me', 'eve')
  const { state, standing } = office.verdict(item)
  assert.deepEqual([state, standing], ['offered', 'new'])
  const { authors, ledger } = office.judged()
  assert.ok(!reachOf(ledger, authors, 'eve', NOW).written.includes(item))
})

test('a burst of newcomers holds what only newcomers stand behind, until somebody looked', () => {
  const office = new Office().let('nu', { days: 1 })
  const item = office.item('fresh', 'nu', { at: NOW - DAY_MS })
  const vote = (peer: number): void => {
    office.let(`p${peer}`, { days: 1 })
    for (let times = 0; times < 9; times++) office.report(`p${peer}`, { item, at: NOW - 1000 - times })
  }
  vote(1)
  vote(2)
  assert.equal(office.verdict(item).state, 'offered', 'five of each count')
  vote(3)
  assert.equal(office.verdict(item).state, 'review')
  assert.match(office.verdict(item).why ?? '', /newcomers/)
  const { judge, ledger } = office.judged()
  assert.deepEqual(inReview(ledger, judge, NOW, 10), [item])
  decide(office, 'accept', item, 'p1')
  assert.equal(office.verdict(item).state, 'review', 'not by anybody')
  decide(office, 'accept', item)
  assert.deepEqual([office.verdict(item).state, office.verdict(item).confirmed], ['offered', true])
  decide(office, 'reject', item)
  assert.equal(office.verdict(item).state, 'rejected')
})

test('a burst is far above what everybody else does, and counts the age at the time of the report', () => {
  const office = new Office().let('nu', { days: 1 })
  const item = office.item('fresh', 'nu', { at: NOW - DAY_MS })
  for (let peer = 0; peer < 4; peer++) {
    office.let(`old${peer}`)
    office.report(`old${peer}`, { item, at: NOW - 36_000_000, verified: false })
  }
  const vote = (peer: number): void => {
    office.let(`p${peer}`, { days: 7.02 })
    for (let times = 0; times < 5; times++)
      office.report(`p${peer}`, { item, verified: false, at: NOW - 3_700_000 - times })
  }
  for (let peer = 0; peer < 3; peer++) vote(peer)
  assert.equal(office.verdict(item).state, 'offered', 'fifteen against four in an hour')
  vote(3)
  assert.equal(office.verdict(item).state, 'review')
})

test('no burst hides what stands without it', () => {
  const office = new Office().trusted('ana').let('nu', { days: 1 })
  const items = [
    office.item('mine', 'me'),
    office.item('of ana', 'ana'),
    office.item('tried', 'nu', { at: NOW - DAY_MS }),
  ]
  office.report('me', { item: items[2] as ItemId })
  for (let peer = 0; peer < 20; peer++) {
    office.let(`p${peer}`, { days: 1 })
    for (const item of items) office.report(`p${peer}`, { item, result: 'failed', at: NOW - 1000 })
  }
  for (const item of items)
    assert.deepEqual([office.verdict(item).state, office.verdict(item).confirmed], ['offered', true])
})

test('a newcomer that writes an item a minute is held; a member that imports is not', () => {
  const office = new Office().trusted('ana').let('nu', { days: 1 })
  const write = (by: string, count: number): ItemId[] =>
    Array.from({ length: count }, (_, index) => office.item(`${by} ${index}`, by, { at: NOW - 1_800_000 + index }))
  const [theirs] = write('nu', 60)
  assert.equal(office.verdict(theirs as ItemId).state, 'offered')
  const [first] = write('nu', 61)
  const [imported] = write('ana', 200)
  const earlier = office.item('earlier', 'nu', { at: NOW - DAY_MS / 2 })
  assert.deepEqual(
    [first, imported, earlier].map((item) => office.verdict(item as ItemId).state),
    ['review', 'offered', 'offered'],
  )
})

test("a newcomer's answer to what has a confirmed one is held, while it is a newcomer's and the other stands", () => {
  const office = new Office().trusted('ana').let('nu', { days: 6 })
  const good = office.item('good', 'ana')
  const item = office.item('other answer', 'nu', { at: NOW - DAY_MS })
  assert.equal(office.verdict(item).state, 'offered')
  office.collisions.set(item, good)
  assert.equal(office.verdict(item).state, 'review')
  assert.match(office.verdict(item).why ?? '', new RegExp(good))
  decide(office, 'reject', good)
  assert.equal(office.verdict(item).state, 'offered')
  decide(office, 'accept', good)
  assert.equal(office.verdict(item).state, 'review')
  decide(office, 'accept', item)
  assert.equal(office.verdict(item).state, 'offered')
})

test('a collision holds no member, and ends when the other author is gone', () => {
  const office = new Office().trusted('ana').trusted('bo').let('nu', { days: 6 })
  const good = office.item('good', 'ana')
  const [theirs, item] = [office.item('of bo', 'bo'), office.item('of nu', 'nu', { at: NOW - DAY_MS })]
  office.collisions.set(item, good).set(theirs, good)
  assert.deepEqual([office.verdict(theirs).state, office.verdict(item).state], ['offered', 'review'])
  office.withdraw('me', 'ana')
  assert.equal(office.verdict(item).state, 'offered')
})

test('deleted, unknown and failing items say what they are', () => {
  const office = new Office()
  const gone = office.item('gone', 'me', { deleted: true })
  const bad = office.item('bad', 'me')
  for (const name of ['a', 'b', 'c', 'd', 'e']) office.let(name).report(name, { item: bad, result: 'failed' })
  assert.deepEqual(
    [gone, missing, bad].map((item) => office.verdict(item).state),
    ['gone', 'gone', 'failing'],
  )
})

test('an author is called by id, owner, name, or the start of the id', () => {
  const office = new Office().let('12D3KooWana', { owner: 'team' }).let('12D3KooWbo')
  office.item('x', '12D3KooWana')
  office.item('y', '12D3KooWbo')
  const { authors, ledger } = office.judged()
  const called = (name: string): readonly string[] => authorsCalled(ledger, authors, name, NOW)
  assert.deepEqual(called('12D3KooWana'), ['12D3KooWana'])
  assert.deepEqual(called('team'), ['team'])
  assert.deepEqual(called('12D3KooWb'), ['12D3KooWbo'])
  assert.deepEqual(called('12D3KooW'), ['12D3KooWana', '12D3KooWbo'])
  assert.deepEqual(called('12'), [])
})
