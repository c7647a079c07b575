import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Turns } from '../../../src/access/index.ts'

test('who comes with one thing waits for what is being done, not for all that another brought', () => {
  const turns = new Turns(2)
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const take = (name: string, what: string): void =>
    void ends.set(
      what,
      turns.take(name, () => void begun.push(what)),
    )
  for (let n = 1; n <= 6; n++) take('a', `a${n}`)
  take('b', 'b1')
  take('c', 'c1')
  take('b', 'b2')
  assert.deepEqual([begun, turns.waiting], [['a1', 'a2'], 7])
  for (let n = 0; n < begun.length; n++) ends.get(begun[n] ?? '')?.()
  assert.deepEqual(begun, ['a1', 'a2', 'a3', 'b1', 'c1', 'a4', 'b2', 'a5', 'a6'])
  assert.equal(turns.waiting, 0)
})

test('who gives up is not called, frees nothing it has not, and ends once', () => {
  const turns = new Turns(1)
  const begun: string[] = []
  const first = turns.take('a', () => begun.push('first'))
  const second = turns.take('a', () => begun.push('second'))
  turns.take('b', () => begun.push('third'))
  second()
  second()
  assert.deepEqual(begun, ['first'])
  first()
  first()
  assert.deepEqual([begun, turns.waiting], [['first', 'third'], 0])
  turns.take('c', () => begun.push('fourth'))
  assert.deepEqual(begun, ['first', 'third'])
  turns.max = 2
  assert.deepEqual(begun, ['first', 'third', 'fourth'])
})
