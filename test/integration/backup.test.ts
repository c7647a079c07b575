import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { itemId, originId, shortHash } from '../../src/base/index.ts'
import { signAll } from '../../src/knowledge/signatures.ts'
import { makeBackup, openKnowledgeStore } from '../../src/storage/index.ts'
import { createIdentity, generateNodeKey } from '../../src/swarm/index.ts'
import { Home, type Status, until } from '../support/cli.ts'
import { Api } from '../support/http-api.ts'
import { homeOnDisk } from '../support/small-disk.ts'
import { commit } from '../support/storage.ts'

interface Made {
  readonly file: string
  readonly items: number
  readonly revisions: number
}
interface Restored {
  readonly added: number
  readonly known: number
  readonly refused: number
  readonly items: number
}

/** A store with valid writings of a node that is no more, and a backup of it. */
async function strangersBackup(t: TestContext, directory: string, revisions: number): Promise<string> {
  const identity = createIdentity(generateNodeKey())
  const origin = originId(identity.self, '00000001')
  const store = openKnowledgeStore({ file: join(directory, 'stranger.db'), clock: Date })
  await store.open()
  t.after(() => store.close())
  const from = Date.now()
  const unsigned = Array.from({ length: revisions }, (_, at) => ({
    v: 1 as const,
    item: itemId(`k_${shortHash(`item ${at}`, 16)}`),
    origin,
    seq: at + 1,
    hlc: (from - revisions + at) * 1024,
    priority: 50,
    deleted: false,
    body: JSON.stringify({
      v: 1,
      kind: 'note',
      title: `stranger ${at}`,
      text: 'x'.repeat(500),
      provenance: { node: 'stranger', source: 'cli', at: from },
    }),
  }))
  await commit(store, signAll(unsigned, identity))
  const node = { id: identity.self, name: 'stranger' }
  const file = join(directory, 'stranger.backup')
  await makeBackup(store, file, { at: from, version: '0', node, swarm: 'another' }, false)
  return file
}

const share = (home: Home, name: string, title: string, ...flags: readonly string[]): Promise<{ id: string }> =>
  home.json(['share', '--title', title, '--text', `about ${title}`, '--name', name, ...flags])
const itemsOf = async (home: Home, name: string): Promise<number> =>
  (await home.json<Status>(['status', '--name', name])).knowledge.items
const refusal = async (home: Home, args: readonly string[]): Promise<string> => {
  const { code, stderr } = await home.cli(args)
  assert.notEqual(code, 0, args.join(' '))
  return stderr
}

test('backed up while it runs, and taken in again: nothing is rolled back, and no number is given twice', async (t) => {
  const home = new Home(t)
  await home.start('alpha')
  await share(home, 'alpha', 'first')
  await share(home, 'alpha', 'secret', '--private')
  const file = join(home.dir, 'a.backup')
  const made = await home.json<Made>(['backup', file])
  assert.deepEqual([made.file, made.items], [file, 2])
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.deepEqual(
    readdirSync(home.dir).filter((name) => name.includes('.part')),
    [],
  )

  assert.match(await refusal(home, ['backup', file]), /a\.backup is there already[\s\S]*--force[\s\S]*SWARM_CONFLICT/)
  assert.equal((await home.cli(['backup', file, '--force'])).code, 0)
  assert.match(await refusal(home, ['backup', join(home.dir, 'no/where')]), /there is no directory[\s\S]*mkdir -p/)
  assert.match(await refusal(home, ['backup', home.dir, '--force']), /is a directory/)
  assert.match((await home.json<Made>(['backup'])).file, /nodes\/alpha\/backups\/made-\d{8}T\d{6}Z\.backup$/)

  await share(home, 'alpha', 'second')
  const again = await home.json<Restored>(['restore', file])
  assert.deepEqual([again.added, again.refused, again.items], [0, 0, 3], 'what is newer stays')

  // The disk is lost, the node's key is not: its own writings come back, the private ones too.
  assert.equal((await home.cli(['stop'])).code, 0)
  const store = join(home.dir, 'nodes/alpha/knowledge.db')
  for (const end of ['', '-wal', '-shm']) rmSync(store + end, { force: true })
  await home.start('alpha')
  assert.equal(await itemsOf(home, 'alpha'), 0)
  await share(home, 'alpha', 'between')
  const back = await home.json<Restored>(['restore', file])
  assert.equal(back.refused, 0)
  assert.equal(back.items, 3)
  await share(home, 'alpha', 'after')
  const listed = await home.json<{ items: readonly { title: string }[] }>(['knowledge', '--all'])
  assert.deepEqual(
    listed.items.map(({ title }) => title).toSorted((a, b) => a.localeCompare(b)),
    ['after', 'between', 'first', 'secret'],
  )
  const audit = await home.json<{ entries: readonly { action: string }[] }>(['audit', '--action', 'backup-restored'])
  assert.equal(audit.entries.length, 2)
})

test('given to a node that lost everything, it is a union with what the peers have', async (t) => {
  const home = new Home(t)
  await home.start('alpha')
  await home.start('beta')
  await share(home, 'alpha', 'one')
  const file = join(home.dir, 'a.backup')
  await home.json<Made>(['backup', file, '--name', 'alpha'])
  await share(home, 'beta', 'two')
  await until('alpha has both', async () => (await itemsOf(home, 'alpha')) === 2)
  // Beta loses everything and is given alpha's backup: it has one item from there, and the other from its peer.
  assert.equal((await home.cli(['stop', '--name', 'beta'])).code, 0)
  rmSync(join(home.dir, 'nodes/beta/knowledge.db'))
  const later = await home.json<{ later: boolean }>(['restore', file, '--name', 'beta'])
  assert.equal(later.later, true)
  await home.start('beta')
  await until('beta has both', async () => (await itemsOf(home, 'beta')) === 2)
  await until('it was taken in', () => !existsSync(join(home.dir, 'nodes/beta/restore.backup')))
  const digests = async (): Promise<readonly string[]> =>
    Promise.all(
      ['alpha', 'beta'].map(async (name) => (await home.json<Status>(['status', '--name', name])).knowledge.digest),
    )
  await until('both hold the same', async () => new Set(await digests()).size === 1)
  await share(home, 'beta', 'three')
  await until('and beta can write', async () => (await itemsOf(home, 'alpha')) === 3)
})

test('a fresh machine: restore, then start; killed in the middle, it goes on', async (t) => {
  const home = new Home(t)
  const file = await strangersBackup(t, home.dir, 6000)
  const { stdout } = await home.cli(['restore', file, '--name', 'alpha'])
  assert.match(stdout, /the backup is good: 6000 items[\s\S]*mcp-swarm start --name alpha/)
  await home.start('alpha')
  await until('it is under way', async () => (await itemsOf(home, 'alpha')) > 0)
  const { node } = await home.json<Status>(['status'])
  process.kill(node.pid, 'SIGKILL')
  const staged = join(home.dir, 'nodes/alpha/restore.backup')
  assert.ok(existsSync(staged), 'it was killed before its end')
  await home.start('alpha')
  await until('it is all there', async () => (await itemsOf(home, 'alpha')) === 6000, 60_000)
  await until('nothing is left aside', () => !existsSync(staged))
})

test('a backup of another swarm, a damaged one and what is none are refused with the reason', async (t) => {
  const home = new Home(t)
  const file = await strangersBackup(t, home.dir, 40)
  await home.start('alpha')
  await share(home, 'alpha', 'own')
  assert.match(await refusal(home, ['restore', file]), /of another swarm[\s\S]*--from-another-swarm/)
  assert.equal(await itemsOf(home, 'alpha'), 1)

  const bytes = readFileSync(file)
  const broken = join(home.dir, 'broken.backup')
  const at = bytes.indexOf('stranger 20"')
  writeFileSync(broken, bytes.fill('y', at, at + 8))
  const partly = await home.json<Restored>(['restore', broken, '--from-another-swarm'])
  assert.deepEqual([partly.added, partly.refused], [39, 1], 'a row that is not as it was made is left out')
  writeFileSync(broken, bytes.subarray(0, bytes.length - 8192))
  assert.match(await refusal(home, ['restore', broken]), /is damaged[\s\S]*SWARM_STORE_CORRUPT/)
  writeFileSync(broken, 'no database at all')
  assert.match(await refusal(home, ['restore', broken]), /is no backup/)
  assert.match(await refusal(home, ['restore', join(home.dir, 'nodes/alpha/knowledge.db')]), /it has no manifest/)
  assert.match(await refusal(home, ['restore', join(home.dir, 'missing')]), /there is no file/)

  const rest = await home.json<Restored>(['restore', file, '--from-another-swarm'])
  assert.deepEqual([rest.added, rest.known, rest.items], [1, 39, 41])
  assert.equal((await home.cli(['stop'])).code, 0)
  assert.match(await refusal(home, ['restore', file, '--name', 'alpha']), /of another swarm/)
})

test('killed with -9 while a backup is made: no half of it has its name, and the next one is whole', async (t) => {
  const home = new Home(t)
  await strangersBackup(t, home.dir, 1)
  mkdirSync(join(home.dir, 'nodes/alpha'), { recursive: true, mode: 0o700 })
  const store = openKnowledgeStore({ file: join(home.dir, 'nodes/alpha/knowledge.db'), clock: Date })
  await store.open()
  const identity = createIdentity(generateNodeKey())
  const body = JSON.stringify({ v: 1, kind: 'note', title: 'large', text: 'x'.repeat(30_000) })
  for (let part = 0; part < 8; part++)
    await commit(
      store,
      Array.from({ length: 256 }, (_, at) => {
        const seq = part * 256 + at + 1
        const item = itemId(`k_${shortHash(`item ${seq}`, 16)}`)
        const origin = originId(identity.self, '00000001')
        return { v: 1, item, origin, seq, hlc: seq, priority: 1, deleted: false, body, sig: 's'.repeat(86) } as const
      }),
    )
  await store.close()
  await home.start('alpha')
  const { api, node } = await home.json<Status>(['status'])
  const socket = new Api({ socketPath: api.socket })
  t.after(() => socket.close())
  const file = join(home.dir, 'killed.backup')
  const made = socket.call({ method: 'POST', path: '/v1/backups', body: { file } }).then(
    () => 'made',
    () => 'cut off',
  )
  const draftOf = (): string | undefined => readdirSync(home.dir).find((name) => name.endsWith('.part'))
  await until(
    'it is under way',
    () => statSync(join(home.dir, draftOf() ?? '-'), { throwIfNoEntry: false }) !== undefined,
  )
  process.kill(node.pid, 'SIGKILL')
  assert.equal(await made, 'cut off')
  assert.equal(existsSync(file), false)
  await home.start('alpha')
  assert.equal((await home.json<Made>(['backup', file])).revisions, 2048)
})

test('a node of role backup makes one by itself, and keeps as many as it is told', async (t) => {
  const home = new Home(t)
  const backups = join(home.dir, 'nodes/alpha/backups')
  mkdirSync(backups, { recursive: true, mode: 0o700 })
  for (const day of ['18', '19', '20']) writeFileSync(join(backups, `scheduled-202601${day}T120000Z.backup`), 'old')
  writeFileSync(join(backups, 'scheduled-20260121T120000Z.backup.0a1b2c3d.part'), 'of a process that was killed')
  const { code } = await home.cli(['start', '--detach', '--name', 'alpha', '--role', 'backup'], {
    env: { MCP_SWARM_BACKUP_KEEP: '2' },
  })
  assert.equal(code, 0)
  await share(home, 'alpha', 'first')
  const newest = (): string => readdirSync(backups).sort((a, b) => b.localeCompare(a))[0] ?? ''
  await until('one was made', () => !newest().startsWith('scheduled-2026012') && readdirSync(backups).length === 2)
  assert.equal(readdirSync(backups).includes('scheduled-20260120T120000Z.backup'), true)
  const status = await home.json<{ backups: { every_ms: number; kept: number; last: string; next: string } }>([
    'status',
  ])
  const { every_ms: every, kept, last, next } = status.backups
  assert.deepEqual([every, kept, Date.parse(next) - Date.parse(last)], [86_400_000, 2, 86_400_000])
  assert.match((await home.cli(['status'])).stdout, /backup +\d+ s ago, 2 backups kept/)
  assert.equal((await home.json<Restored>(['restore', join(backups, newest())])).refused, 0)
})

test('a full disk: no backup, with the reason, and nothing is left lying about', async (t) => {
  const small = homeOnDisk(t, '24m')
  if (!small) return
  const { disk, home } = small
  await home.start('alpha')
  for (let n = 0; n < 4; n++)
    await home.json(['share', '--title', `large ${n}`, '--name', 'alpha'], {}).catch(() => undefined)
  await share(home, 'alpha', 'small')
  writeFileSync(join(disk, 'filler'), Buffer.alloc(1))
  let size = 1
  for (let step = 16 * 2 ** 20; step >= 4096; step /= 2)
    try {
      for (;;) writeFileSync(join(disk, 'filler'), Buffer.alloc((size += step)))
    } catch {
      size -= step
      writeFileSync(join(disk, 'filler'), Buffer.alloc(size))
    }
  assert.match(await refusal(home, ['backup', join(disk, 'a.backup')]), /SWARM_DISK_FULL/)
  assert.deepEqual(
    readdirSync(disk).filter((name) => name.startsWith('a.backup')),
    [],
  )
  rmSync(join(disk, 'filler'))
  assert.equal((await home.json<Made>(['backup', join(disk, 'a.backup')])).items, 1)
})
