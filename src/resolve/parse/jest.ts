import type { Draft } from '../occurrence.ts'
import type { Detector } from './detector.ts'
import { v8Frame } from './frames.ts'

/** systemd marks its units so too. */
const BULLET = /^\s*● (?!\S{1,120}\.(?:service|socket|timer|mount|target|slice|scope)\b)(.{1,400})$/
/** Lines between the bullet and the reason. */
const REASON_LINES_MAX = 8
const TYPED = /^\s*[\w$.]*(?:Error|Exception)(?: \[\w+\])?: /
const PLACE_LINES_MAX = 60
/** Jest's own advice: the error it is about stands below it, with its stack. */
const ADVICE = /^Jest encountered an unexpected token/

/** What Jest prints below a bullet when it is not an error with a stack, which the Node detector reads. */
export const jest: Detector = {
  id: 'jest',
  hints: ['● '],
  read(lines, at) {
    if (!BULLET.test(lines[at] ?? '')) return undefined
    let type: string | undefined
    for (let next = at + 1; next < Math.min(lines.length, at + 1 + REASON_LINES_MAX); next++) {
      const line = lines[next] ?? ''
      const heading = BULLET.exec(line)
      if (heading) type = heading[1]?.replace(/:$/, '')
      if (line.trim() === '' || heading) continue
      if (TYPED.test(line)) return undefined
      const advice = ADVICE.test(line.trim())
      return {
        by: 'jest',
        tool: 'jest',
        language: 'javascript',
        type: type ?? headed(lines[at] ?? ''),
        // Which equality was meant is a note for people.
        message: line.trim().replace(/ \/\/ [\w. ]{1,60}$/, ''),
        ...placed(lines, next),
        weight: advice ? 70 : 94,
        firstWins: true,
        start: at,
        end: next + 1,
      } satisfies Draft
    }
    return undefined
  },
}

/** `● Validation Error:` is a type, `● adds two numbers` is a title. */
const headed = (line: string): string | undefined =>
  /^\s*● ((?:Validation|Deprecation|Unrecognized|Invalid|Multiple)[\w ]{1,60}):$/.exec(line)?.[1]

function placed(lines: readonly string[], from: number): { readonly file?: string; readonly line?: number } {
  for (let next = from; next < Math.min(lines.length, from + PLACE_LINES_MAX); next++) {
    if (BULLET.test(lines[next] ?? '')) return {}
    const frame = v8Frame(lines[next] ?? '')
    if (frame?.own === true) return { file: frame.file, line: frame.line }
  }
  return {}
}
