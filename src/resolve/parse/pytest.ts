import type { Draft } from '../occurrence.ts'
import { type Detector, type LineRule, lineDetector, shortType, together } from './detector.ts'

const E = /^E {2,}(\S.*)$/
const TYPED =
  /^((?:[A-Za-z_]\w*\.){0,8}[A-Za-z_]\w*(?:Error|Exception|Exit|Interrupt|Warning|Failed|Failure)|Failed): (.*)$/
const BARE_TYPE = /^((?:\w+\.){0,8}\w*(?:Error|Exception))$/
/** `test_a.py:2: AssertionError` ends the section of a test. */
const CLOSING = /^(\S{1,300}\.py):(\d{1,7}): (\w{2,80})?/
const ERRNO = /^\[Errno (\d+)\]/
const CLOSING_LINES = 12
const LINES_MAX = 60

/** The lines that pytest marks with E, as one error. */
const marked: Detector = {
  id: 'pytest',
  hints: ['E   '],
  read(lines, at) {
    if (!E.test(lines[at] ?? '')) return undefined
    const said: string[] = []
    let end = at
    while (end < lines.length && end < at + LINES_MAX) {
      const text = E.exec(lines[end] ?? '')?.[1]
      if (text === undefined) break
      said.push(text)
      end += 1
    }
    // Of a file that cannot be read the error is the last line: the source stands above it.
    const head = (said[0] ?? '').startsWith('File "')
      ? (said.findLast((line) => TYPED.test(line)) ?? '')
      : (said[0] ?? '')
    const typed = TYPED.exec(head)
    const place = placed(lines, at, end)
    const message = typed?.[2] ?? (BARE_TYPE.test(head) ? '' : head)
    const errno = ERRNO.exec(message)
    return {
      by: 'pytest',
      tool: 'pytest',
      language: 'python',
      type:
        shortType(typed?.[1] ?? BARE_TYPE.exec(head)?.[1] ?? (/^assert\b/.test(head) ? 'AssertionError' : '')) ||
        undefined,
      code: errno ? `errno:${errno[1] ?? ''}` : undefined,
      message,
      ...place,
      weight: typed ? 90 : 89,
      start: at,
      end,
    } satisfies Draft
  },
}

function placed(lines: readonly string[], at: number, end: number): { file?: string; line?: number } {
  const inSource = /^E {2,}File "([^"\n]{1,300})", line (\d{1,7})/.exec(lines[at] ?? '')
  if (inSource) return { file: inSource[1] ?? '', line: Number(inSource[2]) }
  for (let next = end; next < Math.min(lines.length, end + CLOSING_LINES); next++) {
    const hit = CLOSING.exec(lines[next] ?? '')
    if (hit) return { file: hit[1] ?? '', line: Number(hit[2]) }
    if (/^[_=]{5,}/.test(lines[next] ?? '')) break
  }
  // With short tracebacks the place stands above.
  for (let back = at - 1; back >= Math.max(0, at - 4); back--) {
    const hit = /^(\S{1,300}\.py):(\d{1,7}): in /.exec(lines[back] ?? '')
    if (hit) return { file: hit[1] ?? '', line: Number(hit[2]) }
  }
  return {}
}

const common = { tool: 'pytest', language: 'python' } as const
const rules: readonly LineRule[] = [
  { ...common, weight: 86, hints: ['import file mismatch'], pattern: /^\s{0,40}(?<message>import file mismatch):?$/ },
  {
    ...common,
    weight: 92,
    hints: ['INTERNALERROR> '],
    pattern: /^INTERNALERROR> (?<type>(?:\w+\.){0,6}\w*(?:Error|Exception)): (?<message>.*)$/,
  },
  {
    ...common,
    weight: 88,
    hints: ['ERROR: ', ': error: '],
    pattern:
      /^ERROR: (?<message>(?:file or directory not found|not found|found no collectors|usage|Error|.{0,200}(?:unexpected line|Unknown config option|requires pytest|Missing required plugins)|while parsing|Invalid).{0,300})/,
  },
  // `--tb=line`, and the summary when there is nothing else
  {
    ...common,
    weight: 84,
    hints: ['.py:'],
    pattern:
      /^(?<file>\/\S{1,300}\.py):(?<line>\d{1,7}): (?!\w{0,60}Warning: |in |error: )(?:(?<type>(?:\w+\.){0,6}\w*(?:Error|Exception)|Failed): )?(?<message>.{3,400})/,
  },
  {
    ...common,
    weight: 70,
    hints: ['FAILED ', 'ERROR ', '.py::'],
    pattern:
      /^(?:(?:FAILED|ERROR) (?=\S)|(?=[^\s:]{1,300}\.py::))(?<file>[^\s:]{1,300}\.py)(?:::\S{1,300})? - (?:(?<type>(?:\w+\.){0,6}\w*(?:Error|Exception)|Failed): )?(?<message>.{3,400})/,
  },
  {
    ...common,
    weight: 12,
    wrapper: true,
    hints: ['Interrupted: ', ' failed', ' error', 'FAILED ', 'ERROR '],
    pattern:
      /^(?<message>!{3,} .* !{3,}|={3,} .*\d+ (?:failed|errors?)\b.* in [\d.]+s.*|\d+ failed.* in [\d.]+s.*|(?:FAILED|ERROR) [^\s:]{1,300}\.py(?:::\S{1,300})?|_{3,} (?:ERROR (?:collecting|at setup of|at teardown of) )?.{1,300} _{3,}|ERROR: .{1,300} - no tests ran.*)$/,
  },
]

export const pytest: Detector = together('pytest', [marked, lineDetector('pytest', rules)])
