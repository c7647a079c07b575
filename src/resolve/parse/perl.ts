import type { Draft } from '../occurrence.ts'
import type { Detector } from './detector.ts'

/** `message at file line N.`, with what was read or near it. */
const DIED =
  /^(?<message>\S.{2,800}?) at (?<file>(?:\(eval \d+\)|-e|-|\S{1,300})) line (?<line>\d{1,7})(?:, (?:near .{0,300}|at (?:EOF|end of line|end of file)|<\w*> (?:line|chunk) \d{1,9}))*\.?(?: at \S+ line \d+\.?)?$/
const PERL_FILE = /\.(?:pl|pm|t|cgi|psgi|PL)$|^-e$|^-$|^\(eval|^[\w./-]{1,200}$/
const AFTER =
  /^(?:BEGIN failed--|Compilation failed in require|Execution of .* aborted|.* had compilation errors|Attempt to reload|(?:main|\w+(?:::\w+)*)::\w+\(.*\) called$|require .* called$)/
const WARNING =
  /^(?:Use of uninitialized|Useless use|Argument ".*" isn't numeric|Name ".*" used only once|Subroutine \S+ redefined|Scalar value|Possible |Odd number of elements|Deep recursion|Wide character)/
const NO_SCRIPT = /^Can't open perl script "(?<file>[^"\n]{1,300})": (?<reason>.*)$/
const ABORTED = /^(?:Execution of \S+ aborted due to compilation errors\.|\S+ had compilation errors\.)$/
const TEST = /^#\s+Failed test(?: '(?<message>.{1,300})')?$/

/** die, warn, croak and confess, the compiler's complaints, Test::More. */
export const perl: Detector = {
  id: 'perl',
  hints: [' line ', 'perl script', 'compilation errors', 'Failed test'],
  read(lines, at) {
    const line = lines[at] ?? ''
    const script = NO_SCRIPT.exec(line)?.groups
    if (script !== undefined)
      return {
        ...common,
        message: `Can't open perl script: ${script['reason'] ?? ''}`,
        file: script['file'],
        weight: 90,
        start: at,
        end: at + 1,
      }
    if (ABORTED.test(line)) return { ...common, message: line, weight: 20, wrapper: true, start: at, end: at + 1 }
    const test = TEST.exec(line)?.groups
    if (test !== undefined)
      return {
        ...common,
        type: 'assertion',
        message: `Failed test '${test['message'] ?? ''}'`,
        weight: 88,
        firstWins: true,
        start: at,
        end: at + 2,
      }
    const died = DIED.exec(line)?.groups
    if (died === undefined || !isPerl(lines, at, died['file'] ?? '')) return undefined
    return drafted(lines, at, died)
  },
}

const common = { by: 'perl', tool: 'perl', language: 'perl' } as const

/** Many a sentence ends so; Perl's own names a file of Perl, or more of its lines stand around. */
const isPerl = (lines: readonly string[], at: number, file: string): boolean =>
  /\.(?:pl|pm|t|cgi|psgi|PL)$|^-e$|^\(eval/.test(file) ||
  (PERL_FILE.test(file) &&
    (lines[at] ?? '').endsWith('.') &&
    /called at \S+ line \d+|compilation errors|BEGIN failed/.test(lines[at + 1] ?? ''))

function drafted(lines: readonly string[], at: number, groups: Readonly<Record<string, string | undefined>>): Draft {
  const said = groups['message'] ?? ''
  const wrapper = AFTER.test(said)
  let end = at + 1
  while (/^\t\S.* called at \S+ line \d+/.test(lines[end] ?? '')) end += 1
  // The folders it looked in differ on every machine.
  const message = said
    .replace(/ \(@INC (?:contains|entries checked):.*$/, '')
    .replace(/ \(you may need to install the .* module\)/, '')
  return {
    ...common,
    message,
    file: groups['file'],
    line: Number(groups['line']),
    weight: wrapper ? 25 : WARNING.test(said) ? 45 : 92,
    wrapper,
    firstWins: true,
    start: at,
    end,
  }
}
