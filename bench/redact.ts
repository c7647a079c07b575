/** What redaction costs: a log, a log full of secrets, and texts made to be slow. `node bench/redact.ts`. */
import { seededRandom } from '../src/base/index.ts'
import { redact } from '../src/content/index.ts'
import { plant } from '../test/support/planted.ts'

const MEGABYTE = 1024 * 1024
const fill = (piece: string): string => piece.repeat(Math.ceil(MEGABYTE / piece.length))
const texts: Readonly<Record<string, string>> = {
  'terminal text': fill(
    '[12/90] Building CXX object src/file_1.o\nnpm http fetch GET 200 https://packages.example/pkg 12ms\n' +
      "src/a.ts(3,1): error TS2307: Cannot find module 'tokens' or its types.\n    at run (src/b.ts:1:2)\n",
  ),
  'full of secrets': fill(
    plant(seededRandom(1), 1)
      .map(({ text }) => text)
      .join('\n'),
  ),
  // The slowest of all keywords, alone and with what may stand behind them.
  'a prefix again and again': fill('glpat-'),
  'a service again and again': fill('asana.'),
  'dots and dashes': fill('1.1.1...a-a-a'),
  'hosts never ending': fill('a.b.internal'),
}
for (const [name, text] of Object.entries(texts)) {
  redact(text)
  const start = performance.now()
  redact(text)
  const seconds = (performance.now() - start) / 1000
  process.stdout.write(`${name}: ${(text.length / MEGABYTE / seconds).toFixed(1)} MB/s\n`)
}
