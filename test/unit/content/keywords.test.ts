import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { Keywords } from '../../../src/content/keywords.ts'

/** The dumb twin. */
function findAll(words: readonly string[], text: string): string[] {
  const low = text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
  return words.flatMap((word, index) =>
    Array.from({ length: text.length }, (_, at) => at)
      .filter((at) => low.startsWith(word, at))
      .map((at) => `${index}@${at + word.length}`),
  )
}

test('finds every word wherever it stands, overlapping ones too', () => {
  const letters = fc.constantFrom('a', 'b', 'c', '_')
  const word = fc.string({ unit: letters, minLength: 1, maxLength: 4 })
  const text = fc.string({ unit: fc.constantFrom('a', 'B', 'b', 'A', 'c', '_', 'é', '\n'), maxLength: 60 })
  fc.assert(
    fc.property(fc.uniqueArray(word, { maxLength: 8 }), text, (words, haystack) => {
      const found: string[] = []
      new Keywords(words).scan(haystack, (index, end) => found.push(`${index}@${end}`))
      assert.deepEqual(found.sort(), findAll(words, haystack).sort())
    }),
  )
})
