import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NodeId } from '../../../src/base/index.ts'
import { DAY_MS } from '../../../src/trust/index.ts'
import { tally, type Weight } from '../../../src/trust/tally.ts'
import { ITEM, NOW, Office } from '../../support/trust.ts'

const weighed = (office: Office, os?: string): Weight => {
  const { authors, ledger } = office.judged()
  return tally(ledger, authors, ITEM, 'me' as NodeId, NOW, os).known
}
const one = (at: number, os?: string): Office =>
  new Office().trusted('ana').report('ana', { at, ...(os ? { os } : {}) })

test('what was seen within a month says all of it, what is older less and less, and never nothing', () => {
  const fresh = weighed(one(NOW - DAY_MS)).all
  assert.equal(weighed(one(NOW - 29 * DAY_MS)).all, fresh)
  const ages = [31, 100, 400, 1200, 4000].map((days) => {
    const office = new Office().let('ana', { days: 5000 }).report('ana', { at: NOW - days * DAY_MS })
    return weighed(office).all
  })
  assert.deepEqual(
    ages,
    ages.toSorted((a, b) => b - a),
  )
  assert.ok(ages.every((all) => all < fresh && all > 0))
  assert.equal(ages[3], ages[4], 'there is a least')
})

test('what was tried on another system says half of it here', () => {
  const office = one(NOW - DAY_MS, 'win32')
  assert.equal(weighed(office, 'linux').all * 2, weighed(office, 'win32').all)
  assert.equal(weighed(office).all, weighed(office, 'win32').all)
  assert.equal(weighed(one(NOW - DAY_MS), 'linux').all, weighed(office, 'win32').all, 'nobody knows where')
})
