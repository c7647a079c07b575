import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { KeyedSum, seededRandom } from '../../../src/base/index.ts'
import { AuditSumming, auditMessage, type AuditView, auditView, judgeAudit } from '../../../src/reconcile/audit.ts'
import { BUCKETS } from '../../../src/reconcile/index.ts'
import { AuditSums } from '../../../src/reconcile/messages.ts'
import { hashAt, hashes, HeldSet } from '../../support/reconcile.ts'

const KEY = '00112233445566778899aabbccddeeff'

/** The dumb twin. */
const slowSum = (key: string, list: readonly Uint8Array[]): bigint =>
  list.reduce(
    (sum, hash) =>
      (sum + createHash('sha256').update(Buffer.from(key, 'hex')).update(hash).digest().readBigUInt64BE()) &
      0xffff_ffff_ffff_ffffn,
    0n,
  )

function audited(held: HeldSet, key = KEY): AuditView {
  const summing = new AuditSumming(key, held.digest)
  for (let bucket = summing.bucket; bucket !== undefined; bucket = summing.bucket) {
    const sum = new KeyedSum(key)
    for (const hash of held.bucket(bucket)) sum.add(hash)
    summing.summed(sum.bytes)
  }
  return summing.view(held.digest)
}

test('the keyed sum is that of SHA-256 over key and hash, in any order', () => {
  const list = hashes(seededRandom(1), 300)
  const each = Array.from({ length: 300 }, (_, index) => hashAt(list, index))
  const [forth, back] = [new KeyedSum(KEY), new KeyedSum(KEY)]
  for (const hash of each) forth.add(hash)
  for (let index = 299; index >= 0; index--) back.add(list, 32 * index)
  assert.deepEqual(forth.bytes, back.bytes)
  assert.equal(Buffer.from(forth.bytes).readBigUInt64BE(), slowSum(KEY, each))
  const other = new KeyedSum(KEY.replace('0', '1'))
  for (const hash of each) other.add(hash)
  assert.notDeepEqual(other.bytes, forth.bytes)
})

test('equal sets are equal, and a difference is found in its bucket', () => {
  const list = hashes(seededRandom(2), 2000)
  const [mine, theirs] = [new HeldSet().add(list), new HeldSet().add(list)]
  assert.deepEqual(judgeAudit(audited(mine), audited(theirs)), { kind: 'equal' })
  theirs.remove(hashAt(list, 7))
  assert.deepEqual(judgeAudit(audited(mine), audited(theirs)), {
    kind: 'different',
    buckets: [hashAt(list, 7)[0]],
  })
})

test('sets of one digest that differ all the same were made so', () => {
  // Two pairs of one sum: what somebody with many hashes to choose from looks for.
  const list = hashes(seededRandom(3), 500)
  const pair = (x: number, y: number): Uint8Array => {
    const both = new Uint8Array(64)
    both.fill(3)
    both[0] = x
    both[32] = y
    return both
  }
  const mine = new HeldSet().add(list).add(pair(10, 20))
  const theirs = new HeldSet().add(list).add(pair(14, 16))
  assert.equal(mine.digest, theirs.digest)
  const verdict = judgeAudit(audited(mine), audited(theirs))
  assert.deepEqual(verdict, { kind: 'crafted', buckets: [10, 14, 16, 20] })
  // A set that changed while it was audited proves nothing.
  const moved = { ...audited(theirs), after: new HeldSet().digest }
  assert.equal(judgeAudit(audited(mine), moved).kind, 'different')
  assert.equal(judgeAudit(moved, audited(mine)).kind, 'different')
})

test('what one side found is what the other reads', () => {
  const view = audited(new HeldSet().add(hashes(seededRandom(4), 1000)))
  const message = auditMessage(5, view)
  assert.ok(message.kind === 'audit-sums')
  assert.deepEqual(AuditSums.parse(JSON.parse(JSON.stringify(message))), message)
  assert.deepEqual(auditView(message), view)
  assert.equal(auditView({ ...message, sums: '#'.repeat(message.sums.length) }), undefined)
  assert.equal(view.sums.length, 8 * BUCKETS)
})
