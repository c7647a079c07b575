import { randomBytes } from 'node:crypto'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { SwarmError } from '../../src/base/index.ts'
import {
  encodeToken,
  groupKeyOf,
  generateNodeKey,
  type JoinToken,
  parseToken,
  swarmTag,
} from '../../src/swarm/index.ts'
import { deriveSecrets } from '../../src/swarm/secrets.ts'
import { TestSwarm } from '../support/test-swarm.ts'

const refused = (text: string): SwarmError => {
  try {
    parseToken(text)
  } catch (thrown) {
    assert.ok(thrown instanceof SwarmError)
    return thrown
  }
  throw assert.fail(`accepted: ${text}`)
}

function aToken(): JoinToken {
  const swarm = new TestSwarm()
  const key = generateNodeKey()
  const { effects, result } = swarm
    .admission(generateNodeKey(), {})
    .ticket(key.self, { roles: ['worker'], ttlMs: 60_000, uses: 1, actor: 'owner' })
  assert.ok(result.ok && effects.length === 1)
  return { ticket: result.value, key, addresses: ['/ip4/10.0.0.1/tcp/7801'] }
}

test('a token carries its ticket, its key and where to go', () => {
  const made = aToken()
  const token = encodeToken(made)
  assert.deepEqual(parseToken(`  ${token}\r\n`), made)
})

test('a mistyped token is refused with why and what to do', () => {
  const token = encodeToken(aToken())
  // The last character may hold bits that belong to nothing.
  for (let at = 6; at < token.length - 1; at += 7) {
    const wrong = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
    assert.equal(refused(wrong).code, 'SWARM_BAD_TOKEN')
  }
  assert.match(refused(token.slice(0, -3)).why, /incomplete/)
  assert.match(refused(`${token.slice(0, 20)} ${token.slice(20)}`).why, /characters/)
  assert.match(refused('hello').why, /must begin with mcpst_/)
  assert.match(refused('').next ?? '', /mcp-swarm token/)
})

test("a ticket with another one's key is no token", () => {
  const [one, other] = [aToken(), aToken()]
  assert.match(refused(encodeToken({ ...one, key: other.key })).why, /another version/)
})

test('no text makes the parser fail otherwise', () => {
  fc.assert(fc.property(fc.string(), (text) => refused(text).code === 'SWARM_BAD_TOKEN'))
  fc.assert(fc.property(fc.string(), (text) => refused(`mcpst_${text}`).code === 'SWARM_BAD_TOKEN'))
})

test('what is public of a swarm says nothing about another, and nothing of what its members share', () => {
  const [one, other] = [generateNodeKey().self, generateNodeKey().self]
  assert.match(swarmTag(one), /^[0-9a-f]{12}$/)
  assert.notEqual(swarmTag(one), swarmTag(other))
  const [group, another] = [groupKeyOf(randomBytes(32)), groupKeyOf(randomBytes(32))]
  assert.equal(deriveSecrets(one, group).tag, deriveSecrets(one, another).tag)
  assert.notDeepEqual(deriveSecrets(one, group).beaconKey, deriveSecrets(one, another).beaconKey)
})
