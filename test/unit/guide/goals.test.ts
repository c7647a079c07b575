import assert from 'node:assert/strict'
import { test } from 'node:test'
import { goals, guided, guideItem, guides } from '../../support/guides.ts'

const RECALL_MIN = 0.9
const FALSE_MAX = 0.04

for (const half of ['tune', 'held'] as const)
  test(`goals in other words find their guide, and unrelated ones none (${half})`, (t) => {
    const ask = guided(Object.fromEntries(guides().map((one) => [one.slug, guideItem(one)])))
    const asked = goals().filter((one) => one.half === half)
    const known = asked.filter(({ guide }) => guide !== null)
    const right = known.filter(({ goal, guide }) => ask(goal)?.slug === guide)
    const taken = asked.filter(({ goal, guide }) => guide === null && ask(goal) !== undefined)
    t.diagnostic(
      `recall@1 ${right.length} of ${known.length}, as known ${right.filter(({ goal }) => ask(goal)?.band === 'known').length}, ` +
        `false accepts ${taken.length} of ${asked.length - known.length}`,
    )
    assert.equal(known.length, 30)
    assert.ok(
      right.length / known.length >= RECALL_MIN,
      known
        .filter((one) => !right.includes(one))
        .map(({ goal }) => goal)
        .join('\n'),
    )
    const unrelated = asked.length - known.length
    assert.deepEqual(
      taken.filter(({ goal }) => ask(goal)?.band === 'known'),
      [],
    )
    assert.ok(taken.length <= FALSE_MAX * unrelated, taken.map(({ goal }) => goal).join('\n'))
  })
