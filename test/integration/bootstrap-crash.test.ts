import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Home, type Status, until } from '../support/cli.ts'
import { Api } from '../support/http-api.ts'
import { join } from 'node:path'
import { writeKnowledge } from '../support/written-home.ts'

const ITEMS = 4_000
/** `BOOTSTRAP_KILLS=1000` for a night. */
const KILLS = Number(process.env['BOOTSTRAP_KILLS'] ?? 5)

test(`a newcomer that is killed ${KILLS} times while it takes everything goes on where it was, and misses nothing`, async (t) => {
  const home = new Home(t)
  await writeKnowledge(home, 'alpha', ITEMS)
  await home.start('alpha')
  const socketPath = join(home.dir, 'nodes', 'beta', 'api.sock')
  const itemsNow = async (): Promise<Status | undefined> => {
    const api = new Api({ socketPath })
    try {
      return await api.ask<Status>({ method: 'GET', path: '/v1/status' })
    } catch {
      return undefined
    } finally {
      api.close()
    }
  }
  let held = 0
  for (let kill = 0; kill < KILLS; kill++) {
    const child = home.spawn(['start', '--name', 'beta'])
    // A little further each time, and at the latest when all is there.
    const enough = Math.min(ITEMS, held + Math.ceil(ITEMS / (KILLS + 2)))
    let status: Status | undefined
    await until(
      'it takes more',
      async () => (status = await itemsNow()) !== undefined && status.knowledge.items >= enough,
    )
    const gone = new Promise((resolve) => child.once('exit', resolve))
    process.kill(status?.node.pid ?? 0, 'SIGKILL')
    await gone
    held = status?.knowledge.items ?? 0
  }
  await home.start('beta')
  const first = await itemsNow()
  assert.ok(first && first.knowledge.items >= held, 'what it had, it has')
  await until('both hold the same', async () => {
    const [a, b] = await Promise.all(['alpha', 'beta'].map((name) => home.json<Status>(['status', '--name', name])))
    return a?.knowledge.digest === b?.knowledge.digest && b?.knowledge.items === ITEMS
  })
})
