import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { terms } from '../../../src/resolve/index.ts'

test('identifiers are terms as a whole and in their parts', () => {
  assert.deepEqual(terms('ERR_MODULE_NOT_FOUND'), ['errmodulenotfound', 'err', 'module', 'not', 'found'])
  assert.deepEqual(terms('readFileSync'), ['readfilesync', 'read', 'file', 'sync'])
  assert.deepEqual(terms('java.util.List'), ['javautillist', 'java', 'util', 'list'])
})

test('small numbers, hashes and small words are left out', () => {
  assert.deepEqual(terms('line 12 of the 404 at 9f2c11ab03d77e01'), ['line', '404'])
})

test('every term is one token of a full-text index', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
      for (const term of terms(text)) assert.match(term, /^[\p{L}\p{N}]+$/u)
    }),
  )
})

/** The rule in its plainest form. */
function termsSlowly(text: string): string[] {
  const stop =
    /^(?:an?|and|are|as|at|be|by|do|for|from|ha[ds]|have|i[fnst]|its|o[fnr]|so|than|that|the|then|there|this|to|was|were|will|with|you|your)$/
  const fold = (word: string): string =>
    word
      .toLowerCase()
      .normalize('NFKD')
      .replaceAll(/[^\p{L}\p{N}]/gu, '')
  return [...text.matchAll(/[\p{L}\p{N}_$]+(?:(?:[.\-@]|::)[\p{L}\p{N}_$]+){0,8}/gu)]
    .flatMap(([chunk]) => {
      const parts = chunk.match(/[\p{L}\p{N}]+/gu) ?? []
      const small = parts
        .flatMap((part) => (part.length > 2 ? part.split(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/) : [part]))
        .map(fold)
      const whole = fold(parts.join(''))
      return small.length > 1 && whole.length <= 40 ? [whole, ...small] : small
    })
    .filter((term) => term.length >= 2 && term.length <= 40 && !stop.test(term))
    .filter((term) => !/^\d+$/.test(term) || (term.length > 2 && term.length <= 6))
    .filter((term) => !/^(?=.*\d)[0-9a-f]{12,}$/.test(term))
}

test('the fast way gives what the plain rule gives', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'readFile',
      'HTTPServer',
      'ENOSPC',
      'a',
      'the',
      '42',
      '1234567',
      'x86_64',
      'Ünïcode',
      '接続',
      '-',
      '.',
    ),
    fc.constantFrom('::', '@', '_', '$', ' ', '\n', '9f2c11ab03d77e01', 'v5', 'İ', 'ﬁ', 'A1b2C3'),
    fc.string({ unit: 'binary-ascii', maxLength: 12 }),
    fc.string({ unit: 'grapheme', maxLength: 6 }),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('')
      assert.deepEqual(terms(text), termsSlowly(text))
    }),
    { numRuns: 3000 },
  )
})
