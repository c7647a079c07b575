import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Answer, Changed, ConflictPage, ItemHistory, ItemView } from '../../src/driver/index.ts'
import { Home, LAUNCHER, type Status, until } from '../support/cli.ts'
import { ACTION, HERE, THERE } from '../support/errors.ts'

type Item = ItemView & { readonly copies: number }

const inSync = (home: Home): Promise<void> =>
  until('both hold the same', async () => {
    const [a, b] = await Promise.all(['alpha', 'beta'].map((name) => home.json<Status>(['status', '--name', name])))
    return a?.swarm.nodes === 2 && b?.swarm.nodes === 2 && a.knowledge.digest === b.knowledge.digest
  })
const get = (home: Home, name: string, id: string): Promise<Item> =>
  home.json<Item>(['knowledge', 'get', id, '--name', name])
const edit = (home: Home, name: string, id: string, ...flags: readonly string[]): Promise<Changed> =>
  home.json<Changed>(['knowledge', 'edit', id, '--name', name, ...flags])
const conflictsOf = async (home: Home, name: string): Promise<ConflictPage['conflicts']> =>
  (await home.json<ConflictPage>(['knowledge', 'conflicts', '--name', name])).conflicts

/** Neither hears of the other while they write: one after the other runs alone. */
async function apart(home: Home, onAlpha: () => Promise<unknown>, onBeta: () => Promise<unknown>): Promise<void> {
  await home.cli(['stop', '--name', 'beta'])
  await onAlpha()
  await home.cli(['stop', '--name', 'alpha'])
  await home.start('beta', '--no-mdns')
  await onBeta()
  await home.start('alpha', '--no-mdns')
  await inSync(home)
}

async function office(t: ConstructorParameters<typeof Home>[0]): Promise<{ home: Home; id: string }> {
  const home = new Home(t)
  await home.start('alpha', '--no-mdns')
  await home.start('beta', '--no-mdns')
  const shared = await home.json<{ id: string }>(['share', '--name', 'alpha', '--action', ACTION], { input: HERE })
  await inSync(home)
  return { home, id: shared.id }
}

/** What a person sees who types this at a terminal (`script` of util-linux gives it one). */
async function atTerminal(home: Home, command: string, env: Readonly<Record<string, string>>): Promise<string> {
  const child = spawn('script', ['-qec', command, '/dev/null'], { env: { ...home.env, ...env }, stdio: 'pipe' })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
  await once(child, 'close')
  return text
}

test('two nodes edit one item while they do not see each other: both show both, and a merge on one ends it on both', async (t) => {
  const { home, id } = await office(t)
  await apart(
    home,
    () => edit(home, 'alpha', id, '--cause', 'it was removed'),
    () => edit(home, 'beta', id, '--cause', 'it was never there'),
  )
  for (const name of ['alpha', 'beta']) {
    const item = await get(home, name, id)
    assert.deepEqual([item.solution?.cause, item.copies], ['it was never there', 1], name)
    const [conflict] = await conflictsOf(home, name)
    assert.deepEqual([conflict?.id, conflict?.others.length], [id, 1])
    const beside = await home.cli(['knowledge', 'conflicts', id, '--name', name])
    assert.match(beside.stdout, /^A {2}[0-9a-f]{16} {2}edited by beta .*counts here$/m)
    assert.match(beside.stdout, /solution\.cause\n {2}A {2}it was never there\n {2}B {2}it was removed/)
    const resolved = await home.cli(['resolve', '--name', name], { input: THERE })
    assert.match(resolved.stdout, /another version exists: mcp-swarm knowledge conflicts k_/)
    const got = await home.cli(['knowledge', 'get', id, '--name', name])
    assert.match(got.stderr, /another version exists/)
  }
  const file = join(home.dir, 'merged.json')
  const whole = await get(home, 'alpha', id)
  writeFileSync(file, JSON.stringify({ ...whole, solution: { ...whole.solution, cause: 'both are true' } }))
  const looked = { VISUAL: '', EDITOR: 'true', TMPDIR: home.dir }
  const untouched = await atTerminal(home, `${LAUNCHER} knowledge merge ${id} --name alpha`, looked)
  assert.match(untouched, /nothing is merged/, 'who only looked has not decided')
  const merged = await home.cli(['knowledge', 'merge', id, '--name', 'alpha', '--from', file])
  assert.match(merged.stdout, /^merged k_\w+, version [0-9a-f]{16}$/m, merged.stderr)
  await inSync(home)
  for (const name of ['alpha', 'beta']) {
    const item = await get(home, name, id)
    assert.deepEqual([item.solution?.cause, item.copies], ['both are true', 0], name)
    assert.deepEqual(await conflictsOf(home, name), [])
  }
  const history = await home.cli(['knowledge', 'history', id, '--name', 'beta'])
  assert.match(
    history.stdout,
    /merged by cli .*counts here\n[\s\S]*edited by cli[\s\S]*edited by cli[\s\S]*created by cli/,
  )
  const again = await home.cli(['knowledge', 'merge', id, '--name', 'beta', '--take', whole.version])
  assert.equal(again.code, 6, 'there is nothing to settle')
})

test('deleted on one and edited on the other at the same time: neither is lost, and taking the edit brings it back', async (t) => {
  const { home, id } = await office(t)
  await apart(
    home,
    () => edit(home, 'alpha', id, '--title', 'better'),
    async () => {
      const deleted = await home.cli(['knowledge', 'delete', id, '--name', 'beta', '--yes'])
      assert.match(deleted.stdout, /^deleted k_/m)
      assert.match(deleted.stderr, /gone on every node[\s\S]*bring it back: mcp-swarm knowledge restore/)
    },
  )
  for (const name of ['alpha', 'beta']) {
    const gone = await home.cli(['knowledge', 'get', id, '--name', name])
    assert.equal(gone.code, 4, name)
    assert.match(gone.stderr, /deleted/)
    assert.equal((await home.json<Answer>(['resolve', '--name', name], { input: THERE })).fixes.length, 0)
    const [conflict] = await conflictsOf(home, name)
    assert.deepEqual([conflict?.present.change, conflict?.others[0]?.change], ['deleted', 'edited'])
  }
  const [conflict] = await conflictsOf(home, 'beta')
  const edited = conflict?.others[0]?.version ?? ''
  await home.cli(['knowledge', 'merge', id, '--name', 'beta', '--take', edited.slice(0, 6)])
  await inSync(home)
  for (const name of ['alpha', 'beta']) assert.equal((await get(home, name, id)).title, 'better', name)
})

test('what is deleted stays so through a restart of a node that missed it, and is restored for all', async (t) => {
  const { home, id } = await office(t)
  const before = await get(home, 'alpha', id)
  await home.cli(['stop', '--name', 'beta'])
  assert.equal((await home.cli(['knowledge', 'delete', id, '--name', 'alpha'])).code, 2, 'without a terminal: --yes')
  await home.cli(['knowledge', 'delete', id, '--name', 'alpha', '--yes', '--expected', before.version])
  await home.start('beta', '--no-mdns')
  await inSync(home)
  assert.equal((await home.cli(['knowledge', 'get', id, '--name', 'beta'])).code, 4)
  const restored = await home.cli(['knowledge', 'restore', id, before.version.slice(0, 8), '--name', 'beta'])
  assert.equal(restored.code, 0, restored.stderr)
  await inSync(home)
  const { versions } = await home.json<ItemHistory>(['knowledge', 'history', id, '--name', 'alpha'])
  assert.deepEqual(
    versions.map(({ change }) => change),
    ['restored', 'deleted', 'created'],
  )
  assert.equal((await get(home, 'alpha', id)).title, before.title)
  assert.match((await home.cli(['audit', '--name', 'alpha'])).stdout, /item-deleted/)
})

test('an item is changed by flags, by a file and in an editor, and by nobody who read an older one', async (t) => {
  const home = new Home(t)
  await home.start('alpha', '--no-mdns')
  const { id } = await home.json<{ id: string }>(['share', '--action', ACTION, '--cause', 'x'], { input: HERE })
  const first = await get(home, 'alpha', id)
  const file = join(home.dir, 'item.json')
  writeFileSync(file, JSON.stringify(first))
  assert.equal((await edit(home, 'alpha', id, '--tag', 'node', '--cause', '')).changed, true)
  const second = await get(home, 'alpha', id)
  assert.deepEqual([second.solution?.cause, second.newer ? [] : second.tags], [undefined, ['node']])

  const late = await home.cli(['knowledge', 'edit', id, '--from', file])
  assert.equal(late.code, 6)
  assert.match(late.stderr, new RegExp(`present version is ${second.version}`))
  writeFileSync(file, '{"title":"third"}')
  assert.match((await home.cli(['knowledge', 'edit', id, '--from', file])).stdout, /^updated/)
  const diff = await home.cli(['knowledge', 'diff', id])
  assert.match(diff.stdout, /title\n- .*left-pad.*\n\+ third/)

  const script = join(home.dir, 'editor.sh')
  writeFileSync(script, 'sed -i s/third/fourth/ "$1"\n')
  const inEditor = (editor: string): Promise<string> =>
    atTerminal(home, `${LAUNCHER} knowledge edit ${id}`, { VISUAL: '', EDITOR: editor, TMPDIR: home.dir })
  assert.match(await inEditor(`sh ${script}`), /updated k_/)
  assert.equal((await get(home, 'alpha', id)).title, 'fourth')
  assert.match(await inEditor('true'), /nothing was changed/)
  writeFileSync(script, 'echo "{" > "$1"\n')
  assert.match(await inEditor(`sh ${script}`), /what you wrote is in \/.*\.json[\s\S]*SWARM_BAD_JSON/)
  const silent = await home.cli(['knowledge', 'edit', id])
  assert.equal(silent.code, 2)
  assert.match(silent.stderr, /no terminal for an editor/)
})

test('over REST: a version can be demanded, an agent edits and does not delete, and every refusal says why', async (t) => {
  const home = new Home(t)
  await home.start('alpha', '--no-mdns')
  const { id } = await home.json<{ id: string }>(['share', '--action', ACTION], { input: HERE })
  const { api } = await home.json<Status>(['status'])
  const made = await home.cli(['keys', 'new', '--label', 'agent', '--scope', 'contribute'])
  const keys = {
    owner: readFileSync(join(home.dir, 'nodes/alpha/api.key'), 'utf8').trim(),
    agent: made.stdout.trim(),
  }
  const ask = async (
    who: keyof typeof keys,
    method: string,
    path: string,
    { body, version }: { readonly body?: unknown; readonly version?: string } = {},
  ): Promise<{ status: number; etag: string | null; body: Record<string, unknown> }> => {
    const response = await fetch(`${api.url}/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${keys[who]}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(version === undefined ? {} : { 'if-match': `"${version}"` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return {
      status: response.status,
      etag: response.headers.get('etag'),
      body: (await response.json()) as Record<string, unknown>,
    }
  }
  const path = `/items/${id}`
  const first = await ask('agent', 'GET', path)
  const version = String(first.body['version'])
  assert.ok(first.etag?.startsWith(`"${version}.`), first.etag ?? 'no tag')
  const edited = await ask('agent', 'PATCH', `${path}?agent=claude`, { body: { tags: ['npm'] }, version })
  assert.deepEqual([edited.status, edited.body['changed'], edited.body['follows']], [200, true, [version]])
  const stale = await ask('agent', 'PATCH', path, { body: { tags: [] }, version })
  assert.equal(stale.status, 409)
  assert.match(String(stale.body['detail']), new RegExp(`present version is ${String(edited.body['version'])}`))
  assert.equal((await ask('agent', 'PATCH', `${path}?expected=${version}`, { body: { tags: [] } })).status, 409)

  let deep: unknown = 'x'
  for (let level = 0; level < 20; level++) deep = { deep }
  const refused: readonly [method: string, path: string, body: unknown, status: number, detail: RegExp][] = [
    ['PATCH', path, { title: 'x'.repeat(213) }, 400, /^title: 213 characters, at most 200/],
    ['PATCH', path, { titel: 'x' }, 400, /no field `titel`/],
    ['PATCH', path, { later: deep }, 400, /deeper than 16/],
    ['PATCH', path, [], 400, /object/],
    ['PATCH', `${path}?expected=7`, {}, 400, /expected: is no version/],
    ['POST', '/items', { action: 'x', applies: deep }, 400, /deeper than 16/],
    ['POST', `${path}/restore`, { version: 'x' }, 400, /version: is no version/],
    ['POST', `${path}/restore`, { version: '0123456789abcdef' }, 404, /no version 0123456789abcdef/],
    ['POST', `${path}/merge`, {}, 400, /take/],
    ['POST', `${path}/merge`, { take: version }, 409, /no other version/],
    ['POST', `${path}/dismiss`, { version }, 409, /does not stand beside/],
  ]
  for (const [method, at, body, status, detail] of refused) {
    const answer = await ask('agent', method, at, { body })
    assert.equal(answer.status, status, `${method} ${at} ${JSON.stringify(body).slice(0, 60)}`)
    assert.match(String(answer.body['detail']), detail)
  }
  assert.equal((await ask('agent', 'GET', `${path}/versions/nothing`)).status, 400)
  const old = await ask('agent', 'GET', `${path}/versions/${version}`)
  assert.deepEqual([old.body['change'], old.body['state']], ['created', 'past'])
  assert.deepEqual((await ask('agent', 'GET', '/conflicts')).body, { schema: 1, conflicts: [], next: null })

  assert.equal((await ask('agent', 'DELETE', path)).status, 403)
  assert.equal((await ask('owner', 'DELETE', path, { version })).status, 409)
  assert.equal((await ask('owner', 'DELETE', path)).body['deleted'], true)
  const gone = await ask('agent', 'GET', path)
  assert.deepEqual([gone.status, gone.body['detail']], [404, 'the item was deleted'])
  const versions = (await ask('agent', 'GET', `${path}/versions`)).body['versions'] as ItemHistory['versions']
  assert.deepEqual(
    versions.map(({ agent, change }) => [change, agent]),
    [
      ['deleted', null],
      ['edited', 'claude'],
      ['created', null],
    ],
  )
  assert.equal((await ask('agent', 'POST', `${path}/restore`, { body: { version } })).status, 200)
  assert.equal((await ask('agent', 'GET', path)).status, 200)
})
