import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeId } from '../../../src/base/index.ts'
import { Audit } from '../../../src/driver/audit.ts'

const [a, b] = [nodeId('a'), nodeId('b')]

/** Findings of so many ticks, each as text. */
function run(audit: Audit, ticks: number): string[] {
  return Array.from({ length: ticks }, () => audit.tick('same', (peer) => `node ${peer}`)).flatMap(
    (finding) => finding?.text ?? [],
  )
}

test('nodes that agree are no news', () => {
  const audit = new Audit()
  audit.run(true)
  audit.heard(a, 'same')
  assert.deepEqual(run(audit, 1_000), [])
  assert.equal(audit.finding?.ok, true)
})

test('a node that differs for a minute is named once, and once more when it agrees', () => {
  const audit = new Audit()
  audit.run(true)
  audit.heard(a, 'other')
  audit.heard(b, 'same')
  assert.deepEqual(run(audit, 500), [])
  assert.deepEqual(run(audit, 700), ['not the same knowledge for 60 s or more: node a'])
  audit.heard(a, 'same')
  assert.deepEqual(run(audit, 200), ['all nodes that are here hold the same knowledge'])
})

test('who differs for a moment is on its way, and who is gone is not missed', () => {
  const audit = new Audit()
  audit.run(true)
  for (let round = 0; round < 10; round++) {
    audit.heard(a, 'other')
    assert.deepEqual(run(audit, 100), [])
    audit.heard(a, 'same')
    assert.deepEqual(run(audit, 100), [])
  }
  audit.heard(b, 'other')
  audit.gone(b)
  assert.deepEqual(run(audit, 2_000), [])
})

test('a node that has not the job says nothing', () => {
  const audit = new Audit()
  audit.heard(a, 'other')
  assert.deepEqual(run(audit, 2_000), [])
  assert.equal(audit.finding, null)
})
