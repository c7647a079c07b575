import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { projectHere } from '../../../src/cli/project.ts'

/** A real repository; `remotes` in the order in which they are added. */
function repository(t: TestContext, remotes: readonly (readonly [string, string])[]): string {
  const dir = mkdtempSync(join(tmpdir(), 'mcp-swarm-project-'))
  t.after(() => rmSync(dir, { recursive: true }))
  const git = (...args: string[]): void => void execFileSync('git', ['-C', dir, ...args], { stdio: 'ignore' })
  git('init', '-q')
  for (const [name, url] of remotes) git('remote', 'add', name, url)
  return dir
}

test('a clone by ssh and a clone by https are the same project, from any folder within', async (t) => {
  const ssh = repository(t, [['origin', 'git@github.com:acme/shop.git']])
  const https = repository(t, [['origin', 'https://ana:secret@github.com/Acme/shop']])
  mkdirSync(join(ssh, 'src', 'deep'), { recursive: true })
  assert.equal(await projectHere(ssh), 'github.com/acme/shop')
  assert.equal(await projectHere(join(ssh, 'src', 'deep')), 'github.com/acme/shop')
  assert.equal(await projectHere(https), 'github.com/acme/shop')
})

test('origin is asked first, else the first there is', async (t) => {
  const fork = repository(t, [
    ['fork', 'git@github.com:ana/shop.git'],
    ['origin', 'git@github.com:acme/shop.git'],
  ])
  assert.equal(await projectHere(fork), 'github.com/acme/shop')
  assert.equal(await projectHere(repository(t, [['upstream', 'git@github.com:acme/x.git']])), 'github.com/acme/x')
})

test('no remote, no repository, no folder: no project, and no error', async (t) => {
  assert.equal(await projectHere(repository(t, [])), undefined)
  assert.equal(await projectHere(repository(t, [['origin', '/srv/git/shop.git']])), undefined)
  const bare = mkdtempSync(join(tmpdir(), 'mcp-swarm-project-'))
  t.after(() => rmSync(bare, { recursive: true }))
  assert.equal(await projectHere(bare), undefined)
  assert.equal(await projectHere(join(bare, 'missing')), undefined)
})
