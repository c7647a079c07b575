import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeId, originId, ok, privateOriginOf, recordId } from '../../../src/base/index.ts'
import { Replica, type Revision, type StoreState } from '../../../src/knowledge/index.ts'
import { committed, draft, emptyState, fakeIdentity, newReplica, of } from '../../support/replica.ts'

const B = nodeId('b')
const PUBLIC = originId(nodeId('a'), '00000001')
const SECRET = privateOriginOf(PUBLIC)

const replica = (
  state: StoreState = emptyState,
  mayLeave = (body: string): boolean => !body.includes('OLD'),
): Replica =>
  new Replica({
    identity: fakeIdentity('a'),
    origin: PUBLIC,
    priority: 50,
    clock: { now: () => 1_000_000 },
    state,
    mayLeave,
  })

/** Writes it, the disk takes it, and what came of it. */
function write(a: Replica, ...drafts: readonly Parameters<Replica['record']>[1][]) {
  return drafts.flatMap((one, at) => {
    const commits = of(a.record(at + 1, one), 'commit')
    return commits.flatMap(({ revisions, token }) => [
      ...revisions.map((revision) => ({ do: 'wrote' as const, revision })),
      ...a.committed(token, committed(revisions)),
    ])
  })
}
const wrote = (effects: ReturnType<typeof write>): readonly Revision[] =>
  effects.flatMap((effect) => (effect.do === 'wrote' ? [effect.revision] : []))
const heads = (a: Replica) => of(a.receive(B, { kind: 'heads', have: [], reply: true }), 'send')[0]?.message

test('what is private is written under an origin of its own, announced to nobody and in no vector', () => {
  const a = replica()
  a.up(B)
  const before = a.digest
  const effects = write(a, { ...draft('x'), isPrivate: true })
  assert.deepEqual(
    wrote(effects).map(({ origin, seq }) => [origin, seq]),
    [[SECRET, 1]],
  )
  assert.deepEqual(
    effects.filter((effect) => effect.do === 'publish'),
    [],
  )
  assert.equal(effects.filter((effect) => effect.do === 'settle').length, 1)
  assert.equal(a.digest, before)
  assert.deepEqual(heads(a), { kind: 'heads', have: [], reply: false })
  assert.deepEqual([a.items, a.itemsTold], [1, 0])
})

test('both kinds are counted for themselves', () => {
  const a = replica()
  a.up(B)
  const effects = write(a, draft('x'), { ...draft('y'), isPrivate: true }, draft('z'))
  assert.deepEqual(
    wrote(effects).map(({ origin, seq }) => [origin, seq]),
    [
      [PUBLIC, 1],
      [SECRET, 1],
      [PUBLIC, 2],
    ],
  )
  assert.deepEqual(heads(a), { kind: 'heads', have: [[PUBLIC, [[1, 2]]]], reply: false })
})

test('whoever asks for a private origin by name gets nothing, not even an answer', () => {
  const a = replica()
  a.up(B)
  write(a, { ...draft('x'), isPrivate: true })
  assert.deepEqual(a.receive(B, { kind: 'pull', id: 1, origin: SECRET, from: 1, to: 9 }), [])
})

test("nobody's private origin is taken in", () => {
  const a = replica()
  a.up(B)
  const b = newReplica('b')
  const [commit] = of(b.record(1, { ...draft('x'), isPrivate: true }), 'commit')
  const revisions = [...(commit?.revisions ?? [])]
  const origin = originId(B, '00000001')
  assert.deepEqual(of(a.receive(B, { kind: 'announce', origin, last: 1, revisions }), 'commit'), [])
})

test('a record about a private item is private; about a public one, and once it is published, it is not', () => {
  const a = replica()
  const secret = { ...draft('x'), isPrivate: true }
  const about = (item: string, at: string) => ({
    item: recordId(`o_${at.repeat(16)}`),
    body: JSON.stringify({ v: 1, kind: 'outcome', item }),
    deleted: false,
  })
  write(a, secret, draft('y'))
  assert.equal(wrote(write(a, about(secret.item, 'a')))[0]?.origin, SECRET)
  assert.equal(wrote(write(a, about(draft('y').item, 'b')))[0]?.origin, PUBLIC)
  write(a, { ...secret, isPrivate: false })
  assert.equal(wrote(write(a, about(secret.item, 'c')))[0]?.origin, PUBLIC)
})

test('after a restart it knows from its claims what is private', () => {
  const claim = {
    item: draft('x').item,
    origin: SECRET,
    seq: 1,
    hlc: 7,
    priority: 50,
    deleted: false,
    name: 'a',
    derived: [],
  }
  const state = { ...emptyState, items: 1, have: new Map([[SECRET, [[1, 1]] as const]]), claims: [claim] }
  assert.deepEqual([replica(state).items, replica(state).itemsTold], [1, 0])
})

/** Three revisions of its own, the second from before there was a rule. */
function withOld(): { readonly a: Replica; readonly revisions: readonly Revision[] } {
  const writer = newReplica('a')
  const bodies = ['{"name":"one"}', '{"name":"OLD"}', '{"name":"three"}']
  const revisions = bodies.flatMap((body, at) => wrote(write(writer, { ...draft(`n${at}`), body })))
  return { a: replica({ ...emptyState, items: 3, have: new Map([[PUBLIC, [[1, 3]] as const]]) }), revisions }
}
const pull = (a: Replica, revisions: readonly Revision[]) => {
  const [read] = of(a.receive(B, { kind: 'pull', id: 1, origin: PUBLIC, from: 1, to: 3 }), 'read')
  assert.ok(read)
  return a.loaded(read.token, ok(revisions))
}

test('an own revision with what today counts as a secret is held back, told of, and to be written anew', () => {
  const { a, revisions } = withOld()
  a.up(B)
  const before = a.digest
  const effects = pull(a, revisions)
  const [page] = of(effects, 'send')
  assert.deepEqual(page?.message.kind === 'page' && page.message.revisions.map(({ seq }) => seq), [1, 3])
  assert.deepEqual(
    of(effects, 'rewrite').map(({ revision }) => revision.seq),
    [2],
  )
  assert.match(of(effects, 'note')[0]?.text ?? '', /counts as a secret: this version of it is not passed on/)
  // Nobody waits for what will not come.
  assert.deepEqual(heads(a), {
    kind: 'heads',
    have: [
      [
        PUBLIC,
        [
          [1, 1],
          [3, 3],
        ],
      ],
    ],
    reply: false,
  })
  assert.notEqual(a.digest, before)
  assert.deepEqual(of(pull(a, revisions), 'rewrite'), [], 'once is enough')
})

test('a revision that a peer holds anyway is held back no more', () => {
  const { a, revisions } = withOld()
  a.up(B)
  const before = a.digest
  pull(a, revisions)
  const effects = a.receive(B, { kind: 'heads', have: [[PUBLIC, [[1, 3]]]], reply: false })
  assert.match(of(effects, 'note')[0]?.text ?? '', /on other nodes already/)
  assert.equal(a.digest, before)
})

test('what others wrote is passed on as it is: it cannot be changed, and is cleaned where it is shown', () => {
  const b = newReplica('b')
  const revisions = wrote(write(b, { ...draft('x'), body: '{"name":"OLD"}' }))
  const origin = originId(B, '00000001')
  const a = replica({ ...emptyState, have: new Map([[origin, [[1, 1]] as const]]) })
  a.up(nodeId('c'))
  const [read] = of(a.receive(nodeId('c'), { kind: 'pull', id: 1, origin, from: 1, to: 1 }), 'read')
  const [page] = of(a.loaded(read?.token ?? 0, ok(revisions)), 'send')
  assert.equal(page?.message.kind === 'page' && page.message.revisions.length, 1)
})
