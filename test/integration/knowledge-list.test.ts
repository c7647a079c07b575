import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Home, type Status } from '../support/cli.ts'
import { Api } from '../support/http-api.ts'

interface Page {
  readonly items: readonly { readonly id: string; readonly title: string }[]
  readonly next: string | null
}

const SHARED = [
  {
    kind: 'fix',
    title: 'Types of node are missing',
    error: "src/a.ts(3,7): error TS2307: Cannot find module 'fs'",
    action: 'install the types of node',
    tags: ['types', 'hot reload'],
    applies: {
      packages: { typescript: '>=5.5 <6' },
      runtime: { node: '^24' },
      os: ['linux'],
      languages: ['TypeScript'],
    },
  },
  {
    kind: 'fix',
    title: 'Disk of the build machine is full',
    error: 'Error: ENOSPC: no space left on device, write',
    action: 'rotate the logs of the build machine',
    tags: ['disk'],
    applies: { packages: { typescript: '^4' }, os: ['linux', 'darwin'] },
  },
  {
    kind: 'note',
    title: 'How the build machine is reached',
    text: 'By ssh, as the user build.',
    visibility: 'private',
  },
]

test('knowledge is listed and searched by what it is about, page by page while others write', async (t) => {
  const home = new Home(t)
  await home.start('alpha')
  const { api, node } = await home.json<Status>(['status'])
  const socket = new Api({ socketPath: api.socket })
  t.after(() => socket.close())
  const share = async (body: object): Promise<string> =>
    (await socket.ask<{ id: string }>({ method: 'POST', path: '/v1/items', body })).id
  const [types, disk, note] = [
    await share(SHARED[0] ?? {}),
    await share(SHARED[1] ?? {}),
    await share(SHARED[2] ?? {}),
  ]
  const titles = new Map([
    [types, 'types'],
    [disk, 'disk'],
    [note, 'note'],
  ])
  const list = async (...args: readonly string[]): Promise<readonly (string | undefined)[]> =>
    (await home.json<Page>(['knowledge', ...args])).items.map(({ id }) => titles.get(id))

  const filters: readonly (readonly [args: readonly string[], expected: readonly string[]])[] = [
    [['list'], ['note', 'disk', 'types']],
    [
      ['list', '--kind', 'fix'],
      ['disk', 'types'],
    ],
    [['list', '--language', 'typescript'], ['types']],
    [['list', '--code', 'ts2307'], ['types']],
    [['list', '--code', 'ENOSPC', '--kind', 'fix'], ['disk']],
    [['list', '--tag', 'types', '--tag', 'Hot  Reload'], ['types']],
    [['list', '--tag', 'types', '--tag', 'disk'], []],
    [
      ['list', '--author', 'alpha', '--node', node.id],
      ['note', 'disk', 'types'],
    ],
    [
      ['list', '--since', '1h', '--until', '2999-01-01'],
      ['note', 'disk', 'types'],
    ],
    [['list', '--until', '1h'], []],
    [
      ['list', '--status', 'offered'],
      ['note', 'disk', 'types'],
    ],
    [['list', '--status', 'failing,rejected'], []],
    [
      ['list', '--package', 'typescript'],
      ['disk', 'types'],
    ],
    [['list', '--package', 'typescript@5.7', '--runtime', 'node@24.1'], ['types']],
    [['list', '--package', 'typescript@4.9'], ['disk']],
    [['list', '--package', 'typescript@6'], []],
    [['list', '--os', 'darwin'], ['disk']],
    [['list', '--visibility', 'private'], ['note']],
    [
      ['search', 'build', 'machine'],
      ['disk', 'note'],
    ],
    [['search', 'build-machine', '--kind', 'note'], ['note']],
    [['search', 'submarine'], []],
  ]
  for (const [args, expected] of filters) {
    const got = await list(...args)
    assert.deepEqual(
      args[0] === 'search' ? got.toSorted((a = '', b = '') => a.localeCompare(b)) : got,
      expected,
      args.join(' '),
    )
  }

  const wrong: readonly (readonly [args: readonly string[], says: RegExp])[] = [
    [['list', '--tool', 'cargoo'], /the tool "cargoo"[\s\S]*There are: /],
    [['list', '--os', 'windows'], /There are: darwin, linux\./],
    [['list', '--node', 'bravo'], /the author "bravo"[\s\S]*There are: alpha\./],
    [['list', '--status', 'lost'], /there is no state "lost"; there are offered, failing/],
    [['list', '--package', 'typescript@new'], /"new" is no version of a package/],
    [['list', '--since', 'yesterday'], /a time such as 2026-11-22/],
    [['list', '--since', '2026-11-22', '--until', '2026-11-21'], /`since` is not before `until`/],
    [['list', '--cursor', 'aaaaaaaa.5'], /the cursor is not of this list/],
    [['search', 'the'], /no word to search for/],
  ]
  for (const [args, says] of wrong) {
    const { code, stderr } = await home.cli(['knowledge', ...args])
    assert.equal(code, 2, `${args.join(' ')}: ${stderr}`)
    assert.match(stderr, says)
  }

  await socket.ask({ method: 'POST', path: `/v1/review/${disk}`, body: { accept: false } })
  assert.deepEqual(await list('list', '--status', 'rejected'), ['disk'])
  assert.deepEqual(await list('list', '--status', 'offered', '--kind', 'fix'), ['types'])

  const pages = new Set<string>()
  for (let n = 0; n < 25; n++) pages.add(await share({ kind: 'note', title: `page ${n}`, text: `about page ${n}` }))
  for (const path of ['/v1/items?limit=4', '/v1/items?limit=4&q=page']) {
    const expected = new Set(path.includes('q=') ? pages : [types, disk, note, ...pages])
    const seen: string[] = []
    let next: string | null = ''
    for (let n = 0; next !== null; n++) {
      const page: Page = await socket.ask<Page>({
        method: 'GET',
        path: path + (next === '' ? '' : `&cursor=${next}`),
      })
      seen.push(...page.items.map(({ id }) => id))
      next = page.next
      pages.add(await share({ kind: 'note', title: `page while paging ${path} ${n}`, text: 'page page page' }))
      if (n === 2) await socket.ask({ method: 'POST', path: `/v1/items/${note}/publish` })
    }
    assert.equal(new Set(seen).size, seen.length, 'none twice')
    assert.deepEqual(new Set(seen), expected)
  }
  const { items, next } = await home.json<Page>(['knowledge', '--all'])
  assert.deepEqual([items.length > pages.size, next], [true, null])

  const file = join(home.dir, 'items.ndjson')
  const { items: written } = await home.json<{ items: number }>(['export', file])
  assert.equal(written, items.length)
  assert.equal((await home.cli(['export', file])).code, 6)
  assert.equal((await home.cli(['export'])).stdout, readFileSync(file, 'utf8'))
  const again = await home.json<{ added: number; known: number; failed: number }>(['import', file])
  assert.deepEqual([again.added, again.known, again.failed], [0, written, 0])
  writeFileSync(file, '{"text":"taken in from a file"}\nnonsense\n')
  const some = await home.cli(['import', file])
  assert.equal(some.code, 2)
  assert.match(some.stdout, /took in 1 new item of 2 lines; 0 known already, 1 refused/)
  assert.match(some.stderr, /line 2: the line is not JSON/)
  assert.equal((await home.cli(['import', join(home.dir, 'nowhere')])).code, 4)

  // The order of a search lives as long as the node.
  const first = await home.json<Page>(['knowledge', 'search', 'page', '--limit', '5'])
  assert.equal((await home.cli(['stop'])).code, 0)
  await home.start('alpha')
  const gone = await home.cli(['knowledge', 'search', 'page', '--cursor', first.next ?? ''])
  assert.equal(gone.code, 4)
  assert.match(gone.stderr, /SWARM_CURSOR_GONE/)
})
