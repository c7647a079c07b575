import assert from 'node:assert/strict'
import { test } from 'node:test'
import { itemId } from '../../../src/base/index.ts'
import { Turns } from '../../../src/driver/turns.ts'

const [A, B] = [itemId('k_aaaaaaaaaaaaaaaa'), itemId('k_bbbbbbbbbbbbbbbb')]

test('the next one of an item starts when the one before has ended, and other items do not wait', () => {
  const turns = new Turns<string>()
  const take = (request: number, item = A): readonly string[] => turns.take(request, item, () => [`start ${request}`])
  assert.deepEqual(take(1), ['start 1'])
  assert.deepEqual(take(2), [])
  assert.deepEqual(take(3), [])
  assert.deepEqual(take(4, B), ['start 4'])
  assert.deepEqual(turns.end(1), ['start 2'])
  assert.deepEqual(turns.end(2), ['start 3'])
  assert.deepEqual(turns.end(3), [])
  assert.deepEqual(take(5), ['start 5'], 'nothing is left behind')
})

test('who gives up while it waits never starts, and keeps nobody from starting', () => {
  const turns = new Turns<string>()
  const take = (request: number): readonly string[] => turns.take(request, A, () => [`start ${request}`])
  take(1)
  take(2)
  take(3)
  assert.deepEqual(turns.end(2), [])
  assert.deepEqual(turns.end(1), ['start 3'])
  assert.deepEqual(turns.end(1), [], 'ending twice does nothing')
  assert.deepEqual(turns.end(9), [], 'nor does what never asked')
})
