import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import {
  Admission,
  type AdmissionEffect,
  KNOCK_VERSION,
  type Knock,
  type KnockReply,
  proveTicket,
  Seeking,
  type Situation,
  words,
} from '../../../src/admission/index.ts'
import type { NodeId } from '../../../src/base/index.ts'
import { createIdentity, generateNodeKey, type NodeKey } from '../../../src/swarm/index.ts'
import { TestSwarm } from '../../support/test-swarm.ts'

const DAY = 86_400_000

/** A swarm on a clock that is set, and a node of it that may admit. */
class Office {
  now = 1_800_000_000_000
  readonly swarm = new TestSwarm('office', { now: () => this.now })
  readonly key = generateNodeKey()
  readonly admission: Admission

  constructor(over: ConstructorParameters<typeof Admission>[0] | object = {}) {
    this.admission = this.swarm.admission(this.key, over)
  }

  knock(
    who: NodeKey,
    over: Partial<Knock> = {},
    host = '10.0.0.7',
  ): { reply: KnockReply | undefined; effects: readonly AdmissionEffect[] } {
    let reply: KnockReply | undefined
    const request = {
      v: KNOCK_VERSION,
      swarm: null,
      of: null,
      name: 'beta',
      role: 'auto',
      version: '1',
      ticket: null,
      ...over,
    }
    const effects = this.admission.knock(who.self, `/ip4/${host}/tcp/1`, request, (told) => (reply = told))
    return { reply, effects }
  }

  ticket(
    uses: number,
    ttlMs = DAY,
  ): { ticket: Knock['ticket']; key: NodeKey; for: (who: NodeId) => Knock['ticket'] } {
    const key = generateNodeKey()
    const { result } = this.admission.ticket(key.self, { roles: ['worker'], ttlMs, uses, actor: 'owner' })
    assert.ok(result.ok)
    const ticket = result.value
    const prove = (who: NodeId): Knock['ticket'] => ({ ticket, proof: proveTicket(ticket, who, createIdentity(key)) })
    return { key, ticket: null, for: prove }
  }
}

const said = (reply: KnockReply | undefined): string =>
  reply === undefined ? 'nothing' : reply.is === 'refused' ? reply.why : reply.is

test('a newcomer waits until it is approved by name, id or words, and then enters with a certificate that holds', () => {
  for (const by of ['name', 'id', 'words'] as const) {
    const office = new Office()
    const beta = generateNodeKey()
    const first = office.knock(beta)
    assert.equal(said(first.reply), 'pending')
    assert.ok(
      first.effects.some(
        (effect) => effect.do === 'note' && effect.text.includes(words(office.swarm.root.self, beta.self)),
      ),
    )
    assert.equal(office.knock(beta).effects.length, 0, 'told once')
    const [pending] = office.admission.pending()
    assert.equal(pending?.words, words(office.swarm.root.self, beta.self))
    const name = { name: 'beta', id: beta.self, words: pending?.words ?? '' }[by]
    assert.ok(office.admission.approve(name, null, 'owner').result.ok)
    const { reply } = office.knock(beta)
    assert.ok(reply?.is === 'admitted')
    assert.equal(office.admission.pending().length, 0)
    const judged = office.admission.authority.judge(beta.self, reply.membership.certificate)
    assert.ok(judged.ok)
    assert.equal(reply.membership.mandates?.length, 2, 'it may admit in turn')
  }
})

test('who is approved as a worker is one, and may not admit', () => {
  const office = new Office()
  const beta = generateNodeKey()
  office.knock(beta)
  office.admission.approve('beta', 'worker', 'owner')
  const { reply } = office.knock(beta)
  assert.ok(reply?.is === 'admitted')
  assert.deepEqual([reply.membership.certificate.roles, reply.membership.mandates], [['worker'], null])
  assert.match(office.admission.objection(beta.self, 'beta', 'auto') ?? '', /its certificate allows worker/)
  assert.match(office.admission.objection(beta.self, 'gamma', 'worker') ?? '', /its certificate says beta/)
  assert.equal(office.admission.objection(beta.self, 'beta', 'worker'), null)
})

test('two newcomers of one name are told apart, ignored ones are not shown, blocked ones are turned away', () => {
  const office = new Office()
  const [one, other] = [generateNodeKey(), generateNodeKey()]
  office.knock(one)
  office.knock(other)
  const twice = office.admission.approve('beta', null, 'owner').result
  assert.ok(!twice.ok && /2 newcomers are called "beta"/.test(twice.error.why))
  assert.ok(office.admission.ignore(one.self).result.ok)
  assert.deepEqual(
    office.admission.pending().map(({ node }) => node),
    [other.self],
  )
  assert.equal(said(office.knock(one).reply), 'pending')
  assert.ok(office.admission.block(other.self, 'owner').result.ok)
  assert.match(said(office.knock(other).reply), /blocked here/)
})

test('at most a few dozen wait, and who goes away is forgotten', () => {
  const office = new Office()
  for (let count = 0; count < 40; count++) office.knock(generateNodeKey())
  assert.equal(office.admission.pending().length, 8, 'of one address')
  for (let count = 0; count < 40; count++) office.knock(generateNodeKey(), {}, `10.0.1.${count}`)
  assert.equal(office.admission.pending().length, 32)
  assert.match(said(office.knock(generateNodeKey()).reply), /too many wait/)
  office.now += 61_000
  assert.equal(said(office.knock(generateNodeKey()).reply), 'pending')
  assert.equal(office.admission.pending().length, 1)
})

test('a token lets in whom it was proven for, as what it says, until it expires', () => {
  const office = new Office()
  const [beta, thief] = [generateNodeKey(), generateNodeKey()]
  const token = office.ticket(0)
  assert.match(said(office.knock(beta, { ticket: token.for(beta.self) }).reply), /admits worker, not auto/)
  const { reply } = office.knock(beta, { role: 'worker', ticket: token.for(beta.self) })
  assert.ok(reply?.is === 'admitted' && reply.membership.mandates === null)
  assert.match(
    said(office.knock(thief, { role: 'worker', ticket: token.for(beta.self) }).reply),
    /made for another node/,
  )
  office.now += DAY
  assert.match(said(office.knock(thief, { role: 'worker', ticket: token.for(thief.self) }).reply), /expired/)
})

test('the uses of a token are counted by the swarm: who is one too many stays out', () => {
  const office = new Office()
  const [beta, gamma] = [generateNodeKey(), generateNodeKey()]
  const token = office.ticket(1)
  let heard: KnockReply | undefined
  const request = {
    v: 1,
    swarm: null,
    of: null,
    name: 'beta',
    role: 'worker',
    version: '1',
    ticket: token.for(beta.self),
  }
  const effects = office.admission.knock(beta.self, 'x', request, (reply) => (heard = reply))
  const redeem = effects.find((effect) => effect.do === 'redeem')
  assert.ok(redeem && heard === undefined, 'nothing before the leader has answered')
  assert.deepEqual([redeem.redeem.uses, redeem.redeem.node], [1, beta.self])
  redeem.done({ ok: true, value: undefined })
  assert.equal(said(heard), 'admitted')
  assert.ok(office.knock(gamma, { role: 'worker', ticket: token.for(gamma.self) }).reply === undefined)
})

test('a token of a swarm key that was forged, or of a revoked member, lets nobody in', () => {
  const office = new Office()
  const other = new TestSwarm('elsewhere', office.swarm.clock)
  const beta = generateNodeKey()
  const key = generateNodeKey()
  const foreign = other
    .admission(generateNodeKey())
    .ticket(key.self, { roles: ['auto'], ttlMs: DAY, uses: 0, actor: 'x' })
  assert.ok(foreign.result.ok)
  const proof = proveTicket(foreign.result.value, beta.self, createIdentity(key))
  assert.match(said(office.knock(beta, { ticket: { ticket: foreign.result.value, proof } }).reply), /another swarm/)
  const relabelled = { ...foreign.result.value, swarm: office.swarm.root.self }
  const again = proveTicket(relabelled, beta.self, createIdentity(key))
  assert.match(
    said(office.knock(beta, { ticket: { ticket: relabelled, proof: again } }).reply),
    /not signed by a member/,
  )
})

test('a knock that cannot be read, of another version or for another swarm is refused with the reason', () => {
  const office = new Office()
  const who = generateNodeKey()
  const ask = (request: unknown): string => {
    let reply: KnockReply | undefined
    office.admission.knock(who.self, 'x', request, (told) => (reply = told))
    return said(reply)
  }
  assert.match(ask(undefined), /speaks version 1 of joining/)
  assert.match(ask({ v: 0 }), /speaks version 1 of joining/)
  assert.match(ask({ v: 1, role: 'king' }), /cannot be read/)
  assert.match(said(office.knock(who, { swarm: who.self }).reply), /another swarm/)
  fc.assert(
    fc.property(fc.jsonValue(), (request) => {
      assert.notEqual(ask(request), 'nothing')
    }),
    { numRuns: 500 },
  )
})

test('open admission lets in whoever knocks, and says so in the audit log', () => {
  const office = new Office({ policy: 'open' })
  const { effects, reply } = office.knock(generateNodeKey())
  assert.equal(said(reply), 'admitted')
  assert.ok(
    effects.some(
      (effect) =>
        effect.do === 'audit' &&
        effect.deed.action === 'member-admitted' &&
        /open admission/.test(effect.deed.detail ?? ''),
    ),
  )
})

test('a revocation cuts the node off at once, and reaches who was away with the first word', () => {
  const office = new Office()
  const [beta, gamma] = [generateNodeKey(), generateNodeKey()]
  const others = new Map([beta, gamma].map((key) => [key.self, office.swarm.admission(key)]))
  for (const key of [beta, gamma]) {
    assert.ok(office.admission.judge(key.self, others.get(key.self)?.shown ?? '').ok)
    office.admission.up(key.self)
  }
  const { effects, result } = office.admission.revoke(beta.self, false, 'owner')
  assert.ok(result.ok)
  assert.deepEqual(
    effects.filter((effect) => effect.do === 'cut').map((effect) => effect.peer),
    [beta.self],
  )
  assert.ok(!office.admission.judge(beta.self, others.get(beta.self)?.shown ?? '').ok)
  // Gamma hears of it by a message, and does the same.
  const there = others.get(gamma.self)
  assert.ok(there)
  there.judge(beta.self, others.get(beta.self)?.shown ?? '')
  there.up(beta.self)
  const told = effects.flatMap((effect) => (effect.do === 'send' && effect.to === gamma.self ? [effect.message] : []))
  const heard = told.flatMap((message) => there.receive(office.key.self, message))
  assert.deepEqual(
    heard.filter((effect) => effect.do === 'cut').map((effect) => effect.peer),
    [beta.self],
  )
  assert.equal(there.authority.digest, office.admission.authority.digest)
  assert.match(said(office.knock(beta).reply), /was revoked/)
})

test('who was let in by a revoked node stays, unless it is to go too', () => {
  for (const withAdmitted of [false, true]) {
    const office = new Office()
    const [beta, child] = [generateNodeKey(), generateNodeKey()]
    office.knock(beta)
    office.admission.approve('beta', null, 'owner')
    const { reply } = office.knock(beta)
    assert.ok(reply?.is === 'admitted')
    const { certificate, mandates } = reply.membership
    const there = office.swarm.admission(beta, {
      kept: { certificate, mandates, revocations: [], successions: [], blocked: [], known: [] },
    })
    const inside: KnockReply[] = []
    const request = { v: 1, swarm: null, of: null, name: 'child', role: 'auto', version: '1', ticket: null }
    there.knock(child.self, 'x', request, () => {})
    there.approve('child', null, 'owner')
    there.knock(child.self, 'x', request, (told) => inside.push(told))
    const [entry] = inside
    assert.ok(entry?.is === 'admitted')
    const entered = entry.membership.certificate
    const shown = JSON.stringify({ v: 1, certificate: entered, successions: [] })
    assert.ok(office.admission.judge(child.self, shown).ok)
    const { result } = office.admission.revoke(beta.self, withAdmitted, 'owner')
    assert.ok(result.ok && result.value.spared.join() === 'child')
    assert.equal(office.admission.judge(child.self, shown).ok, !withAdmitted)
  }
})

test('a certificate is renewed at half its life by who may, and not by who may not', () => {
  const office = new Office()
  const beta = generateNodeKey()
  const there = office.swarm.admission(beta, { kept: office.swarm.kept(beta, { roles: ['worker'] }) })
  for (const [one, other] of [
    [office.admission, there],
    [there, office.admission],
  ] as const) {
    assert.ok(one.judge(other.certificate.node, other.shown).ok)
    one.up(other.certificate.node)
  }
  const renewed = (): readonly AdmissionEffect[] =>
    there.tick(office.key.self).filter((effect) => effect.do === 'send' && effect.message.kind === 'renew')
  assert.deepEqual(renewed(), [])
  office.now += 46 * DAY
  assert.equal(renewed().length, 1)
  const before = there.certificate
  const [answer] = office.admission.receive(beta.self, { kind: 'renew' })
  assert.ok(answer?.do === 'send' && answer.message.kind === 'renewed')
  there.receive(office.key.self, answer.message)
  assert.ok(there.certificate.expires > before.expires)
  assert.deepEqual(there.certificate.roles, ['worker'])
  assert.equal(there.certificate.admitted, before.admitted)
  const [none] = there.receive(office.key.self, { kind: 'renew' })
  assert.ok(none?.do === 'send' && none.message.kind === 'renewed' && none.message.certificate === null)
})

test('a certificate that runs out while its holder is connected ends the connection', () => {
  const office = new Office()
  const beta = generateNodeKey()
  const there = office.swarm.admission(beta, { kept: office.swarm.kept(beta, { lifeMs: DAY }) })
  assert.ok(office.admission.judge(beta.self, there.shown).ok)
  office.admission.up(beta.self)
  office.admission.tick(null)
  office.now += DAY
  const cut = office.admission.tick(null).find((effect) => effect.do === 'cut')
  assert.ok(cut?.do === 'cut' && /expired/.test(cut.why))
})

test('after a new key members get certificates of it by themselves', () => {
  const office = new Office()
  const holder = generateNodeKey()
  const first = office.swarm.admission(holder, { root: createIdentity(office.swarm.root) })
  const beta = generateNodeKey()
  const there = office.swarm.admission(beta, {})
  for (const [one, other] of [
    [first, there],
    [there, first],
  ] as const) {
    assert.ok(one.judge(other.certificate.node, other.shown).ok)
    one.up(other.certificate.node)
  }
  first.tick(null)
  there.tick(null)
  assert.ok(!there.rekey(createIdentity(generateNodeKey()), DAY, 'owner').result.ok, 'only where the key is')
  const next = generateNodeKey()
  const { effects, result } = first.rekey(createIdentity(next), DAY, 'owner')
  assert.ok(result.ok)
  for (const effect of effects) if (effect.do === 'send') there.receive(holder.self, effect.message)
  assert.equal(there.authority.root, next.self)
  // The holder certifies itself anew, the other one asks.
  first.tick(null)
  assert.equal(first.certificate.issuer, next.self)
  office.now += 1
  const ask = there.tick(holder.self).find((effect) => effect.do === 'send' && effect.message.kind === 'renew')
  assert.ok(ask)
  for (const effect of first.receive(beta.self, { kind: 'renew' }))
    if (effect.do === 'send') there.receive(holder.self, effect.message)
  assert.equal(there.certificate.issuer, next.self)
  office.now += 2 * DAY
  assert.ok(first.authority.judge(beta.self, there.certificate).ok)
})

const situation: Situation = {
  tag: 'bbbb',
  founded: 50,
  alone: true,
  fresh: true,
  open: false,
  join: [],
  token: null,
}
const heard = (tag: string, over: object = {}): Parameters<Seeking['heard']>[0] => ({
  tag,
  id: generateNodeKey().self,
  addresses: [`/ip4/10.0.0.1/tcp/${tag.length}`],
  founded: 10,
  alone: false,
  ...over,
})

test('a node that knows nothing asks the one swarm near it; one that knows something, or has company, does not', () => {
  const seeking = new Seeking()
  assert.deepEqual(seeking.plan(situation, 0), { targets: [], waits: null })
  seeking.heard(heard('aaaa'), 0)
  assert.equal(seeking.plan(situation, 0).targets.length, 1)
  const knowing = seeking.plan({ ...situation, fresh: false }, 0)
  assert.deepEqual(knowing.targets, [])
  assert.match(knowing.waits ?? '', /swarm aaaa is on this network too.*mcp-swarm start --join 10\.0\.0\.1:4$/)
  assert.equal(seeking.plan({ ...situation, fresh: false, open: true }, 0).targets.length, 1)
  assert.deepEqual(seeking.plan({ ...situation, alone: false, open: true, join: ['x'] }, 0).targets, [])
  assert.deepEqual(seeking.plan({ ...situation, fresh: false, join: ['10.0.0.9:7801'] }, 0).targets, [
    '10.0.0.9:7801',
  ])
  assert.deepEqual(seeking.plan(situation, 31_000), { targets: [], waits: null }, 'it has gone')
})

test('of two that are alone the younger asks the older, and never both', () => {
  const of = (own: Situation, other: Situation): number => {
    const seeking = new Seeking()
    seeking.heard(heard(other.tag, { alone: true, founded: other.founded }), 0)
    return seeking.plan(own, 0).targets.length
  }
  fc.assert(
    fc.property(fc.nat(3), fc.nat(3), (a, b) => {
      const [one, other] = [
        { ...situation, tag: 'aaaa', founded: a },
        { ...situation, tag: 'bbbb', founded: b },
      ]
      assert.equal(of(one, other) + of(other, one), 1)
    }),
  )
})

test('among several swarms a person chooses', () => {
  const seeking = new Seeking()
  seeking.heard(heard('aaaa'), 0)
  seeking.heard(heard('cccc'), 0)
  const { targets, waits } = seeking.plan(situation, 0)
  assert.deepEqual(targets, [])
  assert.match(waits ?? '', /several swarms.*--join/)
})

test('a token leads to its swarm, and never out of one that others are in', () => {
  const seeking = new Seeking()
  const token = { tag: 'tttt', addresses: ['/ip4/10.0.0.3/tcp/7801'] }
  assert.deepEqual(seeking.plan({ ...situation, token }, 0).targets, token.addresses)
  assert.deepEqual(seeking.plan({ ...situation, token, tag: 'tttt' }, 0).waits, null)
  const stays = seeking.plan({ ...situation, token, alone: false }, 0)
  assert.deepEqual(stays.targets, [])
  assert.match(stays.waits ?? '', /a machine is in one swarm/)
})

test('four words are of one newcomer and one swarm', () => {
  const [swarm, one, other] = [generateNodeKey().self, generateNodeKey().self, generateNodeKey().self]
  assert.match(words(swarm, one), /^[a-z]+( [a-z]+){3}$/)
  assert.equal(words(swarm, one), words(swarm, one))
  assert.notEqual(words(swarm, one), words(swarm, other))
  assert.notEqual(words(swarm, one), words(other, one))
})

test('who revokes the one that let it in stays itself, with all it let in', () => {
  for (const withAdmitted of [false, true]) {
    const office = new Office()
    const [beta, gamma] = [generateNodeKey(), generateNodeKey()]
    office.knock(beta)
    office.admission.approve('beta', null, 'owner')
    const { reply } = office.knock(beta)
    assert.ok(reply?.is === 'admitted')
    const { certificate, mandates } = reply.membership
    const kept = { certificate, mandates, revocations: [], successions: [], blocked: [], known: [] }
    const there = office.swarm.admission(beta, { kept, policy: 'open' })
    const inside: KnockReply[] = []
    const request = { v: 1, swarm: null, of: null, name: 'gamma', role: 'auto', version: '1', ticket: null }
    there.knock(gamma.self, 'x', request, (told) => inside.push(told))
    const [entry] = inside
    assert.ok(entry?.is === 'admitted')
    assert.ok(there.revoke(office.key.self, withAdmitted, 'owner').result.ok)
    assert.ok(there.authority.judge(beta.self, certificate).ok)
    assert.ok(there.authority.judge(gamma.self, entry.membership.certificate).ok)
    assert.ok(there.mayAdmit)
  }
})
