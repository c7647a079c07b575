import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failed, nodeId, ok, originId, SwarmError } from '../../../src/base/index.ts'
import type { Revision } from '../../../src/knowledge/index.ts'
import { committed, draft, fakeIdentity, newReplica, of } from '../../support/replica.ts'

const b = nodeId('b')

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
  const effects = replica.committed(first.token, ok({ stored: [], heads: [], items: 0, refused: first.revisions }))
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
  assert.equal(replica.missing, 5)
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

test('a writer whose clock is an hour ahead is named, and its stamp is not followed', () => {
  const ahead = newReplica('b', () => 1_000_000 + 3_600_000)
  const [write] = of(ahead.record(1, draft('x')), 'commit')
  assert.ok(write)
  const replica = newReplica('a')
  replica.up(b)
  const effects = replica.receive(b, {
    kind: 'announce',
    origin: originId(b, '00000001'),
    last: 1,
    revisions: [...write.revisions],
  })
  assert.match(of(effects, 'note')[0]?.text ?? '', /b wrote .* 3600 s ahead of this clock/)
  assert.equal(of(effects, 'commit').length, 1, 'it is kept all the same')
  const [own] = of(replica.record(1, draft('y')), 'commit')
  assert.ok((own?.revisions[0]?.hlc ?? 0) < (write.revisions[0]?.hlc ?? 0))
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
