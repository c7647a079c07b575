import type { Draft } from '../occurrence.ts'
import { type LineRule, lineDetector } from './detector.ts'

const shell = { tool: 'bash', language: 'shell', weight: 86 } as const

/** What a shell says when a signal ended a program. The program's own words, when there are any, say more. */
const SIGNALS: Readonly<Record<string, string>> = {
  Killed: 'SIGKILL',
  'Segmentation fault': 'SIGSEGV',
  Aborted: 'SIGABRT',
  'Bus error': 'SIGBUS',
  Terminated: 'SIGTERM',
  'Floating point exception': 'SIGFPE',
  'Illegal instruction': 'SIGILL',
  'Trace/breakpoint trap': 'SIGTRAP',
  Hangup: 'SIGHUP',
}
const SIGNAL = Object.keys(SIGNALS).join('|')
const SIGNAL_WORDS = Object.keys(SIGNALS)

const byItsName = (draft: Draft): Draft => ({ ...draft, type: SIGNALS[draft.message], end: draft.start + 1 })

/** bash repeats the line it could not read below the error. */
const withSource = (draft: Draft, lines: readonly string[], at: number): Draft => ({
  ...draft,
  end: /: line \d+: `.*'$/.test(lines[at + 1] ?? '') ? at + 2 : at + 1,
})

/** What dash and busybox say; each is in their pattern too. */
const DASH = [
  'yntax error',
  'cannot open',
  'cannot create',
  "can't ",
  'Permission denied',
  ': bad ',
  ': Bad ',
  'Illegal ',
  'is read only',
  'not in a function',
  'unexpected operator',
  'arithmetic expression',
  'division by zero',
  'Directory nonexistent',
  'Exec format error',
  'No such file',
  'Is a directory',
  'parameter ',
  'expected ',
  'missing ',
]

const rules: readonly LineRule[] = [
  {
    ...shell,
    weight: 80,
    hints: SIGNAL_WORDS,
    pattern: new RegExp(
      String.raw`^(?:(?<file>[^\s:]{1,200}): line (?<line>\d+):\s+\d+ )?(?<message>${SIGNAL})(?: +\(core dumped\))?(?:$| {2,}\S|\(core dumped\)|\.\/)`,
    ),
    more: byItsName,
  },
  {
    ...shell,
    weight: 80,
    hints: ['fault', 'killed', 'abort', 'bus error', 'terminated'],
    pattern: /^zsh: (?<message>segmentation fault|killed|abort|bus error|terminated)(?: +\(core dumped\))? {2}/,
    more: (draft) => {
      const name = SIGNAL_WORDS.find((word) => word.toLowerCase().startsWith(draft.message)) ?? ''
      return { ...draft, message: name, type: SIGNALS[name] }
    },
  },
  // The same in the words of bash, dash, zsh and fish. The command is what differs, so it must be a parameter.
  {
    ...shell,
    says: 'command not found',
    hints: ['not found'],
    pattern: /^(?:[\w./-]+: )?(?:(?:line )?\d+:\s+)?(?:eval: )?(?<name>[\w.+/@-]{1,200}): (?:command )?not found$/,
  },
  {
    ...shell,
    says: 'command not found',
    hints: ['command not found: ', 'Unknown command'],
    pattern: /^(?:[\w./-]{1,120}:(?:\d+:)? ?)?(?:command not found:|Unknown command:?) '?(?<name>[^\s']{1,200}?)'?$/,
  },
  {
    ...shell,
    words: ({ name = '' }) => `${name}: unbound variable`,
    hints: ['parameter not set', 'unbound variable'],
    pattern:
      /^(?<file>[^\s:]{1,200}):(?: line (?<line>\d+):| \d+:|\d+:)? (?<name>\w{1,80}): (?:parameter not set|unbound variable)$/,
  },
  {
    ...shell,
    weight: 35,
    hints: ['warning: '],
    pattern: /^(?<file>[^\s:]{1,200}): line (?<line>\d+):\s+warning: (?<message>.*)$/,
  },
  {
    ...shell,
    hints: ['syntax error near'],
    pattern:
      /^(?<file>[^\s:]{1,200}): (?:-c: )?line (?<line>\d+):\s+(?<message>syntax error near unexpected token .*)$/,
    more: withSource,
  },
  {
    ...shell,
    hints: ['line '],
    pattern: /^(?<file>[^\s:]{1,200}): (?:-c: )?line (?<line>\d+):\s+(?<message>.*)$/,
  },
  // dash, busybox: `x.sh: 3: message`
  {
    ...shell,
    hints: DASH,
    pattern:
      /^(?<file>(?:[\w./-]{1,200}\.\w{1,8}|[\w./-]{0,120}\/[\w.-]{1,80}|\w{0,10}sh|eval|entrypoint\S{0,40})): (?:line )?(?<line>\d{1,6}): (?<message>(?:(?:[\w.[/=!<>-]{1,120}|\.): ){0,2}(?:Syntax error|syntax error|cannot (?:open|create)|can't (?:cd|shift)|Permission denied|bad |Bad |Illegal |is read only|not in a function|unexpected operator|arithmetic expression|division by zero|parameter |Directory nonexistent|Is a directory|Exec format error|No such file|not enough|too many|expected |missing |invalid ).{0,300})/,
  },
  // zsh says what is wrong before what it is about.
  {
    ...shell,
    words: ({ message = '', name = '' }) => `${name}: ${STRERROR[message.toLowerCase()] ?? message}`,
    hints: ['zsh:', '.zsh:', '.sh:'],
    pattern:
      /^[\w./-]{1,120}:(?:\w{1,30}:)?(?<line>\d{1,6})?:? (?<message>permission denied|no such file or directory|is a directory|no matches found|exec format error): (?<name>.{1,300})/,
  },
  // The same when the name of the shell was taken for a prefix.
  {
    ...shell,
    words: ({ message = '', name = '' }) => `${name}: ${STRERROR[message] ?? message}`,
    hints: ['no such file or directory: ', 'permission denied: ', 'no matches found: '],
    pattern: /^(?<message>permission denied|no such file or directory|no matches found): (?<name>\S.{0,300})$/,
  },
  {
    ...shell,
    hints: ['zsh:'],
    pattern: /^zsh:(?:(?<operation>[a-z]{1,20}):)?(?:(?<line>\d{1,6}):)? (?<message>.{3,400})/,
  },
  {
    ...shell,
    hints: ['sh: '],
    pattern: /^-?(?:\/(?:usr\/)?bin\/)?(?:bash|dash|ksh|ash|sh): (?:\d{1,6}: )?(?<message>.{3,400})/,
  },
  { ...shell, tool: 'fish', hints: ['fish: '], pattern: /^(?:\S{1,200} \(line \d+\): )?fish: (?<message>.{3,400})/ },
  {
    ...shell,
    weight: 90,
    hints: ['bad interpreter: '],
    pattern: /^(?:[\w./-]{1,200}: ){0,2}(?<name>[^\s:]{1,200}): (?<message>bad interpreter: .*)$/,
  },
  {
    ...shell,
    weight: 90,
    hints: ['env: '],
    // The carriage return of a script written on Windows is printed as it is, or in words.
    pattern: /^(?:\/\S{1,60}\/)?env: (?<message>.{3,300})/,
  },
]

const STRERROR: Readonly<Record<string, string>> = {
  'permission denied': 'Permission denied',
  'no such file or directory': 'No such file or directory',
  'is a directory': 'Is a directory',
}

/** bash, dash, zsh and fish. */
export const shellLines = lineDetector('shell', rules)
