/* What every bench shares: an end that stops everything, samples, and tables as Markdown on standard output. */
import { basename } from 'node:path'
import type { Scope } from '../test/support/scope.ts'

/** Runs a bench; what it opened is closed in reverse order, also when it fails or is interrupted. */
export async function bench(run: (scope: Scope) => Promise<void>): Promise<void> {
  const stack = new AsyncDisposableStack()
  // Closing makes what is under way fail, and that failure must wait for the same end.
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => (closing ??= stack.disposeAsync())
  const interrupted = (): void => {
    void close().finally(() => process.exit(130))
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupted)
  try {
    await run({ after: (close) => stack.defer(async () => void (await close())) })
  } finally {
    await close()
  }
}

/** What is being measured, for who waits; the tables go to standard output. */
export const progress = (text: string): void => void process.stderr.write(`… ${text}\n`)

/** A whole number from the command line: `--rounds 30`. */
export function option(name: string, usual: number): number {
  const at = process.argv.indexOf(`--${name}`)
  const given = at < 0 ? usual : Number(process.argv[at + 1])
  if (!Number.isSafeInteger(given) || given < 1) throw new Error(`--${name} takes a whole number from 1`)
  return given
}

export async function timed(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await run()
  return performance.now() - start
}

export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
export const median = (samples: readonly number[]): number => quantile(samples, 0.5)

export type Unit = 'ms' | 's' | 'MiB'

/** Three digits that count: enough for a shared machine. */
export const digits = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)

export interface Figure {
  readonly what: string
  readonly unit: Unit
  readonly samples: readonly number[]
  /** Samples of the same run to which these are compared. */
  readonly anchor?: readonly number[]
  /** The most the median should be. */
  readonly aim?: number
}

export interface Section {
  readonly title: string
  /** What is measured, how, and what the anchor is. */
  readonly about: string
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** Median, spread, ratio to the anchor, and the aim, one line per figure. */
export function printFigures(title: string, about: string, figures: readonly Figure[]): void {
  printSection({
    title,
    about,
    header: ['figure', 'runs', 'median', 'p95', 'p99', 'min to max', '× anchor', 'aim', 'met'],
    rows: figures.map(({ aim, anchor, samples, unit, what }) => {
      const middle = median(samples)
      return [
        what,
        String(samples.length),
        `${digits(middle)} ${unit}`,
        samples.length < 20 ? '' : digits(quantile(samples, 0.95)),
        samples.length < 100 ? '' : digits(quantile(samples, 0.99)),
        `${digits(Math.min(...samples))} to ${digits(Math.max(...samples))}`,
        anchor === undefined ? '' : anchor === samples ? '1 (anchor)' : digits(middle / median(anchor)),
        aim === undefined ? '' : `≤ ${aim} ${unit}`,
        aim === undefined ? '' : middle <= aim ? 'yes' : 'no',
      ]
    }),
  })
}

export function printSection({ about, header, rows, title }: Section): void {
  const widths = header.map((head, column) => Math.max(head.length, ...rows.map((row) => (row[column] ?? '').length)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`
  const rule = `|${widths.map((width, column) => `${'-'.repeat(width + 1)}${column === 0 ? '-' : ':'}`).join('|')}|`
  process.stdout.write(
    `\n## ${title}\n\n\`${command()}\`\n\n${about}\n\n${[line(header), rule, ...rows.map(line)].join('\n')}\n`,
  )
}

const command = (): string => ['node', `bench/${basename(process.argv[1] ?? '')}`, ...process.argv.slice(2)].join(' ')
