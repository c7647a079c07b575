import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzz } from '../support/fuzz/index.ts'

/** `npm run fuzz` does more than ten thousand, with a seed of the day. */
test('whatever is sent to any route or method of MCP, the node answers and goes on', async (t) => {
  const { cases, statuses } = await fuzz(t, { rest: 300, mcp: 200, bytes: 50, last: 4 }, 20_261_122)
  t.diagnostic(`${cases} cases: ${JSON.stringify(statuses)}`)
  // Not all refused at the door: the generators get through to what is behind it.
  assert.ok((statuses['200'] ?? 0) + (statuses['201'] ?? 0) > 100, JSON.stringify(statuses))
})
