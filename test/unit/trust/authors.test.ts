import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeId } from '../../../src/base/index.ts'
import { DAY_MS, type Standing } from '../../../src/trust/index.ts'
import { NOW, Office } from '../../support/trust.ts'

const standing = (office: Office, name: string, now = NOW): Standing =>
  office.judged().authors.standing(nodeId(name), now)

test('a new member is new for seven days, and until its knowledge worked for two others', () => {
  const office = new Office().let('ana', { days: 6 }).let('bo').let('cy').let('di', { days: 1 })
  const item = office.item('of ana', 'ana', { at: NOW - 5 * DAY_MS })
  office.report('bo', { item, verified: false })
  assert.equal(standing(office, 'ana', NOW + 2 * DAY_MS), 'new', 'one is not enough')
  office.report('di', { item }).report('ana', { item }).report('cy', { item, result: 'failed' })
  assert.equal(standing(office, 'ana', NOW + 2 * DAY_MS), 'new', 'nor one that is new, itself, or a failure')
  office.report('cy', { item })
  assert.equal(standing(office, 'ana', NOW), 'new', 'the days are not over')
  assert.equal(standing(office, 'ana', NOW + DAY_MS + 1), 'member')
})

test("what worked for this node's owner is confirmation enough, on any of the owner's nodes", () => {
  for (const own of ['me', 'sister']) {
    const office = new Office().let('sister', { standing: 'same-owner', owner: 'me' }).let('ana')
    const item = office.item('of ana', 'ana')
    assert.equal(standing(office, 'ana'), 'new')
    office.report(own, { item })
    assert.equal(standing(office, 'ana'), 'member')
  }
})

test('two nodes of one owner confirm as one', () => {
  const office = new Office().let('ana').let('b1', { owner: 'bo' }).let('b2', { owner: 'bo' })
  const item = office.item('of ana', 'ana')
  office.report('b1', { item }).report('b2', { item })
  assert.equal(standing(office, 'ana'), 'new')
})

test('no credit comes from an item that others wrote as well: to copy what is known to work earns nothing', () => {
  const office = new Office().let('ana').let('eve').let('bo').let('cy')
  const item = office.item('good', 'ana')
  office.report('bo', { item }).report('cy', { item })
  assert.equal(standing(office, 'ana'), 'member')
  office.item('good', 'eve')
  assert.equal(standing(office, 'eve'), 'new')
})

test('a confirmation counts whether it arrives before or after the item', () => {
  const office = new Office().let('ana').let('bo').let('cy')
  const item = office.item('of ana', 'ana')
  office.report('bo', { item }).report('cy', { item })
  const { authors } = office.judged(office.revisions.toReversed())
  assert.equal(authors.standing(nodeId('ana'), NOW), 'member')
})

test('a stranger is new for ever, and who was revoked is quarantined', () => {
  const office = new Office().let('ana', { standing: 'stranger', days: 1000 }).let('bo', { standing: 'revoked' })
  const item = office.item('of ana', 'ana')
  office.report('me', { item })
  assert.equal(standing(office, 'ana'), 'new')
  assert.equal(office.verdict(office.item('of bo', 'bo')).state, 'quarantined')
})

test("a block counts on its owner's nodes, on nobody else's, and until it is taken back", () => {
  const office = new Office().trusted('ana').let('sister', { standing: 'same-owner' }).let('bo')
  const item = office.item('of ana', 'ana')
  const decide = (by: string, what: 'block' | 'unblock', at: number): void =>
    void office.say(by, { v: 1, kind: 'decision', decide: what, about: 'ana' }, at)
  decide('bo', 'block', NOW - 9000)
  assert.equal(standing(office, 'ana'), 'member')
  decide('sister', 'block', NOW - 8000)
  assert.equal(office.verdict(item).state, 'blocked')
  decide('me', 'unblock', NOW - 7000)
  assert.equal(office.verdict(item).state, 'offered')
  decide('me', 'block', NOW - 7500)
  assert.equal(office.verdict(item).state, 'offered', 'the newest word counts, whatever came last')
})

test('what a blocked author reports does not count, and a block of an owner is one of all their nodes', () => {
  const office = new Office().let('e1', { owner: 'eve' }).let('e2', { owner: 'eve' })
  const item = office.item('mine', 'me')
  office.report('e1', { item, result: 'failed' })
  assert.equal(office.verdict(item).tally.count.tried, 1)
  office.say('me', { v: 1, kind: 'decision', decide: 'block', about: 'eve' })
  assert.equal(office.verdict(item).tally.count.tried, 0)
  assert.equal(standing(office, 'e2'), 'blocked')
})

test('nobody blocks themselves, nor their other nodes', () => {
  const office = new Office().let('sister', { standing: 'same-owner', owner: 'me' })
  for (const about of ['me', 'sister']) office.say('me', { v: 1, kind: 'decision', decide: 'block', about })
  assert.deepEqual([standing(office, 'me'), standing(office, 'sister')], ['local', 'same-owner'])
})

test('a withdrawal counts from the own owner, from full members, and from the author; not from newcomers', () => {
  const from = (by: string): string => {
    const office = new Office().trusted('ana').trusted('bo').let('nu', { days: 1 }).let('never')
    const item = office.item('of ana', 'ana')
    office.withdraw(by, 'ana')
    return office.verdict(item).state
  }
  assert.deepEqual(['me', 'bo', 'ana', 'nu', 'never', 'ghost'].map(from), [
    'withdrawn',
    'withdrawn',
    'withdrawn',
    'offered',
    'offered',
    'offered',
  ])
})

test("nobody else withdraws what this node's owner wrote", () => {
  const office = new Office().trusted('ana')
  const item = office.item('mine', 'me')
  office.withdraw('ana', 'me')
  assert.equal(office.verdict(item).state, 'offered')
  office.withdraw('me', 'me')
  assert.equal(office.verdict(item).state, 'withdrawn')
})

test('who was withdrawn or blocked here does not answer in kind', () => {
  const office = new Office().trusted('ana').trusted('eve')
  const item = office.item('of ana', 'ana')
  office.withdraw('eve', 'ana')
  assert.equal(office.verdict(item).state, 'withdrawn')
  office.withdraw('me', 'eve')
  assert.equal(office.verdict(item).state, 'offered')

  const blocked = new Office().trusted('ana').trusted('eve')
  const good = blocked.item('of ana', 'ana')
  blocked.withdraw('eve', 'ana')
  blocked.say('me', { v: 1, kind: 'decision', decide: 'block', about: 'eve' })
  assert.equal(blocked.verdict(good).state, 'offered')
})

test('a withdrawal is taken back by whoever made it, or by the own owner', () => {
  const undone = (by: string): string => {
    const office = new Office().trusted('ana').trusted('bo').trusted('cy')
    const item = office.item('of ana', 'ana')
    const id = office.withdraw('bo', 'ana')
    office.withdraw(by, 'ana', id)
    return office.verdict(item).state
  }
  assert.deepEqual(['bo', 'me', 'cy', 'ana'].map(undone), ['offered', 'offered', 'withdrawn', 'withdrawn'])
})

test('a withdrawal also covers what its author writes later, or dates earlier', () => {
  const office = new Office().trusted('eve')
  office.withdraw('me', 'eve')
  for (const at of [NOW - 1, NOW - 90 * DAY_MS])
    assert.equal(office.verdict(office.item(`at ${at}`, 'eve', { at })).state, 'withdrawn')
})

test('a revocation shows within seconds, without anything being written', () => {
  const office = new Office().trusted('ana')
  const { authors } = office.judged()
  assert.equal(authors.standing(nodeId('ana'), NOW), 'member')
  office.let('ana', { standing: 'revoked' })
  assert.equal(authors.standing(nodeId('ana'), NOW + 6_000), 'quarantined')
})

test('a card is the newest certificate a node wrote, whatever arrived last', () => {
  const office = new Office()
  office.say('ana', { v: 1, kind: 'card', certificate: 'second' }, NOW - 1000)
  office.say('ana', { v: 1, kind: 'card', certificate: 'first' }, NOW - 2000)
  assert.equal(office.judged().ledger.card(nodeId('ana')), 'second')
  assert.equal(office.judged().ledger.card(nodeId('bo')), undefined)
})
