import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Home, type Status } from '../support/cli.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

interface KeyLine {
  readonly id: string
  readonly state: string
  readonly last_used: string | null
  readonly local: boolean
}

async function node(
  home: Home,
): Promise<{ readonly url: string; ask(key: string, path: string, init?: RequestInit): Promise<number> }> {
  await home.start('alpha')
  const { api } = await home.json<Status>(['status'])
  return {
    url: api.url,
    ask: async (key, path, init = {}) =>
      (await fetch(api.url + path, { ...init, headers: { ...JSON_TYPE, authorization: `Bearer ${key}` } })).status,
  }
}

async function make(home: Home, ...flags: string[]): Promise<{ readonly key: string; readonly id: string }> {
  const { code, stderr, stdout } = await home.cli(['keys', 'new', '--name', 'alpha', '--label', 'test', ...flags])
  assert.equal(code, 0, stderr)
  const key = stdout.trim()
  return { key, id: key.split('_')[1] ?? '' }
}

test('keys: made, used with their scope, rotated, revoked, at once and over a restart', async (t) => {
  const home = new Home(t)
  const { ask } = await node(home)
  const folder = join(home.dir, 'nodes/alpha')
  const reader = await make(home)
  const writer = await make(home, '--scope', 'contribute', '--ttl', '1h')
  const share = { method: 'POST', body: '{"action":"turn it off and on","error":"Error: it is stuck"}' }
  assert.equal(await ask(reader.key, '/v1/items'), 200)
  assert.equal(await ask(reader.key, '/v1/items', share), 403)
  assert.equal(await ask(writer.key, '/v1/items', share), 201)
  assert.equal(await ask(writer.key, '/v1/settings/voters.max', { method: 'PUT', body: '{"value":3}' }), 403)
  assert.equal(await ask(reader.key, '/metrics'), 403)
  assert.equal(statSync(join(folder, 'keys.json')).mode & 0o777, 0o600)
  assert.ok(!readFileSync(join(folder, 'keys.json'), 'utf8').includes(reader.key.slice(14)))

  const rotated = await home.cli(['keys', 'rotate', reader.id])
  const fresh = rotated.stdout.trim()
  for (const key of [reader.key, fresh]) assert.equal(await ask(key, '/v1/items'), 200)
  assert.equal((await home.cli(['keys', 'revoke', writer.id])).code, 0)
  assert.equal(await ask(writer.key, '/v1/items'), 401)
  const local = readFileSync(join(folder, 'api.key'), 'utf8').trim()
  assert.equal(await ask(local, '/v1/keys'), 200)
  assert.equal((await home.cli(['keys', 'rotate', local.split('_')[1] ?? '', '--grace', '0s'])).code, 0)
  assert.equal(await ask(local, '/v1/keys'), 401)
  assert.equal(await ask(readFileSync(join(folder, 'api.key'), 'utf8').trim(), '/v1/keys'), 200)

  await home.cli(['stop'])
  // While no node runs, the same is done to the files.
  const offline = await make(home, '--scope', 'read,metrics')
  const { keys } = await home.json<{ keys: readonly KeyLine[] }>(['keys', '--name', 'alpha'])
  assert.deepEqual(
    keys.map(({ id, state }) => [id, state]),
    [
      [local.split('_')[1], 'valid'],
      [reader.id, 'valid'],
      [writer.id, 'revoked'],
      [offline.id, 'valid'],
    ],
  )
  assert.ok(keys[1]?.last_used, 'when it was used was written at the stop')
  const again = await node(home)
  assert.deepEqual(
    await Promise.all([
      again.ask(fresh, '/v1/items'),
      again.ask(reader.key, '/v1/items'),
      again.ask(writer.key, '/v1/items'),
      again.ask(offline.key, '/metrics'),
    ]),
    [200, 200, 401, 200],
  )
  const { entries } = await home.json<{ entries: readonly { action: string; subject: string }[] }>(['audit'])
  const told = new Set(entries.map(({ action, subject }) => `${action} ${subject}`))
  for (const wanted of [
    `key-made key ${reader.id}`,
    `key-used key ${reader.id}`,
    `key-rotated key ${reader.id}`,
    `key-revoked key ${writer.id}`,
    `key-made key ${offline.id}`,
  ])
    assert.ok(told.has(wanted), wanted)
})

test('what a person gets wrong about keys is named', async (t) => {
  const home = new Home(t)
  const nowhere = await home.cli(['keys', '--name', 'nobody'])
  assert.deepEqual([nowhere.code, /SWARM_NO_NODE/.test(nowhere.stderr)], [3, true])
  await home.start('alpha')
  const wrong: readonly [args: readonly string[], code: number, says: RegExp][] = [
    [['new', '--scope', 'read'], 2, /--label/],
    [['new', '--label', 'x', '--scope', 'root'], 2, /read, contribute, admin, metrics/],
    [['new', '--label', 'x', '--ttl', '90'], 2, /7d/],
    [['new', '--label', 'x', '--ttl', '5s'], 2, /a minute to ten years/],
    [['new', '--label', ' '], 2, /name/],
    [['rotate', '00000000'], 4, /there is no key 00000000/],
    [['revoke', `mcps_00000000_${'x'.repeat(43)}`], 2, /not the id of a key/],
    [['revoke', readFileSync(join(home.dir, 'nodes/alpha/api.key'), 'utf8').slice(5, 13)], 6, /keys rotate/],
  ]
  for (const [args, code, says] of wrong) {
    const { code: got, stderr, stdout } = await home.cli(['keys', ...args])
    assert.deepEqual([got, stdout], [code, ''], args.join(' '))
    assert.match(stderr, says)
  }
})

test('the official client sees the tools of its key', async (t) => {
  const home = new Home(t)
  const { url } = await node(home)
  for (const [scope, wanted] of [
    ['read', ['resolve_error', 'guide_feature']],
    ['contribute', ['resolve_error', 'guide_feature', 'report_outcome', 'share_knowledge']],
  ] as const) {
    const { key } = await make(home, '--scope', scope)
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } })
    const transport = new StreamableHTTPClientTransport(new URL(`${url}/mcp`), {
      requestInit: { headers: { authorization: `Bearer ${key}` } },
    })
    await client.connect(transport)
    const { tools } = await client.listTools()
    assert.deepEqual(
      tools.map(({ name }) => name),
      wanted,
    )
    await client.close()
  }
})
