import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Filling } from '../../../src/reconcile/filling.ts'

const element = (...bytes: number[]): Uint8Array => Uint8Array.of(...bytes, ...new Uint8Array(16 - bytes.length))
const page = (...elements: Uint8Array[]): Uint8Array => Uint8Array.from(elements.flatMap((one) => [...one]))

test('the sketch holds what is at or before the place of the reading', () => {
  const filling = new Filling()
  assert.equal(filling.holds(element(0, 0)), false)
  filling.took({ elements: page(element(0, 3), element(0, 7)), more: true })
  assert.deepEqual([filling.bucket, filling.after], [0, element(0, 7)])
  const held = [element(0, 2), element(0, 7), element(0, 7, 1), element(0, 8), element(1)]
  assert.deepEqual(
    held.map((one) => filling.holds(one)),
    [true, true, false, false, false],
  )
  // The bucket ends with a page that says so.
  filling.took({ elements: page(element(0, 9)), more: false })
  assert.deepEqual([filling.bucket, filling.after], [1, undefined])
  assert.deepEqual(
    [element(0, 255), element(1, 0)].map((one) => filling.holds(one)),
    [true, false],
  )
})

test('it is done behind the last bucket, and an empty page that promises more is the end of its bucket', () => {
  const filling = new Filling()
  for (let bucket = 0; bucket < 256; bucket++) {
    assert.equal(filling.isDone, false)
    filling.took({ elements: new Uint8Array(), more: bucket % 2 === 0 })
  }
  assert.equal(filling.isDone, true)
  assert.equal(filling.holds(element(255, 255)), true)
})
