import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Home, type Status, until } from '../support/cli.ts'

const ITEMS = 8
const errorOf = (n: number): string => `Error: part${n} of machine${n} broke`

const itemsOf = async (home: Home, name: string): Promise<number> =>
  (await home.json<Status>(['status', '--name', name])).knowledge.items

test('a damaged knowledge.db: what was saved and where the rest is, the same node, and the peer gives back', async (t) => {
  const home = new Home(t)
  await home.start('alpha')
  await home.start('beta')
  for (let n = 0; n < ITEMS; n++) {
    const args = ['share', '--name', 'alpha', '--error', errorOf(n), '--action', `fix${n} ${'words '.repeat(400)}`]
    assert.equal((await home.cli(args)).code, 0)
  }
  await until('beta has all', async () => (await itemsOf(home, 'beta')) === ITEMS)
  const { node } = await home.json<Status>(['status', '--name', 'alpha'])
  const folder = join(home.dir, 'nodes/alpha')
  const file = join(folder, 'knowledge.db')
  const damages: Readonly<Record<string, () => void>> = {
    'overwritten in the middle': () => {
      const handle = openSync(file, 'r+')
      writeSync(handle, randomBytes(3 * 4096), 0, 3 * 4096, 4096 * Math.floor(statSync(file).size / 8192))
      closeSync(handle)
    },
    'cut off': () => truncateSync(file, Math.floor(statSync(file).size / 2)),
    garbage: () => writeFileSync(file, randomBytes(50_000)),
  }
  for (const [how, damage] of Object.entries(damages)) {
    assert.equal((await home.cli(['stop', '--name', 'alpha'])).code, 0)
    damage()
    const { code, stderr } = await home.cli(['start', '--detach', '--name', 'alpha'])
    assert.equal(code, 0, `${how}: ${stderr}`)
    const [, kept] =
      /(?:\d+) revisions were saved from it, and the damaged file is kept as (\S+?)\.?\n/.exec(stderr) ?? []
    assert.ok(kept !== undefined && existsSync(kept), `${how}: ${stderr}`)
    assert.match((await home.cli(['logs', '--name', 'alpha'])).stdout, /knowledge\.db was damaged/)
    await until(`${how}: alpha has all again`, async () => (await itemsOf(home, 'alpha')) === ITEMS)
    assert.equal((await home.json<Status>(['status', '--name', 'alpha'])).node.id, node.id)
  }
  assert.equal(
    readdirSync(folder).filter((name) => /\.damaged-[^-]*(?:-\d+)?$/.test(name)).length,
    Object.keys(damages).length,
  )

  // What it writes from now on is its own again, and arrives.
  assert.equal((await home.cli(['share', '--name', 'alpha', '--error', errorOf(99), '--action', 'fix99'])).code, 0)
  await until('beta has the new one', async () => (await itemsOf(home, 'beta')) === ITEMS + 1)
  assert.match((await home.cli(['resolve', '--name', 'beta', errorOf(99)])).stdout, /fix99/)
})

test('a damaged search.db is built anew, and every item is found', async (t) => {
  const home = new Home(t)
  await home.start('alpha')
  for (let n = 0; n < ITEMS; n++)
    assert.equal((await home.cli(['share', '--error', errorOf(n), '--action', `fix${n}`])).code, 0)
  for (const bytes of [randomBytes(50_000), Buffer.alloc(0), Buffer.from('hello')]) {
    assert.equal((await home.cli(['stop'])).code, 0)
    writeFileSync(join(home.dir, 'nodes/alpha/search.db'), bytes)
    const { code, stderr } = await home.cli(['start', '--detach', '--name', 'alpha'])
    assert.deepEqual([code, stderr], [0, ''])
    for (const n of [0, ITEMS - 1])
      await until(`${n} is found`, async () => (await home.cli(['resolve', errorOf(n)])).stdout.includes(`fix${n}`))
  }
})
