import assert from 'node:assert/strict'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { SwarmError } from '../../src/base/index.ts'
import {
  encodeToken,
  generateSwarmKey,
  loadOrCreateSwarmKey,
  openSwarmKey,
  parseToken,
  type SwarmKey,
  swarmTag,
} from '../../src/swarm/index.ts'
import { deriveSecrets } from '../../src/swarm/swarm-key.ts'
import { scratch } from '../support/swarm.ts'

const refused = (text: string): SwarmError => {
  try {
    parseToken(text)
  } catch (thrown) {
    assert.ok(thrown instanceof SwarmError)
    return thrown
  }
  throw assert.fail(`accepted: ${text}`)
}

test('a token carries its key', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
      assert.deepEqual(parseToken(encodeToken(bytes as SwarmKey)), Uint8Array.from(bytes))
    }),
  )
  const token = encodeToken(generateSwarmKey())
  assert.match(token, /^mcpst_[A-Za-z0-9_-]{48}$/)
  assert.deepEqual(parseToken(`  ${token}\r\n`), parseToken(token))
})

test('a mistyped token is refused with why and what to do', () => {
  const token = encodeToken(generateSwarmKey())
  for (let at = 6; at < token.length; at++) {
    const wrong = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
    assert.equal(refused(wrong).code, 'SWARM_BAD_TOKEN')
  }
  assert.match(refused(token.slice(0, -3)).why, /incomplete/)
  assert.match(refused(`${token.slice(0, 20)} ${token.slice(20)}`).why, /characters/)
  assert.match(refused('hello').why, /must begin with mcpst_/)
  assert.match(refused('').next ?? '', /mcp-swarm token/)
})

test('no text makes the parser fail otherwise', () => {
  fc.assert(fc.property(fc.string(), (text) => refused(text).code === 'SWARM_BAD_TOKEN'))
  fc.assert(fc.property(fc.string(), (text) => refused(`mcpst_${text}`).code === 'SWARM_BAD_TOKEN'))
})

test('what is public of a key says nothing about another', () => {
  const [one, other] = [generateSwarmKey(), generateSwarmKey()]
  assert.match(swarmTag(one), /^[0-9a-f]{12}$/)
  assert.notEqual(swarmTag(one), swarmTag(other))
  const { preSharedKey, beaconKey } = deriveSecrets(one)
  assert.notDeepEqual(preSharedKey, beaconKey)
  assert.notDeepEqual(preSharedKey, Uint8Array.from(one))
})

test('the open swarm has the same key everywhere, for ever', () => {
  assert.equal(encodeToken(openSwarmKey()), encodeToken(openSwarmKey()))
  assert.equal(swarmTag(openSwarmKey()), 'e620863b6b92')
})

test('the swarm key file is made once, for this user alone, and is a token to copy', () => {
  const file = join(scratch(), 'swarm.key')
  const key = loadOrCreateSwarmKey(file)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.equal(readFileSync(file, 'utf8'), `${encodeToken(key)}\n`)
  assert.deepEqual(loadOrCreateSwarmKey(file), key)
  writeFileSync(file, 'mcpst_damaged')
  assert.throws(() => loadOrCreateSwarmKey(file), /is damaged: it is incomplete/)
})
