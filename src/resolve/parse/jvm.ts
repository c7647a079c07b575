import { SPAN_LINES_MAX } from '../limits.ts'
import type { Draft, Frame } from '../occurrence.ts'
import { type Detector, shortType } from './detector.ts'
import { capped, javaFrame } from './frames.ts'

const HEAD =
  /^\s*(?:Exception in thread "[^"\n]{0,200}" |Caused by: |Suppressed: )?((?:[a-z_][\w]*\.){1,12}[A-Z][\w$]*)(?:: (.*)|$)/
const SIMPLE = /^(?:Exception in thread "[^"\n]{0,200}" |Caused by: )([A-Z][\w$]*)(?:: (.*)|$)/
const FRAME = /^\s*at |^\s*\.\.\. \d+ (?:more|common frames)/

/** Java, Kotlin and Scala exceptions with their causes. */
export const jvm: Detector = {
  id: 'jvm',
  hints: ['Exception', 'Error'],
  read(lines, at) {
    return read(lines, at, 0)
  },
}

function read(lines: readonly string[], at: number, depth: number): Draft | undefined {
  const line = lines[at] ?? ''
  const hit = HEAD.exec(line) ?? SIMPLE.exec(line)
  if (!hit) return undefined
  const frames: Frame[] = []
  let end = at + 1
  // A message may go on for a few lines before the stack.
  while (end < at + 6 && end < lines.length && !FRAME.test(lines[end] ?? '')) end += 1
  if (!FRAME.test(lines[end] ?? '')) {
    if (!line.startsWith('Exception in thread') && depth === 0) return undefined
    end = at + 1
  }
  const limit = Math.min(lines.length, at + SPAN_LINES_MAX)
  while (end < limit && FRAME.test(lines[end] ?? '')) {
    const frame = javaFrame(lines[end] ?? '')
    if (frame) frames.push(frame)
    end += 1
  }
  const next = lines[end] ?? ''
  const cause = depth < 8 && /^\s*Caused by: /.test(next) ? read(lines, end, depth + 1) : undefined
  const type = shortType(hit[1] ?? '')
  return {
    by: 'jvm',
    tool: 'java',
    language: 'java',
    type,
    message: hit[2] ?? '',
    frames: capped(frames),
    weight: frames.length > 0 || cause !== undefined ? 95 : 85,
    start: at,
    end: cause?.end ?? end,
    cause,
  }
}
