import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requestsLife } from '../../src/sim/index.ts'

test('lives of requests that last: each one that was accepted is answered once', () => {
  const sums = { accepted: 0, repeated: 0, takenOver: 0, cancelled: 0 }
  for (let seed = 1; seed <= 20; seed++) {
    const { accepted, cancelled, repeated, takenOver } = requestsLife({ seed, nodes: 2 + (seed % 4) })
    sums.accepted += accepted
    sums.repeated += repeated
    sums.takenOver += takenOver
    sums.cancelled += cancelled
  }
  for (const [what, sum] of Object.entries(sums)) assert.ok(sum > 0, `lives without ${what} prove nothing`)
})
