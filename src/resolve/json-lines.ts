import { JSON_LINE_CHARS_MAX } from './limits.ts'
import type { Peeled } from './prefix.ts'

const SHARE_MIN = 0.8
/** Levels of pino and bunyan below "warn". */
const QUIET_MAX = 30
const QUIET = /^(?:trace|debug|info|notice|verbose|silly|http)$/i

type Fields = Readonly<Record<string, unknown>>

/** JSON log lines (pino, bunyan, zap, winston, logstash) as the text their program would have printed. */
export function unwrapJson(lines: readonly string[]): Peeled | undefined {
  const likely = (line: string): boolean => line.startsWith('{"') && line.endsWith('}')
  let full = 0
  let jsonish = 0
  for (const line of lines) {
    if (line === '') continue
    full += 1
    if (likely(line)) jsonish += 1
  }
  if (jsonish === 0 || jsonish < full * SHARE_MIN) return undefined
  const records = lines.map((line) => (likely(line) ? parse(line) : undefined))
  const known = records.filter((record) => record !== undefined)
  if (known.length < jsonish * SHARE_MIN) return undefined
  // When every line has the same level it says nothing; otherwise quiet lines are marked as such.
  const mixed = new Set(known.map((record) => quiet(record))).size > 1
  const out = lines.flatMap((line, at) => {
    const record = records[at]
    if (record === undefined) return [line]
    const text = printed(record)
    return (mixed && quiet(record) ? `INFO ${text}` : text).split('\n').map((part) => part.trimEnd())
  })
  return { layer: 'json', lines: out }
}

function parse(line: string): Fields | undefined {
  if (line.length > JSON_LINE_CHARS_MAX) return undefined
  try {
    const value: unknown = JSON.parse(line)
    if (!isFields(value)) return undefined
    return ['msg', 'message', 'err', 'error', 'log'].some((name) => name in value) ? value : undefined
  } catch {
    return undefined
  }
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

function quiet(record: Fields): boolean {
  const level = record['level'] ?? record['severity'] ?? record['lvl']
  return typeof level === 'number' ? level <= QUIET_MAX : QUIET.test(text(level))
}

/** The stack when there is one, else type and message, else the line's own message. */
function printed(record: Fields): string {
  const message = text(record['msg'] ?? record['message'] ?? record['log'])
  const error = record['err'] ?? record['error'] ?? record['exception']
  if (!isFields(error)) {
    const stack = text(record['stack'] ?? record['stacktrace'] ?? record['stack_trace'])
    if (stack !== '') return stack
    return typeof error === 'string' && error !== message ? `${message}\n${error}`.trim() : message
  }
  const stack = text(error['stack'])
  const head = `${text(error['type'] ?? error['name']) || 'Error'}: ${text(error['message'])}`
  const code = text(error['code'])
  return `${stack === '' ? head : stack}${code === '' ? '' : ` {\n  code: '${code}'\n}`}`
}
