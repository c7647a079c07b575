import type { Draft } from '../occurrence.ts'
import { type Detector, shortType } from './detector.ts'

/** Lines that report progress, or quote other logs at a quiet level. */
const QUIET = /^\W{0,3}(?:\S{0,40} )?(?:DEBUG|INFO|TRACE|NOTICE|debug|info|trace|notice)\b/
/** Passing tests and progress talk about errors without being any. */
const PASSING =
  /^\s*(?:[✓✔√•·]|ok \d|PASS\b|\[\s*OK|\[\d+\/\d+\]|\d+ passing|# |--? |npm (?:warn|WARN|http)|Get:\d|Setting up|Unpacking|Compiling|Downloading|Finished|Running|running \d|test result: ok|\* (?:test|doctest|property) .* \([\d.]+m?s\)|test \S+ \.\.\. ok$)/
const STAMP = /^\[?\d{4}-\d\d-\d\d[T ][\d:.,]{5,18}(?:Z|[+-]\d\d:?\d\d)?\]?\s*(?:\[[^\]]{0,60}\]\s*)?/

const TYPED =
  /^\s*(?:Uncaught |Unhandled |error: |ERROR: )?((?:[\w$]+(?:\.|::))*[A-Z][\w$]*(?:Error|Exception|Failure|Fault))(?: \[(\w+)\])?: (.*)$/
const LABELLED =
  /^\s*(?:[\w./@-]{1,80}: ){0,2}\[?(?:fatal error|fatal|error|FATAL|ERROR|Error|Fatal|ERR!|SEVERE|CRITICAL|FAILED|failure|E|ERR)\b\]?(?:[:!]| -|(?=\s))\s*(.*)$/
const WARNING =
  /^\s*(?:[\w./@-]{1,80}: ){0,2}\[?(?:warning|warn|WARNING|WARN|Warning|deprecated|DeprecationWarning)\b\]?[:!]?\s*(.*)$/
/** Words by which a sentence says that something went wrong. */
export const KEYWORD =
  /\b(?:cannot|can't|can not|could not|couldn't|unable to|failed|failure|not found|not permitted|denied|refused|invalid|no such|unknown|missing|unexpected|does not|doesn't|is not|are not|was not|not a|already|timed? ?out|unsupported|too long|too many|too large|not allowed|must be|required|no space|killed|aborted|fault|mismatch|conflict|expired|ambiguous|rejected|corrupt|did you mean|undefined|unrecognized|illegal|exceeded|reset|unreachable|pending|is a directory|not yet|corrupted|incompatible|mismatched)\b/i
const PLAIN = /^\s*(?<who>[\w./@-]{1,60}): (?<message>.{3,400})$/

/** What package managers and build services say before they run something. */
const ANNOUNCED =
  /^(?:> \S{1,100}@\d\S* \S|> (?:node|nx|npm|yarn|pnpm|\.\/|sh|bash|cross-env|tsc|vite|jest) ?|\$ \S|\+ \S|\[Pipeline\]|Started by user|Running on |Run \S|#!\/|Task {2,}:|Generating script|={10}|Starting Command|Finished: |CircleCI received|Use --(?:sandbox_debug|verbose_failures)|INFO: |(?:make|ninja)(?:\[\d+\])?: (?:Entering|Leaving) directory|\d+ actionable tasks?|\* Try:|\* What went wrong|> (?:Run with --|Task :|Process )|Executing "|[})]|\/\/ stage|\[?End of|Exited with|—{6}|Started |Attaching to| => |npm (?:error|ERR!)|[Oo]pen(?:jdk|JDK) |Hint: run the command|-{6,}|#\d{1,4} \[)/

export const KEYWORD_WEIGHT = 50

/** What any tool may print: a label and a message, a typed message, a line with a telling word. */
export const generic: Detector = {
  id: 'generic',
  hints: [''],
  read(lines, at) {
    const full = lines[at] ?? ''
    if (full.length > 2000 || isNoise(full)) return undefined
    const line = full.replace(STAMP, '')
    if (QUIET.test(line)) return undefined
    const draft = (message: string, weight: number, more: Partial<Draft> = {}): Draft => ({
      by: 'generic',
      tool: '',
      message,
      weight,
      start: at,
      end: at + 1,
      ...more,
    })
    const typed = TYPED.exec(line)
    if (typed) return draft(typed[3] ?? '', 84, { type: shortType(typed[1] ?? ''), code: typed[2] })
    const warning = WARNING.exec(line)
    if (warning) return draft(warning[1] ?? '', 28)
    const labelled = LABELLED.exec(line)
    if (labelled && (labelled[1] ?? '').length > 2) return draft(labelled[1] ?? '', 76)
    if (!KEYWORD.test(line)) return undefined
    const plain = PLAIN.exec(line)?.groups
    if (plain) return draft(plain['message'] ?? '', KEYWORD_WEIGHT + 4, { tool: program(plain['who'] ?? '') })
    return draft(line.trim(), /^\s/.test(line) ? KEYWORD_WEIGHT - 5 : KEYWORD_WEIGHT)
  },
}

const program = (who: string): string => (/^[a-z][\w-]{1,20}$/.test(who) ? who : '')

/** Progress, passing tests and quiet log lines: they stand around errors without belonging to them. */
export const isNoise = (line: string): boolean => PASSING.test(line) || QUIET.test(line) || ANNOUNCED.test(line)

const WHOLE_CHARS_MAX = 600

/** A short text in which nothing looks like an error is taken as the message itself. */
export function whole(lines: readonly string[], wrappers: readonly Draft[]): Draft | undefined {
  const wrapped = new Set(
    wrappers.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, at) => start + at)),
  )
  const full = lines.filter((line, at) => line.trim() !== '' && !wrapped.has(at) && !isNoise(line))
  if (full.length === 0 || full.length > 6) return undefined
  const text = full.join('\n').slice(0, WHOLE_CHARS_MAX)
  const plain = PLAIN.exec(text)?.groups
  const message = plain?.['message'] ?? text
  return { by: 'whole', tool: program(plain?.['who'] ?? ''), message, weight: 30, start: 0, end: lines.length }
}
