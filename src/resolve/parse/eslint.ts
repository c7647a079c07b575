import type { Draft } from '../occurrence.ts'
import { type Groups, type LineRule, lineDetector } from './detector.ts'

const eslint = { tool: 'eslint', language: 'javascript', weight: 88, firstWins: true } as const
const RULE = String.raw`[@\w-]{1,60}(?:\/[\w-]{1,80}){0,3}`
/** The name of the file stands above its rows, however many there are. */
const BACK_LINES = 300
const OOPS_LINES = 12

function inFile(draft: Draft, lines: readonly string[], at: number): Draft {
  for (let back = at - 1; back >= Math.max(0, at - BACK_LINES); back--) {
    const line = lines[back] ?? ''
    if (line === '' && back < at - 1) break
    if (/^\S/.test(line)) return { ...draft, file: line, end: at + 1 }
  }
  return { ...draft, end: at + 1 }
}

/** A parser has no rule: without a name the code would be empty. */
const parsed = (draft: Draft, lines: readonly string[], at: number): Draft =>
  inFile(draft.message.startsWith('Parsing error: ') ? { ...draft, code: 'parse' } : draft, lines, at)

/** Below `Oops!` stands the version, then the reason in words, or an error with its stack that Node's reader takes. */
function oops(draft: Draft, lines: readonly string[], at: number): Draft | undefined {
  for (let next = at + 1; next < Math.min(lines.length, at + OOPS_LINES); next++) {
    const line = (lines[next] ?? '').trim()
    if (line === '' || /^ESLint: v?\d/.test(line)) continue
    if (/^\s+at /.test(lines[next + 1] ?? '') || /^[\w.]{0,60}Error(?: \[\w+\])?: /.test(line)) return undefined
    return { ...draft, message: line, end: next + 1 }
  }
  return undefined
}

const quoted = ({ message = '' }: Groups): string => message

const rules: readonly LineRule[] = [
  {
    ...eslint,
    hints: [' error  '],
    pattern: new RegExp(
      String.raw`^\s+(?<line>\d{1,7}):\d{1,7}\s+error\s+(?<message>\S.{0,800}?)(?:\s{2,}(?<code>${RULE}))?$`,
    ),
    more: parsed,
  },
  {
    ...eslint,
    weight: 34,
    hints: [' warning  '],
    pattern: new RegExp(
      String.raw`^\s+(?<line>\d{1,7}):\d{1,7}\s+warning\s+(?<message>\S.{0,800}?)(?:\s{2,}(?<code>${RULE}))?$`,
    ),
    more: inFile,
  },
  // As Next prints it: `12:5  Error: message  rule`
  {
    ...eslint,
    hints: ['  Error: '],
    pattern: new RegExp(
      String.raw`^(?<line>\d{1,7}):\d{1,7}\s+Error: (?<message>\S.{0,800}?)\s{2,}(?<code>${RULE})$`,
    ),
    more: inFile,
  },
  // compact: `a.js: line 1, col 5, Error - message (rule)`; unix: `a.js:1:5: message [Error/rule]`
  {
    ...eslint,
    hints: [', Error - '],
    pattern: new RegExp(
      String.raw`^(?<file>\S{1,300}): line (?<line>\d{1,7}), col \d{1,7}, Error - (?<message>.{1,800}?)(?: \((?<code>${RULE})\))?$`,
    ),
  },
  {
    ...eslint,
    hints: ['[Error'],
    pattern: new RegExp(
      String.raw`^(?<file>[^\s:]{1,300}):(?<line>\d{1,7}):\d{1,7}: (?<message>.{1,800}?) \[Error(?:\/(?<code>${RULE}))?\]$`,
    ),
  },
  {
    ...eslint,
    weight: 91,
    hints: ['Oops! Something went wrong! :('],
    pattern: /^(?<message>Oops! Something went wrong! :\()$/,
    more: oops,
  },
  {
    ...eslint,
    weight: 90,
    hints: [
      "ESLint couldn't",
      "Invalid option '",
      'No files matching the pattern',
      'ESLint configuration in',
      'Failed to load plugin',
      'Failed to load parser',
      'Failed to load config',
    ],
    pattern:
      /^(?:Error: )?(?<message>(?:ESLint couldn't (?:find|determine)|Invalid option '--|No files matching the pattern|ESLint configuration in .{1,200} is invalid|Failed to load (?:plugin|parser|config) ').{0,400})/,
    words: quoted,
  },
  {
    ...eslint,
    tool: 'stylelint',
    hints: [' ✖ '],
    pattern: new RegExp(
      String.raw`^\s+(?<line>\d{1,7}):\d{1,7}\s+✖\s+(?<message>\S.{0,800}?)(?:\s{2,}(?<code>${RULE}))?$`,
    ),
    more: inFile,
  },
  {
    ...eslint,
    weight: 15,
    wrapper: true,
    hints: [' problem', 'too many warnings', 'Found '],
    pattern:
      /^\s{0,40}(?<message>[✖×] \d+ problems? \(.*\)|ESLint found too many warnings .*|Found \d+ (?:errors?|warnings?)\.)$/,
  },
]

/** ESLint in its formats, its failures of configuration, and stylelint, which prints the same way. */
export const eslintLines = lineDetector('eslint', rules)
