import type { Draft } from '../occurrence.ts'
import type { Detector } from './detector.ts'

const ERROR = /^(?:\[ERROR\] )?\[(?:ERROR|FATAL)\] ?(.*)$/
const PLACED =
  /^(?<file>\S{1,300}\.(?:java|kt|scala|groovy)):\[(?<line>\d{1,7}),\d{1,6}\] (?:error: )?(?<message>.*)$/
const GOAL = /^Failed to execute goal (?:(\S{1,200}) (?:\([^)\n]{0,100}\) )?)?on project (\S{1,120}): (.*)$/
/** Help, summaries, and headings of what comes. */
const SKIP =
  /^(?:\s*$|\[Help|To see the full|Re-run Maven|For more information|After correcting|-> \[Help|Some problems were|The build could not|\s+The project |\s*For project|COMPILATION ERROR|-{5,}|Tests run:.*|Failures: ?$|Errors: ?$|There are test failures|Please refer to|See dump files|\s+mvn |BUILD |Crashed tests|\s*location:|\s*symbol:|\s*required:|\s*found:|\s*reason:|T E S T S|The original artifact|Try downloading|\s*\d+\) )/
const TEST = /^\s{2,}(?<where>[\w$.]{1,200}):(?<line>\d{1,7}) ?(?:[»→] )?(?<message>.*)$/
const FAILED = /^(?<message>\S{1,300} (?:--? )?Time elapsed: .*<<< (?:FAILURE|ERROR)!)/
const HOLLOW = /^(?:Compilation failure|There are test failures|Failed to execute goal|Failed tests)/
const SYMBOL = /^(?:\[ERROR\])? {1,4}symbol: {1,4}(\S.*)$/
const HELP = /\[Help 1\] https?:\/\/\S{1,200}\/(\w+Exception)$/
/** What could not be had was a plugin, a dependency or a parent: the reason is one. */
const UNTELLING = /^(?:Mojo(?:Execution|Failure)Exception|\w*ResolutionException)$/
const HELP_LINES_MAX = 40

/** Maven's error lines: javac's findings, tests, goals that failed, models that cannot be read. */
export const maven: Detector = {
  id: 'maven',
  hints: ['[ERROR]', '[FATAL]'],
  read(lines, at) {
    const said = ERROR.exec(lines[at] ?? '')?.[1]
    if (said === undefined) return undefined
    if (SKIP.test(said))
      return said.trim() === ''
        ? undefined
        : { ...common, message: said, weight: 10, wrapper: true, start: at, end: at + 1 }
    const placed = PLACED.exec(said)?.groups
    if (placed !== undefined) return finding(lines, at, placed)
    const failed = FAILED.exec(said)?.groups?.['message']
    if (failed !== undefined) return { ...common, message: failed, weight: 20, wrapper: true, start: at, end: at + 1 }
    const test = TEST.exec(said)?.groups
    if (test !== undefined)
      return {
        ...common,
        tool: 'junit',
        message: test['message'] ?? '',
        file: test['where'],
        line: Number(test['line']),
        weight: 87,
        firstWins: true,
        start: at,
        end: at + 1,
      }
    // A stack in the log is for the detector of exceptions.
    if (/^(?:\w+\.){1,10}[A-Z]\w*(?:Error|Exception)\b|^\s+at /.test(said)) return undefined
    return goal(lines, at, said)
  },
}

const common = { by: 'maven', tool: 'maven', language: 'java' } as const

function finding(lines: readonly string[], at: number, groups: Readonly<Record<string, string | undefined>>): Draft {
  const said = groups['message'] ?? ''
  const symbol = SYMBOL.exec(lines[at + 1] ?? '')?.[1]
  const language = (groups['file'] ?? '').endsWith('.kt') ? 'kotlin' : 'java'
  return {
    by: 'maven',
    tool: language === 'kotlin' ? 'kotlinc' : 'javac',
    language,
    message: said === 'cannot find symbol' && symbol !== undefined ? `${said}: ${symbol}` : said,
    file: groups['file'],
    line: Number(groups['line']),
    weight: 92,
    firstWins: true,
    start: at,
    end: at + (symbol === undefined ? 1 : 2),
  }
}

/** The goal and the project say where, the rest says what. */
function goal(lines: readonly string[], at: number, said: string): Draft {
  const hit = GOAL.exec(said)
  const message = (hit?.[3] ?? said).replace(/ -> \[Help \d+\]$/, '').trim()
  const hollow = HOLLOW.test(message)
  let type: string | undefined
  for (let next = at; next < Math.min(lines.length, at + HELP_LINES_MAX) && type === undefined; next++)
    type = HELP.exec(lines[next] ?? '')?.[1]
  return {
    ...common,
    type: UNTELLING.test(type ?? '') ? undefined : type,
    operation:
      hit?.[1]
        ?.split(':')
        .filter((part) => !/^[\d.]+|\./.test(part))
        .join(':') || undefined,
    message,
    weight: hollow ? 25 : 89,
    wrapper: hollow,
    firstWins: true,
    start: at,
    end: at + 1,
  }
}
