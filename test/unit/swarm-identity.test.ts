import assert from 'node:assert/strict'
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { privateKeyFromProtobuf } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import * as fc from 'fast-check'
import { nodeId, SwarmError } from '../../src/base/index.ts'
import {
  createIdentity,
  decodeNodeKey,
  encodeNodeKey,
  generateNodeKey,
  loadOrCreateIdentity,
} from '../../src/swarm/index.ts'
import { publicKeyOf } from '../../src/swarm/node-key.ts'
import { scratch } from '../support/swarm.ts'

const codeOf = (run: () => unknown): SwarmError => {
  try {
    run()
  } catch (thrown) {
    assert.ok(thrown instanceof SwarmError, String(thrown))
    return thrown
  }
  throw assert.fail('nothing was thrown')
}

test('the node id is the one libp2p makes of the same key', () => {
  for (let round = 0; round < 20; round++) {
    const key = generateNodeKey()
    assert.equal(peerIdFromPrivateKey(privateKeyFromProtobuf(encodeNodeKey(key))).toString(), key.self)
    assert.deepEqual(publicKeyOf(key.self), key.publicKey)
  }
})

test('a node id that is none holds no key, however long it is', () => {
  const { self } = generateNodeKey()
  for (const text of ['', '0OIl', self.slice(1), `${self}1`, `1${self}`, '1'.repeat(1_000_000)])
    assert.equal(publicKeyOf(nodeId(text)), undefined, text.slice(0, 60))
})

test('a signature is good for its text, its author and nothing else', () => {
  const [one, other] = [createIdentity(generateNodeKey()), createIdentity(generateNodeKey())]
  const signature = one.sign('a fix')
  assert.match(signature, /^[A-Za-z0-9_-]{86}$/)
  assert.ok(other.verify(one.self, 'a fix', signature))
  assert.ok(!other.verify(one.self, 'another fix', signature))
  assert.ok(!other.verify(other.self, 'a fix', signature))
  assert.ok(!other.verify(one.self, 'a fix', `${signature}=`))
  assert.ok(!other.verify(one.self, 'a fix', ''))
})

test('verifying never throws, whatever a stranger sends', () => {
  const identity = createIdentity(generateNodeKey())
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (id, text, signature) => {
      assert.equal(identity.verify(nodeId(id), text, signature), false)
    }),
  )
  const rsa = nodeId('QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N')
  assert.equal(identity.verify(rsa, 'x', 'A'.repeat(86)), false)
})

test('more writers than keys are remembered are all verified', () => {
  const identity = createIdentity(generateNodeKey())
  const writers = Array.from({ length: 1_100 }, () => createIdentity(generateNodeKey()))
  for (const writer of [...writers, ...writers.slice(0, 3)]) {
    assert.ok(identity.verify(writer.self, 'x', writer.sign('x')))
  }
})

test('a damaged key is told from a good one', () => {
  const bytes = encodeNodeKey(generateNodeKey())
  assert.ok(decodeNodeKey(bytes))
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const damaged = Uint8Array.from(bytes)
      damaged[at] = (damaged[at] ?? 0) ^ flip
      assert.equal(decodeNodeKey(damaged), undefined)
    }),
  )
  assert.equal(decodeNodeKey(bytes.subarray(0, 60)), undefined)
})

test('the identity file is made once, for this user alone, and read afterwards', () => {
  const file = join(scratch(), 'state', 'identity')
  const key = loadOrCreateIdentity(file)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.equal(readFileSync(file).length, 68)
  assert.equal(loadOrCreateIdentity(file).self, key.self)
})

test('an identity file that others can read, or that is damaged, is refused with what to do', () => {
  const file = join(scratch(), 'identity')
  loadOrCreateIdentity(file)
  chmodSync(file, 0o644)
  const open = codeOf(() => loadOrCreateIdentity(file))
  assert.equal(open.code, 'SWARM_STATE_DIR')
  assert.match(open.why, /can be read by others \(mode 644\)/)
  assert.equal(open.next, `chmod 600 ${file}`)
  chmodSync(file, 0o600)
  for (const bytes of ['', 'half a key', 'x'.repeat(10_000)]) {
    writeFileSync(file, bytes)
    const damaged = codeOf(() => loadOrCreateIdentity(file))
    assert.match(damaged.why, /is damaged/)
    assert.match(damaged.next ?? '', /backup/)
    assert.equal(readFileSync(file, 'utf8'), bytes, 'left as it is')
  }
})

test('an identity that cannot be written is a coded error', () => {
  const directory = scratch()
  writeFileSync(join(directory, 'file'), '')
  assert.equal(codeOf(() => loadOrCreateIdentity(join(directory, 'file', 'identity'))).code, 'SWARM_STATE_DIR')
})
