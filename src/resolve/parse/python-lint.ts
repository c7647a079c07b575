import type { Draft } from '../occurrence.ts'
import { type LineRule, lineDetector } from './detector.ts'

const mypy = { tool: 'mypy', language: 'python', weight: 90, firstWins: true } as const
const ruff = { tool: 'ruff', language: 'python', weight: 88, firstWins: true } as const
const PLACE = String.raw`^\s{0,40}(?<file>[^\s:]{1,300}\.pyi?):(?<line>\d{1,7}):`

/** How the codes of the common rules begin. */
const RUFF_CODES =
  'invalid-syntax F40 F50 F54 F63 F70 F81 F82 F84 F90 E10 E11 E40 E50 E70 E71 E72 E73 E74 E90 E99 W19 W29 W39 W60 I00 N80 UP0 B00 B01 B02 B90 C40 C90 D10 D20 D30 D40 S10 S30 S60 T20 SIM RUF PLR PLE PLW PLC PTH ANN ARG ERA PGH TRY DTZ ISC INP PIE RET COM EXE FBT ASYNC'.split(
    ' ',
  )

/** A terminal breaks the line, and the code comes last. */
function broken(draft: Draft, lines: readonly string[], at: number): Draft {
  if (draft.code !== undefined) return draft
  for (let next = at + 1; next <= at + 2; next++) {
    const hit = /^(\S.{0,200}? ?)\[([a-z][\w-]{2,40})\]$|^\[([a-z][\w-]{2,40})\]$/.exec((lines[next] ?? '').trim())
    if (!hit) continue
    const rest = hit[1] === undefined ? '' : ` ${hit[1].trim()}`
    return { ...draft, message: `${draft.message}${rest}`, code: hit[2] ?? hit[3], end: next + 1 }
  }
  return draft
}

/** A message of several lines has the name of its rule at the end of the last. */
function named(draft: Draft, lines: readonly string[], at: number): Draft {
  for (let next = at + 1; draft.code === undefined && next <= at + 6; next++) {
    const line = lines[next] ?? ''
    if (!/^\s/.test(line) || / - (?:error|warning)/.test(line)) break
    const code = /\((report\w{3,60})\)$/.exec(line)?.[1]
    if (code !== undefined) return { ...draft, code, end: next + 1 }
  }
  return draft
}

/** `F401 message` alone, with ` --> a.py:1:8` on the next line. */
function placedBelow(draft: Draft, lines: readonly string[], at: number): Draft | undefined {
  const place = /^\s{0,40}--> ([^\s:]{1,300}):(\d{1,7}):\d{1,7}$/.exec(lines[at + 1] ?? '')
  return place ? { ...draft, file: place[1], line: Number(place[2]), end: at + 2 } : undefined
}

const rules: readonly LineRule[] = [
  {
    ...mypy,
    hints: [': error: '],
    pattern: new RegExp(`${PLACE}(?:\\d+:)? error: (?<message>.*?)(?:\\s+\\[(?<code>[a-z][\\w-]{1,40})\\])?$`),
    more: broken,
  },
  {
    ...mypy,
    tool: 'pyright',
    hints: [' - error: '],
    more: named,
    pattern:
      /^\s{0,40}(?<file>\S{1,300}\.pyi?):(?<line>\d{1,7}):\d{1,7} - error: (?<message>.{3,600}?)(?: \((?<code>report\w{3,60})\))?$/,
  },
  {
    ...mypy,
    tool: 'pyright',
    weight: 34,
    hints: [' - warning: '],
    pattern:
      /^\s{0,40}(?<file>\S{1,300}\.pyi?):(?<line>\d{1,7}):\d{1,7} - warning: (?<message>.{3,600}?)(?: \((?<code>report\w{3,60})\))?$/,
  },
  // pylint before ruff: its codes have four digits and the name of the rule at the end
  {
    ...ruff,
    tool: 'pylint',
    hints: [': E', ': F', ': W', ': C', ': R'],
    pattern: new RegExp(`${PLACE}\\d{1,5}: (?<code>[EFWCR]\\d{4}): (?<message>.{3,600}?) \\([\\w-]{3,60}\\)$`),
    more: (draft) => ({
      ...draft,
      code: `pylint:${draft.code ?? ''}`,
      weight: /^[EF]/.test(draft.code ?? '') ? 90 : 60,
    }),
  },
  {
    ...ruff,
    hints: ['.py:', '.pyi:'],
    pattern: new RegExp(
      `${PLACE}\\d{1,5}: (?:(?<code>[A-Z]{1,4}\\d{3,4}):? (?:\\[\\*\\] )?|SyntaxError: |invalid-syntax: )(?<message>.{3,600})`,
    ),
    more: (draft) => (draft.code === undefined ? { ...draft, code: 'invalid-syntax' } : draft),
  },
  {
    ...ruff,
    hints: RUFF_CODES,
    pattern: /^(?<code>[A-Z]{1,4}\d{3,4}|invalid-syntax):? (?:\[\*\] )?(?<message>.{3,600})/,
    more: placedBelow,
  },
  {
    ...ruff,
    hints: ['error: Failed to', 'ruff failed', 'Failed to parse'],
    pattern: /^(?:error: )?(?<message>(?:ruff failed|Failed to (?:parse|lint|format|load) ).{1,400})/,
  },
  {
    ...ruff,
    tool: 'black',
    hints: ['error: cannot format'],
    pattern: /^error: cannot format (?<file>[^\s:]{1,300}): (?<message>.{3,400})/,
    words: ({ message = '' }) =>
      message.replace(/^(Cannot parse(?: for target version \S{1,20})?): \d+:\d+: .*$/, '$1'),
  },
  {
    ...ruff,
    tool: 'black',
    weight: 60,
    hints: ['would reformat ', 'Would reformat: '],
    pattern: /^[wW]ould reformat:? (?<file>\S{1,300})$/,
    words: () => 'would reformat',
  },
  {
    ...ruff,
    weight: 14,
    wrapper: true,
    hints: ['Found ', 'error', 'ERROR:', 'would be reformatted', 'failed to reformat'],
    pattern:
      /^(?<message>Found \d+ errors?.*|\d+ errors?, \d+ warnings?.*|ERROR: .{1,200} Imports are incorrectly sorted.*|Oh no! .*|\d+ files? (?:would be reformatted|failed to reformat).*)$/,
  },
  {
    ...ruff,
    tool: 'shellcheck',
    language: 'shell',
    hints: [' SC', '[SC'],
    pattern: /^\s{0,40}(?:\^-*\^?(?:--)? )(?<code>SC\d{4}) \(error\): (?<message>.{3,400})/,
  },
  {
    ...ruff,
    tool: 'shellcheck',
    language: 'shell',
    weight: 34,
    hints: [' SC', '[SC'],
    pattern: /^\s{0,40}(?:\^-*\^?(?:--)? )(?<code>SC\d{4}) \((?:warning|info|style)\): (?<message>.{3,400})/,
  },
  {
    ...ruff,
    tool: 'shellcheck',
    language: 'shell',
    hints: ['[SC'],
    pattern:
      /^(?<file>[^\s:]{1,300}):(?<line>\d{1,7}):\d{1,7}: (?:error|warning|note): (?<message>.{3,400}) \[(?<code>SC\d{4})\]$/,
  },
]

/** mypy, pyright, ruff, flake8, pylint, black, and shellcheck. */
export const pythonLint = lineDetector('python-lint', rules)
