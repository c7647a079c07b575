import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SwarmError } from '../../../src/base/index.ts'
import { gatewayBench, keyId } from '../../support/gateway.ts'

const CHANGES: readonly [
  method: 'POST' | 'PUT' | 'DELETE',
  url: string,
  payload: object | undefined,
  deed: string,
][] = [
  ['POST', '/v1/leader/step-down', {}, 'leader-stepped-down whoever comes next'],
  ['POST', '/v1/leader/step-down', { to: 'beta' }, 'leader-stepped-down beta'],
  ['PUT', '/v1/settings/voters.max', { value: 3 }, 'setting-changed voters.max set to 3'],
  ['DELETE', '/v1/settings/voters.max', undefined, 'setting-changed voters.max taken back'],
  ['DELETE', '/v1/nodes/beta', undefined, 'member-removed beta'],
  ['PUT', '/v1/nodes/beta/drain', { on: true }, 'member-drained beta gets no work'],
  ['PUT', '/v1/nodes/beta/drain', { on: false }, 'member-drained beta gets work again'],
  ['POST', '/v1/recover', undefined, 'swarm-recovered the swarm'],
  ['POST', '/v1/leave', undefined, 'member-left this node'],
]

/** What was written down when all of that was asked for, apart from the use of the key. */
async function deedsOf(failure?: SwarmError): Promise<readonly string[]> {
  const { app, deeds, local } = gatewayBench({ fails: () => failure })
  for (const [method, url, payload] of CHANGES)
    await app.app.inject({
      method,
      url,
      headers: { host: 'localhost', 'x-api-key': local },
      ...(payload === undefined ? {} : { payload }),
    })
  const own = deeds.filter(({ action }) => action !== 'key-used')
  assert.ok(own.every(({ actor }) => actor === `key ${keyId(local)}`))
  return own.map(({ action, detail, subject }) => [action, subject, detail].filter(Boolean).join(' '))
}

test('every change of the swarm is written down with its caller and what it was', async () => {
  assert.deepEqual(
    await deedsOf(),
    CHANGES.map(([, , , deed]) => deed),
  )
})

test('what was refused was not done; what may have been done is written down as that', async () => {
  assert.deepEqual(await deedsOf(new SwarmError('SWARM_NO_LEADER', 'nobody leads')), [])
  assert.deepEqual(await deedsOf(new SwarmError('SWARM_CONFLICT', 'it runs')), [])
  assert.deepEqual(
    await deedsOf(new SwarmError('SWARM_TIMEOUT', 'no answer')),
    CHANGES.map(([, , , deed]) => {
      const hasDetail = /set to|taken|gets/.test(deed)
      return `${deed}${hasDetail ? ';' : ''} no answer in time: it may have been done`
    }),
  )
})

test('looking is no deed', async () => {
  const { app, deeds, local } = gatewayBench()
  for (const url of ['/v1/recover', '/v1/settings', '/v1/keys', '/v1/audit?limit=5&since=2026-11-22', '/v1/items'])
    assert.equal(
      (await app.app.inject({ url, headers: { host: 'localhost', 'x-api-key': local } })).statusCode,
      200,
      url,
    )
  assert.deepEqual(
    deeds.map(({ action }) => action),
    ['key-used'],
  )
  for (const query of ['limit=0', 'limit=1001', 'action=x', 'since=yesterday', 'x=1'])
    assert.equal(
      (await app.app.inject({ url: `/v1/audit?${query}`, headers: { host: 'localhost', 'x-api-key': local } }))
        .statusCode,
      400,
      query,
    )
})
