import type { Draft } from '../occurrence.ts'
import type { Detector } from './detector.ts'

const LINE = /^\s*npm (?:error|ERR!)(?: (.*)|$)/
const CODE = /^code\s+(\S+)$/
/** Words npm puts before each line of one explanation. */
const LABEL =
  /^(?:E\d{3}|\d{3}|notarget|notsup|ERESOLVE|enoent|gyp ERR!|peer|nospc|engine|network|audit|JSON\.parse|EINVALIDPACKAGENAME|syscall|path|errno|dest|cwd)\b\s*/
const SKIP =
  /^(?:errno|syscall|path|dest|file|cwd|command|code|signal|workspace|location|stack|host|port|hostname|signal)\b|^A complete log|^\s*$|^Lifecycle script|^in workspace|^at location/
/** npm repeats the exit code of what it ran: the reason stands above. */
const LIFECYCLE = /^(?:\d{1,3}|ELIFECYCLE)$/
/** npm quotes what the script of a dependency, or git, printed: the telling lines of it, the most telling first. */
const QUOTED: readonly (readonly [tool: string, pattern: RegExp])[] = [
  ['gcc', /^\S{1,300}:\d+:\d+: (?:fatal )?error: (.{3,400})$/],
  [
    'node-gyp',
    /^gyp ERR! (?:stack Error: )?((?:Could not find any|You need to install|`?\w+`? not found|ENOENT|EACCES).{3,400})$/,
  ],
  ['git', /^(?:remote: )?(?:fatal|error): ((?!Could not read from remote).{3,400})$/],
  ['', /^\S{0,60}\s?((?:\w+Error|Error|ERR!|error): .{3,400})$/],
  ['bash', /^sh: (?:\d+|line \d+): (.{3,300})$/],
  ['git', /^fatal: (.{3,400})$/],
]
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
      const own = CODE.exec(rest)?.[1]
      // The next failure begins with its code.
      if (own !== undefined && code !== undefined && own !== code) break
      code ??= own
      operation ??= /^syscall\s+(\w+)/.exec(rest)?.[1]
      if (!SKIP.test(rest)) said.push(rest)
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
  const words = said.map((line) => line.replace(LABEL, ''))
  const message =
    words.find((line) => line !== '')?.replace(/ while parsing (?:'|").*$/s, '') ??
    (lifecycle ? 'Lifecycle script failed' : '')
  const common = { by: 'npm', tool: 'npm', language: 'javascript', message, start, end }
  if (lifecycle || silent)
    return { ...common, weight: 30, wrapper: true, cause: lifecycle ? quoted(said, start, end) : undefined }
  return { ...common, code, operation, weight: code === undefined ? 82 : 90 }
}

function quoted(said: readonly string[], start: number, end: number): Draft | undefined {
  for (const [tool, pattern] of QUOTED) {
    const message = said.map((line) => pattern.exec(line)?.[1]).find((line) => line !== undefined)
    if (message !== undefined) return { by: 'npm', tool: tool || 'npm', message, weight: 88, start, end }
  }
  return undefined
}
