/**
 * What log collectors put before each line. A prefix counts when it stands on at least 80 % of the non-empty lines
 * (on all of them when there are fewer than three), so that a program's own line of that shape is left alone.
 */
interface Prefix {
  readonly layer: string
  readonly pattern: RegExp
  /** The share of lines that must have it, where not SHARE_MIN: for shapes nothing else has. */
  readonly share?: number
  /** Lines of this shape are content even though the pattern fits. */
  readonly not?: RegExp
}

const SHARE_MIN = 0.8
/** A build log is half its own announcements; nothing else looks like its other half. */
const UNIQUE_SHARE = 0.3
/** Lines looked at before a prefix is given up: a log has one writer or it has many. */
const PROBE_LINES = 400

const STAMP = String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?`
const LEVEL =
  '(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|SEVERE|FATAL|CRITICAL|trace|debug|info|warn|error|fatal)'
const SCRIPTS =
  '(?:pre|post)?(?:build|test|lint|dev|start|serve|check|type-?check|compile|prepare|install|publish|ci|e2e|deploy|format|watch|generate|migrate)'

const PREFIXES: readonly Prefix[] = [
  { layer: 'quote', pattern: /^> ?/, not: /^> [@\w./-]+@\d/ },
  { layer: 'gh-run', share: UNIQUE_SHARE, pattern: /^[^\t]{1,120}\t[^\t]{1,120}\t\d{4}-\d\d-\d\dT[\d:.]{8,20}Z ?/ },
  {
    layer: 'k8s',
    share: UNIQUE_SHARE,
    pattern: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(?:Z|[+-]\d\d:\d\d) std(?:out|err) [FP] ?/,
  },
  {
    layer: 'journal',
    pattern: /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)? \S{1,80} [^\s:[]{1,80}(?:\[\d+\])?: ?/,
  },
  { layer: 'journal', pattern: /^\d{4}-\d\d-\d\dT[\d:.]{8,20}(?:Z|[+-]\d\d:?\d\d) \S{1,80} [^\s:[]{1,80}\[\d+\]: ?/ },
  { layer: 'compose', pattern: /^[A-Za-z][\w.-]{0,80}\s*\| ?/, not: /^LL? *\|/ },
  // Steps of a build that are not timed stand between: `#8 [4/5] RUN npm ci`.
  { layer: 'buildkit', share: UNIQUE_SHARE, pattern: /^#\d{1,4} \d{1,6}\.\d{1,3} ?/ },
  { layer: 'buildkit', pattern: /^#\d{1,4} (?:\d+\.\d{1,3} ?|\[[^\]]{0,60}\d+\/\d+\] )?/ },
  { layer: 'actions', pattern: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6,9}Z ?/ },
  {
    layer: 'logger',
    // A level in brackets stays: build tools print their own that way.
    pattern: new RegExp(
      String.raw`^\[?${STAMP}\]?:?(?: \[[^\]]{1,60}\]){0,2}(?: +(?<level>${LEVEL})\b:?)?(?: \[[a-z][\w. :/-]{0,80}\](?!:))?(?: +[\w.$/-]{1,80} +[-:](?= ))? ?`,
    ),
  },
  { layer: 'clock', pattern: /^\[?\d\d:\d\d:\d\d(?:[.,]\d{1,6})?\]? / },
  {
    layer: 'turbo',
    pattern: /^@?[A-Za-z][\w@./-]{0,80}:[A-Za-z][\w-]{0,40}(?::[\w-]{1,40})?:(?: |$)/,
    not: /^\w+(?:Error|Exception):/,
  },
  { layer: 'pnpm', pattern: new RegExp(String.raw`^[@\w./-]{1,100} ${SCRIPTS}(?::[\w-]+)*[:$](?: |$)`) },
  { layer: 'bracket', pattern: /^\[[a-zA-Z@][\w@./ -]{0,60}\](?: |$)/, not: /^\[(?:[A-Z_]+|[a-z]+: .*)\]/ },
]

export interface Peeled {
  readonly layer: string
  readonly lines: string[]
}

/** Takes one prefix off, or nothing when none covers enough lines. */
export function peel(lines: readonly string[]): Peeled | undefined {
  const full = lines.filter((line) => line.trim() !== '')
  if (full.length === 0) return undefined
  const probe = full.length <= PROBE_LINES ? full : spread(full)
  for (const { layer, pattern, not, share } of PREFIXES) {
    let hits = 0
    for (const line of probe) if (pattern.test(line) && !(not?.test(line) ?? false)) hits += 1
    if (hits < probe.length * (probe.length < 3 ? 1 : (share ?? SHARE_MIN))) continue
    const levels = new Set(probe.flatMap((line) => pattern.exec(line)?.groups?.['level'] ?? []))
    // Levels that differ from line to line say which lines are errors: they stay.
    return {
      layer,
      lines: lines.map((line) =>
        line.replace(pattern, (...match: unknown[]) => (levels.size > 1 ? levelOf(match) : '')),
      ),
    }
  }
  return undefined
}

function levelOf(match: readonly unknown[]): string {
  const { level } = match.at(-1) as { readonly level?: string }
  return level === undefined ? '' : `${level} `
}

/** Lines taken evenly over the whole text, so that a long preamble does not decide. */
function spread(lines: readonly string[]): string[] {
  const step = lines.length / PROBE_LINES
  return Array.from({ length: PROBE_LINES }, (_, at) => lines[Math.floor(at * step)] ?? '')
}

/** Takes off the indentation that all non-empty lines share: text quoted in an issue or in YAML. */
export function dedent(lines: readonly string[]): string[] {
  let common = Infinity
  for (const line of lines) {
    if (line === '') continue
    const indent = line.length - line.trimStart().length
    if (indent < common) common = indent
    if (common === 0) return [...lines]
  }
  return common === Infinity ? [...lines] : lines.map((line) => line.slice(common))
}
