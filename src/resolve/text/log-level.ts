/** How loud a logger said a line: `quiet` lines are never errors, `''` where nothing was said. */
export type Loudness = '' | 'quiet' | 'warn' | 'error'

/** Lines with what their logger said of each. */
export interface Marked {
  readonly lines: readonly string[]
  readonly levels: readonly Loudness[]
}

const QUIET =
  /^(?:trace|trac|trc|debug|debu|debg|dbug|dbg|info|inf|information|notice|verbose|silly|http|log|config|fine|finer|finest|success|[tdivn]|[-.*])$/i
const WARN = /^(?:warn|warning|wrn|w)$/i
/** Levels of pino and bunyan: up to "info", and "warn". */
const QUIET_MAX = 30
const WARN_MAX = 40
/** Of syslog, where less is louder. */
const SYSLOG_ERROR_MAX = 3
const SYSLOG_WARN = 4

export function loudness(word: string | undefined): Loudness {
  const plain = word?.replace(/:\s*$/, '') ?? ''
  if (plain === '') return ''
  if (QUIET.test(plain)) return 'quiet'
  return WARN.test(plain) ? 'warn' : 'error'
}

/** A number of pino or bunyan, or of syslog where it has one digit. */
export function numericLoudness(level: number): Loudness {
  if (level < 10) return level <= SYSLOG_ERROR_MAX ? 'error' : level === SYSLOG_WARN ? 'warn' : 'quiet'
  if (level <= QUIET_MAX) return 'quiet'
  return level <= WARN_MAX ? 'warn' : 'error'
}

/** Every logger word for a level, in the spellings that stand before a message. */
export const LEVEL =
  '(?:TRACE|DEBUG|INFO|INFORMATION|NOTICE|WARN|WARNING|ERROR|ERR|SEVERE|FATAL|CRITICAL|CRIT|ALERT|EMERGENCY|PANIC|LOG|VERBOSE|FINE|CONFIG|TRC|DBG|INF|WRN|FTL|trace|debug|info|notice|warn|warning|error|fatal|critical|crit|alert|emerg)'
