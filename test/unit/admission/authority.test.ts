import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import {
  Authority,
  type Certificate,
  issue,
  issuerOf,
  type Revocation,
  type Rolls,
  type Succession,
} from '../../../src/admission/index.ts'
import { signRevocation, signSuccession } from '../../../src/admission/certificate.ts'
import type { NodeId } from '../../../src/base/index.ts'
import { createIdentity, generateNodeKey, type NodeKey } from '../../../src/swarm/index.ts'

const DAY = 86_400_000
const NOTHING: Rolls = { revocations: [], successions: [] }

/** Keys and what they sign, on a clock that is set. */
class World {
  now = 1_800_000_000_000
  readonly root = generateNodeKey()
  readonly clock = { now: () => this.now }
  readonly #identity = createIdentity(this.root)

  authority(rolls: Rolls = NOTHING, swarm = this.root.self): Authority {
    const verify = (node: NodeId, text: string, sig: string): boolean => this.#identity.verify(node, text, sig)
    return new Authority({ swarm, verify, clock: this.clock, rolls })
  }
  /** By the key itself, or by a node with these mandates. */
  issue(
    to: NodeKey,
    by: { key: NodeKey; mandates: Certificate['mandates'] } = { key: this.root, mandates: [] },
    lifeMs = 90 * DAY,
  ): ReturnType<typeof issue> {
    const admitted = { node: to.self, name: 'n', roles: ['auto'] as const, owner: to.self, admitted: this.now }
    const issuer = { signer: createIdentity(by.key), mandates: by.mandates }
    return issue(this.root.self, issuer, admitted, this.clock, lifeMs)
  }
  revoke(
    node: NodeKey,
    spared: readonly NodeId[] = [],
    by = this.root,
    mandates: Certificate['mandates'] = [],
  ): Revocation {
    const words = { swarm: this.root.self, node: node.self, mandates, at: this.now, spared: [...spared] }
    return signRevocation(words, createIdentity(by))
  }
  succeed(from: NodeKey, to: NodeKey, graceMs: number): Succession {
    const words = { swarm: this.root.self, to: to.self, at: this.now, until: this.now + graceMs }
    return signSuccession(words, createIdentity(from))
  }
}

const why = (judged: ReturnType<Authority['judge']>): string => (judged.ok ? 'member' : judged.error.why)

test('a certificate of the swarm key makes its node a member, and no other', () => {
  const world = new World()
  const [node, thief] = [generateNodeKey(), generateNodeKey()]
  const { certificate } = world.issue(node)
  assert.equal(why(world.authority().judge(node.self, certificate)), 'member')
  assert.match(why(world.authority().judge(thief.self, certificate)), /of another node/)
})

test('any change of a certificate breaks it', () => {
  const world = new World()
  const node = generateNodeKey()
  const { certificate } = world.issue(node)
  const changes: Partial<Certificate>[] = [
    { name: 'm' },
    { roles: ['leader'] },
    { owner: world.root.self },
    { admitted: 1 },
    { issued: certificate.issued - 1 },
    { expires: certificate.expires + 1 },
    { sig: 'A'.repeat(86) },
  ]
  for (const change of changes)
    assert.match(
      why(world.authority().judge(node.self, { ...certificate, ...change })),
      /wrong signature/,
      JSON.stringify(change),
    )
})

test('an expired certificate, one of another swarm and one from the future are refused', () => {
  const world = new World()
  const other = new World()
  const node = generateNodeKey()
  const { certificate } = world.issue(node)
  assert.match(why(world.authority().judge(node.self, other.issue(node).certificate)), /another swarm/)
  assert.match(
    why(world.authority().judge(node.self, { ...other.issue(node).certificate, swarm: world.root.self })),
    /a key that this swarm does not have/,
  )
  world.now += 90 * DAY
  assert.match(why(world.authority().judge(node.self, certificate)), /expired on 2027-/)
  world.now -= 100 * DAY
  assert.match(why(world.authority().judge(node.self, certificate)), /in the future: check the clocks/)
})

test('who was given the right to admit may admit, also through others; who was not may not', () => {
  const world = new World()
  const [a, b, c, worker] = Array.from({ length: 4 }, generateNodeKey) as [NodeKey, NodeKey, NodeKey, NodeKey]
  const first = world.issue(a)
  const second = world.issue(b, { key: a, mandates: first.mandates ?? [] })
  const third = world.issue(c, { key: b, mandates: second.mandates ?? [] })
  assert.equal(third.certificate.mandates.length, 2)
  assert.equal(why(world.authority().judge(c.self, third.certificate)), 'member')
  // A worker's own signature, with somebody else's right.
  const forged = world.issue(c, { key: worker, mandates: second.mandates ?? [] })
  assert.match(why(world.authority().judge(c.self, forged.certificate)), /chain of who let it in is broken/)
  const bare = world.issue(c, { key: worker, mandates: [] })
  assert.match(why(world.authority().judge(c.self, bare.certificate)), /a key that this swarm does not have/)
  const stolen = [...(first.mandates ?? [])].map((mandate) => ({ ...mandate, node: worker.self }))
  const lied = world.issue(c, { key: worker, mandates: stolen })
  assert.match(why(world.authority().judge(c.self, lied.certificate)), /wrong signature/)
  const issuer = issuerOf(world.authority(), null, { identity: createIdentity(worker), mandates: null })
  assert.equal(issuer, null)
})

test('who is revoked is out, with all it signed but for those that were spared', () => {
  const world = new World()
  const [a, stays, goes] = Array.from({ length: 3 }, generateNodeKey) as [NodeKey, NodeKey, NodeKey]
  const { mandates } = world.issue(a)
  const by = { key: a, mandates: mandates ?? [] }
  const [spared, later] = [world.issue(stays, by), world.issue(goes, by)]
  const below = world.issue(generateNodeKey(), { key: stays, mandates: spared.mandates ?? [] })
  const beneath = world.issue(generateNodeKey(), { key: goes, mandates: later.mandates ?? [] })
  const authority = world.authority({ revocations: [world.revoke(a, [stays.self])], successions: [] })
  assert.match(why(authority.judge(beneath.certificate.node, beneath.certificate)), /who let it in was revoked/)
  assert.match(why(authority.judge(a.self, world.issue(a).certificate)), /it was revoked on/)
  assert.equal(why(authority.judge(stays.self, spared.certificate)), 'member')
  assert.match(why(authority.judge(goes.self, later.certificate)), /who let it in was revoked/)
  assert.equal(why(authority.judge(below.certificate.node, below.certificate)), 'member', 'let in by who was spared')
  assert.equal(issuerOf(authority, null, { identity: createIdentity(a), mandates }), null)
})

test('a revocation that nobody with the right has signed is nothing', () => {
  const world = new World()
  const [a, worker] = [generateNodeKey(), generateNodeKey()]
  const authority = world.authority()
  const forged = [
    world.revoke(a, [], worker),
    { ...world.revoke(a), by: worker.self },
    { ...world.revoke(a), spared: [worker.self] },
    { ...world.revoke(a), swarm: worker.self },
  ]
  assert.deepEqual(authority.merge({ revocations: forged, successions: [] }), NOTHING)
  assert.equal(authority.isRevoked(a.self), false)
})

test('after a new key the old one counts for its grace, and not a moment longer', () => {
  const world = new World()
  const [node, next] = [generateNodeKey(), generateNodeKey()]
  const old = world.issue(node)
  const authority = world.authority({ revocations: [], successions: [world.succeed(world.root, next, DAY)] })
  assert.equal(authority.root, next.self)
  assert.equal(why(authority.judge(node.self, old.certificate)), 'member')
  const fresh = world.issue(node, { key: next, mandates: [] })
  assert.equal(why(authority.judge(node.self, fresh.certificate)), 'member')
  world.now += DAY
  assert.match(why(authority.judge(node.self, old.certificate)), /a key that this swarm does not have/)
  assert.equal(why(authority.judge(node.self, fresh.certificate)), 'member')
  // Who has only heard of the old key does not know the new one.
  assert.match(why(world.authority().judge(node.self, fresh.certificate)), /a key that this swarm does not have/)
})

test('a successor that the key did not name is nothing, and the first one named stays', () => {
  const world = new World()
  const [next, thief] = [generateNodeKey(), generateNodeKey()]
  const authority = world.authority()
  assert.deepEqual(authority.merge({ revocations: [], successions: [world.succeed(thief, next, DAY)] }), NOTHING)
  authority.merge({ revocations: [], successions: [world.succeed(world.root, next, DAY)] })
  authority.merge({ revocations: [], successions: [world.succeed(world.root, thief, DAY)] })
  assert.equal(authority.root, next.self)
})

test('two halves that tell each other what they know agree, in whatever order, and nothing is taken back', () => {
  const world = new World()
  const nodes = Array.from({ length: 6 }, generateNodeKey)
  const all = nodes.flatMap((node, at) => {
    world.now += 1_000
    return [world.revoke(node), world.revoke(node, [(nodes[at - 1] ?? node).self])]
  })
  fc.assert(
    fc.property(fc.shuffledSubarray(all), fc.shuffledSubarray(all), (left, right) => {
      const [one, other] = [world.authority(), world.authority()]
      for (const revocation of left) one.merge({ revocations: [revocation], successions: [] })
      for (const revocation of right) other.merge({ revocations: [revocation], successions: [] })
      const before = nodes.filter(({ self }) => one.isRevoked(self))
      one.merge(other.rolls)
      other.merge(one.rolls)
      assert.equal(one.digest, other.digest)
      for (const { self } of before) assert.ok(one.isRevoked(self) && other.isRevoked(self))
      assert.deepEqual(one.merge(other.rolls), NOTHING, 'told again it is no news')
    }),
  )
})
