import type { Draft } from '../occurrence.ts'
import { type LineRule, lineDetector } from './detector.ts'

const node = { tool: 'node', language: 'javascript' } as const
const BACK_LINES = 24

/** What was thrown stands between the caret and the note, whatever it is. */
function thrown(draft: Draft, lines: readonly string[], at: number): Draft | undefined {
  for (let back = at - 1; back >= Math.max(0, at - BACK_LINES); back--) {
    if (!/^\s{0,40}\^+$/.test(lines[back] ?? '')) continue
    const said = lines.slice(back + 1, at).filter((line) => line !== '')
    const text = said.join(' ')
    if (text === '') return undefined
    const value = (name: string): string | undefined =>
      new RegExp(String.raw`\b${name}: '([^'\n]{1,400})'`).exec(text)?.[1]
    return { ...draft, message: value('message') ?? text.slice(0, 600), code: value('code') }
  }
  return undefined
}

const rules: readonly LineRule[] = [
  // At least three spellings; the fix is one.
  {
    ...node,
    weight: 96,
    type: 'FATAL',
    says: 'JavaScript heap out of memory',
    hints: ['heap out of memory'],
    pattern: /FATAL ERROR: .{1,200} - JavaScript heap out of memory/,
  },
  {
    ...node,
    weight: 94,
    type: 'FATAL',
    hints: ['FATAL ERROR: ', '# Fatal error in'],
    pattern: /^(?:\s*FATAL ERROR: |# Fatal error in )(?<message>.{3,300})$/,
  },
  {
    ...node,
    weight: 93,
    type: 'thrown',
    hints: ['--trace-uncaught'],
    pattern: /^(?<message>\(Use `node --trace-uncaught \.\.\.` to show where the exception was thrown\))$/,
    more: thrown,
  },
  // An object that is no error is printed without a note: only the caret above and the version below tell.
  {
    ...node,
    weight: 70,
    type: 'thrown',
    hints: ['Node.js v'],
    pattern: /^(?<message>Node\.js v\d{1,3}\.\d{1,3}\.\d{1,3}.*)$/,
    more: (draft, lines, at) =>
      lines.slice(Math.max(0, at - BACK_LINES), at).some((line) => /^\s+at |^\(Use `node/.test(line))
        ? undefined
        : thrown(draft, lines, at),
  },
  // Of Node before 15: the error itself stands in an earlier warning.
  {
    ...node,
    weight: 30,
    wrapper: true,
    hints: ['Unhandled promise rejection', 'Unhandled promise rejections are deprecated'],
    pattern: /^\(node:\d+\) (?:\[DEP0018\] )?\w+: (?<message>Unhandled promise rejections? .*)$/,
  },
  {
    ...node,
    weight: 88,
    type: 'UnhandledPromiseRejectionWarning',
    hints: ['UnhandledPromiseRejectionWarning: '],
    pattern: /^\(node:\d+\) UnhandledPromiseRejectionWarning: (?<message>.*)$/,
  },
  {
    ...node,
    weight: 35,
    hints: ['Warning: '],
    pattern: /^\(node:\d+\) (?:\[(?<code>DEP\d{4})\] )?(?<type>\w*Warning): (?<message>.*)$/,
  },
  {
    ...node,
    weight: 60,
    type: 'Warning',
    hints: ['unsettled top-level await'],
    pattern: /^Warning: (?<message>Detected unsettled top-level await) at (?<file>\S{1,300}):(?<line>\d{1,7})$/,
  },
]

/** What the process says of itself: memory, rejections, things thrown that are no errors. */
export const nodeRuntime = lineDetector('node-runtime', rules)
