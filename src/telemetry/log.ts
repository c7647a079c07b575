import { pino } from 'pino'
import { LogFile } from './log-file.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

export interface Log {
  write(level: LogLevel, text: string, fields?: Readonly<Record<string, unknown>>): void
  close(): void
}

export interface LogOptions {
  readonly file: string
  readonly level: LogLevel
  readonly bytesMax: number
  /** In every line. */
  readonly node: string
  /** Hears each line that is written. */
  readonly heard?: (level: LogLevel, text: string) => void
}

/**
 * The node's log: one JSON object per line (pino), in a file with a bound. In process: a worker transport does not
 * survive bundling.
 */
export function openLog({ bytesMax, file, heard, level, node }: LogOptions): Log {
  const out = new LogFile(file, bytesMax)
  const logger = pino(
    {
      level,
      base: { node },
      redact: ['token', 'key', 'authorization', '*.token', '*.key', '*.authorization'],
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    out,
  )
  return {
    write: (at, text, fields) => {
      logger[at](fields ?? {}, text)
      if (logger.isLevelEnabled(at)) heard?.(at, text)
    },
    close: () => out.close(),
  }
}
