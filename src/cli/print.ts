import { stripVTControlCharacters, styleText } from 'node:util'
import { asSwarmError } from '../base/index.ts'
import { plain } from '../content/index.ts'

type Style = Parameters<typeof styleText>[0]

/** Coloured when that stream is a terminal and NO_COLOR is not set. */
export const paint = (style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string =>
  styleText(style, text, { stream })

export const out = (text: string): void => void process.stdout.write(`${text}\n`)
export const say = (text: string): void => void process.stderr.write(`${text}\n`)
export const outJson = (value: unknown): void =>
  out(JSON.stringify(value, null, process.stdout.isTTY ? 2 : undefined))

/** Text from other machines must not drive this terminal. */
export { plain } from '../content/index.ts'

/** Columns padded to their widest cell; the last one is not. */
export function table(rows: readonly (readonly string[])[]): string {
  const width = (text: string): number => stripVTControlCharacters(text).length
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => width(row[column] ?? ''))))
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === row.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - width(cell)),
        )
        .join('  '),
    )
    .join('\n')
}

/** For what nobody foresaw. */
const LOOK_CLOSER = 'Run it again with --verbose to see where it happened, or look at `mcp-swarm logs`.'

/** Three lines: what and why, what to do, the code. Returns the exit code. */
export function printError(thrown: unknown, verbose: boolean): number {
  const error = asSwarmError(thrown)
  say(`${paint('red', 'error', process.stderr)}: ${plain(error.message)}`)
  const next = error.next ?? (verbose ? undefined : LOOK_CLOSER)
  if (next) say(`  next: ${plain(next)}`)
  say(paint('dim', `  code: ${error.code}`, process.stderr))
  if (verbose) say(error.cause instanceof Error ? (error.cause.stack ?? '') : (error.stack ?? ''))
  return error.exit
}

/** `1 item`, `2 items`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

export function ago(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 90) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 90) return `${minutes} min`
  const hours = Math.round(minutes / 60)
  return hours < 36 ? `${hours} h` : `${Math.round(hours / 24)} d`
}
