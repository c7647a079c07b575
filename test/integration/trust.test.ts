import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Answer, PurgeView } from '../../src/driver/index.ts'
import { Home, type Status, until } from '../support/cli.ts'
import { ACTION, HERE, THERE } from '../support/errors.ts'

const resolved = (home: Home, name: string): Promise<Answer> =>
  home.json<Answer>(['resolve', '--name', name], { input: THERE })

test('outcome, purge and block: two nodes of one owner and one that was let in by a token', async (t) => {
  const [ours, guest] = [new Home(t), new Home(t)]
  await ours.start('alpha', '--no-mdns')
  await ours.start('beta', '--no-mdns')
  const { token } = await ours.json<{ token: string }>(['token', '--name', 'alpha'])
  const file = join(guest.dir, 'token')
  writeFileSync(file, `${token}\n`)
  await guest.start('mallory', '--no-mdns', '--token-file', file)
  await until('all are one', async () => (await ours.json<Status>(['status', '--name', 'alpha'])).swarm.nodes === 3)

  const shared = await guest.cli(['share', '--action', ACTION], { input: HERE })
  assert.equal(shared.code, 0, shared.stderr)
  const of = async (name: string): Promise<Answer['fixes'][number] | undefined> =>
    (await resolved(ours, name)).fixes[0]
  await until('beta has the item and the card of its author', async () => (await of('beta'))?.trust === 'new')
  assert.equal((await of('beta'))?.band, 'unconfirmed')
  const text = await ours.cli(['resolve', '--name', 'beta'], { input: THERE })
  assert.match(text.stdout, /unconfirmed fix[\s\S]*from a new member, not confirmed yet[\s\S]*mcp-swarm outcome r_/)

  const { receipt } = await resolved(ours, 'beta')
  const told = await ours.cli([
    'outcome',
    '--name',
    'beta',
    receipt ?? '',
    'worked',
    '--verified',
    '--note',
    'it did',
  ])
  assert.match(told.stdout, /^noted: k_\w+ worked\n {2}now: worked once for one person/)
  await until('what worked for beta is known to alpha', async () => (await of('alpha'))?.band === 'known')
  assert.equal((await of('alpha'))?.evidence.people, 1)
  assert.equal(
    (await ours.cli(['outcome', '--name', 'alpha', receipt ?? '', 'worked'])).code,
    4,
    'a receipt is of its node',
  )

  const blocked = await ours.cli(['block', '--name', 'alpha', 'mallory'])
  assert.match(blocked.stdout, /^blocked: mallory \(/)
  await until('the block counts on both of the owner', async () => (await of('beta')) === undefined)
  assert.equal((await resolved(guest, 'mallory')).fixes.length, 1)
  assert.equal((await ours.cli(['unblock', '--name', 'beta', 'mallory'])).code, 0)
  await until('and is taken back', async () => (await of('alpha')) !== undefined)

  const plan = await ours.json<PurgeView>(['purge', '--name', 'beta', '--author', 'mallory', '--dry-run'])
  assert.deepEqual([plan.id, plan.written.length, plan.shown.length > 0], [null, 1, true])
  const purged = await ours.cli(['purge', '--name', 'alpha', '--author', 'mallory', '--reason', 'a test'])
  assert.match(purged.stdout, /^withdrawn: everything by mallory[\s\S]*1 item\n[\s\S]*shown by this node/)
  await until('it is gone on beta', async () => (await of('beta')) === undefined)
  assert.equal((await ours.cli(['resolve', '--name', 'beta'], { input: THERE })).code, 4)
  const [id] = /w_[a-z2-7]{16}/.exec(purged.stdout) ?? []
  const there = await ours.json<PurgeView>(['purge', '--name', 'beta', '--show', id ?? ''])
  assert.ok(there.counts && there.shown.some((one) => one.receipt === receipt), 'beta knows whom it showed it')
  await until('each says so in its log', async () =>
    /withdrew everything by mallory/.test((await ours.cli(['logs', '--name', 'beta'])).stdout),
  )
  const audit = await ours.cli(['audit', '--name', 'alpha'])
  assert.match(audit.stdout, /author-blocked[\s\S]*mallory[\s\S]*item-purged[\s\S]*mallory/)

  assert.equal((await ours.cli(['stop', '--name', 'beta'])).code, 0)
  await ours.start('beta', '--no-mdns')
  const after = await ours.json<PurgeView>(['purge', '--name', 'beta', '--show', id ?? ''])
  assert.ok(after.counts && after.shown.some((one) => one.receipt === receipt), 'over a restart')
  assert.equal((await ours.cli(['purge', '--name', 'alpha', '--undo', id ?? ''])).code, 0)
  await until('it is back on beta', async () => (await of('beta')) !== undefined)
})
