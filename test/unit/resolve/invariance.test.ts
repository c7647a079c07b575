import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { fingerprints } from '../../../src/resolve/fingerprint.ts'
import { parse } from '../../../src/resolve/parse.ts'
import { redact } from '../../../src/content/index.ts'
import { understand } from '../../../src/resolve/understand.ts'
import { fixtures, sharedSet, skipWithout } from '../../support/resolve-fixtures.ts'
import { SCREEN, WRAPPINGS } from '../../support/wrappings.ts'

const templateOf = (text: string): string | undefined => {
  const primary = parse(text).occurrences[0]
  return primary && fingerprints(primary).get('template')
}

const all = fixtures()
for (const [name, wrap] of Object.entries({ ...WRAPPINGS, 'narrow screen': SCREEN })) {
  test(`${name}: the template fingerprint of 99.5 % stays as it is`, () => {
    const changed = all.filter(({ text }) => templateOf(wrap(text)) !== templateOf(text)).map((one) => one.name)
    assert.ok(changed.length <= all.length * (name.endsWith('screen') ? 0.01 : 0.005), changed.join(' '))
  })
}

test('redaction does not change it', () => {
  for (const { name, text } of fixtures()) {
    for (const home of ['/home/ana/work', '/Users/mike/dev', '/root/x']) {
      const moved = text.replaceAll('/srv/shop', home)
      assert.equal(templateOf(redact(moved).text), templateOf(moved), name)
    }
  }
})

const real = sharedSet('d4_errors.dev.jsonl')
test('of real errors at least 99.5 % keep it under every wrapping', skipWithout(real), () => {
  const texts = (real ?? []).flatMap(({ id = '', raw = '', variant = '' }) => [
    { id, text: raw },
    { id: `${id}, variant`, text: variant },
  ])
  const plain = texts.map(({ text }) => templateOf(text))
  for (const [name, wrap] of Object.entries({ ...WRAPPINGS, 'narrow screen': SCREEN })) {
    const changed = texts.filter(({ text }, at) => templateOf(wrap(text)) !== plain[at]).map(({ id }) => id)
    // A row of the screen that ends where a line might have ended cannot be told from one.
    const share = name.endsWith('screen') ? 0.01 : 0.005
    assert.ok(changed.length <= texts.length * share, `${name}: ${changed.join(' ')}`)
  }
})

test('never throws, on any characters', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(
      '\u001b[',
      '\u001b]',
      '\r',
      '\b',
      '\0',
      '\ud800',
      '{"msg":',
      'Error: ',
      '\n    at ',
      'Traceback (most recent call last):\n',
      '  File "',
      'npm error code ',
      'error[E0',
      "'",
      '```\n',
    ),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const problem = understand({ text: pieces.join('') })
      assert.ok(problem.query.terms.length <= 64 && problem.query.fingerprints.length <= 64)
      for (const term of problem.query.terms) assert.match(term, /^[\p{L}\p{N}]+$/u)
      redact(pieces.join(''))
    }),
    { numRuns: 300 },
  )
})

test('says the same of the same text', () => {
  const said = (text: string): unknown => {
    const { detail, ...problem } = understand({ text })
    return { ...problem, detail: { ...detail, compared: detail.compared() } }
  }
  for (const { text } of fixtures()) assert.deepEqual(said(text), said(text))
})
