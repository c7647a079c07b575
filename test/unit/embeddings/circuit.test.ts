import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Circuit } from '../../../src/embeddings/circuit.ts'

test('three failures in a row shut it for a second, each further one for twice as long, up to a minute', () => {
  const circuit = new Circuit()
  circuit.failed(0)
  circuit.failed(0)
  assert.equal(circuit.shutFor(0), 0)
  circuit.failed(0)
  assert.equal(circuit.shutFor(0), 1_000)
  assert.equal(circuit.shutFor(1_000), 0)
  circuit.failed(1_000)
  assert.equal(circuit.shutFor(1_000), 2_000)
  for (let at = 0; at < 50; at++) circuit.failed(1_000)
  assert.equal(circuit.shutFor(1_000), 60_000)
})

test('what works opens it, and failures are counted anew', () => {
  const circuit = new Circuit()
  for (let at = 0; at < 9; at++) circuit.failed(0)
  circuit.worked()
  assert.equal(circuit.shutFor(0), 0)
  circuit.failed(0)
  circuit.failed(0)
  assert.equal(circuit.shutFor(0), 0)
})
