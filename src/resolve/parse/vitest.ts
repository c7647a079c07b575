import type { Draft, Frame } from '../occurrence.ts'
import { type Detector, shortType } from './detector.ts'
import { capped, placeOf } from './frames.ts'

const HEAD =
  /^\s{0,40}(?:FAIL {1,2}\S.{0,400}|⎯+ (?:Uncaught Exception|Unhandled (?:Rejection|Error|Errors))(?: \d+)? ⎯+)$/
const TYPED = /^\s{0,40}((?:[\w$]+\.)*[A-Z][\w$]*(?:Error|Exception|Failure)?)(?: \[(\w+)\])?: (.*)$/
const FRAME = /^\s{0,40}❯ (?:(.{1,200}?) )?([^\s:]{1,300}):(\d{1,7}):\d{1,7}$/
const CAUSE = /^\s{0,40}Caused by: /
const CODE = /code: '([A-Z][A-Z0-9_]{2,40})'/
/** Between the title and the error stand other titles that failed for the same reason. */
const GAP_LINES = 8
const BLOCK_LINES_MAX = 80

/** Vitest: the error stands below `FAIL file > title`, its frames behind arrows. */
export const vitest: Detector = {
  id: 'vitest',
  hints: ['FAIL', '⎯'],
  read(lines, at) {
    if (!HEAD.test(lines[at] ?? '')) return undefined
    for (let next = at + 1; next <= at + GAP_LINES && next < lines.length; next++) {
      const line = lines[next] ?? ''
      if (line.trim() === '' || HEAD.test(line)) continue
      const hit = TYPED.exec(line)
      return hit ? block(lines, at, next, hit) : undefined
    }
    return undefined
  },
}

function block(lines: readonly string[], start: number, head: number, hit: RegExpExecArray): Draft | undefined {
  const frames: Frame[] = []
  const message = [(hit[3] ?? '').replace(/ \/\/ Object\.is equality$/, '')]
  let open = true
  let code = hit[2]
  let end = head + 1
  let cause: Draft | undefined
  for (; end < Math.min(lines.length, head + BLOCK_LINES_MAX); end++) {
    const line = lines[end] ?? ''
    if (/^\s{0,40}⎯{10,}/.test(line) || (HEAD.test(line) && end > head + 1)) break
    const frame = FRAME.exec(line)
    if (frame) frames.push(frameOf(frame))
    const typed = CAUSE.test(line) ? TYPED.exec(line.replace(CAUSE, '')) : null
    if (typed) cause = block(lines, end, end, typed)
    if (cause) break
    if (/^\s{0,40}$|^\s{0,40}[-+❯] |^\s{0,40}at |^Require stack:|^\d{1,7}:? |^\s+File: /.test(line)) open = false
    if (open && message.length < 4) message.push(line.trim())
    code ??= CODE.exec(line)?.[1]
  }
  // Jest writes `FAIL ./a.test.js` too; only Vitest draws arrows or boxes.
  if (frames.length === 0 && !/⎯|❯/.test(lines[end] ?? '') && !/ > | \[ /.test(lines[start] ?? '')) return undefined
  return {
    by: 'vitest',
    tool: 'vitest',
    language: 'javascript',
    type: shortType(hit[1] ?? ''),
    code,
    message: message.join('\n'),
    frames: capped(frames),
    ...placeOf(frames),
    weight: 95,
    firstWins: true,
    start,
    end: cause?.end ?? end,
    cause,
  }
}

function frameOf(hit: RegExpExecArray): Frame {
  const path = hit[2] ?? ''
  return {
    fn: hit[1] ?? '',
    file: path.split(/[/\\]/).at(-1) ?? path,
    line: Number(hit[3]),
    own: !path.includes('node_modules') && !path.startsWith('node:'),
  }
}
