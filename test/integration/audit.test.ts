import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openAuditLog } from '../../src/audit/index.ts'
import { Home, type Status } from '../support/cli.ts'
import { smallDisk } from '../support/small-disk.ts'

interface Page {
  readonly entries: readonly { readonly action: string; readonly actor: string; readonly subject: string }[]
  readonly chain: { readonly ok: boolean; readonly why?: string; readonly head?: string }
}

const told = ({ entries }: Page): readonly string[] =>
  entries.map(({ action, actor, subject }) => `${actor} ${action} ${subject}`)

test('what was changed is in the audit log with who did it, running or not, and a changed line shows', async (t) => {
  const home = new Home(t)
  await home.start('alpha')
  const { api } = await home.json<Status>(['status'])
  const key = readFileSync(join(home.dir, 'nodes/alpha/api.key'), 'utf8').trim()
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  assert.equal((await home.cli(['config', 'set', 'voters.max', '3', '--swarm'])).code, 0)
  const put = await fetch(`${api.url}/v1/settings/voters.max`, { method: 'PUT', headers, body: '{"value":5}' })
  assert.equal(put.status, 200)
  // What was refused was not done.
  assert.equal((await home.cli(['config', 'set', 'voters.max', '"many"', '--swarm'])).code, 2)
  assert.equal((await home.cli(['leader', 'step-down'])).code, 6)
  const id = key.split('_')[1]
  const user = `user ${process.getuid?.()}`
  const wanted = [
    `${user} node-started alpha`,
    'owner setting-changed voters.max',
    `key ${id} key-used key ${id}`,
    `key ${id} setting-changed voters.max`,
  ]
  const audit = (...flags: string[]): Promise<Page> => home.json<Page>(['audit', '--name', 'alpha', ...flags])
  assert.deepEqual(told(await audit()), wanted)
  assert.deepEqual(told(await audit('--action', 'setting-changed', '--limit', '1')), wanted.slice(3))
  const { chain } = await audit('--verify')
  await home.cli(['stop'])
  const log = readFileSync(join(home.dir, 'nodes/alpha/node.log'), 'utf8')
  assert.ok(chain.head && log.includes(`ends with entry 4, ${chain.head}`), 'the log of the node names the end')
  assert.deepEqual(told(await audit()), wanted)
  const file = join(home.dir, 'nodes/alpha/audit.log')
  writeFileSync(file, readFileSync(file, 'utf8').replace('set to 3', 'set to 7'))
  for (const running of [false, true]) {
    if (running) await home.start('alpha')
    const { code, stderr } = await home.cli(['audit', '--name', 'alpha', '--verify'])
    assert.equal(code, 1)
    assert.match(stderr, /not as it was written: audit\.log line 2 was changed/)
  }
  assert.deepEqual(told(await audit()), [...wanted, wanted[0]])
  assert.doesNotMatch(readFileSync(file, 'utf8'), new RegExp(key.split('_')[2] ?? key))
})

test('on a full disk entries wait, and are written in order when there is room again', async (t) => {
  const disk = smallDisk(t, '1m')
  if (!disk) return
  const file = join(disk, 'audit.log')
  const told: (string | null)[] = []
  const log = await openAuditLog({ file, clock: { now: () => 0 }, onTrouble: (why) => told.push(why) })
  const record = (n: number): Promise<void> => log.record({ action: 'key-made', actor: 'owner', subject: `key ${n}` })
  await record(0)
  const filler = join(disk, 'filler')
  assert.throws(() => writeFileSync(filler, Buffer.alloc(2 * 1024 * 1024)), /ENOSPC/)
  // The page the file has is filled first; then there is no other.
  for (let n = 1; n <= 1100; n++) await record(n)
  assert.deepEqual(told, ['the disk is full'])
  const cut = await log.read({ limit: 1000 })
  assert.ok(cut.chain.ok && cut.entries.length > 1 && cut.entries.length < 100)
  rmSync(filler)
  await record(1101)
  await record(1102)
  const { chain, entries } = await log.read({ limit: 2000 })
  await log.close()
  assert.ok(chain.ok)
  assert.deepEqual(told, ['the disk is full', null])
  const kept = entries.filter(({ action }) => action === 'key-made').map(({ subject }) => Number(subject.slice(4)))
  // 1,000 wait; of those that came after, the number is kept.
  const last = kept.length - 2
  assert.ok(last >= 1000)
  assert.deepEqual(kept, [...Array.from({ length: last + 1 }, (_, n) => n), 1102])
  assert.deepEqual(
    entries.filter(({ action }) => action === 'audit-lost').map(({ subject }) => subject),
    [`${1101 - last} entries`],
  )
})
