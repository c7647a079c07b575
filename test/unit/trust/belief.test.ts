import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { nodeId, recordId } from '../../../src/base/index.ts'
import { OutcomeBook, type Report } from '../../../src/trust/outcome-book.ts'
import { DAY_MS, HOUR_MS } from '../../../src/trust/policy.ts'
import { CONFIRMED_MIN, evidenceText, SHOWN_MIN } from '../../../src/trust/index.ts'
import { ITEM, NOW, Office, type Reported } from '../../support/trust.ts'

test('an item nobody tried is believed as far as its author is trusted', () => {
  const office = new Office().let('sister', { standing: 'same-owner' }).let('new', { days: 1 }).trusted('ana')
  const beliefs = (['me', 'sister', 'ana', 'new', 'nobody'] as const).map((by) => {
    const item = office.item(`of ${by}`, by, { at: NOW - 1000 })
    const { belief, confirmed, state } = office.verdict(item)
    return [by, belief, confirmed, state]
  })
  assert.deepEqual(beliefs, [
    ['me', 1, true, 'offered'],
    ['sister', 0.95, true, 'offered'],
    ['ana', 0.8, true, 'offered'],
    ['new', 0.5, false, 'offered'],
    ['nobody', 0.5, false, 'offered'],
  ])
})

/** Fifty newcomers, each its own owner, with a hundred votes each, over every hour of two days. */
function fifty(office: Office, item: Reported['item'], result: 'worked' | 'failed'): void {
  for (let peer = 0; peer < 50; peer++) {
    office.let(`peer${peer}`, { days: 3 })
    for (let vote = 0; vote < 100; vote++)
      office.report(`peer${peer}`, { ...(item ? { item } : {}), result, at: NOW - vote * 0.48 * HOUR_MS })
  }
}

test('fifty new peers with a hundred votes each do not lift an item over the floor', () => {
  const bad = new Office()
  const item = bad.item('bad', 'me')
  for (const name of ['ana', 'bo', 'cy', 'di', 'ed', 'flo']) bad.let(name).report(name, { item, result: 'failed' })
  const before = bad.verdict(item)
  assert.equal(before.state, 'failing')
  fifty(bad, item, 'worked')
  const after = bad.verdict(item)
  assert.equal(after.state, 'failing')
  assert.ok(after.belief < SHOWN_MIN)

  const unknown = new Office().let('new', { days: 1 })
  const fresh = unknown.item('fresh', 'new', { at: NOW - DAY_MS })
  fifty(unknown, fresh, 'worked')
  const voted = unknown.verdict(fresh)
  assert.ok(!voted.confirmed, 'it is not made a known fix')
  assert.equal(voted.state, 'review', 'and somebody should look')
})

test('fifty new peers with a hundred votes each do not sink a good item', () => {
  for (const by of ['me', 'ana']) {
    const office = new Office().trusted('ana')
    const item = office.item('good', by)
    const before = office.verdict(item)
    fifty(office, item, 'failed')
    const after = office.verdict(item)
    assert.equal(after.state, 'offered', by)
    assert.equal(after.confirmed, true, by)
    assert.ok(before.belief - after.belief < 0.15, `${by}: ${before.belief} became ${after.belief}`)
  }
})

test('five full members with verified successes confirm the item of a newcomer, and it says who', () => {
  const office = new Office().let('new', { days: 1 })
  const item = office.item('fresh', 'new', { at: NOW - DAY_MS })
  assert.equal(evidenceText(office.verdict(item)), 'from a new member, not confirmed yet')
  for (const name of ['ana', 'bo', 'cy', 'di']) office.let(name).report(name, { item })
  assert.equal(office.verdict(item).confirmed, false)
  office.let('ed').report('ed', { item })
  assert.equal(office.verdict(item).confirmed, true)
  assert.equal(evidenceText(office.verdict(item)), 'worked 5 of 5 times for 5 people')
})

test('what is only said weighs half of what was verified', () => {
  const office = new Office().let('new', { days: 1 })
  const item = office.item('fresh', 'new', { at: NOW - DAY_MS })
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'])
    office.let(name).report(name, { item, verified: false })
  assert.equal(office.verdict(item).confirmed, false)
  office.let('j').report('j', { item, verified: false })
  assert.equal(office.verdict(item).confirmed, true)
})

test('what worked here is believed here, and what failed here is not offered as known', () => {
  const office = new Office().let('new', { days: 1 })
  const item = office.item('fresh', 'new', { at: NOW - DAY_MS })
  office.report('me', { item, at: NOW - 2 * HOUR_MS })
  assert.equal(office.verdict(item).confirmed, true)
  office.report('me', { item, result: 'failed', at: NOW - HOUR_MS })
  const { confirmed, state } = office.verdict(item)
  assert.deepEqual([confirmed, state], [false, 'offered'])
  assert.match(evidenceText(office.verdict(item)) ?? '', /failed here/)
})

test('nobody confirms what they wrote themselves, on whichever of their nodes', () => {
  const office = new Office().let('new', { days: 20, owner: 'eve' }).let('second', { days: 20, owner: 'eve' })
  const item = office.item('own', 'new', { at: NOW - 15 * DAY_MS })
  for (let day = 1; day <= 10; day++)
    for (const name of ['new', 'second']) office.report(name, { item, at: NOW - day * DAY_MS })
  const { confirmed, tally } = office.verdict(item)
  assert.deepEqual([confirmed, tally.count.tried, tally.newcomers.tried], [false, 0, 0])
})

test('one member alone, on any number of nodes, neither confirms nor removes an item', () => {
  for (const result of ['worked', 'failed'] as const) {
    const office = new Office().let('new', { days: 60 })
    const item = office.item('fresh', 'new', { at: NOW - 50 * DAY_MS })
    for (let node = 0; node < 10; node++) {
      office.let(`n${node}`, { owner: 'eve' })
      for (let day = 0; day < 40; day++) office.report(`n${node}`, { item, result, at: NOW - day * DAY_MS })
    }
    const { confirmed, state, tally } = office.verdict(item)
    assert.deepEqual([confirmed, state, tally.count.people, tally.count.tried], [false, 'offered', 1, 5])
  }
})

test('all that is said without a name is one voice, and never more than a newcomer', () => {
  const office = new Office()
  const item = office.item('mine', 'me')
  for (let node = 0; node < 30; node++)
    office.let(`n${node}`).report(`n${node}`, { item, result: 'failed', anonymous: true, at: NOW - node * HOUR_MS })
  const { belief, tally } = office.verdict(item)
  assert.deepEqual([tally.newcomers.people, tally.count.people], [1, 0])
  assert.ok(belief > 0.9)
})

test('reports from before an admission and from the future do not count', () => {
  const office = new Office().let('late', { days: 10 }).let('ahead')
  const item = office.item('mine', 'me')
  office.report('late', { item, at: NOW - 11 * DAY_MS }).report('ahead', { item, at: NOW + HOUR_MS })
  const { tally } = office.verdict(item)
  assert.deepEqual([tally.count.tried, tally.newcomers.tried], [0, 0])
  assert.equal(office.judged().judge.verdict(item, NOW + 2 * HOUR_MS).tally.count.tried, 1, 'until it is time')
})

const anyReports = fc.array(
  fc.record({
    by: fc.constantFrom('ana', 'bo', 'cy', 'me', 'nu1', 'nu2', 'nu3', 'ghost'),
    result: fc.constantFrom('worked' as const, 'partly' as const, 'failed' as const, 'inapplicable' as const),
    minutes: fc.integer({ min: 0, max: 6 * 24 * 60 }),
    verified: fc.boolean(),
    anonymous: fc.boolean(),
  }),
  { maxLength: 60 },
)
type Said = typeof anyReports extends fc.Arbitrary<infer T> ? T : never

function officeOf(
  reports: Said,
  author = 'zoe',
): { readonly office: Office; readonly item: NonNullable<Reported['item']> } {
  const office = new Office().trusted('zoe').let('new', { days: 8 })
  for (const name of ['ana', 'bo', 'cy']) office.let(name)
  for (const name of ['nu1', 'nu2', 'nu3']) office.let(name, { days: 6.5 })
  const item = office.item('it', author, { at: NOW - 7 * DAY_MS })
  for (const { by, minutes, ...said } of reports) office.report(by, { ...said, item, at: NOW - minutes * 60_000 })
  return { office, item }
}

test('the order in which reports arrive, and how often, makes no difference', () => {
  fc.assert(
    fc.property(anyReports, fc.infiniteStream(fc.nat()), (reports, chance) => {
      const { item, office } = officeOf(reports)
      const twice = [...office.revisions, ...office.revisions.filter((_, index) => index % 3 === 0)]
      const shuffled = twice
        .map((revision) => ({ revision, at: chance.next().value as number }))
        .sort((a, b) => a.at - b.at)
        .map(({ revision }) => revision)
      assert.deepEqual(office.judged(shuffled).judge.verdict(item, NOW), office.verdict(item))
    }),
  )
})

test('however much is said: five per hour, one per day, five days of a principal', () => {
  fc.assert(
    fc.property(anyReports, (reports) => {
      const { item, office } = officeOf(reports)
      const { count, newcomers } = office.verdict(item).tally
      assert.ok(count.people <= 4 && newcomers.people <= 5)
      assert.ok(count.tried <= 5 * count.people && newcomers.tried <= 5 * newcomers.people)
    }),
  )
})

test('what newcomers say, whatever it is, moves no item across a floor', () => {
  const isNew = (by: string, anonymous: boolean): boolean => anonymous || by.startsWith('nu') || by === 'ghost'
  const side = (belief: number): number => Number(belief >= SHOWN_MIN) + Number(belief >= CONFIRMED_MIN)
  fc.assert(
    fc.property(anyReports, fc.constantFrom('zoe', 'new', 'me'), (reports, author) => {
      const all = officeOf(reports, author)
      const without = officeOf(
        reports.filter(({ anonymous, by }) => !isNew(by, anonymous)),
        author,
      )
      const { belief, state } = all.office.verdict(all.item)
      if (state === 'review') return
      const before = without.office.verdict(without.item).belief
      assert.equal(side(belief), side(before))
      assert.ok(Math.abs(belief - before) < 0.15)
    }),
    { numRuns: 300 },
  )
})

test('the sixth report of an hour is not the one that counts', () => {
  const office = new Office().let('ana')
  const item = office.item('mine', 'me')
  for (let minute = 0; minute < 5; minute++) office.report('ana', { item, at: NOW - DAY_MS + minute * 60_000 })
  office.report('ana', { item, result: 'failed', at: NOW - DAY_MS + 6 * 60_000 })
  assert.deepEqual(office.verdict(item).tally.count, { tried: 1, worked: 1, partly: 0, people: 1 })
})

test('of a day the last report counts: who finds out later that it did not help says so', () => {
  const office = new Office().let('ana')
  const item = office.item('mine', 'me')
  office.report('ana', { item, at: NOW - 3 * HOUR_MS }).report('ana', { item, result: 'failed', at: NOW - HOUR_MS })
  assert.deepEqual(office.verdict(item).tally.count, { tried: 1, worked: 0, partly: 0, people: 1 })
})

test('what was said as a newcomer does not ripen by waiting', () => {
  const office = new Office()
  const item = office.item('mine', 'me')
  for (let peer = 0; peer < 20; peer++)
    office.let(`p${peer}`, { days: 3 }).report(`p${peer}`, { item, result: 'failed' })
  const { judge } = office.judged()
  const later = judge.verdict(item, NOW + 30 * DAY_MS)
  assert.deepEqual([later.confirmed, later.tally.count.people], [true, 0])
})

test('two nodes of one owner have five reports in an hour together', () => {
  const office = new Office().let('a1', { owner: 'ana' }).let('a2', { owner: 'ana' })
  const item = office.item('mine', 'me')
  for (let minute = 0; minute < 5; minute++) office.report('a1', { item, at: NOW - DAY_MS + minute * 60_000 })
  office.report('a2', { item, result: 'failed', at: NOW - DAY_MS + 6 * 60_000 })
  assert.deepEqual(office.verdict(item).tally.count, { tried: 1, worked: 1, partly: 0, people: 1 })
})

test("a member's item that failed here is offered with a warning", () => {
  const office = new Office().trusted('ana')
  const item = office.item('of ana', 'ana')
  assert.equal(office.verdict(item).confirmed, true)
  office.report('me', { item, result: 'failed' })
  const { confirmed, state } = office.verdict(item)
  assert.deepEqual([confirmed, state], [false, 'offered'])
})

test('what is remembered of one node and one item is bounded, each report once, the newest hours', () => {
  const book = new OutcomeBook()
  const report = (hour: number, number: number): Report => ({
    id: recordId(`o_${hour} ${number}`),
    node: nodeId('ana'),
    hlc: (hour * 60 + number) * 60_000 * 1024,
    at: (hour * 60 + number) * 60_000,
    result: 'worked',
    verified: true,
    anonymous: false,
  })
  for (let hour = 0; hour < 100; hour++)
    for (let number = 0; number < 9; number++) for (const _ of [1, 2]) book.add(ITEM, report(hour, number))
  const kept = book.of(ITEM).get(nodeId('ana')) ?? []
  assert.deepEqual([kept.length, new Set(kept.map(({ id }) => id)).size], [160, 160])
  assert.equal(kept[0]?.at, 68 * HOUR_MS)
})
