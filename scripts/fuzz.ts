/**
 * Property-based fuzz of every REST route, first before a driver in this process, where much is done in little time, and
 * then of every REST route, every method of MCP and of bytes that are nearly HTTP, against a node that
 * is a process of its own: `npm run fuzz -- --cases 12000 --seed 7`. Prints what was answered; exits with 1 and the
 * smallest case that fails.
 */
import { fuzz } from '../test/support/fuzz/index.ts'
import { fuzzInside } from '../test/support/fuzz/inside.ts'

function option(name: string, usual: number): number {
  const at = process.argv.indexOf(`--${name}`)
  const given = at < 0 ? usual : Number(process.argv[at + 1])
  if (!Number.isSafeInteger(given) || given < 1) throw new Error(`--${name} takes a whole number from 1`)
  return given
}

const cases = option('cases', 12_000)
const seed = option('seed', Math.floor(Date.now() / 1000))
console.log(`seed ${seed}`)
await using closing = new AsyncDisposableStack()
const scope = { after: (close: () => unknown): void => closing.defer(async () => void (await close())) }
const inside = await fuzzInside(scope, cases * 2, seed)
console.log(`${cases * 2} cases in this process: ${JSON.stringify(inside)}`)
const share = (part: number): number => Math.max(1, Math.round((cases * part) / 1.1))
const report = await fuzz(scope, { rest: share(0.5), mcp: share(0.4), bytes: share(0.1), last: 20 }, seed)
console.log(
  `${report.cases} cases in ${report.seconds} s, ${report.items} items kept, resident memory ${report.memory.join(' → ')} MiB`,
)
console.log(
  Object.entries(report.statuses)
    .map(([status, count]) => `${status}: ${count}`)
    .join(', '),
)
