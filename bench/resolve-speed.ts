/** What reading costs: a 5 MB log, and inputs made to be slow. `node bench/resolve-speed.ts`. */
import { redact } from '../src/content/index.ts'
import { understand } from '../src/resolve/index.ts'

const line = (at: number): string =>
  [
    `[${at}/90000] Building CXX object src/file_${at}.o`,
    `npm http fetch GET 200 https://packages.example/pkg-${at} ${at % 900}ms (cache miss)`,
    `DEBUG 2026-09-30T12:47:29.760Z pool size=${at % 20} errors=0 failed=0`,
    `warning: unused variable \`tmp_${at % 90}\` in module m${at % 40}`,
    `  ✓ rejects invalid input ${at} (3 ms)`,
  ][at % 5] ?? ''
const log = Array.from({ length: 90_000 }, (_, at) => line(at)).join('\n')
const MEGABYTE = 1024 * 1024
const inputs: Readonly<Record<string, string>> = {
  '5 MB log': `${log}\na.ts(1,1): error TS2304: Cannot find name 'x'.\n`,
  '1 MB line': 'x'.repeat(MEGABYTE),
  '1 MB of quotes': `error: ${"'".repeat(MEGABYTE)}`,
  '1 MB of dots': `error: ${'1.1.1...a-a-a'.repeat(80_000)}`,
  '1 MB of escapes': '\u001b['.repeat(MEGABYTE / 2),
  'errors only': 'error: x\n'.repeat(100_000),
  'tracebacks cut off': 'Traceback (most recent call last):\n  File "x", line 1\n'.repeat(30_000),
  'blocks never closed': 'Error: x {\n'.repeat(100_000),
  'keys never closed': '-----BEGIN PRIVATE KEY-----\n'.repeat(30_000),
}
for (const [name, text] of Object.entries(inputs)) {
  const cost = (run: () => unknown): string => {
    run()
    const start = performance.now()
    run()
    return `${Math.round(performance.now() - start)} ms`
  }
  const size = (text.length / MEGABYTE).toFixed(1)
  process.stdout.write(
    `${name} (${size} MB): understand ${cost(() => understand({ text }))}, redact ${cost(() => redact(text))}\n`,
  )
}
