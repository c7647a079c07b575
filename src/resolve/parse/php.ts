import type { Draft, Frame } from '../occurrence.ts'
import { type Detector, shortType } from './detector.ts'
import { capped, frame } from './frames.ts'

const HEAD =
  /^\s*(?:PHP )?(?<level>Fatal error|Recoverable fatal error|Parse error|Core error|Compile error|Warning|Notice|Strict Standards|Deprecated): {1,2}(?<rest>.*)$/
const UNCAUGHT =
  /^Uncaught (?:(?<type>[A-Z_]\w*(?:\\\w+)*)(?:: (?<message>.*))?|exception '(?<old>[\w\\]{1,200})' with message '(?<said>.*)')$/
const PLACE =
  /^(?<said>.*?)(?: in (?<file>(?:\/|[A-Za-z]:|phar:)\S{0,300}?|\S{1,200}\.(?:php|phtml|inc))(?: on line |:)(?<line>\d{1,7}))?$/
const NEXT = /^Next (?<type>[A-Z_]\w*(?:\\\w+)*)(?:: (?<message>.*?))?(?: in \S{1,300}:\d{1,7})?$/
const FRAME = /^#\d{1,4} (?:(?<file>[^\s(]{1,300})\((?<line>\d{1,7})\)|\[internal function\]): (?<fn>[^(\n]{1,200})/
const WEIGHT: Readonly<Record<string, number>> = { Warning: 60, Notice: 45, 'Strict Standards': 35, Deprecated: 35 }
const TRACE_LINES_MAX = 200
const PHPUNIT = /^\d{1,6}\) ([\w\\]{1,200})::(\w{1,200})/
const TYPED = /^(?<type>(?:\w+\\)*\w*(?:Error|Exception|Failed\w*)): (?<message>.*)$/
const CONSOLE = /^\s*In (?<file>[\w./-]{1,200}\.php) line (?<line>\d{1,7}):$/
const COMPOSER =
  /^\s*(?:\[\w+\] )?(?<message>(?:Composer could not find|The requested package|Could not find (?:a matching version of )?package|Root composer\.json requires|The lock file is not up to date|Your lock file does not contain|Script .{1,200} returned with error code|Package .{1,120} is not installed|Your Composer dependencies require).*)$/
const PROBLEM = /^\s+- (?<message>.{10,})$/

/** Errors at every level with their traces, PHPUnit, Composer and the console of Symfony. */
export const php: Detector = {
  id: 'php',
  hints: [
    'error: ',
    'Warning: ',
    'Notice: ',
    'Deprecated: ',
    ') ',
    '.php line ',
    'omposer',
    'package',
    'Problem ',
    'lock file',
    'Script ',
  ],
  read(lines, at) {
    const line = lines[at] ?? ''
    const head = HEAD.exec(line)?.groups
    if (head !== undefined) return raised(lines, at, head['level'] ?? '', head['rest'] ?? '')
    const test = PHPUNIT.exec(line)
    if (test) return phpunit(lines, at)
    const box = CONSOLE.exec(line)?.groups
    if (box !== undefined) return boxed(lines, at, box)
    if (/^\s*Problem 1$/.test(line)) {
      const said = PROBLEM.exec(lines[at + 1] ?? '')?.groups?.['message']
      return said === undefined
        ? undefined
        : { ...common, tool: 'composer', message: said, weight: 91, start: at, end: at + 2 }
    }
    const composer = COMPOSER.exec(line)?.groups?.['message']
    return composer === undefined
      ? undefined
      : {
          ...common,
          tool: 'composer',
          message: composer,
          weight: composer.startsWith('Script') ? 30 : 88,
          wrapper: composer.startsWith('Script'),
          start: at,
          end: at + 1,
        }
  },
}

const common = { by: 'php', tool: 'php', language: 'php' } as const

function raised(lines: readonly string[], at: number, level: string, rest: string): Draft | undefined {
  const { said = rest, file, line } = PLACE.exec(rest)?.groups ?? {}
  const uncaught = UNCAUGHT.exec(said)?.groups
  // Other programs label their warnings so, too: PHP says where.
  if (uncaught === undefined && file === undefined && !(lines[at] ?? '').startsWith('PHP ')) return undefined
  const trace = traceFrom(lines, at + 1)
  const place = { file, line: line === undefined ? undefined : Number(line) }
  if (uncaught === undefined)
    return { ...common, ...place, type: level, message: said, weight: WEIGHT[level] ?? 94, start: at, end: at + 1 }
  const first: Draft = {
    ...common,
    ...place,
    type: shortType(uncaught['type'] ?? uncaught['old'] ?? ''),
    message: (uncaught['message'] ?? uncaught['said'] ?? '').replace(/, called in \S+ on line \d+.*$/, ''),
    frames: capped(trace.frames),
    weight: 94,
    start: at,
    end: trace.end,
  }
  if (trace.next === undefined) return first
  const { type = '', message = '' } = trace.next
  return { ...common, type: shortType(type), message, weight: 94, start: at, end: trace.end, cause: first }
}

interface Trace {
  readonly frames: Frame[]
  /** The last exception that was thrown because of the first. */
  readonly next: Readonly<Record<string, string | undefined>> | undefined
  readonly end: number
}

function traceFrom(lines: readonly string[], from: number): Trace {
  const frames: Frame[] = []
  let next: Trace['next']
  let end = from
  const limit = Math.min(lines.length, from + TRACE_LINES_MAX)
  for (; end < limit; end++) {
    const line = lines[end] ?? ''
    const hit = FRAME.exec(line)?.groups
    if (hit !== undefined && next === undefined)
      frames.push(frame((hit['fn'] ?? '').replace(/^.*[\\>:]/, ''), hit['file'] ?? '<internal>', hit['line']))
    const after = NEXT.exec(line)?.groups
    if (after !== undefined) next = after
    else if (line !== '' && !/^(?:Stack trace:|#\d+ |\s+thrown in )/.test(line)) break
    if (/^\s+thrown in /.test(line)) return { frames, next, end: end + 1 }
    if (line === '' && !NEXT.test(lines[end + 1] ?? '')) break
  }
  return { frames, next, end: Math.max(end, from) }
}

function phpunit(lines: readonly string[], at: number): Draft | undefined {
  const said = (lines[at + 1] ?? '').trim()
  if (said === '') return undefined
  const typed = TYPED.exec(said)?.groups
  const type = typed?.['type'] === undefined ? 'assertion' : shortType(typed['type'])
  return {
    ...common,
    tool: typed === undefined ? 'phpunit' : 'php',
    type,
    message: typed?.['message'] ?? said,
    weight: 91,
    firstWins: true,
    start: at,
    end: at + 2,
  }
}

/** A box with the message, broken at the width of the screen. */
function boxed(
  lines: readonly string[],
  at: number,
  groups: Readonly<Record<string, string | undefined>>,
): Draft | undefined {
  const said: string[] = []
  let type: string | undefined
  let end = at + 1
  while (end < lines.length && end < at + 12 && !/^\S/.test(lines[end] ?? '')) {
    const line = (lines[end] ?? '').trim()
    const bracket = /^\[([\w\\]+(?:Error|Exception))\]$/.exec(line)
    if (bracket) type = bracket[1]
    else if (line !== '') said.push(line)
    end += 1
  }
  if (said.length === 0) return undefined
  const tool =
    /^(?:JsonFile|RemoteFilesystem|CurlDownloader|Locker|Installer|FileDownloader|ProcessExecutor|Git|RootPackageLoader|ArrayLoader)\.php$/.test(
      groups['file'] ?? '',
    )
      ? 'composer'
      : 'php'
  return {
    ...common,
    tool,
    type: type && shortType(type),
    message: said.slice(0, 3).join(' '),
    file: groups['file'],
    line: Number(groups['line']),
    weight: 90,
    start: at,
    end,
  }
}
