import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { KeyedSum, nodeId, seededRandom } from '../../../src/base/index.ts'
import { AuditSumming, auditMessage, type AuditView, auditView, judgeAudit } from '../../../src/reconcile/audit.ts'
import { type AuditEffect, Audits } from '../../../src/reconcile/audits.ts'
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

const [peer, other] = [nodeId('peer'), nodeId('other')]
const ask = { kind: 'audit-ask', id: 3, key: KEY } as const

/** Answers all sums with nothing, and returns what came after the last. */
function sumAll(audits: Audits, effects: readonly AuditEffect[]): readonly AuditEffect[] {
  let last = effects
  for (let effect = last.at(-1); effect?.do === 'sum'; effect = last.at(-1))
    last = audits.summed(effect.summing, new Uint8Array(8))
  return last
}
function dueAudits(): Audits {
  const audits = new Audits({ random: { next: () => 0, below: () => 0 }, digest: () => 'd' })
  audits.tick()
  assert.ok(audits.isDue)
  return audits
}
const sums = auditMessage(9, { before: 'd', after: 'd', sums: new Uint8Array(2048) })

test('a peer that asks again while it is summed for waits for the one answer, and another one is told to come later', () => {
  const audits = dueAudits()
  const begun = audits.receive(peer, ask)
  assert.deepEqual(audits.receive(peer, ask), [])
  assert.deepEqual(audits.receive(other, ask), [
    { do: 'send', to: other, message: { kind: 'not-now', id: 3, why: 'busy' } },
  ])
  const [answer] = sumAll(audits, begun)
  assert.ok(answer?.do === 'send' && answer.to === peer && answer.message.kind === 'audit-sums')
  assert.equal(answer.message.id, 3)
  // Within the hour not again; then again.
  const [refused] = audits.receive(peer, { ...ask, id: 4 })
  assert.ok(refused?.do === 'send' && refused.message.kind === 'not-now')
  for (let tick = 0; tick < 36_000; tick++) audits.tick()
  assert.equal(audits.receive(peer, { ...ask, id: 5 })[0]?.do, 'sum')
})

test('an audit of its own needs both views, in either order, and only from the peer it was asked of', () => {
  for (const theirsFirst of [true, false]) {
    const audits = dueAudits()
    const begun = audits.begin(peer, 9, KEY)
    assert.equal(audits.isDue, false)
    assert.ok(sums.kind === 'audit-sums')
    assert.deepEqual(audits.receive(other, sums), [])
    assert.deepEqual(audits.receive(peer, { ...sums, id: 8 }), [])
    const heard = theirsFirst ? audits.receive(peer, sums) : []
    const summed = sumAll(audits, begun)
    assert.deepEqual(theirsFirst ? [...heard, ...summed] : [...summed, ...audits.receive(peer, sums)], [
      { do: 'verdict', peer, verdict: { kind: 'equal' } },
    ])
    // Said once; and the next one is due in a day.
    assert.deepEqual(audits.receive(peer, sums), [])
    for (let tick = 0; tick < 863_999; tick++) audits.tick()
    assert.equal(audits.isDue, false)
    audits.tick()
    assert.equal(audits.isDue, true)
  }
})

test('an audit that is refused, takes ten minutes, loses its peer or its store is tried again in an hour', () => {
  for (const fail of [
    (audits: Audits): void => audits.refused(peer, 9),
    (audits: Audits): void => audits.down(peer),
    (audits: Audits, begun: readonly AuditEffect[]): void => {
      const sum = begun.at(-1)
      assert.ok(sum?.do === 'sum')
      audits.summed(sum.summing, undefined)
    },
    (audits: Audits): void => {
      for (let tick = 0; tick < 6001; tick++) audits.tick()
    },
  ]) {
    const audits = dueAudits()
    const begun = audits.begin(peer, 9, KEY)
    audits.refused(other, 9)
    audits.refused(peer, 8)
    audits.down(other)
    fail(audits, begun)
    // A sum that was under way for it is for nobody.
    const sum = begun.at(-1)
    assert.ok(sum?.do === 'sum')
    assert.deepEqual(audits.summed(sum.summing, new Uint8Array(8)), [])
    for (let tick = 0; tick < 35_999; tick++) audits.tick()
    assert.equal(audits.isDue, false)
    audits.tick()
    assert.equal(audits.isDue, true)
  }
})

test('a peer that left is not answered, and the next one is', () => {
  const audits = dueAudits()
  const begun = audits.receive(peer, ask)
  audits.down(peer)
  assert.deepEqual(sumAll(audits, begun), [])
  assert.equal(audits.receive(other, ask)[0]?.do, 'sum')
})
