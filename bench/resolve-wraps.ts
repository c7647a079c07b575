/**
 * Which share of real errors keeps its template fingerprint under each wrapping:
 * `node bench/resolve-wraps.ts [folder of the sets] [--misses]`.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fingerprints } from '../src/resolve/fingerprint.ts'
import { parse } from '../src/resolve/parse.ts'
import { fixtures } from '../test/support/resolve-fixtures.ts'
import { SCREEN, WRAPPINGS } from '../test/support/wrappings.ts'

const folder =
  process.argv.slice(2).find((word) => !word.startsWith('--')) ??
  join(import.meta.dirname, '../../shared/data/errors')
const real = readFileSync(join(folder, 'd4_errors.dev.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { readonly id: string; readonly raw: string; readonly variant: string })
const texts: readonly (readonly [name: string, text: string])[] = [
  ...real.flatMap(({ id, raw, variant }) => [[id, raw] as const, [`${id}, variant`, variant] as const]),
  ...fixtures().map(({ name, text }) => [name, text] as const),
]
const templateOf = (text: string): string | undefined => {
  const primary = parse(text).occurrences[0]
  return primary && fingerprints(primary).get('template')
}
const plain = texts.map(([, text]) => templateOf(text))
process.stdout.write(`${texts.length} texts\n\n| wrapping | kept |\n|---|---|\n`)
for (const [name, wrap] of Object.entries({ ...WRAPPINGS, 'narrow screen': SCREEN })) {
  const lost = texts.filter(([, text], at) => templateOf(wrap(text)) !== plain[at])
  process.stdout.write(`| ${name} | ${((1 - lost.length / texts.length) * 100).toFixed(1)} % |\n`)
  if (process.argv.includes('--misses')) process.stdout.write(lost.map(([id]) => `  ${id}\n`).join(''))
}
