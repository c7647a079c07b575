import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type DiffLine, diffLines } from '../../../src/cli/line-diff.ts'

const MARK = { same: ' ', gone: '-', new: '+' } as const
const marked = (a: string, b: string): string =>
  diffLines(a, b)
    .map(({ is, text }) => MARK[is] + text)
    .join('\n')
const side = (lines: readonly DiffLine[], not: DiffLine['is']): string =>
  lines
    .filter(({ is }) => is !== not)
    .map(({ text }) => text)
    .join('\n')

test('what stays is between what goes and what comes', () => {
  assert.equal(marked('a\nb\nc', 'a\nx\nc'), ' a\n-b\n+x\n c')
  assert.equal(marked('a', 'a'), ' a')
  assert.equal(marked('a\nb', 'b'), '-a\n b')
  assert.equal(marked('b', 'a\nb'), '+a\n b')
  assert.equal(marked('a\nb\nc\na\nb\nb\na', 'c\nb\na\nb\na\nc'), '-a\n-b\n c\n+b\n a\n b\n-b\n a\n+c')
})

/** The textbook table: as slow as it is plain. */
function editsSlowly(a: readonly string[], b: readonly string[]): number {
  const table = Array.from({ length: a.length + 1 }, () => Array.from({ length: b.length + 1 }, () => 0))
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const row = table[i] as number[]
      const below = table[i + 1] as number[]
      row[j] = a[i] === b[j] ? 1 + (below[j + 1] as number) : Math.max(below[j] as number, row[j + 1] as number)
    }
  return a.length + b.length - 2 * (table[0]?.[0] as number)
}

test('both texts can be read out of it, and no shorter way leads from one to the other', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(text, text, (a, b) => {
      const lines = diffLines(a.join('\n'), b.join('\n'))
      assert.equal(side(lines, 'new'), a.join('\n'))
      assert.equal(side(lines, 'gone'), b.join('\n'))
      assert.equal(lines.filter(({ is }) => is !== 'same').length, editsSlowly(a, b))
    }),
    { numRuns: 500 },
  )
})

test('texts that have nothing in common are shown one after the other, at once', () => {
  const [a, b] = ['a', 'b'].map((letter) => Array.from({ length: 16_000 }, (_, n) => letter + n).join('\n'))
  const lines = diffLines(a ?? '', b ?? '')
  assert.equal(side(lines, 'new'), a)
  assert.equal(side(lines, 'gone'), b)
})
