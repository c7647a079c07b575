import { JSON_LINE_CHARS_MAX } from '../limits.ts'
import { type Loudness, loudness, type Marked, numericLoudness } from './log-level.ts'
import { logfmtFields } from './logfmt.ts'
import { teamcityFields } from './teamcity.ts'
import type { Peeled } from './prefix.ts'

const SHARE_MIN = 0.8

type Fields = Readonly<Record<string, unknown>>

const MESSAGES = ['msg', 'message', 'MESSAGE', 'textPayload', 'log', 'event', '@m', 'Message', 'short_message']
const ERRORS = ['err', 'error', 'exception', 'Exception', '@x', 'exc_info']
const STACKS = ['stack', 'stacktrace', 'stack_trace', 'error.stack_trace', 'exception.stacktrace', 'full_message']
const LEVELS = ['level', 'severity', 'lvl', 'log.level', 'levelname', '@l', 'LogLevel', 'PRIORITY']
const STAMPS = [
  'time',
  'ts',
  'timestamp',
  '@timestamp',
  'date',
  'datetime',
  't',
  '@t',
  '__REALTIME_TIMESTAMP',
  'asctime',
]

/**
 * Records of loggers (JSON of pino, bunyan, zap, winston, logstash, journald, Docker; logfmt; TeamCity's messages) as
 * the text their program would have printed. A record that carries its level or time is one wherever it stands; any
 * other object must stand on most lines, else it is what a program answered.
 */
export function unwrapRecords({ lines, levels }: Marked): Peeled | undefined {
  let full = 0
  let likely = 0
  for (const line of lines) {
    if (line === '') continue
    full += 1
    if (isLikely(line)) likely += 1
  }
  if (likely === 0) return undefined
  const most = likely >= full * SHARE_MIN
  const out: string[] = []
  const said: Loudness[] = []
  let known = 0
  for (const [at, line] of lines.entries()) {
    const fields = isLikely(line) ? fieldsOf(line, most) : undefined
    if (fields !== undefined) known += 1
    const level = (fields && levelOf(fields)) || (levels[at] ?? '')
    for (const part of fields === undefined ? [line] : printed(fields)) {
      out.push(part)
      said.push(level)
    }
  }
  return known === 0 ? undefined : { layer: 'json', lines: out, levels: said }
}

const isLikely = (line: string): boolean =>
  line.startsWith('{') ? line.startsWith('{"') && line.endsWith('}') : logfmtOrTeamcity(line)

const logfmtOrTeamcity = (line: string): boolean =>
  line.startsWith('##teamcity[') || (/^[a-z@]\w{0,30}=/.test(line) && / ?(?:level|lvl)=/.test(line))

function fieldsOf(line: string, most: boolean): Fields | undefined {
  if (line.startsWith('##teamcity[')) return teamcityFields(line)
  return line.startsWith('{') ? jsonFields(line, most) : logfmtFields(line)
}

function jsonFields(line: string, most: boolean): Fields | undefined {
  if (line.length > JSON_LINE_CHARS_MAX) return undefined
  try {
    const value: unknown = JSON.parse(line)
    if (!isFields(value)) return undefined
    const has = (names: readonly string[]): boolean => names.some((name) => name in value)
    return (has(MESSAGES) || has(ERRORS)) && (most || has(LEVELS) || has(STAMPS)) ? value : undefined
  } catch {
    return undefined
  }
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const first = (fields: Fields, names: readonly string[]): unknown =>
  names.map((name) => fields[name]).find((value) => value !== undefined)

function levelOf(fields: Fields): Loudness {
  const level = first(fields, LEVELS)
  if (typeof level === 'number') return numericLoudness(level)
  const word = text(level)
  return /^\d$/.test(word) ? numericLoudness(Number(word)) : loudness(word)
}

/** The stack when there is one, else type and message, else the line's own message. */
function printed(fields: Fields): string[] {
  return saidBy(fields)
    .replace(/\n$/, '')
    .split('\n')
    .map((part) => part.trimEnd())
}

function saidBy(fields: Fields): string {
  const message = text(first(fields, MESSAGES))
  const error = first(fields, ERRORS)
  if (!isFields(error)) {
    const stack = text(first(fields, STACKS)) || (/\n\s+at |^Traceback /.test(text(error)) ? text(error) : '')
    if (stack !== '') return stack
    return typeof error === 'string' && !message.includes(error) ? `${message}\n${error}`.trim() : message
  }
  const stack = text(error['stack'] ?? error['stacktrace'] ?? error['stack_trace'] ?? error['backtrace'])
  const head = `${text(error['type'] ?? error['name'] ?? error['class'] ?? error['kind']) || 'Error'}: ${text(error['message'] ?? error['msg'])}`
  const code = text(error['code'])
  return `${stack === '' ? head : stack}${code === '' ? '' : ` {\n  code: '${code}'\n}`}`
}
