import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explainDial, hostOf, isRefusal } from '../../../src/swarm/libp2p/dial-error.ts'

const LAN = '10.0.0.7'
const failed = (code: string, at: string): Error =>
  Object.assign(new Error(`connection error ${at}: connect ${code} ${at}`), { code })
const stranger = Object.assign(new Error('Payload identity key A does not match expected remote identity key B'), {
  name: 'EncryptionFailedError',
})
const dialled = ['/ip4/10.0.0.7/tcp/7801/p2p/12D3', '/ip4/127.0.0.1/tcp/7801', '/ip6/::1/tcp/7801']
const all = (...errors: readonly Error[]): boolean => isRefusal(new AggregateError(errors), LAN, dialled)

test('refused is who refuses at the host from which it was connected, whatever its other addresses say', () => {
  const refused = failed('ECONNREFUSED', '10.0.0.7:7801')
  assert.ok(all(refused, stranger, failed('ECONNREFUSED', '::1:7801')), 'its loopback addresses are this machine')
  assert.ok(all(refused, failed('ETIMEDOUT', '172.17.0.1:7801')))
  assert.ok(isRefusal(refused, LAN, dialled))
  assert.ok(isRefusal(new Error('dial failed', { cause: refused }), LAN, dialled))
  assert.ok(isRefusal(failed('ECONNREFUSED', 'fd77::1:7801'), 'fd77::1', ['/ip6/fd77::1/tcp/7801']))
})

test('what is refused elsewhere, silent or unreachable is not', () => {
  assert.ok(!all(stranger, failed('ECONNREFUSED', '127.0.0.1:7801'), failed('ECONNREFUSED', '::1:7801')))
  for (const code of ['ETIMEDOUT', 'ENETUNREACH', 'EHOSTUNREACH', 'ECONNRESET'])
    assert.ok(!all(failed(code, '10.0.0.7:7801'), failed('ECONNREFUSED', '127.0.0.1:7801')), code)
  assert.ok(!all())
  assert.ok(!isRefusal('ECONNREFUSED 10.0.0.7:7801', LAN, dialled))
})

test('with two ports at that host both must refuse', () => {
  const ports = ['/ip4/10.0.0.7/tcp/7801', '/ip4/10.0.0.7/tcp/7802/ws']
  const [one, two] = [failed('ECONNREFUSED', '10.0.0.7:7801'), failed('ECONNREFUSED', '10.0.0.7:7802')]
  assert.ok(!isRefusal(one, LAN, ports))
  assert.ok(isRefusal(new AggregateError([one, two]), LAN, ports))
})

test('a peer whose addresses are all elsewhere cannot be judged', () => {
  assert.ok(!isRefusal(failed('ECONNREFUSED', '10.0.0.7:7801'), '192.0.2.1', dialled))
  assert.equal(hostOf('/dns4/example.org/tcp/1'), undefined)
  assert.equal(hostOf('/ip4/10.0.0.7/tcp/40123'), LAN)
})

test('another node at the address is called by that name', () => {
  assert.equal(explainDial(stranger), 'another node answered there')
})
