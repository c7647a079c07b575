import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Answer, Shared } from '../../src/driver/index.ts'
import { Home } from '../support/cli.ts'

const failed = (what: string, where: string): string =>
  `Error: ${what}, write\n    at writeSync (/srv/${where}/app.js:12:3)\n`
const [SPACE, QUOTA] = ['ENOSPC: no space left on device', 'EDQUOT: disk quota exceeded']

test('a second fix is offered to be folded into the first, an error can be given to an item and taken away', async (t) => {
  const home = new Home(t)
  await home.start('alpha', '--no-mdns')
  const share = (error: string, action: string): Promise<Shared> =>
    home.json<Shared>(['share', '--action', action], { input: error })
  const best = async (error: string): Promise<string | undefined> =>
    (await home.json<Answer>(['resolve'], { input: error })).fixes[0]?.solution?.action

  const first = await share(failed(SPACE, 'a'), 'rotate the logs')
  const second = await share(failed(SPACE, 'b'), 'delete old builds')
  assert.deepEqual(
    second.near?.map(({ id }) => id),
    [first.id],
  )
  const third = await share(failed(QUOTA, 'c'), 'ask for more')
  assert.equal(third.near, undefined)
  const alike = await home.json<{ groups: { items: { id: string }[] }[] }>(['knowledge', 'alike', '--tool', 'node'])
  assert.deepEqual(alike.groups[0]?.items.map(({ id }) => id).sort(), [first.id, second.id].sort())

  await home.json(['knowledge', 'fold', third.id, '--into', first.id])
  assert.equal(await best(failed(QUOTA, 'd')), 'rotate the logs')
  const file = join(home.dir, 'quota.txt')
  writeFileSync(file, failed(QUOTA, 'e'))
  await home.json(['knowledge', 'split', first.id, '--error-file', file, '--action', 'quota -u'])
  assert.equal(await best(failed(QUOTA, 'f')), 'quota -u')

  const itself = await home.cli(['knowledge', 'fold', first.id, '--into', first.id])
  assert.equal(itself.code, 2)
  writeFileSync(file, 'all is well\n')
  const nothing = await home.cli(['outcome', first.id, 'worked', '--error-file', file])
  assert.match(nothing.stderr, /no error of a tool can be read/)
})
