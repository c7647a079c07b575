import assert from 'node:assert/strict'
import { test } from 'node:test'
import { registerLife, swarmLife } from '../../src/sim/index.ts'
import { violation } from '../support/linearizable.ts'

/** Fails when no order of the operations explains what the clients were told. */
function register(seed: number): void {
  const { history } = registerLife({ seed, nodes: 1 + (seed % 5) })
  const wrong = violation(history)
  assert.equal(wrong, undefined, `seed ${seed}: ${JSON.stringify(wrong)}`)
}

/** Of 1 to 7 nodes, now and then of ten. */
const nodesOf = (seed: number): number => (seed % 16 === 0 ? 10 : 1 + (seed % 7))

/** Trouble and repair of a whole swarm; then of one setting that many write. */
export function life(seed: number): void {
  swarmLife({ seed, nodes: nodesOf(seed) })
  register(seed)
}

test('lives of a swarm that forms itself and falls apart', () => {
  for (let seed = 1; seed <= 20; seed++) swarmLife({ seed, nodes: nodesOf(seed) })
})

test('reads, writes and compare-and-sets of a setting are linearizable through every trouble', () => {
  for (let seed = 1; seed <= 30; seed++) register(seed)
})
