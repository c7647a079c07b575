import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ItemId, type NodeId, nodeId, type Result } from '../../src/base/index.ts'
import type { AuthorFact, Changed, Exchange, ItemHistory, TrustParts } from '../../src/driver/index.ts'
import { answerText } from '../../src/gateway/text.ts'
import { simulate, type World } from '../../src/sim/index.ts'

const ERROR =
  "Error: ENOSPC: no space left on device, write\n    at writeSync (/srv/app/log.js:12:3) {\n  code: 'ENOSPC'\n}\n"
const BEGIN = 1_767_225_600_000
const DAY = 86_400_000

/** All nodes of one owner, except those named, who are old and trusted members. */
const owned =
  (...others: readonly string[]) =>
  (self: NodeId): TrustParts => ({
    policy: { probationMs: 7 * DAY, confirmationsMin: 0 },
    facts(node): AuthorFact {
      const ownerOf = (one: NodeId): string => (others.includes(one) ? one : 'ana')
      const standing = node === self ? 'local' : ownerOf(node) === ownerOf(self) ? 'same-owner' : 'member'
      return { owner: ownerOf(node), admitted: BEGIN - 100 * DAY, standing, name: node }
    },
  })

const office = (seed: number, nodes: number, ...others: readonly string[]): World =>
  simulate({ seed, nodes, trust: owned(...others) }).run(20)
const settle = (world: World): World => world.run(10).runUntil((now) => now.replicasEqual(), { ticksMax: 600 })
const by = { source: 'cli' } as const
const share = (world: World, name: string, action = 'rotate the logs'): ItemId =>
  world.share(name, { error: ERROR, action, cause: 'the logs' }).id
const edit = (world: World, name: string, id: ItemId, action: string): Changed =>
  world.wait(name, 'edit', { ...by, id, patch: { solution: { action } } })
const action = (world: World, name: string, id: ItemId): string | undefined =>
  world.wait(name, 'get', id).solution?.action
const history = (world: World, name: string, id: ItemId): ItemHistory => world.wait(name, 'versions', id)
const states = (world: World, name: string, id: ItemId): readonly string[] =>
  history(world, name, id).versions.map(({ change, state }) => `${change} ${state}`)
const refusal = <Kind extends keyof Exchange>(
  world: World,
  name: string,
  kind: Kind,
  input: Exchange[Kind]['input'],
): string => {
  try {
    world.wait(name, kind, input)
  } catch (error) {
    return (error as Error).message
  }
  return 'taken'
}

test('an edit is a new version that follows the one before, on every node', () => {
  const world = office(1, 2)
  const id = share(world, 'a')
  settle(world)
  const before = world.wait('b', 'get', id).version
  const changed = edit(world, 'b', id, 'rotate them daily')
  assert.deepEqual([changed.changed, changed.counts, changed.follows, changed.note], [true, true, [before], null])
  settle(world)
  for (const name of ['a', 'b']) {
    assert.equal(action(world, name, id), 'rotate them daily')
    assert.equal(world.wait(name, 'get', id).version, changed.version)
    assert.equal(world.wait(name, 'get', id).copies, 0)
    assert.deepEqual(states(world, name, id), ['edited present', 'created past'])
    assert.equal(world.resolve(name, ERROR).fixes[0]?.solution?.action, 'rotate them daily')
  }
  assert.equal(world.wait('a', 'get', id).solution?.cause, 'the logs', 'what was not named stays')
  assert.equal(edit(world, 'a', id, 'rotate them daily').changed, false, 'the same again is nothing new')
  assert.equal(world.wait('a', 'edit', { ...by, id, patch: { solution: { cause: null } } }).changed, true)
  assert.equal(world.wait('a', 'get', id).solution?.cause, undefined)
})

test('who read an older version is told so, and nothing is written', () => {
  const world = office(2, 1)
  const id = share(world, 'a')
  const first = world.wait('a', 'get', id).version
  edit(world, 'a', id, 'second')
  const late = { ...by, id, expected: first, patch: { title: 'third' } }
  assert.match(refusal(world, 'a', 'edit', late), /the present version is [0-9a-f]{16}, not/)
  assert.equal(history(world, 'a', id).versions.length, 2)
})

test('changes of one item take turns: of two that expect the same version one is refused, and none is lost', () => {
  const world = office(3, 1)
  const id = share(world, 'a')
  const expected = world.wait('a', 'get', id).version
  const answers = new Map<string, Result<unknown>>()
  const ask = (name: string, patch: object, guarded: boolean): void =>
    world.ask(
      'a',
      { kind: 'edit', input: { ...by, id, patch: { ...patch }, ...(guarded ? { expected } : {}) } },
      (result) => answers.set(name, result),
    )
  ask('first', { title: 'one' }, true)
  ask('second', { title: 'two' }, true)
  ask('third', { tags: ['three'] }, false)
  world.run(5)
  assert.deepEqual(
    ['first', 'second', 'third'].map((name) => answers.get(name)?.ok),
    [true, false, true],
  )
  assert.deepEqual(states(world, 'a', id), ['edited present', 'edited past', 'created past'])
  assert.equal(world.wait('a', 'get', id).title, 'one')
})

test('edits in two halves stand beside each other on both, until one merges them', () => {
  const world = office(4, 4)
  const id = share(world, 'a')
  settle(world).cut(['a', 'b'])
  edit(world, 'a', id, 'here')
  world.run(5)
  edit(world, 'c', id, 'there')
  settle(world.heal())
  for (const name of ['a', 'b', 'c', 'd']) {
    assert.equal(action(world, name, id), 'there', 'the newest counts')
    assert.equal(world.wait(name, 'get', id).copies, 1)
    const answer = world.resolve(name, ERROR)
    assert.equal(answer.fixes[0]?.copies, 1)
    assert.match(answerText(answer), /^Another version of it exists; .* conflicts k_/m, 'agents are told')
    assert.deepEqual(states(world, name, id), ['edited present', 'edited other', 'created past'])
    const { conflicts } = world.wait(name, 'conflicts', { limit: 10 })
    assert.deepEqual(
      conflicts.map((one) => [one.id, one.others.length]),
      [[id, 1]],
    )
  }
  const other = history(world, 'b', id).versions.find(({ state }) => state === 'other')
  const merged = world.wait('b', 'merge', { ...by, id, patch: { solution: { action: 'here and there' } } })
  assert.equal(merged.follows.length, 2)
  assert.deepEqual(merged.others, [])
  settle(world)
  for (const name of ['a', 'b', 'c', 'd']) {
    assert.equal(action(world, name, id), 'here and there')
    assert.equal(world.wait(name, 'get', id).copies, 0)
    assert.deepEqual(world.wait(name, 'conflicts', { limit: 10 }).conflicts, [])
    assert.equal(states(world, name, id)[0], 'merged present')
  }
  assert.match(refusal(world, 'a', 'merge', { ...by, id, take: other?.version ?? '' }), /no other version/)
})

test('a merge can take one of them as it is, or dismiss one', () => {
  for (const how of ['take', 'dismiss'] as const) {
    const world = office(5, 2)
    const id = share(world, 'a')
    settle(world).cut(['a'])
    edit(world, 'a', id, 'here')
    world.run(5)
    edit(world, 'b', id, 'there')
    settle(world.heal())
    const version = history(world, 'a', id).versions.find(({ state }) => state === 'other')?.version ?? ''
    if (how === 'take') world.wait('a', 'merge', { ...by, id, take: version })
    else world.wait('a', 'dismiss', { ...by, id, version })
    settle(world)
    for (const name of ['a', 'b']) {
      assert.equal(action(world, name, id), how === 'take' ? 'here' : 'there')
      assert.equal(world.wait(name, 'get', id).copies, 0)
    }
    assert.match(refusal(world, 'b', 'dismiss', { ...by, id, version }), /does not stand beside/)
  }
})

test('of three that were written at once, a merge settles those it names', () => {
  const world = office(6, 3)
  const id = share(world, 'a')
  settle(world).cut(['a'])
  // All at the same moment: nobody has heard of another's.
  for (const name of ['a', 'b', 'c']) {
    const patch = { solution: { action: `of ${name}` } }
    world.ask(name, { kind: 'edit', input: { ...by, id, patch } }, (result) => assert.ok(result.ok))
  }
  settle(world.run(5).heal())
  assert.equal(world.wait('a', 'get', id).copies, 2)
  const [one] = history(world, 'a', id).versions.filter(({ state }) => state === 'other')
  const merged = world.wait('a', 'merge', { ...by, id, patch: { title: 'x' }, versions: [one?.version ?? ''] })
  assert.equal(merged.others.length, 1)
  settle(world)
  assert.equal(world.wait('c', 'get', id).copies, 1)
})

test('what is deleted is gone on every node and stays gone, and can be brought back', () => {
  const world = office(7, 3)
  const id = share(world, 'a')
  settle(world).cut(['c'])
  const gone = world.wait('b', 'delete', { ...by, id })
  assert.deepEqual([gone.deleted, gone.changed, gone.note], [true, true, null])
  assert.equal(world.wait('b', 'delete', { ...by, id }).changed, false)
  settle(world.heal())
  for (const name of ['a', 'b', 'c']) {
    assert.match(refusal(world, name, 'get', id), /deleted/)
    assert.deepEqual(world.resolve(name, ERROR).fixes, [])
    assert.deepEqual(world.wait(name, 'list', { limit: 10 }).items, [])
    assert.deepEqual(states(world, name, id), ['deleted present', 'created past'])
  }
  assert.match(refusal(world, 'a', 'edit', { ...by, id, patch: { title: 'x' } }), /was deleted/)
  const first = history(world, 'a', id).versions.at(-1)?.version ?? ''
  world.wait('c', 'restore-version', { ...by, id, version: first })
  settle(world)
  for (const name of ['a', 'b', 'c']) {
    assert.equal(action(world, name, id), 'rotate the logs')
    assert.deepEqual(states(world, name, id), ['restored present', 'deleted past', 'created past'])
  }
})

test('a deletion beside an edit: neither is lost, and a person decides', () => {
  const world = office(8, 2)
  const id = share(world, 'a')
  settle(world).cut(['a'])
  edit(world, 'a', id, 'better')
  world.run(5)
  world.wait('b', 'delete', { ...by, id })
  settle(world.heal())
  for (const name of ['a', 'b']) {
    assert.match(refusal(world, name, 'get', id), /deleted/)
    const [conflict] = world.wait(name, 'conflicts', { limit: 10 }).conflicts
    assert.deepEqual([conflict?.id, conflict?.present.change, conflict?.others[0]?.change], [id, 'deleted', 'edited'])
  }
  const edited = history(world, 'b', id).versions.find(({ state }) => state === 'other')?.version ?? ''
  world.wait('b', 'merge', { ...by, id, take: edited })
  settle(world)
  for (const name of ['a', 'b']) {
    assert.equal(action(world, name, id), 'better')
    assert.deepEqual(world.wait(name, 'conflicts', { limit: 10 }).conflicts, [])
  }
})

test('said again after it was deleted, a fix is there again, and no conflict', () => {
  const world = office(9, 2)
  const id = share(world, 'a')
  settle(world)
  world.wait('a', 'delete', { ...by, id })
  settle(world)
  assert.equal(share(world, 'b'), id)
  settle(world)
  for (const name of ['a', 'b']) {
    assert.equal(action(world, name, id), 'rotate the logs')
    assert.deepEqual(world.wait(name, 'conflicts', { limit: 10 }).conflicts, [])
  }
})

test('an edit of another owner does not replace what the author wrote on the author’s nodes, and both are told', () => {
  const world = office(10, 3, 'c')
  const id = share(world, 'a')
  settle(world)
  const changed = edit(world, 'c', id, 'mine is better')
  assert.equal(changed.counts, true, 'on its own node')
  assert.match(changed.note ?? '', /nodes of its author \(a\) keep their own version/)
  settle(world)
  assert.equal(action(world, 'c', id), 'mine is better')
  for (const name of ['a', 'b']) {
    assert.equal(action(world, name, id), 'rotate the logs')
    assert.equal(world.wait(name, 'get', id).copies, 1, 'another version exists')
    assert.match(history(world, name, id).why, /trusted more/)
    assert.deepEqual(states(world, name, id), ['edited other', 'created present'])
  }
  const theirs = history(world, 'a', id).versions[0]?.version ?? ''
  world.wait('a', 'merge', { ...by, id, take: theirs })
  settle(world)
  for (const name of ['a', 'b', 'c']) {
    assert.equal(action(world, name, id), 'mine is better')
    assert.equal(world.wait(name, 'get', id).copies, 0)
  }
  assert.match(world.wait('c', 'delete', { ...by, id }).note ?? '', /keep it until it is deleted there/)
  settle(world)
  assert.equal(action(world, 'a', id), 'mine is better')
})

test('what was private stays so through edits, and is not made public by restoring it', () => {
  const world = office(11, 2)
  const { id } = world.share('a', { text: 'the secret plan', visibility: 'private' })
  world.wait('a', 'edit', { ...by, id, patch: { text: 'the plan' } })
  settle(world)
  assert.match(refusal(world, 'b', 'get', id), /no such item/)
  const secret = history(world, 'a', id).versions.at(-1)?.version ?? ''
  world.widen('a', { id, visibility: 'swarm' })
  settle(world)
  assert.equal(world.wait('b', 'get', id).text, 'the plan')
  assert.match(refusal(world, 'a', 'restore-version', { ...by, id, version: secret }), /visible to more/)
  assert.equal(states(world, 'a', id)[0], 'published present')
})

test('what cannot be changed is refused with what to do instead', () => {
  const world = office(12, 1)
  const id = share(world, 'a')
  const said = (patch: Readonly<Record<string, unknown>>): string => refusal(world, 'a', 'edit', { ...by, id, patch })
  assert.match(said({ kind: 'note' }), /`kind` cannot be changed/)
  assert.match(said({ scope: { visibility: 'private' } }), /`scope` cannot be changed/)
  assert.match(said({ titel: 'x' }), /no field `titel`/)
  assert.match(said({ title: 'x'.repeat(201) }), /title: 201 characters, at most 200/)
  assert.match(said({ title: null }), /title: a value is needed/)
  assert.match(said({ solution: { action: null } }), /solution.action: a value is needed/)
  const strange = { ...by, id, version: '0123456789abcdef' }
  assert.match(refusal(world, 'a', 'restore-version', strange), /no version 0123456789abcdef/)
  const nobody = nodeId('k_aaaaaaaaaaaaaaaa') as unknown as ItemId
  assert.match(refusal(world, 'a', 'versions', nobody), /no such item/)
  const newer = 'k_bbbbbbbbbbbbbbbb' as ItemId
  const body = JSON.stringify({ v: 2, kind: 'note', title: 'soup' })
  world.node('a').driver?.accept({ kind: 'rewritten', draft: { item: newer, body, deleted: false } })
  world.run(2)
  const patch = { title: 'x' }
  assert.match(refusal(world, 'a', 'edit', { ...by, id: newer, patch }), /a newer version of mcp-swarm wrote it/)
})

test('secrets are taken out of an edit, and of what an old version is restored with', () => {
  const world = office(13, 1)
  const id = share(world, 'a')
  const token = `ghp_${'a1B2'.repeat(9)}`
  const changed = world.wait('a', 'edit', { ...by, id, patch: { solution: { cause: `it was ${token}` } } })
  assert.deepEqual(
    changed.redacted.map(({ count }) => count),
    [1],
  )
  assert.doesNotMatch(JSON.stringify(world.wait('a', 'get', id)), /ghp_/)
  const commands = [{ run: 'rm -rf /srv', risk: 'none' }]
  world.wait('a', 'edit', { ...by, id, patch: { solution: { commands } } })
  assert.equal(world.wait('a', 'get', id).solution?.commands?.[0]?.risk, 'destructive')
})

test('the error of an edit is read anew', () => {
  const world = office(14, 1)
  const id = share(world, 'a')
  const error = "Error: EACCES: permission denied, open '/etc/hosts'\n    at open (a.js:1:1) {\n  code: 'EACCES'\n}\n"
  world.wait('a', 'edit', { ...by, id, patch: { error } })
  const item = world.wait('a', 'get', id)
  assert.ok(!item.newer)
  assert.equal(item.error?.code, 'EACCES')
  assert.equal(world.resolve('a', error).fixes[0]?.id, id)
  assert.equal(item.id, id, 'it stays the item it was')
})
