import assert from 'node:assert/strict'
import { request } from 'node:http'
import { test } from 'node:test'
import type { Answer } from '../../src/driver/index.ts'
import { Home, type Status, until } from '../support/cli.ts'

const ROUNDS = 4
const WRITERS = 8
/** Acknowledged before the kill, in each round; the kill then falls among those under way. */
const ACKS_MIN = 40

const errorOf = (n: number): string => `Error: part${n} of machine${n} broke`

/** Resolves when the node acknowledged; rejects when it died first, and then nobody was promised anything. */
function share(socketPath: string, n: number): Promise<void> {
  const { promise, reject, resolve } = Promise.withResolvers<void>()
  const call = request(
    { socketPath, method: 'POST', path: '/v1/items', headers: { 'content-type': 'application/json' } },
    (response) => {
      response.once('error', reject)
      response.resume()
      response.once('end', () =>
        response.statusCode === 201 ? resolve() : reject(new Error(`status ${response.statusCode}`)),
      )
    },
  )
  call.once('error', reject)
  call.end(JSON.stringify({ error: errorOf(n), action: `fix${n}` }))
  return promise
}

/** Several writers at once until the node is killed under them; the numbers that were acknowledged. */
async function shareUntilKilled(socket: string, pid: number, from: number): Promise<readonly number[]> {
  const acknowledged: number[] = []
  let next = from
  let dead = false
  const write = async (): Promise<void> => {
    while (!dead) {
      const n = next
      next += 1
      try {
        await share(socket, n)
        acknowledged.push(n)
      } catch {
        dead = true
      }
      if (acknowledged.length === ACKS_MIN) process.kill(pid, 'SIGKILL')
    }
  }
  await Promise.all(Array.from({ length: WRITERS }, write))
  return acknowledged
}

test('killed with -9 under concurrent shares, round after round: every acknowledged item is there, findable, on both nodes', async (t) => {
  const home = new Home(t)
  await home.start('alpha')
  await home.start('beta')
  const first = await home.json<Status>(['status', '--name', 'alpha'])
  const acknowledged: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const { api, node } = await home.json<Status>(['status', '--name', 'alpha'])
    assert.equal(node.id, first.node.id)
    acknowledged.push(...(await shareUntilKilled(api.socket, node.pid, round * 10_000)))
    await home.start('alpha')
    const { knowledge } = await home.json<Status>(['status', '--name', 'alpha'])
    assert.ok(knowledge.items >= acknowledged.length, `round ${round}: ${knowledge.items} of ${acknowledged.length}`)
  }
  assert.ok(acknowledged.length >= ROUNDS * ACKS_MIN)
  await until('both hold the same', async () => {
    const [a, b] = await Promise.all(['alpha', 'beta'].map((name) => home.json<Status>(['status', '--name', name])))
    return a?.knowledge.digest === b?.knowledge.digest && (b?.knowledge.items ?? 0) >= acknowledged.length
  })
  for (const name of ['alpha', 'beta']) {
    const { api } = await home.json<Status>(['status', '--name', name])
    const lost: number[] = []
    for (const n of acknowledged) if (!(await finds(api.socket, n))) lost.push(n)
    assert.deepEqual(lost, [], name)
  }
})

async function finds(socketPath: string, n: number): Promise<boolean> {
  const { promise, reject, resolve } = Promise.withResolvers<string>()
  const call = request(
    { socketPath, method: 'POST', path: '/v1/resolve', headers: { 'content-type': 'application/json' } },
    (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () => resolve(text))
    },
  )
  call.once('error', reject)
  call.end(JSON.stringify({ error: errorOf(n), max_fixes: 10 }))
  const answer = JSON.parse(await promise) as Answer
  return answer.fixes.some(({ solution }) => solution?.action === `fix${n}`)
}
