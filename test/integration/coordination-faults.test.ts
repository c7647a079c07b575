import { test } from 'node:test'
import { Trial } from '../support/fault-world.ts'
import { whyNoNetwork } from '../support/netns.ts'
import { FAULTS } from '../support/swarm-faults.ts'

const skip = whyNoNetwork() ?? false
const FAULT_MS = 2_000

/** `npm run chaos` does the same for as long as one likes, in an order drawn by chance. */
test('five voters under every fault, with clients at all of them', { skip }, async (t) => {
  const trial = await Trial.open(t, 1)
  for (const fault of FAULTS)
    await t.test(fault.name, { skip: fault.unable ?? false }, async (step) => {
      const silenceMs = await trial.suffer(fault, FAULT_MS)
      step.diagnostic(`nobody could write for ${silenceMs.toFixed(0)} ms`)
    })
  await t.test('linearizable, nothing lost, one leader a term, and one lineage in the end', async (step) => {
    await trial.verdict()
    step.diagnostic(JSON.stringify({ ...trial.load.counts, kept: trial.load.kept.size, terms: trial.watch.terms }))
  })
})
