import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authorFacts } from '../../../src/driver/author-facts.ts'
import { generateNodeKey } from '../../../src/swarm/index.ts'
import { TestSwarm } from '../../support/test-swarm.ts'

const DAY = 86_400_000

test('an author that was never met is judged by its card, also when its certificate ran out since', () => {
  let now = 1_795_348_800_000
  const swarm = new TestSwarm('a seed', { now: () => now })
  const [me, ana] = [generateNodeKey(), generateNodeKey()]
  const facts = authorFacts(swarm.admission(me))
  const card = JSON.stringify(swarm.kept(ana, { name: 'ana', admitted: now - DAY }).certificate)
  assert.equal(facts(ana.self, undefined), undefined)
  const expected = { owner: ana.self, admitted: now - DAY, standing: 'member', name: 'ana' }
  assert.deepEqual(facts(ana.self, card), expected)
  now += 400 * DAY
  assert.deepEqual(facts(ana.self, card), expected)
})

test('a card says nothing of another node, of another swarm, or when it was changed', () => {
  const swarm = new TestSwarm('a seed')
  const [me, ana, eve] = [generateNodeKey(), generateNodeKey(), generateNodeKey()]
  const facts = authorFacts(swarm.admission(me))
  const { certificate } = swarm.kept(ana)
  assert.equal(facts(eve.self, JSON.stringify(certificate)), undefined)
  assert.equal(facts(eve.self, JSON.stringify({ ...certificate, node: eve.self })), undefined)
  assert.equal(facts(ana.self, JSON.stringify({ ...certificate, admitted: 1 })), undefined)
  assert.equal(facts(ana.self, JSON.stringify(new TestSwarm('another').kept(ana).certificate)), undefined)
  assert.equal(facts(ana.self, 'not json {'), undefined)
})

test('nodes of one owner are of the same owner, and this node is local', () => {
  const swarm = new TestSwarm('a seed')
  const [me, sister] = [generateNodeKey(), generateNodeKey()]
  const facts = authorFacts(swarm.admission(me))
  assert.equal(facts(me.self, undefined)?.standing, 'local')
  assert.equal(
    facts(sister.self, JSON.stringify(swarm.kept(sister, { owner: me.self }).certificate))?.standing,
    'same-owner',
  )
})

test('a revocation is above every card', () => {
  const swarm = new TestSwarm('a seed')
  const [me, ana, bo] = [generateNodeKey(), generateNodeKey(), generateNodeKey()]
  const admission = swarm.admission(me, { kept: swarm.kept(me, { roles: ['auto', 'leader'] }) })
  const facts = authorFacts(admission)
  const card = JSON.stringify(swarm.kept(ana).certificate)
  assert.equal(facts(ana.self, card)?.standing, 'member')
  assert.ok(admission.revoke(ana.self, false, 'owner').result.ok)
  assert.equal(facts(ana.self, card)?.standing, 'revoked')
  assert.equal(facts(bo.self, undefined), undefined)
})
