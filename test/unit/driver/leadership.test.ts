import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Leadership } from '../../../src/driver/leadership.ts'
import type { MemberId } from '../../../src/raft/index.ts'

const led = (name: string | null): MemberId | null =>
  name === null ? null : (`${name}.0000000000000001` as MemberId)

test('who leads is told once, when it changes, and when nobody does for two seconds', () => {
  const leadership = new Leadership()
  const during = (ticks: number, name: string | null): number =>
    Array.from({ length: ticks }, () => leadership.tick(led(name), true)).filter(Boolean).length
  assert.equal(during(100, null), 0, 'at the start there is none')
  assert.equal(during(50, 'ana'), 1)
  assert.equal(during(19, null), 0, 'an election')
  assert.equal(during(5, 'ana'), 0, 'nothing changed')
  assert.equal(during(19, null), 0)
  assert.equal(during(5, 'bob'), 1)
  assert.equal(during(60, null), 1)
  assert.equal(during(5, 'bob'), 1, 'it is back')
})

test('a leader is told of when its name is known, or after three seconds', () => {
  const leadership = new Leadership()
  const during = (ticks: number, name: string, named: boolean): number =>
    Array.from({ length: ticks }, () => leadership.tick(led(name), named)).filter(Boolean).length
  assert.equal(during(10, 'ana', false), 0)
  assert.equal(during(1, 'ana', true), 1)
  assert.equal(during(100, 'ana', false), 0, 'it was told')
  assert.equal(during(29, 'bob', false), 0)
  assert.equal(during(20, 'bob', false), 1)
})
