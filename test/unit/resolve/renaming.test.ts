import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../../src/base/index.ts'
import { fingerprints } from '../../../src/resolve/fingerprint.ts'
import { parse } from '../../../src/resolve/parse.ts'
import { renamed } from '../../support/renamed.ts'
import { fixtures, sharedSet, skipWithout } from '../../support/resolve-fixtures.ts'

const templateOf = (text: string): string | undefined => {
  const primary = parse(text).occurrences[0]
  return primary && fingerprints(primary).get('template')
}

function changed(texts: readonly (readonly [name: string, text: string])[]): string[] {
  return texts.flatMap(([name, text]) => {
    const plain = templateOf(text)
    return [1, 2, 3].filter((seed) => templateOf(renamed(text, seededRandom(seed))) !== plain).map(() => name)
  })
}

const errors = sharedSet('d4_errors.dev.jsonl')
test(
  'of real errors at least 99 % keep their template under other names, paths, versions and lines',
  skipWithout(errors),
  () => {
    const texts = (errors ?? []).flatMap(({ id = '', raw = '', variant = '' }) => [
      [id, raw] as const,
      [`${id}, variant`, variant] as const,
    ])
    const lost = changed(texts)
    assert.ok(lost.length <= texts.length * 3 * 0.01, lost.join(' '))
  },
)

test('so do those of this repository', () => {
  const texts = fixtures().map(({ name, text }) => [name, text] as const)
  const lost = changed(texts)
  assert.ok(lost.length <= texts.length * 3 * 0.01, lost.join(' '))
})

const alike = sharedSet('d4_negatives.dev.jsonl')
test('no look-alike has the template of what it looks like', skipWithout(alike), () => {
  const known = new Map(
    (errors ?? []).flatMap(({ id, raw = '', variant = '' }) =>
      [raw, variant].map((text) => [templateOf(text), id] as const),
    ),
  )
  for (const { id, raw = '' } of alike ?? []) assert.equal(known.get(templateOf(raw)), undefined, id)
})
