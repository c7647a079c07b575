import type { Draft } from '../occurrence.ts'
import { type LineRule, lineDetector } from './detector.ts'

const AHEAD_LINES = 60
const common = { tool: 'node:test', language: 'javascript', weight: 90 } as const

/** The block in YAML below `not ok`, up to `...`. */
function yaml(draft: Draft, lines: readonly string[], at: number): Draft | undefined {
  const indent = /^\s{0,40}/.exec(lines[at] ?? '')?.[0].length ?? 0
  const fields = new Map<string, string>()
  let end = at + 1
  for (; end < Math.min(lines.length, at + AHEAD_LINES); end++) {
    const line = lines[end] ?? ''
    if (/^\s{0,40}\.\.\.$/.test(line)) break
    if (/^\s{0,40}(?:not )?ok \d/.test(line)) break
    const field = /^\s{0,40}(error|message|code|name|failureType|location|at|operator): ?(.*)$/.exec(line)
    if (!field || fields.has(field[1] ?? '')) continue
    const value = field[2] ?? ''
    // `|-` opens a text in the lines below
    fields.set(field[1] ?? '', /^[|>]-?$/.test(value) ? (lines[end + 1] ?? '').trim() : unquoted(value))
  }
  const failure = fields.get('failureType') ?? ''
  const message = fields.get('error') ?? fields.get('message') ?? draft.message
  const place = /([^\s('"]{1,300}):(\d{1,7}):\d{1,7}/.exec(fields.get('location') ?? fields.get('at') ?? '')
  const code = fields.get('code')
  // Without a block the error is printed below as it is.
  if (fields.size === 0) return { ...draft, weight: 40, wrapper: true, end: at + 1 }
  // A suite fails because a test in it did.
  const isSuite = failure === 'subtestsFailed' || /^\d+ subtests? failed$/.test(message)
  return {
    ...draft,
    message,
    type: fields.get('name'),
    code: code === 'ERR_TEST_FAILURE' || code === 'ERR_ASSERTION' ? undefined : code,
    file: place?.[1],
    line: place?.[2] === undefined ? undefined : Number(place[2]),
    wrapper: isSuite,
    weight: isSuite ? 15 : draft.weight,
    start: at,
    end: indent === 0 || !isSuite ? end : at + 1,
  }
}

const unquoted = (value: string): string => value.replace(/^(["'])(.*)\1$/, '$2').trim()

const rules: readonly LineRule[] = [
  {
    ...common,
    hints: ['not ok '],
    pattern: /^\s{0,40}not ok \d+(?: -)? (?<message>(?!.*# (?:TODO|SKIP)).*)$/,
    more: yaml,
  },
  {
    ...common,
    weight: 88,
    hints: ['test timed out after', 'did not finish before its parent', 'subtest'],
    pattern:
      /^\s{0,40}'?(?<message>test timed out after \d+ms|test did not finish before its parent and was cancelled)'?$/,
  },
  {
    ...common,
    weight: 15,
    wrapper: true,
    hints: ['failing tests:', 'fail '],
    pattern: /^(?<message>✖ failing tests:|ℹ fail [1-9]\d*|# fail [1-9]\d*)$/,
  },
  {
    ...common,
    tool: 'jest',
    weight: 84,
    hints: ['exiting with code 1', 'No test files found', 'No test suite'],
    pattern: /^\s{0,40}(?<message>No tests? (?:files )?found, exiting with code 1)/,
  },
  {
    ...common,
    tool: 'mocha',
    weight: 84,
    hints: ['No test files found: '],
    pattern: /^Error: (?<message>No test files found: .{1,300})/,
  },
  // Playwright and Cypress: `  1) [chromium] › a.spec.ts:3:5 › title ───`
  {
    ...common,
    tool: 'playwright',
    weight: 40,
    wrapper: true,
    hints: [' › '],
    pattern: /^\s+\d+\) (?<message>\[[\w -]{1,40}\] › \S{1,200}:\d+:\d+ › .{1,300})/,
  },
]

/** TAP, and what runners of tests say in lines of their own. */
export const jsTests = lineDetector('js-tests', rules)
