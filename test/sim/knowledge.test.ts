import assert from 'node:assert/strict'
import { test } from 'node:test'
import { knowledgeLife } from '../../src/sim/index.ts'

const nodesOf = (seed: number): number => 2 + (seed % 4)

test('lives of the copies: nothing acknowledged is lost, nothing deleted returns, every conflict is shown', () => {
  let forgotten = 0
  let conflicts = 0
  for (let seed = 1; seed <= 20; seed++) {
    const verdict = knowledgeLife({ seed, nodes: nodesOf(seed) })
    assert.ok((verdict.writes['edit'] ?? 0) > 0, `seed ${seed} changed nothing`)
    forgotten += verdict.forgotten
    conflicts += verdict.conflicts
  }
  assert.ok(forgotten > 0 && conflicts > 0, 'lives in which nothing is forgotten and nothing collides prove nothing')
})
