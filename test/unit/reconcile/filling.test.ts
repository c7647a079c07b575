import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Filling } from '../../../src/reconcile/filling.ts'

const element = (...bytes: number[]): Uint8Array => Uint8Array.of(...bytes, ...new Uint8Array(16 - bytes.length))
const page = (...elements: Uint8Array[]): Uint8Array => Uint8Array.from(elements.flatMap((one) => [...one]))

test('the sketch holds what is at or before the place of the reading', () => {
  const filling = new Filling()
  assert.equal(filling.holds(element(0, 0)), false)
  filling.took({ elements: page(element(0, 3), element(2, 7)), more: true })
  assert.deepEqual([filling.after, filling.isDone], [element(2, 7), false])
  const held = [element(0, 2), element(2, 7), element(2, 7, 1), element(2, 8), element(3)]
  assert.deepEqual(
    held.map((one) => filling.holds(one)),
    [true, true, false, false, false],
  )
})

test('it is done with the last page, and an empty page that promises more is the last one', () => {
  for (const more of [true, false]) {
    const filling = new Filling()
    filling.took({ elements: page(element(9)), more: true })
    filling.took({ elements: new Uint8Array(), more })
    assert.equal(filling.isDone, true)
    assert.equal(filling.holds(element(255, 255)), true)
  }
})
