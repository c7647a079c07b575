import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signAll, SIGNATURE_LENGTH_MAX, Signatures } from '../../../src/knowledge/signatures.ts'
import { fakeIdentity } from '../../support/replica.ts'
import { revisions } from '../../support/storage.ts'
import { nodeId, originId, revisionHash } from '../../../src/base/index.ts'

const writer = fakeIdentity('ana')
const origin = originId(nodeId('ana'), '00000001')
const unsigned = (count: number) => revisions(1, count, { origin }).map(({ sig: _sig, ...rest }) => rest)

test('each of a batch of any size can be checked by itself, and says nothing else', () => {
  for (let count = 1; count <= 40; count++) {
    const signatures = new Signatures(fakeIdentity('ben'))
    for (const one of signAll(unsigned(count), writer)) {
      assert.equal(signatures.check(one), revisionHash(one), `${one.seq} of ${count}`)
      assert.ok(one.sig.length <= SIGNATURE_LENGTH_MAX)
      assert.ok(!signatures.check({ ...one, body: `${one.body} ` }))
      assert.ok(!signatures.check({ ...one, follows: ['0123456789abcdef'] }))
      assert.ok(!signatures.check({ ...one, ext: 'x' }))
      assert.ok(!signatures.check({ ...one, origin: originId(nodeId('eve'), '00000001') }))
    }
  }
})

test('a batch of sixteen costs one signature and one check', () => {
  let signed = 0
  let verified = 0
  const batch = signAll(unsigned(16), { ...writer, sign: (text) => (signed++, writer.sign(text)) })
  const signatures = new Signatures({ ...writer, verify: (...args) => (verified++, writer.verify(...args)) })
  assert.ok(batch.every((one) => signatures.check(one)))
  assert.deepEqual([signed, verified], [1, 1])
})

test('a signature of another shape is invalid, and harms nothing', () => {
  const signatures = new Signatures(writer)
  const [one, two] = signAll(unsigned(2), writer)
  assert.ok(one && two)
  const [sig, index, path] = one.sig.split('.')
  for (const wrong of [
    '',
    '.',
    '..',
    `${sig}.${index}`,
    `${sig}.9.${path}`,
    `${sig}.-1.${path}`,
    `${sig}.0.5.${path}`,
  ])
    assert.ok(!signatures.check({ ...one, sig: wrong }), wrong)
  for (const wrong of [
    `${sig}.${index}.`,
    `${sig}.${index}.${path}AAAA`,
    `${sig}.NaN.${path}`,
    `${sig}.0.${'A'.repeat(300)}`,
  ])
    assert.ok(!signatures.check({ ...one, sig: wrong }), wrong)
  assert.ok(!signatures.check({ ...one, sig: two.sig }))
})
