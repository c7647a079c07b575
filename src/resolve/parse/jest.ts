import type { Detector } from './detector.ts'

const BULLET = /^\s*● (.{1,400})$/
/** Lines between the bullet and the reason. */
const REASON_LINES_MAX = 8
const TYPED = /^\s*[\w$.]*(?:Error|Exception)(?: \[\w+\])?: /

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
      return {
        by: 'jest',
        tool: 'jest',
        language: 'javascript',
        type,
        message: line.trim(),
        weight: 87,
        start: at,
        end: next + 1,
      }
    }
    return undefined
  },
}
