import { LEVEL } from './log-level.ts'

/**
 * What log collectors and loggers put before each line. Named groups: `level`, and `source` where several programs
 * write in turns. Every pattern is anchored and bounded.
 */
export interface Shape {
  readonly layer: string
  readonly pattern: RegExp
  /** Nothing but a collector writes this: it comes off wherever it stands. Others must stand on most lines. */
  readonly unique?: boolean
  /** Lines of this shape are content even though the pattern fits. */
  readonly not?: RegExp
  /** What the same logger puts after the line. */
  readonly after?: RegExp
}

const DAY = String.raw`\d{4}[-/.]\d\d[-/.]\d\d`
const CLOCK = String.raw`\d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?`
const ZONE = String.raw`(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?`
const STAMP = `${DAY}[T ]${CLOCK}${ZONE}`
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)'
const WEEKDAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)'
/** Two blanks after a colon are PostgreSQL's, and `error:` in small letters is the program's own. */
const SAID = String.raw`(?<level>${LEVEL})(?![\w[]|:  |(?<=[a-z]):|(?<=(?:FATAL|fatal)) (?:ERROR|error))`
const SCRIPTS =
  '(?:pre|post)?(?:build|test|lint|dev|start|serve|check|type-?check|compile|prepare|install|publish|ci|e2e|deploy|format|watch|generate|migrate)'

const shape = (layer: string, pattern: string, more: Partial<Shape> = {}): Shape => ({
  layer,
  pattern: new RegExp(pattern),
  ...more,
})
const unique = (layer: string, pattern: string, more: Partial<Shape> = {}): Shape =>
  shape(layer, `^${pattern}`, { unique: true, ...more })

/** Collectors before loggers, the longer before the shorter. */
export const SHAPES: readonly Shape[] = [
  shape('quote', '^> ?', { not: /^> (?:[@\w./-]+@\d|Task :|nx run )/ }),
  unique('gh-run', String.raw`[^\t]{1,120}\t[^\t]{1,120}\t\ufeff?${DAY}T${CLOCK}Z ?`),
  unique('k8s', String.raw`${DAY}T\d\d:\d\d:\d\d\.\d+(?:Z|[+-]\d\d:\d\d) std(?:out|err) [FP] ?`),
  unique('gitlab', String.raw`${DAY}T\d\d:\d\d:\d\d\.\d{6}Z \d\d[OE][ +]?`),
  unique('heroku', String.raw`${DAY}T${CLOCK}${ZONE} (?<source>(?:app|heroku)\[[\w.-]{1,60}\]): ?`),
  unique(
    'journal',
    String.raw`${MONTH} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)? \S{1,80} (?<source>[^\s:[]{1,80})(?:\[\d+\])?: ?`,
  ),
  unique('journal', String.raw`${DAY}T[\d:.]{8,20}(?:Z|[+-]\d\d:?\d\d) \S{1,80} (?<source>[^\s:[]{1,80})\[\d+\]: ?`),
  unique(
    'syslog',
    String.raw`<\d{1,3}>1 \S{1,40} \S{1,80} (?<source>\S{1,80}) \S{1,40} \S{1,40} (?:-|\[[^\]\n]{0,200}\]) ?`,
  ),
  // The number of the copy makes it a container's; a bare word before a bar may be a table.
  unique('compose', String.raw`(?<source>[A-Za-z][\w.-]{0,80}[-_]\d{1,3})\s*\| ?`, { not: /^LL? *\|/ }),
  shape('compose', String.raw`^(?<source>[A-Za-z][\w.-]{0,80})\s*\| ?`, { not: /^LL? *\|/ }),
  shape('foreman', String.raw`^\d\d:\d\d:\d\d (?<source>[a-z][\w-]{0,40}\.\d{1,3})\s*\| ?`),
  shape('pm2', String.raw`^(?<source>\d{1,3}\|[\w.-]{1,60})\s*\| ?`),
  unique('pod', String.raw`\[(?<source>pod\/[\w.-]{1,120}\/[\w.-]{1,80})\] ?`),
  // Steps of a build that are not timed stand between: `#8 [4/5] RUN npm ci`.
  unique('buildkit', String.raw`#(?<source>\d{1,4}) \d{1,6}\.\d{1,3} ?`),
  shape('buildkit', String.raw`^#\d{1,4} (?:\d+\.\d{1,3} ?|\[[^\]\d]{0,40}\d{1,4}\/\d{1,4}\] )?`),
  unique(
    'actions',
    String.raw`\ufeff?${DAY}T\d\d:\d\d:\d\d\.\d{6,9}Z(?: (?!\s*(?:ERROR|WARN|INFO|DEBUG|TRACE|FATAL)\b)|$)`,
  ),
  unique('azure', String.raw`##\[(?<level>error|warning|debug)\]`),
  unique('teamcity', String.raw`\[\d\d:\d\d:\d\d\] ?(?<level>[EWFi])?:\s{0,2}(?:\[[^\]\n]{1,80}\] ?)?`),
  unique('teamcity', String.raw`\[\d\d:\d\d:\d\d\]\[[^\]\n]{1,80}\] ?`),
  ...loggers(),
  shape('turbo', String.raw`^(?<source>@?[A-Za-z][\w@./-]{0,80}:[A-Za-z][\w-]{0,40}(?::[\w-]{1,40})?):(?: |$)`, {
    not: /^(?:\w+(?:Error|Exception)|(?:error|warning|fatal):\w+):/i,
  }),
  shape('pnpm', String.raw`^(?<source>[@\w./-]{1,100} ${SCRIPTS}(?::[\w-]+)*)[:$](?: |$)`),
  shape('bracket', String.raw`^\[(?<source>[a-zA-Z@][\w@./ -]{0,60})\]:?(?: |$)`, {
    not: /^\[(?:[A-Z_]+|[a-z]+: .*|error|warning|info|debug|fatal)\]/,
  }),
  shape('bracket', String.raw`^\[(?<source>\d{1,3})\] `),
]

function loggers(): Shape[] {
  const thread = String.raw`(?: +\[(?!${LEVEL}\])[^\]\n]{1,60}\]){0,2}`
  /** Thread and name after the level, which a dash or colon of their own sets off from the message. */
  const name = String.raw`(?:(?: \[[\w. :/#-]{1,60}\])? +[\w.$-]{1,100} +(?:-{1,2}|:)(?= |$))?`
  return [
    unique('logger', String.raw`${STAMP} +${SAID} +\d{1,7} --- (?:\[[^\]\n]{0,60}\] ?){1,3}[\w.$/[\]-]{1,100} *: ?`),
    unique('logger', String.raw`[A-Z], \[${STAMP}(?: #\d+)?\] +${SAID} -- [^:\n]{0,60}: ?`),
    unique('logger', String.raw`\[${STAMP}: ${SAID}\/[\w-]{1,60}\] ?`),
    unique('logger', String.raw`\[${STAMP} +${SAID} +[\w:.]{1,100}\] ?`),
    unique('logger', String.raw`\[${STAMP}\] [\w-]{1,40}\.(?<level>[A-Z]{4,9}): `, {
      after: / (?:\{"[^\n]{0,2000}\}|\[\]) (?:\{"[^\n]{0,400}\}|\[\])$/,
    }),
    unique('logger', String.raw`${STAMP} \| ${SAID} *\| [\w.<>:$-]{1,120} - `),
    unique('logger', String.raw`${STAMP} - [\w.$/-]{1,80} - ${SAID} - `),
    unique('logger', String.raw`${STAMP} \[(?<level>[a-z]{4,9}) *\] (?:\d{1,9}#\d{1,9}: (?:\*\d{1,12} )?)?`),
    unique('logger', String.raw`\[?${STAMP}\]? \[\d{1,7}\] \[${SAID}\] `),
    unique('logger', String.raw`${STAMP} \d{1,7} \[${SAID}\] (?:\[MY-\d{6}\] )?(?:\[\w{1,30}\] )?`),
    unique('logger', String.raw`${STAMP} +${SAID} (?:[\w:]{1,60}\{[^}\n]{0,200}\}:? ?){0,3}\w+(?:::\w+){1,8}: `),
    unique('logger', String.raw`${STAMP}\t${SAID}\t(?:\S{1,80}\t){0,2}`),
    unique('logger', String.raw`${STAMP}\t[\w-]{36}\t${SAID}\t`),
    unique(
      'klog',
      String.raw`(?<level>[IWEF])\d{4}(?:\d{4})? \d\d:\d\d:\d\d\.\d{6} +\d{1,9} [\w./-]{1,80}:\d{1,6}\] ?`,
    ),
    unique(
      'logger',
      String.raw`\[${WEEKDAY} ${MONTH} \d\d ${CLOCK} \d{4}\] \[(?:\w{1,30}:)?(?<level>\w{1,10})\] (?:\[pid [^\]\n]{1,60}\] )?(?:\[client [^\]\n]{1,60}\] )?(?:AH\d{5}: )?`,
    ),
    unique('logger', String.raw`\[\d\d-${MONTH}-\d{4} ${CLOCK} [A-Z][\w/]{1,40}\] `),
    unique('logger', String.raw`\d\d-${MONTH}-\d{4} ${CLOCK} ${SAID}(?: \[[^\]\n]{1,60}\])?(?: [\w.$]{1,160})? `),
    unique('logger', String.raw`\d{1,7}:[XCSM] \d\d ${MONTH} \d{4} ${CLOCK} (?<level>[-.*#]) `),
    unique('logger', String.raw`\[Nest\] \d{1,7} +- [\d/., :-]{8,30}(?:[AP]M)? +${SAID} (?:\[[\w ]{1,60}\] )?`),
    unique('logger', String.raw`\[?${CLOCK} (?<level>[A-Z]{3})\] `),
    unique('logger', String.raw`${CLOCK}${thread} +\[?(?<level>${LEVEL})\]? (?:[\w.$]{1,100} +-{1,2}(?: |$))?`),
    unique('logger', String.raw`\d\d-\d\d ${CLOCK} +\d{1,7} +\d{1,7} (?<level>[VDIWEF]) [\w.$:/-]{1,60} *: ?`),
    unique('logger', String.raw`(?<level>[VDIWEF])\/[\w.$-]{1,60} *\( *\d{1,7}\): ?`),
    // A level in brackets stays: build tools print their own that way.
    unique('logger', String.raw`\[?${STAMP}\]?:?(?:${thread} +${SAID}:?)?${name}(?: |$|(?=\[))`),
    shape('go', String.raw`^${DAY} ${CLOCK} (?:[\w./-]{1,80}\.go:\d{1,6}: )?`),
    shape('clock', String.raw`^\[?\d\d:\d\d:\d\d(?:[.,]\d{1,6})?\]?:? `),
    unique('logger', String.raw`\d{1,2}:\d\d[AP]M (?<level>[A-Z]{3}) `),
    unique('logger', String.raw`(?<level>ERRO|WARN|INFO|DEBU|FATA|PANI|TRAC)\[\d{4}\] `),
    unique('logger', String.raw`(?<level>ERROR: {4}|INFO: {5}|WARNING: {2}|DEBUG: {4})(?! )`),
    unique('logger', String.raw`(?<level>TRACE|DEBUG|INFO|WARNING|ERROR|CRITICAL):[a-zA-Z_][\w.]{0,80}:`, {
      not: /^\w+:\w*(?:Error|Exception):/,
    }),
  ]
}
