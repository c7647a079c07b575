import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { base85 } from '../../../src/reconcile/base85.ts'
import { FRAME_CELLS_MAX } from '../../../src/reconcile/messages.ts'
import { reconcileMessages, type ReconcileMessage } from '../../../src/reconcile/index.ts'
import { FRAME_BYTES_MAX } from '../../../src/base/index.ts'
import { frameBytes, meet, twoSets } from '../../support/reconcile.ts'

const Message = z.discriminatedUnion('kind', reconcileMessages)
const cells = (count: number): string => base85(new Uint8Array(20 * count).fill(255))
const part = { kind: 'sketch', id: 1, from: 0, at: 0, size: 0 } as const

test('whatever a session says is a message, in either direction', () => {
  const seen = new Set<string>()
  for (const by of ['sketch', 'buckets', 'list'] as const) {
    const sets = twoSets(1, { common: 3000, mine: 200, theirs: 200 })
    meet(sets.mine, sets.theirs, {
      by,
      bend: (message) => {
        seen.add(message.kind)
        const read: unknown = JSON.parse(JSON.stringify(message))
        assert.deepEqual(Message.parse(read), message)
        return [message]
      },
    })
  }
  assert.deepEqual([...seen].sort(), ['bucket', 'list', 'sketch'])
})

test('the largest answer is within a frame', () => {
  const largest: ReconcileMessage = { ...part, cells: cells(FRAME_CELLS_MAX) }
  assert.ok(Message.safeParse(largest).success)
  assert.ok(frameBytes(largest) < FRAME_BYTES_MAX / 8)
})

test('what a later version adds is left out', () => {
  const read = Message.safeParse({ ...part, cells: '', more: 1 })
  assert.deepEqual(read.data, { ...part, cells: '' })
})

test('what is too long, cut within a cell, of other characters, or not all of a message, is refused', () => {
  const key = '0'.repeat(32)
  for (const wrong of [
    { ...part, cells: cells(FRAME_CELLS_MAX + 1) },
    { ...part, cells: cells(2).slice(5) },
    { ...part, cells: `${cells(1).slice(1)}"` },
    { ...part, size: -1, cells: '' },
    part,
    { kind: 'sketch-ask', id: 1, more: { from: 0, to: 16_385, at: 0 } },
    { kind: 'sketch-ask', id: 1, more: { from: 0, to: 64 } },
    { kind: 'sketch-ask', id: 0 },
    { kind: 'bucket-ask', id: 1, bucket: 256, salt: [1, 2], from: 0, to: 64 },
    { kind: 'bucket-ask', id: 1, bucket: 0, salt: [1, 2 ** 31], from: 0, to: 64 },
    { kind: 'bucket-ask', id: 1, bucket: 0, salt: [1, 2], from: 0, to: 4097 },
    { kind: 'list-ask', id: 1, bucket: 0, after: '00000' },
    { kind: 'list', id: 1, bucket: 0, elements: '0'.repeat(20 * 4097), more: false },
    { kind: 'list', id: 1, bucket: 0, elements: '0'.repeat(25), more: false },
    { kind: 'want', id: 1, elements: '0'.repeat(19) },
    { kind: 'offer', elements: ' '.repeat(20) },
    { kind: 'not-now', id: 1, why: 'never' },
    { kind: 'audit-ask', id: 1, key: key.slice(1) },
    { kind: 'audit-sums', id: 1, before: 'x', after: 'x', sums: '0'.repeat(2550) },
    { kind: 'audit-sums', id: 1, before: 'x'.repeat(65), after: 'x', sums: '0'.repeat(2560) },
  ])
    assert.equal(Message.safeParse(wrong).success, false, JSON.stringify(wrong).slice(0, 100))
})
