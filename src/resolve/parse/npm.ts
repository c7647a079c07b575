import type { Draft } from '../occurrence.ts'
import type { Detector } from './detector.ts'

const LINE = /^\s*npm (?:error|ERR!)(?: (.*)|$)/
const CODE = /^code\s+(\S+)$/
/** Words npm puts before each line of one explanation. */
const LABEL =
  /^(?:E\d{3}|\d{3}|notarget|notsup|Invalid|ERESOLVE|enoent|gyp ERR!|peer|nospc|network|audit|JSON\.parse|EINVALIDPACKAGENAME|syscall|path|errno|dest|cwd)\b\s*/
const SKIP =
  /^(?:errno|syscall|path|dest|file|cwd|command|code|signal|workspace|location|stack|host|port|hostname|signal)\b|^A complete log|^\s*$|^Lifecycle script|^in workspace|^at location/
/** npm repeats the exit code of what it ran: the reason stands above. */
const LIFECYCLE = /^(?:\d{1,3}|ELIFECYCLE)$/
const BLOCK_LINES_MAX = 200

/** npm's own failures, old and new spelling, one occurrence for the whole block. */
export const npm: Detector = {
  id: 'npm',
  hints: ['npm error', 'npm ERR!'],
  read(lines, at) {
    if (!LINE.test(lines[at] ?? '')) return undefined
    let code: string | undefined
    let operation: string | undefined
    const said: string[] = []
    let end = at
    while (end < lines.length && end < at + BLOCK_LINES_MAX) {
      const text = LINE.exec(lines[end] ?? '')
      if (!text) {
        // Other programs' lines come between npm's; one blank or warning does not end the block.
        if (LINE.test(lines[end + 1] ?? '') && /^(?:npm |\s*$)/.test(lines[end] ?? '')) {
          end += 1
          continue
        }
        break
      }
      const rest = (text[1] ?? '').trim()
      code ??= CODE.exec(rest)?.[1]
      operation ??= /^syscall\s+(\w+)/.exec(rest)?.[1]
      if (!SKIP.test(rest)) said.push(rest.replace(LABEL, ''))
      end += 1
    }
    return draft(code, operation, said, at, end)
  },
}

function draft(
  code: string | undefined,
  operation: string | undefined,
  said: readonly string[],
  start: number,
  end: number,
): Draft {
  const lifecycle = code !== undefined && LIFECYCLE.test(code)
  const silent = code === undefined && said.length === 0
  const message = said.find((line) => line !== '') ?? (lifecycle ? 'Lifecycle script failed' : '')
  const common = { by: 'npm', tool: 'npm', language: 'javascript', message, start, end }
  if (lifecycle || silent) return { ...common, weight: 30, wrapper: true }
  return { ...common, code, operation, weight: code === undefined ? 82 : 90 }
}
