import assert from 'node:assert/strict'
import { test } from 'node:test'
import { itemId, nodeId, originId } from '../../../src/base/index.ts'
import { CopyCounts } from '../../../src/driver/copy-counts.ts'

const item = itemId('k_aaaaaaaaaaaaaaaa')
const other = itemId('k_bbbbbbbbbbbbbbbb')
const at = (seq: number): { origin: ReturnType<typeof originId>; seq: number } => ({
  origin: originId(nodeId('a'), '00000000'),
  seq,
})

test('a count is known until the item is written, another version counts, or a minute has gone by', () => {
  const counts = new CopyCounts()
  assert.equal(counts.known(item, at(1), 0), undefined)
  counts.note(item, { count: 2, standing: at(1), at: 0 })
  assert.equal(counts.known(item, at(1), 59_999), 2)
  assert.equal(counts.known(item, at(1), 60_000), undefined)
  assert.equal(counts.known(item, at(2), 0), undefined)
  assert.equal(counts.known(item, undefined, 0), undefined)
  counts.learn([{ item: other }])
  assert.equal(counts.known(item, at(1), 0), 2)
  counts.learn([{ item }])
  assert.equal(counts.known(item, at(1), 0), undefined)
})
