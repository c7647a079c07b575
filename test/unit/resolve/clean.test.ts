import assert from 'node:assert/strict'
import { test } from 'node:test'
import { INPUT_BYTES_MAX } from '../../../src/base/index.ts'
import { clean } from '../../../src/resolve/text/clean.ts'

const shown = (text: string): string => clean(text).lines.join('\n')

test('colours, links, titles and cursor moves leave no trace', () => {
  assert.equal(
    shown('\u001b[1;31merror\u001b[0m: \u001b]8;;https://x\u0007bad\u001b]8;;\u001b\\ thing\u001b[K'),
    'error: bad thing',
  )
  assert.equal(shown('\u001b]0;title\u0007plain\u001b(B'), 'plain')
})

test('what a spinner or a progress bar wrote over is gone', () => {
  assert.equal(shown('⠙\u001b[1G\u001b[0Knpm error code E404\n'), 'npm error code E404\n')
  assert.equal(shown('10%\r50%\r100% done\nok'), '100% done\nok')
  assert.equal(shown('abx\bc'), 'abc')
})

test('line ends of all systems are one', () => {
  assert.equal(shown('a\r\nb\r\n'), 'a\nb\n')
  assert.equal(shown('a\rb'), 'a\nb')
})

test('two layers of prefixes come off, and are named', () => {
  const lines = ['Error: x', '    at y (z.js:1:2)'].map((line) => `web-1  | 2026-01-02T03:04:05.1234567Z ${line}`)
  const { lines: out, layers } = clean(lines.join('\n'))
  assert.deepEqual(out, ['Error: x', '    at y (z.js:1:2)'])
  assert.deepEqual(layers, ['compose', 'actions'])
})

test('levels stay when they differ from line to line', () => {
  const text = '2026-01-02 03:04:05,1 INFO up\n2026-01-02 03:04:06,1 ERROR down\n2026-01-02 03:04:07,1 INFO up\n'
  const { lines, levels } = clean(text)
  assert.deepEqual(lines.slice(0, 3), ['INFO up', 'down', 'INFO up'])
  assert.deepEqual(levels.slice(0, 3), ['quiet', 'error', 'quiet'])
})

test('a JSON log becomes what its program would have printed', () => {
  const text =
    '{"level":30,"msg":"listening"}\n{"level":50,"msg":"boom","err":{"type":"TypeError","message":"x is not a function","stack":"TypeError: x is not a function\\n    at f (a.js:1:2)"}}\n'
  assert.deepEqual(clean(text).lines, ['INFO listening', 'TypeError: x is not a function', '    at f (a.js:1:2)', ''])
})

test('a few lines of prefix shape in other text are left alone', () => {
  assert.deepEqual(clean('[ERROR] a\n[ERROR] b').layers, [])
  assert.deepEqual(clean('error: x\n  |\nLL |  let y\n  |  ^').layers, [])
})

test('of an input beyond the bound the head and the tail are read', () => {
  const { lines, cut } = clean(
    `first\n${'x'
      .repeat(80)
      .concat('\n')
      .repeat(INPUT_BYTES_MAX / 80)}last`,
  )
  assert.ok(cut)
  assert.equal(lines[0], 'first')
  assert.equal(lines.at(-1), 'last')
})
