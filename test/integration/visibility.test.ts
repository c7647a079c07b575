import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import type { Answer, Shared } from '../../src/driver/index.ts'
import { Home, LAUNCHER, type Status, until } from '../support/cli.ts'
import { HERE, THERE } from '../support/errors.ts'

function clone(home: Home, name: string, remote: string): string {
  const dir = join(home.dir, name)
  mkdirSync(dir)
  execFileSync('git', ['-C', dir, 'init', '-q'])
  execFileSync('git', ['-C', dir, 'remote', 'add', 'origin', remote])
  return dir
}

test('private stays here until it is published; a project is known by its clones', async (t) => {
  const home = new Home(t)
  await home.start('alpha')
  await home.start('beta')
  const share = async (args: readonly string[], cwd = home.dir): Promise<Shared> =>
    home.json<Shared>(['share', '--name', 'alpha', ...args], { input: HERE, cwd })
  const asked = async (node: string, cwd = home.dir): Promise<readonly (string | undefined)[]> => {
    const { fixes } = await home.json<Answer>(['resolve', '--name', node, '--limit', '10'], { input: THERE, cwd })
    return fixes.map(({ solution }) => solution?.action ?? '').sort()
  }
  const items = async (node: string): Promise<number> =>
    (await home.json<Status>(['status', '--name', node])).knowledge.items

  const shop = clone(home, 'shop', 'git@github.com:acme/shop.git')
  const again = clone(home, 'again', 'https://ana:secret@github.com/Acme/Shop')
  const blog = clone(home, 'blog', 'git@github.com:acme/blog.git')
  const quiet = await share(['--action', 'quiet words', '--private'])
  assert.deepEqual([quiet.duplicate, quiet.visibility], [false, 'private'])
  assert.equal((await share(['--action', 'words of the shop', '--project'], shop)).visibility, 'project')
  assert.equal((await share(['--action', 'open words'])).visibility, 'swarm')

  await until('beta has what it may have', async () => (await items('beta')) === 2)
  assert.equal(await items('alpha'), 3)
  assert.deepEqual(await asked('beta'), ['open words'])
  assert.deepEqual(await asked('beta', blog), ['open words'])
  assert.deepEqual(await asked('beta', again), ['open words', 'words of the shop'])
  assert.deepEqual(await asked('alpha'), ['open words', 'quiet words'])

  const list = await home.cli(['knowledge', '--name', 'alpha'])
  assert.match(list.stdout, /\(private\) /)
  const published = await home.cli(['knowledge', 'publish', quiet.id, '--name', 'alpha'])
  assert.match(published.stdout, /^published k_\w+ to the whole swarm$/m)
  await until('beta has it', async () => (await asked('beta')).includes('quiet words'))
  assert.equal(await items('alpha'), 3)

  // No file of the other node ever held the remote's address or its credentials.
  const files = readdirSync(join(home.dir, 'nodes', 'beta')).filter((name) => name.startsWith('knowledge.db'))
  const bytes = Buffer.concat(files.map((name) => readFileSync(join(home.dir, 'nodes', 'beta', name))))
  assert.ok(bytes.includes('words of the shop') && !bytes.includes('acme') && !bytes.includes('secret@'))
})

test('a project without an address is a mistake, and so is saying two things', async (t) => {
  const home = new Home(t)
  await home.start('alpha')
  const nowhere = await home.cli(['share', '--project', '--action', 'x', '--error', 'y'])
  assert.equal(nowhere.code, 2)
  assert.match(nowhere.stderr, /no project is given/)
  const both = await home.cli(['share', '--project', '--private', '--action', 'x', '--error', 'y'])
  assert.equal(both.code, 2)
  assert.match(both.stderr, /exclude each other/)
  const missing = await home.cli(['knowledge', 'publish', 'k_aaaaaaaaaaaaaaaa'])
  assert.match(missing.stderr, /SWARM_NOT_FOUND/)
})

test('an agent asks from the folder its bridge was started in', async (t) => {
  const home = new Home(t)
  await home.start('alpha')
  const shop = clone(home, 'shop', 'git@github.com:acme/shop.git')
  await home.json(['share', '--action', 'words of the shop', '--project'], { input: HERE, cwd: shop })
  const ask = async (cwd: string): Promise<string> => {
    const client = new Client({ name: 'test', version: '1' })
    await client.connect(
      new StdioClientTransport({ command: LAUNCHER, args: ['mcp'], cwd, env: home.env as Record<string, string> }),
    )
    const { content } = await client.callTool({ name: 'resolve_error', arguments: { error: THERE } })
    await client.close()
    return JSON.stringify(content)
  }
  assert.match(await ask(shop), /words of the shop/)
  assert.match(await ask(home.dir), /Nothing known/)
})
