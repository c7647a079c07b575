import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { projectName } from '../../src/base/index.ts'

const SHOP = [
  'git@github.com:acme/shop.git',
  'git@github.com:acme/shop',
  'git@github.com:/acme/shop.git',
  'github.com:acme/shop.git',
  'ssh://git@github.com/acme/shop.git',
  'ssh://git@github.com:22/acme/shop.git',
  'ssh://git@ssh.github.com:443/acme/shop.git',
  'git+ssh://git@github.com/acme/shop.git',
  'https://github.com/acme/shop',
  'https://github.com/acme/shop/',
  'https://github.com/acme/shop.git',
  'https://github.com/Acme/Shop.git',
  'https://GitHub.com:443/acme/shop.git',
  'https://ana:secret@github.com/acme/shop.git',
  'https://x-access-token:t@www.github.com/acme/shop.git?ref=main',
  'http://github.com//acme//shop.git',
  'git://github.com/acme/shop.git',
  '  https://github.com/acme/shop.git\n',
  'github.com/acme/shop',
]
for (const remote of SHOP)
  test(`${JSON.stringify(remote)} is acme's shop`, () => assert.equal(projectName(remote), 'github.com/acme/shop'))

const others: readonly (readonly [string, string | undefined])[] = [
  ['git@gitlab.com:group/sub/app.git', 'gitlab.com/group/sub/app'],
  ['git@ssh.dev.azure.com:v3/org/proj/repo', 'dev.azure.com/org/proj/repo'],
  ['https://org@dev.azure.com/org/proj/_git/repo', 'dev.azure.com/org/proj/repo'],
  ['https://bitbucket.example/scm/team/app.git', 'bitbucket.example/team/app'],
  ['git@gitserver:team/app.git', 'gitserver/team/app'],
  ['https://a.example/team/my%20app.git', undefined],
  ['/srv/git/app.git', undefined],
  ['../app', undefined],
  ['./app', undefined],
  ['file:///srv/git/app.git', undefined],
  ['C:\\git\\app', undefined],
  ['https://github.com/', undefined],
  ['', undefined],
]
for (const [remote, name] of others)
  test(`${JSON.stringify(remote)}: ${name}`, () => assert.equal(projectName(remote), name))

test('a name is its own name, and holds no credentials', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 80 }), (text) => {
      const name = projectName(text)
      if (name !== undefined) assert.equal(projectName(name), name)
    }),
  )
  assert.doesNotMatch(projectName('https://u:geheim@a.example/b/c') ?? '', /geheim|u:/)
})

test('a host may have a name that every object has', () => {
  assert.equal(projectName('git@constructor:acme/shop.git'), 'constructor/acme/shop')
})
