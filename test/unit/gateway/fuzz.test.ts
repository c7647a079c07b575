import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzzInside } from '../../support/fuzz/inside.ts'

/** `npm run fuzz` does more, and against a node that is a process of its own as well. */
test('whatever is sent, the answer is one that the document knows, and no failure of the node', async (t) => {
  const statuses = await fuzzInside(t, 1_000, 20_261_123)
  t.diagnostic(JSON.stringify(statuses))
  // Not all refused at the door.
  assert.ok((statuses['200'] ?? 0) + (statuses['201'] ?? 0) > 100, JSON.stringify(statuses))
})
