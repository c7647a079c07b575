import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Candidate, plan, preferred, type Situation } from '../../../src/coordination/autopilot.ts'
import { seededRandom } from '../../../src/base/index.ts'
import type { GroupConfig, MemberId } from '../../../src/raft/index.ts'

const id = (text: string): MemberId => text as MemberId
const ids = (text: string): MemberId[] => text.split(' ').filter(Boolean).map(id)

const group = (voters: string, learners = ''): GroupConfig => ({
  voters: ids(voters),
  outgoing: [],
  learners: ids(learners),
  learnersNext: [],
})

/** `a` is healthy, `a!` has been away for so many ticks; `a-` is about to leave; `w` at the end: a worker. */
function candidate(text: string): Candidate {
  const [, name = '', mark = '', ticks = ''] = /^([a-z])([!\-w]?)(\d*)$/.exec(text) ?? []
  return {
    member: id(name),
    priority: mark === 'w' ? 0 : 50,
    healthy: mark !== '!',
    since: ticks === '' ? 100_000 : Number(ticks),
    leaving: mark === '-',
    caughtUp: true,
  }
}

const situation = (config: GroupConfig, nodes: string, rest: Partial<Situation> = {}): Situation => ({
  config,
  candidates: nodes.split(' ').map(candidate),
  votersMax: 5,
  votersMin: 1,
  young: false,
  ...rest,
})

const words = (target: ReturnType<typeof plan>): string | null =>
  target && `${[...target.voters].sort().join(' ')} | ${[...target.learners].sort().join(' ')}`

test('two nodes are one voter and one standby (A1)', () => {
  assert.equal(words(plan(situation(group('a'), 'a b'))), 'a | b')
  assert.equal(plan(situation(group('a', 'b'), 'a b', { young: true })), null)
})

test('the third node makes three voters, in one step', () => {
  assert.equal(words(plan(situation(group('a', 'b'), 'a b c'))), 'a | b c')
  assert.equal(words(plan(situation(group('a', 'b c'), 'a b0 c0', { young: true }))), 'a b c | ')
})

test('an old group grows only by who was stable for ten seconds (A3)', () => {
  assert.equal(plan(situation(group('a b c', 'd e'), 'a b c d999 e'))?.voters.length, undefined)
  assert.equal(words(plan(situation(group('a b c', 'd e'), 'a b c d1000 e'))), 'a b c d e | ')
})

test('a dead voter is replaced after five seconds, where there is a standby (A4)', () => {
  assert.equal(plan(situation(group('a b c', 'd'), 'a b c!499 d')), null)
  assert.equal(words(plan(situation(group('a b c', 'd'), 'a b c!500 d'))), 'a b d | ')
})

test('without a standby the group shrinks after thirty seconds to the next odd size (A4)', () => {
  assert.equal(plan(situation(group('a b c'), 'a b c!2999')), null)
  assert.equal(words(plan(situation(group('a b c'), 'a b c!3000'))), 'a | b')
})

test('it does not shrink below what the operator set (A6)', () => {
  assert.equal(plan(situation(group('a b c'), 'a b c!9000', { votersMin: 3 })), null)
})

test('who leaves or was removed is replaced at once', () => {
  assert.equal(words(plan(situation(group('a b c', 'd'), 'a b- c d'))), 'a c d | ')
  assert.equal(words(plan(situation(group('a b c', 'd'), 'a c d'))), 'a c d | ')
  assert.equal(words(plan(situation(group('a', 'b'), 'a- b'))), 'b | ')
})

test('workers never vote and never stand by', () => {
  assert.equal(plan(situation(group('a'), 'a bw cw dw')), null)
})

test('a change is not asked for while a majority of either set is away (A5)', () => {
  assert.equal(plan(situation(group('a b c', 'd e'), 'a b!9000 c!9000 d e')), null)
})

test('the cap holds, and a lowered one is reached', () => {
  assert.equal(plan(situation(group('a b c d e', 'f g h'), 'a b c d e f g h')), null)
  assert.equal(words(plan(situation(group('a b c d e'), 'a b c d e', { votersMax: 3 }))), 'a b c | d e')
})

test('a joint configuration is left alone', () => {
  assert.equal(plan(situation({ ...group('a b c'), outgoing: ids('a') }, 'a b c!9000')), null)
})

test('whatever happens, the set is odd, within the cap, of members that vote, and nobody is both', () => {
  const random = seededRandom(11)
  for (let round = 0; round < 5_000; round++) {
    const names = 'abcdefghij'.split('').slice(0, 1 + random.below(10))
    const candidates = names.map((name) => {
      const mark = ['', '', '', '', '!', '-', 'w'][random.below(7)] ?? ''
      return candidate(`${name}${mark}${random.below(5_000)}`)
    })
    const size = 1 + 2 * random.below(3)
    const voters = names.slice(0, size).length % 2 === 1 ? names.slice(0, size) : names.slice(0, 1)
    const learners = names.filter((name) => !voters.includes(name) && random.next() < 0.5).slice(0, 3)
    const config = group(voters.join(' '), learners.join(' '))
    const target = plan({ config, candidates, votersMax: 5, votersMin: 1, young: random.next() < 0.5 })
    if (!target) continue
    const said = `round ${round}: ${JSON.stringify({ config, candidates, target })}`
    assert.equal(target.voters.length % 2, 1, said)
    assert.ok(target.voters.length <= Math.max(5, config.voters.length), said)
    assert.equal(
      new Set([...target.voters, ...target.learners]).size,
      target.voters.length + target.learners.length,
      said,
    )
    for (const member of target.voters) {
      if (config.voters.includes(member)) continue
      assert.ok((candidates.find((one) => one.member === member)?.priority ?? 0) > 0, said)
      assert.ok(config.learners.includes(member), said)
    }
  }
})

test('a standby with a better role takes a seat after a minute, when all voters are well (A7)', () => {
  const started = (since: number, first = 'a'): ReturnType<typeof situation> => ({
    ...situation(group('a', 'b'), 'a b'),
    candidates: [candidate(first), { ...candidate('b'), priority: 100, since }],
  })
  assert.equal(plan(started(5_999)), null)
  assert.equal(words(plan(started(6_000))), 'b | a')
  assert.equal(plan(started(6_000, 'a!10')), null)
  assert.equal(plan(situation(group('a', 'b'), 'a b')), null, 'its equal stays where it is')
})

test('leadership moves to a preferred voter that was stable for a minute (A7)', () => {
  const candidates = [candidate('a'), { ...candidate('b'), priority: 100, since: 5_999 }]
  assert.equal(preferred(group('a b c'), candidates, id('a')), null)
  assert.equal(preferred(group('a b c'), [candidates[0]!, { ...candidates[1]!, since: 6_000 }], id('a')), 'b')
  assert.equal(preferred(group('a', 'b'), [candidates[0]!, { ...candidates[1]!, since: 6_000 }], id('a')), null)
})
