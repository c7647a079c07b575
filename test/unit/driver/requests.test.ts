import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failed, nodeId, ok, originId, SwarmError } from '../../../src/base/index.ts'
import type { ItemEffect } from '../../../src/driver/item-effects.ts'
import { Requests } from '../../../src/driver/requests.ts'
import { SWARM_WIDE } from '../../../src/driver/scopes.ts'
import { TrustDesk } from '../../../src/driver/trust-desk.ts'
import { Turns } from '../../../src/driver/turns.ts'

const ERROR = 'Error: ENOSPC: no space left on device, write\n    at writeSync (/srv/app.js:12:3)'

/** A share whose item is on the disk; the index was asked whether the problem is known. */
function written(): { readonly requests: Requests; readonly asked: readonly ItemEffect[] } {
  const clock = { now: () => 1_800_000_000_000, monotonic: () => 0 }
  const desk = new TrustDesk({
    self: nodeId('me'),
    clock,
    state: { have: new Map(), hlcMax: 0, items: 0, row: 0 },
    trust: {},
  })
  const turns = new Turns<ItemEffect>()
  const requests = new Requests({
    clock,
    name: 'me',
    desk,
    sharing: SWARM_WIDE,
    turns,
    behind: () => 0,
    nameOf: String,
    version: () => 0,
  })
  requests.start(1, { kind: 'share', input: { source: 'cli', error: ERROR, action: 'rotate the logs' } })
  const [record] = requests.loaded(1, ok([]))
  assert.equal(record?.do, 'record')
  const { body, item } = record.draft
  const revision = {
    v: 1 as const,
    item,
    origin: originId(nodeId('me'), '00000001'),
    seq: 1,
    hlc: 1024,
    priority: 50,
    deleted: false,
    body,
    sig: '',
  }
  return { requests, asked: requests.settled(1, ok({ row: 1, revision })) }
}
const answers = (effects: readonly ItemEffect[]): unknown[] =>
  effects.flatMap((effect) => (effect.do === 'answer' ? [effect.result.ok] : []))

test('what is on the disk is told as kept, though the index never answers', () => {
  const { asked, requests } = written()
  assert.deepEqual(
    asked.map((effect) => effect.do),
    ['find'],
  )
  const late = Array.from({ length: 102 }, () => requests.tick()).flat()
  assert.deepEqual(answers(late), [true])
})

test('and though the index or the store fails', () => {
  const trouble = failed(new SwarmError('SWARM_STORE_IO', 'no disk'))
  assert.deepEqual(answers(written().requests.found(1, trouble)), [true])
})
