/**
 * What lines cost that are made to be slow for the patterns of `src/resolve`, each in a megabyte of its own:
 * `node bench/resolve-hostile.ts [pattern of file names]`. Prints those above 60 ms of processor time.
 */
import { join } from 'node:path'
import { parse } from '../src/resolve/parse.ts'
import { hostileLines, patternsIn } from '../test/support/hostile-lines.ts'

const MEGABYTE = 1024 * 1024
const LINE_CHARS = 8 * 1024
const SHOWN_MS = 60
const only = new RegExp(process.argv[2] ?? '')

function cost(text: string): number {
  const start = process.cpuUsage()
  parse(text)
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}

const patterns = patternsIn(join(import.meta.dirname, '../src/resolve')).filter(({ where }) => only.test(where))
const lines = new Map(
  patterns.flatMap(({ where, source }) => hostileLines(source, LINE_CHARS).map((line) => [line, where] as const)),
)
const rows: [number, string][] = []
for (const [line, where] of lines) {
  const text = `${line}\n`
  if (cost(text.repeat(2)) < (SHOWN_MS * 2 * LINE_CHARS) / MEGABYTE) continue
  const took = cost(text.repeat(MEGABYTE / LINE_CHARS))
  if (took > SHOWN_MS) rows.push([took, `${where}: ${JSON.stringify(line.slice(0, 60))}`])
}
process.stdout.write(`${patterns.length} patterns, ${lines.size} lines\n`)
for (const [took, what] of rows.toSorted((a, b) => b[0] - a[0]))
  process.stdout.write(`${Math.round(took)} ms ${what}\n`)
