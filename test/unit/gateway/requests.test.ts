import assert from 'node:assert/strict'
import { test } from 'node:test'
import { idOf } from '../../../src/access/index.ts'
import { realGateway } from '../../support/real-gateway.ts'

const ERROR = 'Error: listen EADDRINUSE: address already in use :::3000'
const ASKED = { kind: 'resolve', input: { error: ERROR } }

interface Told {
  readonly id: string
  readonly state: string
  readonly copies: number
  readonly owner: string
  readonly epoch: number
  readonly ended: string | null
  readonly answer?: { readonly fixes: readonly { readonly title: string; readonly id: string }[] }
  readonly problem?: { readonly code: string; readonly status: number }
  readonly code?: string
}

/** Sees all. */
const OWNER = { key: 'owner', all: true }

/** A swarm that knows one fix. */
async function bench(nodes = 3) {
  const made = realGateway({ nodes })
  await made.send('POST', '/v1/items', { error: ERROR, action: 'stop the other server' })
  made.world.run(50)
  return made
}

test('a request is accepted on two disks, and answered as its route would answer it', async () => {
  const { send, world } = await bench()
  const accepted = await send('POST', '/v1/requests', ASKED)
  assert.equal(accepted.statusCode, 202)
  const { copies, id, owner, state } = accepted.json<Told>()
  assert.deepEqual([copies, owner, state], [2, 'a', 'working'])
  assert.equal(accepted.headers['location'], `/v1/requests/${id}`)
  assert.equal(accepted.headers['retry-after'], '1')
  const done = await send('GET', `/v1/requests/${id}`, undefined, { prefer: 'wait=10' })
  const { answer, ended, epoch } = done.json<Told>()
  assert.equal(answer?.fixes[0]?.title, 'listen EADDRINUSE: address already in use :::3000')
  assert.deepEqual([done.statusCode, epoch, typeof ended], [200, 1, 'string'])
  // Any other node tells the same.
  const elsewhere = ['b', 'c'].map((name) =>
    world.wait(name, 'get-request', { id, asker: OWNER, waitMs: 0, past: null }),
  )
  for (const view of elsewhere) assert.deepEqual([view.state, view.owner], ['done', 'a'])
})

test('a node alone says that there is one copy', async () => {
  const { send } = await bench(1)
  const { answer, copies, state } = (
    await send('POST', '/v1/requests', ASKED, { prefer: 'respond-async, wait=10' })
  ).json<Told>()
  assert.deepEqual([copies, state, answer?.fixes.length], [1, 'done', 1])
})

test('who waits is answered with the result at once', async () => {
  const { send } = await bench()
  const answer = await send('POST', '/v1/requests', ASKED, { prefer: 'wait=10' })
  assert.deepEqual([answer.statusCode, answer.json<Told>().state], [200, 'done'])
})

test('the same Idempotency-Key is the same request, and no other request', async () => {
  const { local, send, world } = await bench()
  const key = { 'idempotency-key': 'build-17' }
  const { id } = (await send('POST', '/v1/requests', ASKED, key)).json<Told>()
  world.run(20)
  assert.equal((await send('POST', '/v1/requests', ASKED, key)).json<Told>().id, id)
  const other = await send('POST', '/v1/requests', { ...ASKED, kind: 'explain' }, key)
  assert.deepEqual([other.statusCode, other.json<Told>().code], [422, 'SWARM_KEY_REUSED'])
  // Also where another node is asked.
  const input = { text: ERROR }
  const wish = { kind: 'resolve', input, tokens: null, withinMs: 1_000, name: 'build-18' } as const
  const asker = { key: idOf(local) ?? '', all: true }
  const first = world.wait('a', 'post-request', { ...wish, asker })
  assert.equal(world.wait('c', 'post-request', { ...wish, asker }).id, first.id)
  const bad = await send('POST', '/v1/requests', ASKED, { 'idempotency-key': 'a key' })
  assert.equal(bad.statusCode, 400)
})

test('what one key asked, no other sees; the owner sees all', async () => {
  const { key, send } = await bench()
  const [one, two] = [key('read'), key('read')].map((text) => ({ 'x-api-key': text }))
  const { id } = (await send('POST', '/v1/requests', ASKED, one)).json<Told>()
  const listed = async (headers?: object): Promise<number> =>
    (await send('GET', '/v1/requests', undefined, headers)).json<{ requests: unknown[] }>().requests.length
  assert.deepEqual([await listed(one), await listed(two), await listed()], [1, 0, 1])
  for (const method of ['GET', 'DELETE'] as const) {
    assert.equal((await send(method, `/v1/requests/${id}`, undefined, two)).statusCode, 404)
    assert.equal((await send(method, `/v1/requests/${id}`, undefined, one)).statusCode, 200)
  }
})

test('the list goes newest first, page by page', async () => {
  const { send, world } = await bench()
  const ids: string[] = []
  for (let number = 0; number < 5; number++) {
    ids.unshift((await send('POST', '/v1/requests', ASKED)).json<Told>().id)
    world.run(10)
  }
  const seen: string[] = []
  let next: string | null = ''
  while (next !== null) {
    const url: string = `/v1/requests?limit=2${next === '' ? '' : `&cursor=${next}`}`
    const page = (await send('GET', url)).json<{ requests: Told[]; next: string | null }>()
    seen.push(...page.requests.map(({ id }) => id))
    next = page.next
  }
  assert.deepEqual(seen, ids)
  assert.equal((await send('GET', '/v1/requests?cursor=bm90aGluZw')).statusCode, 400)
})

test('a cancelled request stays cancelled, and one that is over stays as it is', async () => {
  const { send, world } = await bench()
  // It would be answered at once: the index is asked when the disk has it.
  const { id } = (await send('POST', '/v1/requests', ASKED)).json<Told>()
  const cancelled = (await send('DELETE', `/v1/requests/${id}`)).json<Told>()
  assert.equal(cancelled.state, 'cancelled')
  world.run(50)
  const later = (await send('GET', `/v1/requests/${id}`)).json<Told>()
  assert.deepEqual([later.state, later.answer], ['cancelled', undefined])
  const done = (await send('POST', '/v1/requests', ASKED, { prefer: 'wait=10' })).json<Told>()
  assert.equal((await send('DELETE', `/v1/requests/${done.id}`)).json<Told>().state, 'done')
})

test('the stream tells each state until the end', async () => {
  const { send } = await bench()
  const { id } = (await send('POST', '/v1/requests', ASKED)).json<Told>()
  const { headers, payload } = await send('GET', `/v1/requests/${id}/stream`)
  assert.equal(headers['content-type'], 'text/event-stream')
  assert.deepEqual(
    [...payload.matchAll(/^event: (\w+)$/gm)].map(([, state]) => state),
    ['working', 'done'],
  )
})

test('bad input is refused with its reason', async () => {
  const { send } = await bench(1)
  const cases: readonly (readonly [object, number, string])[] = [
    [{ ...ASKED, kind: 'dance' }, 400, 'SWARM_BAD_INPUT'],
    [{ kind: 'resolve' }, 400, 'SWARM_BAD_INPUT'],
    [{ kind: 'resolve', input: { goal: 'x' } }, 400, 'SWARM_BAD_INPUT'],
    [{ ...ASKED, deadline_s: 0 }, 400, 'SWARM_BAD_INPUT'],
    [{ kind: 'resolve', input: { error: ' '.repeat(9) } }, 400, 'SWARM_EMPTY_INPUT'],
    [{ kind: 'resolve', input: { error: 'x '.repeat(200_000) } }, 413, 'SWARM_TOO_LARGE'],
  ]
  for (const [body, status, code] of cases) {
    const answer = await send('POST', '/v1/requests', body)
    assert.deepEqual([answer.statusCode, answer.json<Told>().code], [status, code], JSON.stringify(body).slice(0, 80))
  }
  for (const id of ['x', 'q_aaaaaaaaaaaaaaaaaaa1'])
    assert.equal((await send('GET', `/v1/requests/${id}`)).statusCode, 400)
  assert.equal((await send('GET', '/v1/requests/q_aaaaaaaaaaaaaaaaaaaa')).statusCode, 404)
})

test('secrets are not kept, and nothing private is told', async () => {
  const { send, world } = await bench()
  const secret = 'ghp_0123456789abcdefghijABCDEFGHIJ012345'
  const hidden = await send('POST', '/v1/items', {
    error: 'Error: the frobnicator is stuck',
    action: 'hit it',
    visibility: 'private',
  })
  assert.equal(hidden.statusCode, 201)
  world.run(50)
  const known = { error: 'Error: the frobnicator is stuck' }
  assert.equal((await send('POST', '/v1/resolve', known)).json<NonNullable<Told['answer']>>().fixes.length, 1)
  const { answer, id } = (
    await send('POST', '/v1/requests', { kind: 'resolve', input: known }, { prefer: 'wait=10' })
  ).json<Told>()
  assert.deepEqual(answer?.fixes, [])
  world.crash('a')
  world.restart('a').run(60)
  const input = { text: `${ERROR} token ${secret}` }
  const wish = { kind: 'resolve', input, tokens: null, withinMs: 60_000, name: null } as const
  world.ask('a', { kind: 'post-request', input: { ...wish, asker: OWNER } }, () => {})
  world.run(1)
  const disks = world.names.map((name) => JSON.stringify([...world.node(name).errands.durable().values()]))
  assert.ok(
    disks.some((text) => text.includes('EADDRINUSE')),
    'the question is on a disk',
  )
  for (const text of disks) assert.ok(!text.includes(secret))
  assert.ok(disks.some((text) => text.includes(id)))
})
