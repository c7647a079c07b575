import assert from 'node:assert/strict'
import { test } from 'node:test'
import { realGateway } from '../../support/real-gateway.ts'

interface Diff {
  readonly from: string | null
  readonly to: string
  readonly changes: readonly { readonly field: string; readonly from: string | null; readonly to: string | null }[]
}

test('what a version changed, against the one it replaced or any other', async () => {
  const { send } = realGateway()
  const made = { error: 'Error: ETIMEDOUT: connect', action: 'try again', cause: 'the network' }
  const { id } = (await send('POST', '/v1/items', made)).json<{ id: string }>()
  const of = `/v1/items/${id}`
  const first = (await send('GET', of)).json<{ version: string }>().version
  const patch = { solution: { cause: 'a firewall', verify: { run: 'nc -z host 443' } } }
  const second = (await send('PATCH', of, patch)).json<{ version: string }>().version
  const diff = async (query: string): Promise<Diff> => (await send('GET', `${of}/diff${query}`)).json<Diff>()
  const latest = await diff('')
  assert.deepEqual([latest.from, latest.to], [first, second])
  assert.deepEqual(
    latest.changes.filter(({ field }) => !field.endsWith('risk')),
    [
      { field: 'solution.cause', from: 'the network', to: 'a firewall' },
      { field: 'solution.verify.run', from: null, to: 'nc -z host 443' },
    ],
  )
  assert.deepEqual((await diff(`?from=${second}&to=${second}`)).changes, [])
  const back = await diff(`?from=${second}&to=${first}`)
  assert.deepEqual(back.changes[0], { field: 'solution.cause', from: 'a firewall', to: 'the network' })
  const whole = await diff(`?to=${first}`)
  assert.equal(whole.from, null)
  assert.ok(whole.changes.every(({ from }) => from === null) && whole.changes.length > 3)
  await send('DELETE', of)
  const gone = await diff('')
  assert.ok(gone.changes.every(({ to }) => to === null) && gone.changes.length > 3)
  assert.equal((await send('GET', `${of}/diff?from=0000000000000000`)).statusCode, 404)
  assert.equal((await send('GET', `${of}/diff?from=x`)).statusCode, 400)
  assert.equal((await send('GET', '/v1/items/k_aaaaaaaaaaaaaaaa/diff')).statusCode, 404)
})

interface Events {
  readonly epoch: string
  readonly events: readonly {
    readonly seq: number
    readonly data: { readonly type: string; readonly items?: number }
  }[]
  readonly next: string
}

test('events are told from where the last answer ended, none twice and none left out', async () => {
  const bench = realGateway()
  const get = async (query: string, key = bench.local): Promise<Events> =>
    (await bench.send('GET', `/v1/events${query}`, undefined, { 'x-api-key': key })).json<Events>()
  const none = await get('')
  assert.deepEqual(none.events, [])
  for (let n = 1; n <= 25; n++) bench.live.event({ type: 'learned', items: n, from: ['b'] })
  bench.live.event({ type: 'audit', action: 'key-made', actor: 'owner', subject: 'x' })
  const seen: (number | undefined)[] = []
  let next = none.next
  for (let page = 0; page < 4; page++) {
    const answer = await get(`?limit=10&cursor=${next}`)
    seen.push(...answer.events.map(({ data }) => data.items))
    next = answer.next
  }
  assert.deepEqual(seen, [...Array.from({ length: 25 }, (_, n) => n + 1), undefined])
  assert.equal((await get('?limit=3')).events.length, 3)
  // What administrators did is told to administrators.
  const reader = await get('', bench.key('read'))
  assert.equal(reader.events.length, 25)
  assert.deepEqual((await get(`?cursor=${reader.next}`, bench.key('read'))).events, [])
  for (let n = 0; n < 2_000; n++) bench.live.event({ type: 'learned', items: n, from: [] })
  const late = await bench.send('GET', `/v1/events?cursor=${next}`)
  assert.deepEqual([late.statusCode, late.json<{ code: string }>().code], [410, 'SWARM_CURSOR_GONE'])
  assert.equal((await bench.send('GET', '/v1/events?cursor=abc')).statusCode, 400)
})

test('specialisations are what the leader has', async () => {
  const { send, world } = realGateway({ nodes: 3 })
  const { leader, topics } = (await send('GET', '/v1/specialisations')).json<{
    leader: { id: string }
    topics: object
  }>()
  assert.equal(leader.id, world.status('a').coordination.leader?.id)
  assert.deepEqual(topics, world.status('a').coordination.topics)
})
