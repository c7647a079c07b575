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
