import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeId, seededRandom } from '../../../src/base/index.ts'
import type { Command } from '../../../src/coordination/commands.ts'
import { compareRanks, type LineageId, newLineage, newMember, type Rank } from '../../../src/coordination/lineage.ts'
import { apply, genesis, legacyOf, rankOf, type SwarmState, versionOf } from '../../../src/coordination/state.ts'

const random = seededRandom(1)
const born = (): SwarmState => genesis(newLineage(nodeId('a'), null, random), 1, null)

let keys = 0
const run = (state: SwarmState, command: Command, index: number, key = `k${keys++}`) =>
  apply(state, key, command, { index, term: 1 })
const set = (key: string, value: unknown, rest: { at?: number; expect?: string | null } = {}): Command => ({
  do: 'set',
  key,
  value: value === undefined ? null : JSON.stringify(value),
  expect: rest.expect ?? null,
  at: rest.at ?? 1_000,
  by: nodeId('a'),
})
const enrol = (node: string, floor = 0): Extract<Command, { do: 'enrol' }> => ({
  do: 'enrol',
  member: newMember(nodeId(node), random),
  node: nodeId(node),
  name: node,
  role: 'auto',
  topics: [],
  floor,
})

test('a compare-and-set writes only over the version it names', () => {
  const state = born()
  assert.ok(run(state, set('x.a', 1, { expect: '0' }), 2).ok)
  const version = versionOf(state, 'x.a')
  assert.deepEqual(run(state, set('x.a', 2, { expect: '0' }), 3), { ok: false, why: 'lost' })
  assert.ok(run(state, set('x.a', 2, { expect: version }), 4).ok)
  assert.deepEqual(run(state, set('x.a', 3, { expect: version }), 5), { ok: false, why: 'lost' })
  assert.equal(state.settings['x.a']?.value, '2')
})

test('what was taken back has no version, and may be set again', () => {
  const state = born()
  run(state, set('x.a', 1), 2)
  run(state, set('x.a', undefined), 3)
  assert.equal(versionOf(state, 'x.a'), '0')
  assert.ok(run(state, set('x.a', 2, { expect: '0' }), 4).ok)
})

test('the same key twice is one write', () => {
  const state = born()
  const first = run(state, set('x.a', 1), 2, 'once')
  assert.deepEqual(run(state, set('x.a', 2), 3, 'once'), first)
  assert.equal(state.settings['x.a']?.value, '1')
})

test('an enrolment raises the generation above what the newcomer obeyed (J2), and replaces its old self', () => {
  const state = born()
  run(state, enrol('b', 7), 2)
  assert.equal(state.gen, 8)
  run(state, enrol('b', 3), 3)
  assert.equal(state.gen, 8)
  assert.equal(Object.keys(state.roster).length, 1)
})

test('a swarm of four is mature for ever (§3.1)', () => {
  const state = born()
  const commands = ['a', 'b', 'c', 'd'].map((node) => enrol(node))
  commands.forEach((command, index) => run(state, command, 2 + index))
  assert.ok(state.mature)
  for (const { member } of commands) run(state, { do: 'drop', member }, 20)
  assert.ok(state.mature)
})

test('a lineage freezes only for one that outranks it, and changes no more (M2)', () => {
  const state = born()
  const lower: Rank = { ...rankOf(state), root: '0'.repeat(32) as LineageId }
  assert.deepEqual(run(state, { do: 'freeze', to: lower }, 2), { ok: false, why: 'outranked' })
  assert.ok(run(state, { do: 'freeze', to: { ...rankOf(state), mature: true } }, 3).ok)
  assert.deepEqual(run(state, set('x.a', 1), 4), { ok: false, why: 'frozen' })
  assert.deepEqual(state.settings, {})
})

test('absorbing keeps the later writing of each setting, names the other, and raises the generation (M4)', () => {
  const [ours, theirs] = [born(), born()]
  run(ours, set('x.both', 'ours', { at: 5_000 }), 2)
  run(ours, set('x.late', 'ours', { at: 1_000 }), 3)
  run(ours, set('x.ours', 1), 4)
  run(theirs, set('x.both', 'theirs', { at: 4_000 }), 2)
  run(theirs, set('x.late', 'theirs', { at: 9_000 }), 3)
  run(theirs, set('x.theirs', 1), 4)
  theirs.gen = 6
  const absorb: Command = { do: 'absorb', legacy: legacyOf(theirs, 4), final: true }
  run(ours, absorb, 5)
  assert.equal(ours.gen, 7)
  assert.deepEqual(ours.absorbed, [theirs.lineage.id])
  assert.deepEqual(
    Object.entries(ours.settings)
      .map(([key, { value }]) => `${key} ${value}`)
      .sort(),
    ['x.both "ours"', 'x.late "theirs"', 'x.ours 1', 'x.theirs 1'],
  )
  assert.deepEqual(
    ours.conflicts.map(({ key, kept, lost }) => `${key} ${kept} ${lost}`),
    ['x.both "ours" "theirs"', 'x.late "theirs" "ours"'],
  )
})

test('a legacy told twice, or by a fork that had it too, conflicts with nothing', () => {
  const parent = born()
  run(parent, set('x.a', 1), 2)
  const child = genesis(newLineage(nodeId('b'), parent.lineage, random), 2, legacyOf(parent, 2))
  run(parent, { do: 'absorb', legacy: legacyOf(child, 3), final: false }, 3)
  run(parent, { do: 'absorb', legacy: legacyOf(child, 3), final: false }, 4)
  assert.deepEqual(parent.conflicts, [])
  assert.equal(parent.settings['x.a']?.value, '1')
})

test('what a fork began with and wrote over is no conflict; what the other wrote since is one', () => {
  const parent = born()
  run(parent, set('x.a', 1, { at: 1_000 }), 2)
  run(parent, set('x.b', 1, { at: 1_000 }), 3)
  const child = genesis(newLineage(nodeId('b'), parent.lineage, random), 2, legacyOf(parent, 3))
  run(child, set('x.a', 2, { at: 3_000 }), 5)
  run(child, set('x.b', 2, { at: 3_000 }), 6)
  run(parent, set('x.b', 3, { at: 2_000 }), 4)
  run(child, { do: 'absorb', legacy: legacyOf(parent, 4), final: true }, 7)
  assert.deepEqual(
    child.conflicts.map(({ key, kept, lost }) => `${key} ${kept} ${lost}`),
    ['x.b 2 3'],
  )
  run(child, set('x.b', 4, { at: 4_000 }), 8)
  assert.deepEqual(child.conflicts, [], 'who writes it has settled it')
})

test('settings that contradict each other are refused, whichever comes second', () => {
  const state = born()
  const unfit = { ok: false, why: 'unfit' }
  assert.ok(run(state, set('voters.max', 3), 2).ok)
  assert.deepEqual(run(state, set('voters.min', 5), 3), unfit)
  assert.ok(run(state, set('voters.min', 3), 4).ok)
  assert.deepEqual(run(state, set('voters.max', 1), 5), unfit)
  assert.ok(run(state, set('voters.max', undefined), 6).ok, 'its default is large enough')
  assert.ok(run(state, set('voters.min', 5), 7).ok)
  assert.deepEqual(run(state, set('voters.max', 3), 8), unfit)
})

test('ranks are a total order, and a fork is below what it left (Q6)', () => {
  const lineages = Array.from({ length: 40 }, () => rankOf(born()))
  for (const a of lineages)
    for (const b of lineages) {
      assert.equal(compareRanks(a, b) + compareRanks(b, a), 0)
      for (const c of lineages.slice(0, 10))
        if (compareRanks(a, b) <= 0 && compareRanks(b, c) <= 0) assert.ok(compareRanks(a, c) <= 0)
    }
  const parent = born()
  const child = genesis(newLineage(nodeId('b'), parent.lineage, random), 2, null)
  assert.ok(compareRanks(rankOf(child), rankOf(parent)) < 0)
})

const redeem = (ticket: string, node: string, uses: number, at = 1_000, until = 2_000): Command => ({
  do: 'redeem',
  ticket,
  node: nodeId(node),
  uses,
  until,
  at,
})

test('a token lets in as many as it says; who comes twice costs one use', () => {
  const state = born()
  assert.ok(run(state, redeem('t', 'b', 2), 2).ok)
  assert.ok(run(state, redeem('t', 'b', 2), 3).ok)
  assert.ok(run(state, redeem('t', 'c', 2), 4).ok)
  assert.deepEqual(run(state, redeem('t', 'd', 2), 5), { ok: false, why: 'lost' })
  assert.ok(run(state, redeem('other', 'd', 1), 6).ok)
})

test('uses are forgotten when the token has expired, and not before', () => {
  const state = born()
  run(state, redeem('t', 'b', 1, 1_000, 2_000), 2)
  run(state, redeem('other', 'b', 1, 1_999, 5_000), 3)
  assert.ok(state.tickets?.['t'])
  run(state, redeem('third', 'b', 1, 2_000, 5_000), 4)
  assert.deepEqual(Object.keys(state.tickets ?? {}), ['other', 'third'])
})

test('two halves that meet count the uses of both', () => {
  const [one, other] = [born(), genesis(newLineage(nodeId('z'), null, random), 1, null)]
  run(one, redeem('t', 'b', 2), 2)
  run(other, redeem('t', 'c', 2), 2)
  run(one, { do: 'absorb', legacy: legacyOf(other, 2), final: true }, 3)
  assert.deepEqual(run(one, redeem('t', 'd', 2), 4), { ok: false, why: 'lost' })
  assert.ok(run(one, redeem('t', 'c', 2), 5).ok)
})

test('who is banned is no member any more, and two halves ban whom either did', () => {
  const [one, other] = [born(), genesis(newLineage(nodeId('z'), null, random), 1, null)]
  run(one, enrol('b'), 2)
  run(one, { do: 'ban', node: nodeId('b') }, 3)
  run(one, { do: 'ban', node: nodeId('b') }, 4)
  assert.deepEqual([Object.keys(one.roster), one.bans], [[], ['b']])
  run(other, { do: 'ban', node: nodeId('c') }, 2)
  run(one, { do: 'absorb', legacy: legacyOf(other, 2), final: true }, 5)
  assert.deepEqual(one.bans, ['b', 'c'])
})

test('a horizon only grows; two lineages that forgot apart have one that nobody has followed', () => {
  const state = born()
  assert.ok(run(state, { do: 'horizon', stamp: 100, sum: 'aa' }, 2).ok)
  assert.deepEqual(run(state, { do: 'horizon', stamp: 100, sum: 'bb' }, 3), { ok: false, why: 'lost' })
  assert.deepEqual(state.horizon, { stamp: 100, sum: 'aa' })
  const alone = born()
  const legacy = legacyOf(state, 3)
  run(alone, { do: 'absorb', legacy, final: true }, 2)
  assert.deepEqual(alone.horizon, { stamp: 100, sum: 'aa' })
  const other = born()
  run(other, { do: 'horizon', stamp: 200, sum: 'cc' }, 2)
  run(other, { do: 'absorb', legacy, final: true }, 3)
  assert.deepEqual(other.horizon, { stamp: 200, sum: 'two lineages' })
})
