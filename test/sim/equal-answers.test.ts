import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NodeId } from '../../src/base/index.ts'
import type { Answer, GuideAnswer, TrustParts } from '../../src/driver/index.ts'
import { simulate, type World } from '../../src/sim/index.ts'
import { goals, guides } from '../support/guides.ts'
import { fixtures } from '../support/resolve-fixtures.ts'

const settle = (world: World): World =>
  world
    .run(10)
    .runUntil((now) => now.replicasEqual(), { ticksMax: 900 })
    .run(50)

/** Members that are no newcomers, each an owner of its own: what others wrote is believed less than what is one's own. */
const trust = (self: NodeId): TrustParts => ({
  policy: { probationMs: 0, confirmationsMin: 0 },
  facts: (node) => ({ owner: node, admitted: 0, standing: node === self ? 'local' : 'member' }),
})

/** What may not depend on the node that is asked. */
const alike = ({ fixes, match, problem }: Answer): object => ({
  match,
  problem,
  fixes: fixes.map(({ band, confidence, differs, id, match: level, solution, why }) => ({
    id,
    level,
    band,
    confidence,
    why,
    differs,
    solution,
  })),
})

test('what is learnt on one node is answered alike on all, confidence included, whoever was away or started again', () => {
  const world = simulate({ seed: 11, nodes: 3, trust })
  world.run(20)
  const learnt = fixtures().slice(0, 60)
  for (const [at, { text }] of learnt.entries()) {
    if (at === 20) world.cut(['c'])
    if (at === 40) world.heal()
    world.wait('a', 'share', { source: 'cli', error: text, action: `do what helped ${at}` })
  }
  for (const guide of guides()) world.wait('a', 'share', { source: 'cli', kind: 'guide', ...guide })
  settle(world).crash('b').restart('b')
  settle(world)
  let known = 0
  const spoilt = (text: string): string => text.replaceAll(/\b\d{2,}\b/g, (digits) => String(Number(digits) + 7))
  for (const { name, text } of learnt)
    for (const asked of [text, spoilt(text)]) {
      const [here, ...others] = ['a', 'b', 'c'].map((node) => world.resolve(node, asked))
      assert.ok(here)
      known += here.fixes.length > 0 ? 1 : 0
      for (const [at, there] of others.entries())
        assert.deepEqual(alike(there), alike(here), `${name} on ${['b', 'c'][at]}`)
    }
  assert.ok(known > learnt.length, `${known} answers are no proof`)
  for (const { goal } of goals()) {
    const [here, ...others] = ['a', 'b', 'c'].map((node): GuideAnswer => world.wait(node, 'guide', { goal }))
    const of = ({ guide, match, others: more }: GuideAnswer): object => [
      match,
      guide && [guide.id, guide.confidence, guide.band, guide.why, guide.differs, guide.steps],
      more,
    ]
    for (const there of others) assert.deepEqual(of(there), of(here as GuideAnswer), goal)
  }
})
