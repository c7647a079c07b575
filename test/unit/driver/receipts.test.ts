import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ItemId, nodeId, originId } from '../../../src/base/index.ts'
import { COLLISIONS, Collisions } from '../../../src/driver/collisions.ts'
import { Receipts, SHOWN_MAX } from '../../../src/driver/receipts.ts'
import { TrustDesk } from '../../../src/driver/trust-desk.ts'

const ITEM = 'k_aaaaaaaaaaaaaaaa' as ItemId

test('the newest answers are remembered, as many as may be', () => {
  const receipts = new Receipts([], () => {})
  for (let at = 0; at < SHOWN_MAX + 10; at++) receipts.add({ receipt: `r_${at}`, at, via: 'api', items: [ITEM] })
  const shown = receipts.of(new Set([ITEM]))
  assert.deepEqual([shown.length, shown[0]?.at, shown.at(-1)?.at], [SHOWN_MAX, SHOWN_MAX + 9, 10])
  assert.equal(receipts.find('r_9'), undefined)
})

test('what lay on the disk of newcomers is looked at again at a start, and nothing else', () => {
  const claim = (node: string, item: string) => ({
    item: item as ItemId,
    origin: originId(nodeId(node), '00000001'),
    seq: 1,
    hlc: 1024,
    priority: 50,
    deleted: false,
    name: node,
    derived: [],
  })
  const claims = [claim('me', 'k_bbbbbbbbbbbbbbbb'), claim('newcomer', ITEM)]
  const state = { have: new Map(), hlcMax: 0, items: 2, row: 2, claims }
  const desk = new TrustDesk({ self: nodeId('me'), clock: { now: () => 1000 }, state, trust: {} })
  const collisions = new Collisions(desk)
  assert.deepEqual(collisions.look(), [{ do: 'heads', request: COLLISIONS, items: [ITEM] }])
  assert.deepEqual(collisions.look(), [], 'one at a time')
})
