import assert from 'node:assert/strict'
import { test } from 'node:test'
import { itemId } from '../../../src/base/index.ts'
import type { Answer } from '../../../src/driver/index.ts'
import { Remembered } from '../../../src/driver/remembered.ts'

const answer: Answer = {
  match: 'exact',
  problem: null,
  fixes: [],
  more: 0,
  receipt: 'r_aaaaaaaaaaaaaaaa',
  behind: 3,
  nodes: [],
}
const known = { answer, items: [itemId('k_1')], met: undefined, topic: 'npm' }

test('the very same question is answered again, without what was of that moment, until something is learnt or 5 s pass', () => {
  const remembered = new Remembered()
  const key = Remembered.key({ text: 'Error: x', command: 'npm test' }) ?? ''
  remembered.keep(key, 7, 1_000, known)
  const again = remembered.get(key, 7, 5_999)
  assert.deepEqual(again?.answer, { match: 'exact', problem: null, fixes: [], more: 0 })
  assert.equal(remembered.get(key, 7, 6_000), undefined)
  remembered.keep(key, 7, 1_000, known)
  assert.equal(remembered.get(key, 8, 1_001), undefined, 'something was learnt')
  assert.equal(remembered.get(key, 7, 1_001), undefined, 'and what was forgotten is gone')
  remembered.keep(key, 7, 1_000, known)
  assert.equal(remembered.get(key, 7, 999), undefined, 'a clock that was set back')
})

test('every part of a question counts; large texts and reports are not remembered', () => {
  const asked = [
    { text: 'a' },
    { text: 'b' },
    { text: 'a', command: 'make' },
    { text: 'a', exitCode: 1 },
    { text: 'a', limit: 5 },
    { text: 'a', project: 'p' },
    { text: 'a', env: { os: 'linux' } },
  ]
  assert.equal(new Set(asked.map((one) => Remembered.key(one))).size, asked.length)
  assert.equal(Remembered.key({ text: 'a'.repeat(16_385) }), undefined)
  assert.equal(Remembered.key({ report: { message: 'm' } }), undefined)
})
