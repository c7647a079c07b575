import assert from 'node:assert/strict'
import { test } from 'node:test'
import { itemId, tokenBound } from '../../../src/base/index.ts'
import { GUIDE_TOKENS, type GuideAnswer, guideWithinBudget } from '../../../src/driver/index.ts'
import { guideText } from '../../../src/gateway/guide-text.ts'
import { budgetedGuide } from '../../../src/gateway/views.ts'
import { planOf } from '../../../src/guide/index.ts'
import type { Item } from '../../../src/knowledge/index.ts'
import { guideItem } from '../../support/guides.ts'

type Guide = Extract<Item, { kind: 'guide' }>
const WORDS =
  'Move every colour of the interface into properties so that a theme is one block of values and nothing else '
const guide = guideItem({
  title: 'Add dark mode',
  kind: 'guide',
  guide: {
    done_when: ['it is dark'],
    steps: Array.from({ length: 12 }, (_, at) => ({
      do: `${WORDS.repeat(3)}(${at})`,
      why: WORDS,
      files: ['src/theme.css'],
      verify: `npm test -- part-${at}`,
      pitfalls: [WORDS],
    })),
    alternatives: [{ name: 'a library', when: WORDS }],
  },
}) as Guide

test('a guide whole, and a step at a time', () => {
  const whole = planOf(guide)
  assert.deepEqual([whole?.steps.length, whole?.of, whole?.done_when], [12, 12, ['it is dark']])
  const second = planOf(guide, 2)
  assert.deepEqual([second?.steps.map(({ n }) => n), second?.of, second?.done_when], [[2], 12, []])
  assert.deepEqual(planOf(guide, 12)?.done_when, ['it is dark'], 'the last one says when it is done')
  for (const n of [0, 13, -1, 1.5]) assert.equal(planOf(guide, n), undefined)
  const prose = guideItem({ title: 'x', kind: 'guide', text: 'just do it' }) as Guide
  assert.deepEqual(planOf(prose), { goal: 'x', done_when: [], steps: [], of: 0, text: 'just do it' })
  assert.equal(planOf(prose, 1), undefined)
})

const answer: GuideAnswer = {
  match: 'near',
  guide: {
    id: itemId('k_cucgvelbjva52n4o'),
    title: guide.title,
    match: 'near',
    confidence: 0.9,
    belief: 1,
    band: 'known',
    why: ['about dark mode'],
    differs: [],
    ...(planOf(guide) ?? { goal: '', done_when: [], steps: [], of: 0 }),
    destructive: ['rm -rf dist'],
    suspicious: [],
    from: { node: 'alpha', at: 0 },
    trust: 'local',
    evidence: { text: 'worked once for one person' },
  },
  others: [],
  receipt: 'r_dat7ueehj2tokfgd',
}
const forms = {
  JSON: (max: number): string => JSON.stringify(budgetedGuide(answer, max)),
  text: (max: number): string => guideText(guideWithinBudget(answer, max, (cut) => tokenBound(guideText(cut)))),
}

for (const [form, written] of Object.entries(forms))
  test(`as ${form} a long guide fits, keeps its checks, warnings and receipt, and says how to go on`, () => {
    for (const max of [GUIDE_TOKENS, 400, 300]) {
      const out = written(max)
      assert.ok(tokenBound(out) <= max, `${tokenBound(out)} of ${max}`)
      for (const must of ['npm test -- part-0', 'rm -rf dist', 'r_dat7ueehj2tokfgd', '12'])
        assert.ok(out.includes(must), must)
      if (max === 300) assert.match(out, /later steps/)
    }
    assert.match(guideText(guideWithinBudget(answer, 400, (cut) => tokenBound(guideText(cut)))), /and step \d+\./)
    assert.doesNotMatch(written(100_000), /omitted|Left out/)
  })
