import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DAY_MS, metBy, type MetError } from '../../../src/trust/index.ts'
import { ITEM, NOW, Office, type Reported } from '../../support/trust.ts'

const error = (template: string): MetError => ({ tool: 'node', template, fingerprints: [] })
const [QUOTA, SPACE] = [error('disk quota exceeded'), error('no space left on device')]
const templates = (office: Office): string[] => {
  const { authors, ledger } = office.judged()
  return metBy(ledger, authors, ITEM, NOW).map(({ template }) => template)
}

test('an error that an item helped against is one of its own, for those who may say so', () => {
  const office = new Office().trusted('ana').let('nu', { days: 1 })
  office.item('', 'me')
  office.report('ana', { met: QUOTA })
  office.report('nu', { met: error('of a newcomer') })
  office.report('nobody', { met: error('of a stranger') })
  office.report('ana', { met: error('without a name'), anonymous: true })
  assert.deepEqual(templates(office), [QUOTA.template])
})

test('the last word of an owner counts, and who says that it does not help takes it back', () => {
  const office = new Office().trusted('ana').trusted('ben')
  office.report('ana', { met: QUOTA, at: NOW - 3 * DAY_MS })
  assert.deepEqual(templates(office), [QUOTA.template])
  office.report('ana', { met: QUOTA, result: 'inapplicable', at: NOW - 2 * DAY_MS })
  assert.deepEqual(templates(office), [])
  office.report('ana', { met: QUOTA, at: NOW - DAY_MS }).report('ben', { met: QUOTA, result: 'failed' })
  assert.deepEqual(templates(office), [], 'as many say that it does not help')
})

test('what more owners say stands first, whatever the order in which it came', () => {
  const said: readonly (readonly [string, Reported])[] = [
    ['ana', { met: QUOTA }],
    ['ben', { met: SPACE }],
    ['cleo', { met: SPACE, result: 'partly' }],
    ['ana', { met: error('a third'), result: 'failed' }],
  ]
  fc.assert(
    fc.property(fc.shuffledSubarray([...said], { minLength: said.length }), (order) => {
      const office = new Office().trusted('ana').trusted('ben').trusted('cleo')
      for (const [by, one] of order) office.report(by, one)
      assert.deepEqual(templates(office), [SPACE.template, QUOTA.template])
    }),
    { seed: 1, numRuns: 20 },
  )
})
