import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failed, nodeId, ok, type OriginId, originId, SwarmError } from '../../../src/base/index.ts'
import type { KnowledgeMessage, ReplicaEffect, Revision } from '../../../src/knowledge/index.ts'
import { committed, draft, fakeIdentity, newReplica, of } from '../../support/replica.ts'

const b = nodeId('b')

const announcing = (
  origin: OriginId,
  revisions: readonly Revision[],
): Extract<KnowledgeMessage, { kind: 'announce' }> => ({
  kind: 'announce',
  origin,
  last: 1,
  revisions: [...revisions],
})

function written(name: string, count: number): readonly Revision[] {
  const replica = newReplica(name)
  const revisions: Revision[] = []
  for (let index = 0; index < count; index++) {
    const [commit] = of(replica.record(index, draft(`${name}${index}`)), 'commit')
    assert.ok(commit)
    revisions.push(...commit.revisions)
    replica.committed(commit.token, committed(commit.revisions))
  }
  return revisions
}

test('nothing is acknowledged or announced before the disk has it', () => {
  const replica = newReplica('a')
  const effects = replica.record(1, draft('x'))
  assert.deepEqual(
    effects.map((effect) => effect.do),
    ['commit'],
  )
  const [commit] = of(effects, 'commit')
  assert.ok(commit)
  const after = replica.committed(commit.token, committed(commit.revisions))
  assert.deepEqual(
    after.map((effect) => effect.do),
    ['index', 'settle', 'publish'],
  )
})

test('writes that come while one is at the disk share the next batch, numbered without holes', () => {
  const replica = newReplica('a')
  const [first] = of(replica.record(1, draft('x')), 'commit')
  assert.ok(first)
  assert.deepEqual([...replica.record(2, draft('y')), ...replica.record(3, draft('z'))], [])
  const [second] = of(replica.committed(first.token, committed(first.revisions)), 'commit')
  assert.deepEqual(
    second?.revisions.map(({ seq }) => seq),
    [2, 3],
  )
})

test('a batch the disk refused fails its requests, and its numbers are used again', () => {
  const replica = newReplica('a')
  const [first] = of(replica.record(1, draft('x')), 'commit')
  assert.ok(first)
  const effects = replica.committed(first.token, failed(new SwarmError('SWARM_DISK_FULL', 'no room')))
  assert.equal(of(effects, 'settle')[0]?.result.ok, false)
  assert.equal(of(effects, 'publish').length, 0)
  assert.deepEqual(
    of(replica.record(2, draft('y')), 'commit')[0]?.revisions.map(({ seq }) => seq),
    [1],
  )
})

test('a write whose number the store knows with another text is not acknowledged, and the origin is renewed', () => {
  const replica = newReplica('a')
  const [first] = of(replica.record(1, draft('x')), 'commit')
  assert.ok(first)
  const effects = replica.committed(
    first.token,
    ok({
      stored: [],
      heads: [],
      items: 0,
      refused: first.revisions.map((revision) => ({ revision, held: revision })),
    }),
  )
  assert.deepEqual(
    effects.map((effect) => effect.do),
    ['note', 'renew-origin', 'settle'],
  )
  assert.equal(of(effects, 'settle')[0]?.result.ok, false)
})

test('a peer that holds more is asked for it, page by page, and only for what is missing', () => {
  const revisions = written('b', 5)
  const replica = newReplica('a')
  replica.up(b)
  const origin = originId(b, '00000001')
  const [pull] = of(replica.receive(b, { kind: 'heads', have: [[origin, [[1, 5]]]], reply: false }), 'send')
  assert.ok(pull?.message.kind === 'pull')
  assert.deepEqual([pull.message.from, pull.message.to], [1, 5])
  assert.equal(replica.progress.missing, 5)
  const effects = replica.receive(b, {
    kind: 'page',
    id: pull.message.id,
    revisions: revisions.slice(0, 2),
  })
  assert.deepEqual(
    of(effects, 'commit')[0]?.revisions.map(({ seq }) => seq),
    [1, 2],
  )
  const [next] = of(effects, 'send')
  assert.ok(next?.message.kind === 'pull')
  assert.deepEqual(
    [next.message.from, next.message.to],
    [3, 5],
    'what is on its way to the disk is not asked for again',
  )
})

test('two peers are not asked for the same revisions', () => {
  const replica = newReplica('a')
  const origin = originId(nodeId('z'), '00000001')
  const c = nodeId('c')
  replica.up(b)
  replica.up(c)
  const first = of(replica.receive(b, { kind: 'heads', have: [[origin, [[1, 10]]]], reply: false }), 'send')
  const second = of(replica.receive(c, { kind: 'heads', have: [[origin, [[1, 12]]]], reply: false }), 'send')
  assert.deepEqual(
    first.map(({ message }) => message.kind),
    ['pull'],
  )
  assert.ok(second[0]?.message.kind === 'pull')
  assert.deepEqual([second[0].message.from, second[0].message.to], [11, 12])
})

test('a revision with a wrong signature is dropped and named, and its giver is not asked again at once', () => {
  const [revision] = written('b', 1)
  assert.ok(revision)
  const replica = newReplica('a')
  replica.up(b)
  const [pull] = of(replica.receive(b, { kind: 'heads', have: [[revision.origin, [[1, 1]]]], reply: false }), 'send')
  assert.ok(pull?.message.kind === 'pull')
  const effects = replica.receive(b, {
    kind: 'page',
    id: pull.message.id,
    revisions: [{ ...revision, body: '{"name":"changed on the way"}' }],
  })
  assert.deepEqual(
    effects.map((effect) => effect.do),
    ['note'],
  )
})

test('a page nobody asked for is ignored', () => {
  const replica = newReplica('a')
  replica.up(b)
  assert.deepEqual(replica.receive(b, { kind: 'page', id: 77, revisions: written('b', 1) as Revision[] }), [])
})

test('gossip is stored at once, and known revisions are not stored twice', () => {
  const revisions = written('b', 1)
  const replica = newReplica('a')
  replica.up(b)
  const announce = {
    kind: 'announce',
    origin: originId(b, '00000001'),
    last: 1,
    revisions: revisions as Revision[],
  } as const
  const [commit] = of(replica.receive(b, announce), 'commit')
  assert.ok(commit)
  assert.deepEqual(replica.receive(b, announce), [], 'it is on its way to the disk')
  replica.committed(commit.token, committed(commit.revisions))
  assert.deepEqual(replica.receive(b, announce), [], 'it is here')
})

test('an announcement that lacks its revision (too large for gossip) leads to a pull', () => {
  const replica = newReplica('a')
  replica.up(b)
  const effects = replica.receive(b, { kind: 'announce', origin: originId(b, '00000001'), last: 3, revisions: [] })
  const [pull] = of(effects, 'send')
  assert.ok(pull?.message.kind === 'pull')
  assert.deepEqual([pull.message.from, pull.message.to], [1, 3])
})

test('a pull without an answer is given up after ten seconds, and another holder is asked', () => {
  const replica = newReplica('a')
  const c = nodeId('c')
  const origin = originId(nodeId('z'), '00000001')
  replica.up(b)
  replica.up(c)
  replica.receive(b, { kind: 'heads', have: [[origin, [[1, 4]]]], reply: false })
  replica.receive(c, { kind: 'heads', have: [[origin, [[1, 4]]]], reply: false })
  const asked = Array.from({ length: 100 }, () => of(replica.tick(), 'send')).flat()
  assert.deepEqual(
    asked.map(({ to, message }) => [to, message.kind]),
    [['c', 'pull']],
  )
})

test('equal digests mean equal holdings; a different digest leads to an exchange, not at every heartbeat', () => {
  const replica = newReplica('a')
  replica.up(b)
  assert.deepEqual(replica.peerDigest(b, replica.digest), [])
  for (let tick = 0; tick < 10; tick++) replica.tick()
  const [heads] = of(replica.peerDigest(b, 'something else'), 'send')
  assert.equal(heads?.message.kind, 'heads')
  assert.deepEqual(of(replica.peerDigest(b, 'something else'), 'send'), [])
})

test('how far a peer is behind is known from its vector, until it tells the same digest', () => {
  const replica = newReplica('a')
  const [commit] = of(replica.record(1, draft('x')), 'commit')
  assert.ok(commit)
  replica.committed(commit.token, committed(commit.revisions))
  replica.up(b)
  assert.deepEqual([replica.progress.lag, replica.progress.isCaughtUp], [[], false])
  replica.receive(b, { kind: 'heads', have: [[originId(b, '00000001'), [[1, 3]]]], reply: false })
  assert.deepEqual([replica.progress.lag, replica.progress.isCaughtUp], [[{ peer: b, behind: 3, ahead: 1 }], false])
  replica.receive(b, { kind: 'heads', have: [], reply: false })
  assert.deepEqual([replica.progress.lag, replica.progress.isCaughtUp], [[{ peer: b, behind: 0, ahead: 1 }], true])
  replica.peerDigest(b, replica.digest)
  assert.deepEqual(replica.progress.lag, [{ peer: b, behind: 0, ahead: 0 }])
})

test('files that turn out to be an old copy: the node goes on under a new origin', () => {
  const replica = newReplica('a')
  replica.up(b)
  const own = replica.origin
  const effects = replica.receive(b, { kind: 'heads', have: [[own, [[1, 9]]]], reply: false })
  assert.equal(of(effects, 'renew-origin').length, 1)
  const fresh = originId(nodeId('a'), '00000002')
  replica.useOrigin(fresh)
  const [commit] = of(replica.record(1, draft('new')), 'commit')
  assert.deepEqual(
    commit?.revisions.map(({ origin, seq }) => [origin, seq]),
    [[fresh, 1]],
  )
})

test('a pull is answered from the store, and an answer for a peer that left goes nowhere', () => {
  const replica = newReplica('a')
  replica.up(b)
  const origin = originId(nodeId('a'), '00000001')
  const [read] = of(replica.receive(b, { kind: 'pull', id: 5, origin, from: 1, to: 2 }), 'read')
  assert.ok(read)
  const [page] = of(replica.loaded(read.token, ok([])), 'send')
  assert.deepEqual(page?.message, { kind: 'page', id: 5, revisions: [] })
  const [again] = of(replica.receive(b, { kind: 'pull', id: 6, origin, from: 1, to: 2 }), 'read')
  assert.ok(again)
  replica.down(b)
  assert.deepEqual(replica.loaded(again.token, ok([])), [])
})

test('what comes from the future is named and waits for its time, and its stamp is not followed', () => {
  let now = 1_000_000
  const ahead = newReplica('b', () => 1_000_000 + 3_600_000)
  const [write] = of(ahead.record(1, draft('x')), 'commit')
  assert.ok(write)
  const replica = newReplica('a', () => now)
  replica.up(b)
  const origin = originId(b, '00000001')
  const announce = announcing(origin, write.revisions)
  const effects = replica.receive(b, announce)
  assert.match(of(effects, 'note')[0]?.text ?? '', /b wrote .* 3600 s ahead of this clock; it waits until then/)
  assert.deepEqual([of(effects, 'commit').length, of(effects, 'shelve').length, replica.parked.length], [0, 1, 1])
  assert.deepEqual(replica.receive(b, announce), [], 'it is known, and neither kept nor asked for again')
  const [own] = of(replica.record(1, draft('y')), 'commit')
  assert.ok((own?.revisions[0]?.hlc ?? 0) < (write.revisions[0]?.hlc ?? 0))
  const tick = (): readonly ReplicaEffect[] => Array.from({ length: 10 }, () => replica.tick()).flat()
  assert.deepEqual(of(tick(), 'commit'), [])
  now += 3_600_000
  const [due] = of(tick(), 'commit')
  assert.deepEqual(due?.revisions, write.revisions)
  assert.deepEqual(of(tick(), 'commit'), [], 'once')
  assert.ok(due)
  const stored = replica.committed(due.token, committed(due.revisions))
  assert.deepEqual(
    of(stored, 'shelve').map(({ put, remove }) => [put, remove.map(({ kind }) => kind)]),
    [[[], ['parked']]],
  )
  assert.equal(replica.parked.length, 0)
})

test('what was parked before a restart is still parked', () => {
  const ahead = newReplica('b', () => 1_000_000 + 3_600_000)
  const [write] = of(ahead.record(1, draft('x')), 'commit')
  const first = newReplica('a')
  first.up(b)
  const announce = announcing(originId(b, '00000001'), write?.revisions ?? [])
  const [shelve] = of(first.receive(b, announce), 'shelve')
  const again = newReplica('a', undefined, { shelf: shelve?.put ?? [] })
  assert.deepEqual(again.parked, write?.revisions)
})

test('its own stamps follow the clock of the members, not of the machine', () => {
  const replica = newReplica('a')
  replica.correctClock(-40_000)
  const [commit] = of(replica.record(1, draft('x')), 'commit')
  assert.equal(Math.floor((commit?.revisions[0]?.hlc ?? 0) / 1024), 1_000_000 - 40_000)
})

test('several pages are under way at once, shared among those that hold them, and never too many', () => {
  const replica = newReplica('a')
  const origin = originId(nodeId('z'), '00000001')
  const peers = ['b', 'c', 'd'].map(nodeId)
  const pulls = peers.flatMap((peer) => {
    replica.up(peer)
    return of(replica.receive(peer, { kind: 'heads', have: [[origin, [[1, 100_000]]]], reply: false }), 'send')
  })
  assert.deepEqual(
    peers.map((peer) => pulls.filter(({ to }) => to === peer).length),
    [4, 4, 4],
  )
  const asked = pulls.map(({ message }) => (message.kind === 'pull' ? [message.from, message.to] : []))
  assert.deepEqual(
    asked,
    Array.from({ length: 12 }, (_, at) => [at * 256 + 1, at * 256 + 256]),
  )
})

test('a contradiction is kept with both texts as its proof, and shown after a restart', () => {
  const [one] = written('b', 1)
  assert.ok(one)
  const other = { ...one, body: '{"name":"something else"}' }
  const replica = newReplica('a')
  replica.up(b)
  const announce = announcing(one.origin, [one])
  const [commit] = of(replica.receive(b, announce), 'commit')
  assert.ok(commit)
  const effects = replica.committed(
    commit.token,
    ok({ stored: [], heads: [], items: 1, refused: [{ revision: one, held: other }] }),
  )
  const [shelve] = of(effects, 'shelve')
  assert.match(of(effects, 'note')[0]?.text ?? '', /b gave its number 1 to two different revisions/)
  const again = newReplica('a', undefined, { shelf: shelve?.put ?? [] })
  const texts = again.contradictions.flatMap(({ kept, other: lost }) => [kept.body, lost.body])
  assert.deepEqual(new Set(texts), new Set([one.body, other.body]))
})

test('numbers that a peer knows to be gone are not asked for, unless somebody holds them', () => {
  const replica = newReplica('a')
  const origin = originId(nodeId('z'), '00000001')
  const c = nodeId('c')
  replica.up(b)
  const first = replica.receive(b, {
    kind: 'heads',
    have: [[origin, [[1, 9]]]],
    gone: [[origin, [[2, 5]]]],
    reply: false,
  })
  assert.deepEqual(of(first, 'mark-gone')[0]?.numbers, [[origin, [[2, 5]]]])
  const asked = of(first, 'send').map(({ message }) => (message.kind === 'pull' ? [message.from, message.to] : []))
  assert.deepEqual(asked, [
    [1, 1],
    [6, 9],
  ])
  assert.equal(replica.progress.missing, 5)
  const fresh = newReplica('a')
  fresh.up(c)
  fresh.receive(c, { kind: 'heads', have: [[origin, [[1, 9]]]], reply: false })
  fresh.up(b)
  const told = { kind: 'heads', have: [[origin, [[1, 9]]]], gone: [[origin, [[2, 5]]]], reply: false } as const
  const held: [typeof origin, [number, number][]][] = [[origin, [[1, 9]]]]
  const effects = fresh.receive(b, { ...told, have: held, gone: [[origin, [[2, 5]]]] })
  assert.deepEqual(of(effects, 'mark-gone'), [])
})

test('a member that told its sum never writes below it again, and one that is behind tells none', () => {
  let now = 1_000_000
  const replica = newReplica('a', () => now)
  const until = now * 1024
  replica.up(b)
  const [early] = of(replica.receive(b, { kind: 'cut', id: 1, until }), 'send')
  assert.ok(early?.message.kind === 'cut-sum' && early.message.sum === null)
  assert.match(early.message.why ?? '', /not caught up/)
  replica.receive(b, { kind: 'heads', have: [], reply: false })
  const asked = (id: number, stamp: number): string =>
    of(replica.receive(b, { kind: 'cut', id, until: stamp }), 'send')
      .map(({ message }) => (message.kind === 'cut-sum' ? (message.why ?? '') : ''))
      .join()
  assert.match(asked(8, until), /a moment ago/)
  for (let tick = 0; tick < 10; tick++) replica.tick()
  assert.match(asked(9, until + 1024), /future/)
  for (let tick = 0; tick < 10; tick++) replica.tick()
  const effects = replica.receive(b, { kind: 'cut', id: 2, until })
  assert.deepEqual(
    effects.map((effect) => effect.do),
    ['shelve', 'sum'],
  )
  const [answer] = of(replica.summed(until, { peer: b, id: 2 }, ok('0'.repeat(64))), 'send')
  assert.ok(answer?.message.kind === 'cut-sum' && answer.message.sum === '0'.repeat(64))
  now -= 500_000
  const [shelve] = of(effects, 'shelve')
  for (const node of [replica, newReplica('a', () => now, { shelf: shelve?.put ?? [] })]) {
    const [write] = of(node.record(1, draft('x')), 'commit')
    assert.ok((write?.revisions[0]?.hlc ?? 0) > until)
  }
})

test('signatures bind every field', () => {
  const [revision] = written('b', 1)
  assert.ok(revision)
  const identity = fakeIdentity('a')
  const replica = newReplica('a')
  replica.up(b)
  assert.equal(identity.self, 'a')
  for (const change of [
    { seq: 2 },
    { hlc: revision.hlc + 1 },
    { priority: 99 },
    { deleted: true },
    { body: '{}' },
    { item: draft('other').item },
  ]) {
    const effects = replica.receive(b, {
      kind: 'announce',
      origin: revision.origin,
      last: 9,
      revisions: [{ ...revision, ...change }],
    })
    assert.equal(of(effects, 'commit').length, 0, JSON.stringify(change))
  }
})
