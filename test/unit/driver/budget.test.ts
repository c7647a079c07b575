import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ItemId, itemId, nodeId, seededRandom, tokenBound } from '../../../src/base/index.ts'
import { type Answer, ANSWER_TOKENS, type Fix, withinBudget } from '../../../src/driver/index.ts'
import { answerText } from '../../../src/gateway/text.ts'
import { budgetedView } from '../../../src/gateway/views.ts'

const WORDS =
  'Install the missing module with the package manager and run all of the tests again because it was moved'
const words = (count: number): string => WORDS.split(' ').concat(WORDS.split(' ')).slice(0, count).join(' ')
const id = (at: number): ItemId => itemId(`k_${'abcdefghij'[at]}ucgvelbjva52n4o`)

const fix = (at: number, more: Partial<Fix> = {}): Fix => ({
  id: id(at),
  title: `Cannot find module 'left-pad', as it is said by node of version 24 and all before it (${at})`,
  match: 'exact',
  confidence: 0.97,
  belief: 0.95,
  band: 'known',
  why: ['same message, other names', 'same error code MODULE_NOT_FOUND', 'same tool node'],
  differs: ['name right-pad, known fix was for left-pad'],
  solution: {
    action: words(20),
    cause: words(30),
    commands: [{ run: 'npm install left-pad && rm -rf dist', why: words(20), risk: 'destructive' }],
    verify: { run: 'npm test', risk: 'writes' },
    avoid: [{ tried: 'npm cache clean --force', why: 'it is not the cache' }],
  },
  destructive: ['npm install left-pad && rm -rf dist'],
  suspicious: [],
  from: { node: 'alpha', id: nodeId('12D3KooWJYeUDk9xSYviJsgT3tU6CFFRkN3vYzELibgivNdUxEp7'), at: 1_795_349_104_643 },
  trust: 'member',
  copies: 0,
  evidence: {
    text: 'worked 7 of 8 times for 4 people',
    tried: 8,
    worked: 7,
    partly: 0,
    people: 4,
    inapplicable: 0,
    newcomers: { tried: 0, worked: 0, partly: 0, people: 0 },
    verified: 1_795_349_104_643,
  },
  ...more,
})
const answer = (...fixes: readonly Fix[]): Answer => ({
  match: 'exact',
  problem: { tool: 'node', type: 'Error', code: 'MODULE_NOT_FOUND', message: `Cannot find module ${words(36)}` },
  fixes,
  more: 2,
  receipt: 'r_dat7ueehj2tokfgd',
})
const long = answer(fix(0), fix(1), fix(2))
const forms = {
  JSON: (max: number, one = long): string => JSON.stringify(budgetedView(one, max)),
  text: (max: number, one = long): string => answerText(withinBudget(one, max, (cut) => tokenBound(answerText(cut)))),
}

for (const [form, written] of Object.entries(forms))
  test(`as ${form} an answer keeps what an agent is given unless it asks, and what it must have`, () => {
    for (const max of form === 'text' ? [ANSWER_TOKENS, 320] : [ANSWER_TOKENS]) {
      const out = written(max)
      assert.ok(tokenBound(out) <= max, `${tokenBound(out)} of ${max}: ${out}`)
      for (const must of ['rm -rf dist', 'estructive', 'r_dat7ueehj2tokfgd', 'npm test'])
        assert.ok(out.includes(must), must)
      assert.match(out, /further fixes/, 'what was left out is said')
    }
    // Nothing is left out where there is room.
    assert.doesNotMatch(written(100_000), /omitted|Left out/)
    for (const at of [0, 1, 2]) assert.ok(written(100_000).includes(id(at)))
  })

test('what is smaller costs no more, and further fixes are counted when they go', () => {
  const random = seededRandom(7)
  for (let run = 0; run < 200; run++) {
    const max = 50 + Math.floor(random.next() * 2_000)
    const cost = (one: Answer): number => tokenBound(JSON.stringify(one))
    const cut = withinBudget(long, max, cost)
    assert.equal(cut.more + cut.fixes.length, 5)
    assert.equal(cut.omitted === undefined, cost(long) <= max)
    assert.deepEqual(cut.fixes[0]?.solution?.commands?.[0]?.run, 'npm install left-pad && rm -rf dist')
    assert.equal(cut.receipt, long.receipt)
    const less = withinBudget(long, max - 20, cost)
    assert.ok(cost(less) <= cost(cut) || cut.omitted === undefined)
  }
})

test('without a command the action is what to do: the last that is cut; an order to agents stays marked', () => {
  const only = answer(fix(0, { solution: { action: `${words(40)} at last` }, suspicious: ['gives orders'] }))
  const cut = withinBudget(only, 50, (one) => tokenBound(answerText(one)))
  assert.equal(cut.fixes[0]?.solution?.action, `${words(40)} at last`)
  assert.deepEqual(cut.fixes[0]?.suspicious, ['gives orders'])
  const long = answer(fix(0, { solution: { action: words(40).repeat(20) } }))
  for (const written of Object.values(forms)) assert.ok(tokenBound(written(ANSWER_TOKENS, long)) <= ANSWER_TOKENS)
})
