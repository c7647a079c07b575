import assert from 'node:assert/strict'
import { test } from 'node:test'
import { itemId, nodeId, originId, recordId } from '../../../src/base/index.ts'
import { mayLeave, withoutSecrets } from '../../../src/driver/leaving.ts'
import type { Revision } from '../../../src/knowledge/index.ts'

const TOKEN = `npm_${'a1B2'.repeat(9)}`
const item = (action: string): string =>
  JSON.stringify({
    v: 1,
    kind: 'fix',
    title: 'x',
    solution: { action },
    applies: { packages: { cookie: '^1' } },
    provenance: { node: 'a', source: 'cli', at: 0 },
  })
const revision = (body: string, id: Revision['item'] = itemId('k_aaaaaaaaaaaaaaaa')): Revision => ({
  v: 1,
  item: id,
  origin: originId(nodeId('a'), '00000001'),
  seq: 1,
  hlc: 1,
  priority: 1,
  deleted: false,
  sig: '',
  body,
})

test('what holds a secret by the rules of today may not leave, whatever it was written by', () => {
  assert.equal(mayLeave(item('run npm ci')), true)
  assert.equal(mayLeave(''), true)
  assert.equal(mayLeave(item(`use ${TOKEN}`)), false)
  // Also one that only shows behind the escapes of JSON, and one in what is no JSON at all.
  assert.equal(mayLeave(item(`a "token": "${'Ab3'.repeat(9)}"`)), false)
  assert.equal(mayLeave(`broken { ${TOKEN}`), false)
})

test('what is only private leaves: it opens nothing, and rewriting every old item would help nobody', () => {
  assert.equal(mayLeave(item('ask ana@shop.example, look at /home/ana')), true)
})

test('written anew it says the same without the secret, and may leave', () => {
  const draft = withoutSecrets(revision(item(`use ${TOKEN}`)))
  assert.equal(draft?.item, 'k_aaaaaaaaaaaaaaaa')
  assert.ok(draft && mayLeave(draft.body) && !draft.body.includes(TOKEN))
  assert.match(draft.body, /"action":"use <token>"/)
  assert.match(draft.body, /"cookie":"\^1"/)
})

test('what is no item is not written anew', () => {
  assert.equal(withoutSecrets(revision(`broken ${TOKEN}`)), undefined)
  assert.equal(withoutSecrets(revision('{"v":2}')), undefined)
  assert.equal(withoutSecrets(revision(item(TOKEN), recordId('o_aaaaaaaaaaaaaaaa'))), undefined)
})
