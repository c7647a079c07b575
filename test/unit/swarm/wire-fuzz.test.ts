import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { decode } from '../../../src/swarm/index.ts'
import { hostileKinds } from '../../support/hostile.ts'
import { fuzzAdmission, fuzzDecode, fuzzNode } from '../../support/wire-fuzz.ts'

// The larger counts: npm run fuzz:wire.
const CASES = 1_200

test('of every kind of message there are some that the wire takes', () => {
  const encoder = new TextEncoder()
  for (const [kind, messages] of hostileKinds) {
    const taken = fc
      .sample(messages, { numRuns: 300, seed: 1 })
      .filter((m) => decode(encoder.encode(JSON.stringify({ v: 1, m }))).ok)
    assert.ok(taken.length > 0, kind)
  }
})

test('whatever frame comes is a message that encodes to itself, or is refused with its code', () => {
  assert.ok(fuzzDecode(CASES) > CASES / 4)
})

test('a node that is sent anything at all goes on to write and to answer', () => fuzzNode(CASES))

test('whatever is said of who is in and out, and shown or asked at the gate, lets nobody in and shuts nobody out', () =>
  fuzzAdmission(CASES))
