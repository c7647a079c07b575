import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Finished, type Home, type Status, until } from '../support/cli.ts'
import { assertRefused } from '../support/refusal.ts'
import { homeOnDisk } from '../support/small-disk.ts'

const errorOf = (n: number): string => `Error: part${n} of machine${n} broke`

interface Reply {
  readonly status: number
  readonly body: { readonly code?: string; readonly id?: string; readonly next?: string }
}

/** Over the owner's socket: thousands of these must not cost a process each. */
function share(socketPath: string, n: number): Promise<Reply> {
  const { promise, reject, resolve } = Promise.withResolvers<Reply>()
  const call = request(
    { socketPath, method: 'POST', path: '/v1/items', headers: { 'content-type': 'application/json' } },
    (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as Reply['body'] }))
    },
  )
  call.once('error', reject)
  // Bytes that do not compress and look like no secret.
  call.end(
    JSON.stringify({ error: errorOf(n), action: `fix${n} ${randomBytes(1400).toString('latin1')}`.slice(0, 3900) }),
  )
  return promise
}

async function shareUntilRefused(socket: string, from: number): Promise<{ kept: number; refusal: Reply }> {
  for (let n = from; n < from + 5_000; n++) {
    const reply = await share(socket, n)
    if (reply.status >= 400) return { kept: n - from, refusal: reply }
  }
  throw new Error('the disk never filled')
}

/** What was refused may leave room for something smaller: until that is full as well. */
async function refusedByCommand(home: Home): Promise<Finished> {
  for (let n = 0; n < 200; n++) {
    const finished = await home.cli(['share', '--error', `Error: one more ${n}`, '--action', 'x'.repeat(3_000)])
    if (finished.code !== 0) return finished
  }
  throw new Error('the disk never filled')
}

/** Soon: what was kept while the index had no space is indexed when there is. */
async function assertFound(home: Home, numbers: readonly number[]): Promise<void> {
  for (const n of numbers)
    await until(`${n} is found`, async () => (await home.cli(['resolve', errorOf(n)])).stdout.includes(`fix${n} `))
}

test('a full disk: refused by name, still answering, going on with space again, and nothing acknowledged is lost', async (t) => {
  const there = homeOnDisk(t, '12m')
  if (!there) return
  const { disk, home } = there
  const ballast = join(disk, 'ballast')
  await home.start('alpha')
  writeFileSync(ballast, Buffer.alloc(7 * 1024 * 1024))
  const { api, node } = await home.json<Status>(['status'])
  const { kept, refusal } = await shareUntilRefused(api.socket, 0)
  assert.ok(kept > 10, `${kept} kept`)
  assert.deepEqual([refusal.status, refusal.body.code], [507, 'SWARM_DISK_FULL'])
  assert.match(refusal.body.next ?? '', /Free some space/)
  assertRefused(await refusedByCommand(home), 'SWARM_DISK_FULL', /no space left/)
  const full = await home.json<Status>(['status'])
  assert.equal(full.stage, 'degraded')
  assert.match(full.reason ?? '', /disk/)
  assert.match((await home.cli(['status'])).stdout, /degraded: The disk is full/)
  assert.match((await home.cli(['doctor'])).stdout, /✗ disk[\s\S]*free some space/)
  // The last ones may wait for the index, which has no space either.
  await assertFound(home, [0, kept >> 1])

  rmSync(ballast)
  const again = await share(api.socket, kept)
  assert.equal(again.status, 201)
  // The log of the swarm's coordination is looked at again after some seconds.
  await until('it serves again', async () => (await home.json<Status>(['status'])).stage !== 'degraded')
  assert.equal((await home.json<Status>(['status'])).knowledge.items, kept + 1)
  await assertFound(home, [kept - 1, kept])

  // Once more, and this time killed while it is full.
  writeFileSync(ballast, Buffer.alloc(6 * 1024 * 1024))
  const second = await shareUntilRefused(api.socket, kept + 1)
  assert.equal(second.refusal.body.code, 'SWARM_DISK_FULL')
  process.kill(node.pid, 'SIGKILL')
  await until('it is gone', async () => (await home.cli(['status'])).code === 3)
  const refused = await home.cli(['start', '--detach', '--name', 'alpha'])
  // With a few bytes left it may start; without, it says why it does not.
  if (refused.code !== 0) assertRefused(refused, 'SWARM_DISK_FULL', /disk|space/)
  else assert.equal((await home.cli(['stop'])).code, 0)
  rmSync(ballast)
  await home.start('alpha')
  const total = kept + 1 + second.kept
  const after = await home.json<Status>(['status'])
  assert.deepEqual([after.node.id, after.knowledge.items], [node.id, total])
  await assertFound(home, [0, kept, total - 1])
})
