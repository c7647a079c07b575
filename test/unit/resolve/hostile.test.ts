import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { parse } from '../../../src/resolve/parse.ts'
import { understand } from '../../../src/resolve/understand.ts'
import { hostileLines, patternsIn } from '../../support/hostile-lines.ts'

const MEGABYTE = 1024 * 1024
const LINE_CHARS = 8 * 1024
/** All of them take minutes on a busy machine: `node bench/resolve-hostile.ts`. */
const EVERY = 16
/** What a machine that has nothing else to do needs for a megabyte in which there is nothing. */
const PLAIN = (): string =>
  `${'lorem ipsum dolor sit amet '.repeat(303).slice(0, LINE_CHARS - 1)}\n`.repeat(MEGABYTE / LINE_CHARS)
const PER_MEGABYTE_MS = 100
/** A slow machine is slow at everything: so many times a plain megabyte is as good. */
const PLAIN_TIMES = 10

/** Time of the processor: others on the machine do not count. */
function cost(text: string): number {
  const start = process.cpuUsage()
  parse(text)
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}

test('no line of a sample made for the patterns of this room costs more than 100 ms for a megabyte', () => {
  const patterns = patternsIn(join(import.meta.dirname, '../../../src/resolve'))
  assert.ok(patterns.length > 500, `${patterns.length} patterns`)
  const lines = new Map(
    patterns.flatMap(({ where, source }) => hostileLines(source, LINE_CHARS).map((line) => [line, where] as const)),
  )
  assert.ok(lines.size > 3000, `${lines.size} lines`)
  cost(PLAIN())
  const allowed = Math.max(PER_MEGABYTE_MS, PLAIN_TIMES * cost(PLAIN()))
  const slow: string[] = []
  const taken = [...lines].filter((_, at) => at % EVERY === 0)
  for (const [line, where] of taken) {
    const text = `${line}\n`
    // A taste first: what is suspicious is tried in full.
    if (cost(text) < (allowed * LINE_CHARS) / MEGABYTE) continue
    const took = cost(text.repeat(MEGABYTE / LINE_CHARS))
    if (took > allowed)
      slow.push(`${where}: ${Math.round(took)} of ${Math.round(allowed)} ms for ${line.slice(0, 60)}`)
  }
  assert.deepEqual(slow, [])
})

test('one line of two megabytes, or a million lines of one character, is read', () => {
  for (const part of [
    'x',
    ' ',
    "'",
    '{"a":',
    '\u001b[',
    'error: ',
    'at ',
    '\ud800',
    '\0',
    '\r',
    '\b',
    '| ',
    '> ',
    '2026-01-01T00:00:00Z ',
  ]) {
    const long = part.repeat((2 * MEGABYTE) / part.length)
    assert.ok(cost(long) < 4000, JSON.stringify(part))
    assert.ok(cost(`${part}\n`.repeat(MEGABYTE / 4 / (part.length + 1))) < 2000, JSON.stringify(part))
  }
})

test('bytes that are no text never make it throw', () => {
  const decoder = new TextDecoder()
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4000 }), (bytes) => {
      parse(decoder.decode(bytes))
      understand({ text: Buffer.from(bytes).toString('latin1') })
      understand({ text: Buffer.from(bytes).toString('utf16le') })
    }),
    { numRuns: 200 },
  )
})

test('names that every object has are names like others', () => {
  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf']) {
    const text = `${name}: error: no such file\n    at ${name} (${name}.js:1:1)\nError [${name}]: ${name}`
    assert.ok(understand({ text, command: `${name} --version` }), name)
    const report = { tool: name, type: name, code: name, language: name, message: `${name} is not a function` }
    assert.equal(understand({ report }).primary?.message, `${name} is not a function`, name)
  }
})
