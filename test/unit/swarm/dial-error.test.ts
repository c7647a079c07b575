import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRefusal } from '../../../src/swarm/libp2p/dial-error.ts'

const coded = (code: string): Error => Object.assign(new Error(`connect ${code} 10.0.0.1:7801`), { code })
const refused = coded('ECONNREFUSED')
const another = Object.assign(new Error('Payload identity key does not match'), { name: 'UnexpectedPeerError' })

test('refused is who refuses at every address; silence, no route or a strange answer alone is not enough', () => {
  const all = (...errors: readonly Error[]): boolean => isRefusal(new AggregateError(errors))
  assert.ok(isRefusal(refused))
  assert.ok(isRefusal(new Error('dial failed', { cause: refused })))
  assert.ok(all(refused, refused))
  assert.ok(all(refused, another), 'its loopback address is that of a node here')
  assert.ok(!all(another))
  for (const code of ['ETIMEDOUT', 'ENETUNREACH', 'EHOSTUNREACH', 'ECONNRESET'])
    assert.ok(!all(refused, coded(code)), code)
  assert.ok(!all(refused, Object.assign(new Error('aborted'), { name: 'TimeoutError' })))
  assert.ok(!all())
  assert.ok(!isRefusal('ECONNREFUSED'))
})
