import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { z } from 'zod'
import { SCOPES } from '../../../src/access/index.ts'
import { OWNER } from '../../../src/gateway/caller.ts'
import { outcomeInput } from '../../../src/gateway/evidence.ts'
import { OutcomeBody } from '../../../src/gateway/schema.ts'
import { gatewayBench } from '../../support/gateway.ts'

const host = 'localhost'
const item = 'k_aaaaaaaaaaaaaaaa'
const said = (body: object): z.output<typeof OutcomeBody> => OutcomeBody.parse(body)

test("only who may do everything speaks for the node's owner", () => {
  const body = said({ item, result: 'worked' })
  assert.equal(outcomeInput(body, OWNER).anonymous, false)
  const caller = { actor: 'key 1', keyId: '1', allowance: '1' }
  for (const scope of SCOPES)
    assert.equal(outcomeInput(body, { ...caller, scopes: [scope] }).anonymous, scope !== 'admin', scope)
})

test('an outcome needs a receipt or an item, a result, and knows no other field', () => {
  const wrong = [
    { result: 'worked' },
    { item },
    { item, result: 'great' },
    { item: 'k_a', result: 'worked' },
    { receipt: item, result: 'worked' },
    { item, result: 'worked', principal: 'owner' },
    { item, result: 'worked', anonymous: false },
    { item, result: 'worked', note: 'x'.repeat(301) },
    { item, result: 'worked', env: Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`k${at}`, 'v'])) },
  ]
  for (const body of wrong) assert.equal(OutcomeBody.safeParse(body).success, false, JSON.stringify(body))
})

test('blocks and reviews are written down with who did it, and bad input is not', async () => {
  const { app, deeds, key } = gatewayBench()
  const headers = { host, 'x-api-key': key('admin') }
  const post = async (url: string, payload: object): Promise<number> =>
    (await app.app.inject({ method: 'POST', url, headers, payload })).statusCode
  await post('/v1/blocks', { author: 'eve', blocked: true })
  await post('/v1/blocks', { author: 'eve', blocked: false })
  await post(`/v1/review/${item}`, { accept: false })
  assert.deepEqual(
    deeds.filter(({ action }) => action !== 'key-used').map(({ action, subject }) => [action, subject]),
    [
      ['author-blocked', 'eve'],
      ['author-unblocked', 'eve'],
      ['item-reviewed', item],
    ],
  )
  assert.ok(deeds.every(({ actor }) => actor.startsWith('key ')))
  assert.equal(await post('/v1/review/nonsense', { accept: true }), 400)
  assert.equal(await post('/v1/purges', { author: '' }), 400)
})
