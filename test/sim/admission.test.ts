import assert from 'node:assert/strict'
import { test } from 'node:test'
import { admissionLife } from '../../src/sim/index.ts'

test('through cuts, crashes, losses, revocations and new keys nobody who is out stays in, and all agree in the end', () => {
  let [revoked, members] = [0, 0]
  for (let seed = 1; seed <= 20; seed++) {
    const verdict = admissionLife(seed)
    revoked += verdict.revoked
    members += verdict.members
  }
  assert.ok(revoked > 30 && members > 40, `${revoked} revoked, ${members} left: the lives are worth watching`)
})
