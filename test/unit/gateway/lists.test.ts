import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openCursor, sealCursor } from '../../../src/gateway/cursor.ts'
import { gatewayBench } from '../../support/gateway.ts'
import { asker, realGateway } from '../../support/real-gateway.ts'

interface Page {
  readonly items: readonly { readonly id: string }[]
  readonly next: string | null
}
interface Problem {
  readonly code: string
  readonly errors?: readonly object[]
}

test('a cursor is what it was, of its own list', () => {
  const sealed = sealCursor('/v1/items', 'k7ipq2xc.7')
  assert.equal(openCursor('/v1/items', sealed), 'k7ipq2xc.7')
  const broken = [sealed.slice(1), sealed.slice(0, -1), `${sealed}a`, sealed.toUpperCase(), 'k7ipq2xc.7', '', '.']
  for (const wrong of broken)
    assert.throws(() => openCursor('/v1/items', wrong), /SWARM|cursor is not of this list/, wrong)
  assert.throws(() => openCursor('/v1/conflicts', sealed), /not of this list/)
})

test('pages lead on by cursor and by header, until the end', async () => {
  const { send } = realGateway()
  for (let n = 0; n < 7; n++) await send('POST', '/v1/items', { text: `note ${n}`, title: `note ${n}` })
  const seen: string[] = []
  let url: string | undefined = '/v1/items?limit=3'
  while (url !== undefined) {
    const page: Awaited<ReturnType<typeof send>> = await send('GET', url)
    const { items, next } = page.json<Page>()
    seen.push(...items.map(({ id }) => id))
    const link = /^<([^>]+)>; rel="next"$/.exec(String(page.headers['link'] ?? ''))?.[1]
    assert.equal(link === undefined, next === null)
    if (next !== null) assert.ok(link?.includes(`cursor=${encodeURIComponent(next)}`), link)
    url = link
  }
  assert.deepEqual([seen.length, new Set(seen).size], [7, 7])
  for (const cursor of ['made-up', 'k7ipq2xc.99', 'aaaa.aaaaaaaa']) {
    const answer = await send('GET', `/v1/items?cursor=${cursor}`)
    assert.deepEqual([answer.statusCode, answer.json<Problem>().code], [400, 'SWARM_BAD_INPUT'], cursor)
    assert.equal((await send('GET', `/v1/conflicts?cursor=${cursor}`)).statusCode, 400)
  }
})

test('a list that one gateway began is not gone on with at another, which says so', async () => {
  const { send, world } = realGateway({ nodes: 2 })
  for (let n = 0; n < 4; n++) await send('POST', '/v1/items', { text: `note ${n}`, title: `note ${n}` })
  world.run(100)
  const { next } = (await send('GET', '/v1/items?limit=2')).json<Page>()
  const other = gatewayBench({ kind: 'socket', house: { ask: asker(world, 'b') } })
  const ask = async (url: string): Promise<readonly [number, unknown]> => {
    const answer = await other.app.app.inject({ url })
    return [answer.statusCode, answer.json<Page & Problem>().code]
  }
  assert.deepEqual(await ask('/v1/items?limit=2'), [200, undefined])
  assert.deepEqual(await ask(`/v1/items?limit=2&cursor=${next}`), [410, 'SWARM_CURSOR_GONE'])
})

test('every wrong field is named with its place', async () => {
  const { send } = realGateway()
  const body = { action: '', commands: [{ run: 'x' }, { ruN: 'y' }], 'a/b~c': 1 }
  const { errors } = (await send('POST', '/v1/items', body)).json<Problem>()
  assert.deepEqual(errors, [
    { pointer: '#/action', detail: 'it is empty' },
    { pointer: '#/commands/1/run', detail: 'a value is needed (string)' },
    { pointer: '#/commands/1/ruN', detail: 'there is no such field' },
    { pointer: '#/a~1b~0c', detail: 'there is no such field' },
  ])
  const query = (await send('GET', '/v1/items?limit=0&knid=fix')).json<Problem>()
  assert.deepEqual(query.errors, [
    { parameter: 'limit', detail: 'at least 1 is needed' },
    { parameter: 'knid', detail: 'there is no such field' },
  ])
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`x${n}`, n]))
  assert.equal((await send('POST', '/v1/items', many)).json<Problem>().errors?.length, 20)
})

test('a tag changes with the version and with what is thought of it; the version alone is enough to write', async () => {
  const { send } = realGateway()
  const { id } = (
    await send('POST', '/v1/items', { error: 'Error: EMFILE: too many open files', action: 'close some' })
  ).json<{ id: string }>()
  const of = `/v1/items/${id}`
  const first = await send('GET', of)
  const etag = String(first.headers['etag'])
  const { version } = first.json<{ version: string }>()
  assert.ok(etag.startsWith(`"${version}.`), etag)
  for (const given of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
    const same = await send('GET', of, undefined, { 'if-none-match': given })
    assert.deepEqual([same.statusCode, same.body, same.headers['etag']], [304, '', etag], given)
  }
  for (const given of ['"x"', `"${version}"`])
    assert.equal((await send('GET', of, undefined, { 'if-none-match': given })).statusCode, 200)
  await send('POST', '/v1/outcomes', { item: id, result: 'failed' })
  const judged = await send('GET', of, undefined, { 'if-none-match': etag })
  assert.equal(judged.statusCode, 200)
  assert.notEqual(judged.headers['etag'], etag)
  // The text is the same: who read it before may still change it.
  assert.equal((await send('PATCH', of, { title: 'one' }, { 'if-match': etag })).statusCode, 200)
  assert.equal((await send('PATCH', of, { title: 'two' }, { 'if-match': etag })).statusCode, 409)
  const now = (await send('GET', of)).json<{ version: string }>().version
  assert.equal((await send('PATCH', of, { title: 'two' }, { 'if-match': `"${now}"` })).statusCode, 200)
})
