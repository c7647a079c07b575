/**
 * Runs groups of tests and counts them. `fast`: unit, contract, golden, simulation and architecture, in one process.
 * `integration`: real processes, sockets and namespaces, two files at a time but for some. With CI=true a skip is a failure.
 */
import { globSync } from 'node:fs'
import { basename } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'

interface Group {
  readonly patterns: readonly string[]
  readonly isolation: 'none' | 'process'
  /** Files at once. */
  readonly atOnce: number
  /** Run by themselves, after the others. */
  readonly alone?: readonly string[]
}

/** They look at the memory of a process, or at how soon several see that one is gone. */
const ALONE = ['hostile-member', 'coordination-faults', 'swarm-load', 'health', 'overload', 'requests', 'routing']

const GROUPS: Readonly<Record<string, Group>> = {
  fast: {
    patterns: ['test/{unit,contract,golden,sim}/**/*.test.ts', 'test/*.test.ts'],
    isolation: 'none',
    atOnce: 1,
  },
  // Most of the time of these tests is waiting.
  integration: { patterns: ['test/integration/**/*.test.ts'], isolation: 'process', atOnce: 2, alone: ALONE },
}

interface Count {
  passed: number
  failed: number
  readonly skipped: string[]
}

async function runGroup(name: string, count: Count): Promise<void> {
  const group = GROUPS[name]
  if (!group) throw new Error(`there is no group of tests called ${name}`)
  const files = group.patterns.flatMap((pattern) => globSync(pattern)).sort()
  const isAlone = (file: string): boolean => (group.alone ?? []).includes(basename(file, '.test.ts'))
  await runFiles(
    group,
    files.filter((file) => !isAlone(file)),
    group.atOnce,
    count,
  )
  const alone = files.filter(isAlone)
  if (alone.length > 0) await runFiles(group, alone, 1, count)
}

async function runFiles({ isolation }: Group, files: string[], concurrency: number, count: Count): Promise<void> {
  const stream = run({ files, isolation, concurrency })
  stream.on('test:pass', ({ details, name: test, skip }) => {
    if (details.type === 'suite') return
    if (skip === undefined || skip === false) count.passed += 1
    else count.skipped.push(`${test}: ${typeof skip === 'string' ? skip : 'no reason given'}`)
  })
  stream.on('test:fail', ({ details }) => {
    if (details.type !== 'suite') count.failed += 1
  })
  for await (const text of stream.compose(new spec())) process.stdout.write(text as string)
}

const count: Count = { passed: 0, failed: 0, skipped: [] }
for (const name of process.argv.slice(2)) await runGroup(name, count)
for (const line of count.skipped) console.log(`skipped ${line}`)
console.log(`tests: ${count.passed} passed, ${count.failed} failed, ${count.skipped.length} skipped`)
const strict = process.env['CI'] === 'true'
if (strict && count.skipped.length > 0) console.log('a skip is a failure here (CI=true)')
// Libraries under test leave timers behind; the verdict stands.
process.exit(count.failed > 0 || count.passed === 0 || (strict && count.skipped.length > 0) ? 1 : 0)
