import assert from 'node:assert/strict'
import { existsSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import Database from 'better-sqlite3'
import { Home, type Status, until } from '../support/cli.ts'
import { Api } from '../support/http-api.ts'

const errorOf = (n: number): string => `Error: part${n} of machine${n} broke`

test('an index that is removed under a running node is built anew', async (t) => {
  const home = new Home(t)
  await home.start('alpha')
  for (const n of [1, 2])
    assert.equal((await home.cli(['share', '--error', errorOf(n), '--action', `fix${n}`])).code, 0)
  const file = join(home.dir, 'nodes/alpha/search.db')
  for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true })
  await until('there is one again', () => existsSync(file))
  const finds = async (n: number): Promise<boolean> =>
    (await home.cli(['resolve', errorOf(n)])).stdout.includes(`fix${n}`)
  for (const n of [1, 2]) await until(`${n} is found`, () => finds(n))
  assert.equal((await home.cli(['share', '--error', errorOf(3), '--action', 'fix3'])).code, 0)
  assert.ok(await finds(3), 'and it is kept up')
  assert.match((await home.cli(['logs'])).stdout, /it lost what arrived after row 0, and is built anew/)
  assert.equal((await home.cli(['stop'])).code, 0)
  await home.start('alpha')
  assert.ok(await finds(1))
})

test('a log that somebody keeps from being emptied: told, own writes refused, and all is well by itself afterwards', async (t) => {
  const home = new Home(t)
  const { code } = await home.cli(['start', '--detach', '--name', 'alpha'], {
    env: { MCP_SWARM_STORAGE_LOG_MIB_MAX: '8' },
  })
  assert.equal(code, 0)
  const { api } = await home.json<Status>(['status'])
  const socket = new Api({ socketPath: api.socket })
  t.after(() => socket.close())
  const share = (n: number): Promise<{ status: number; text: string }> =>
    socket.call({
      method: 'POST',
      path: '/v1/items',
      body: { title: `item ${n}`, text: `${n} ${'x'.repeat(30_000)}` },
    })
  assert.equal((await share(0)).status, 201)

  const file = join(home.dir, 'nodes/alpha/knowledge.db')
  const reader = new Database(file, { readonly: true })
  t.after(() => reader.close())
  const open = reader.prepare('SELECT row FROM revisions').iterate()
  open.next()
  let refused = { status: 201, text: '' }
  for (let n = 1; refused.status === 201 && n < 2_000; n++) refused = await share(n)
  assert.equal(refused.status, 503)
  assert.match(refused.text, /SWARM_OVERLOADED.*knowledge\.db-wal has \d+ MiB, at most 8 are good/)
  const { items } = (await home.json<Status>(['status'])).knowledge
  assert.ok(items > 0)
  assert.match((await home.cli(['resolve', 'anything at all'])).stdout, /./, 'questions are answered')
  const metrics = (await socket.call({ method: 'GET', path: '/metrics' })).text
  assert.ok(Number(/mcp_swarm_wal_bytes\{file="knowledge"\} (\d+)/.exec(metrics)?.[1]) > 8 * 2 ** 20)
  assert.match((await home.cli(['logs'])).stdout, /"?knowledge\.db-wal has/)

  open.return?.()
  reader.close()
  await until('the log is emptied', () => statSync(`${file}-wal`).size < 2 ** 20, 30_000)
  await until('writes are taken', async () => (await share(5_000)).status === 201)
  assert.equal((await home.json<Status>(['status'])).knowledge.items, items + 1)
})
