import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { fingerprints } from '../../../src/resolve/fingerprint.ts'
import { parse } from '../../../src/resolve/parse.ts'
import { redact } from '../../../src/content/index.ts'
import { understand } from '../../../src/resolve/understand.ts'
import { fixtures, sharedSet, skipWithout } from '../../support/resolve-fixtures.ts'

type Wrap = (line: string, at: number) => string
const wraps: Readonly<Record<string, Wrap>> = {
  'carriage returns': (line) => `${line}\r`,
  colour: (line) => `\u001b[31m${line}\u001b[39m`,
  compose: (line) => `api-1  | ${line}`,
  actions: (line, at) => `2026-11-19T02:00:0${at % 10}.1234567Z ${line}`,
  k8s: (line) => `2026-02-10T04:39:25.091827375Z stderr F ${line}`,
  journal: (line) => `Nov 13 15:50:10 prod-15 etl[88217]: ${line}`,
  turbo: (line) => `web:build: ${line}`,
  pnpm: (line) => `packages/web build: ${line}`,
  lerna: (line) => `[web] ${line}`,
  buildkit: (line) => `#12 0.310 ${line}`,
  indentation: (line) => `    ${line}`,
  quotation: (line) => `> ${line}`,
  logger: (line) => `2026-01-02 03:04:05,123 ERROR ${line}`,
  pino: (line) => JSON.stringify({ level: 50, time: 1, msg: line }),
}

const templateOf = (text: string): string | undefined => {
  const primary = parse(text).occurrences[0]
  return primary && fingerprints(primary).get('template')
}
const wrapped = (text: string, wrap: Wrap): string =>
  text
    .trimEnd()
    .split('\n')
    .map((line, at) => wrap(line, at))
    .join('\n')

for (const [name, wrap] of Object.entries(wraps)) {
  test(`${name} does not change the template fingerprint`, () => {
    for (const { name: fixture, text } of fixtures())
      assert.equal(templateOf(wrapped(text, wrap)), templateOf(text), fixture)
  })
}

test('a markdown fence and two layers do not change it', () => {
  const { compose, actions } = wraps
  assert.ok(compose && actions)
  for (const { name, text } of fixtures()) {
    assert.equal(templateOf(`\`\`\`console\n${text}\`\`\`\n`), templateOf(text), name)
    assert.equal(templateOf(wrapped(wrapped(text, compose), actions)), templateOf(text), name)
  }
})

test('redaction does not change it', () => {
  for (const { name, text } of fixtures()) {
    for (const home of ['/home/ana/work', '/Users/mike/dev', '/root/x']) {
      const moved = text.replaceAll('/srv/shop', home)
      assert.equal(templateOf(redact(moved).text), templateOf(moved), name)
    }
  }
})

const real = sharedSet('d4_errors.dev.jsonl')
test('of real errors at least 99 % keep it under every wrapping', skipWithout(real), () => {
  // Its own process prints a prefix, or its text is one line that the prefix makes ambiguous.
  for (const [name, wrap] of Object.entries(wraps)) {
    const changed = (real ?? [])
      .filter(({ raw = '' }) => templateOf(wrapped(raw, wrap)) !== templateOf(raw))
      .map(({ id }) => id)
    assert.ok(changed.length <= (real ?? []).length * 0.01, `${name}: ${changed.join(' ')}`)
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
  for (const { text } of fixtures()) assert.deepEqual(understand({ text }), understand({ text }))
})
