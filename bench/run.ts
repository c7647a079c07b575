/**
 * Runs the benches one after the other and writes docs/performance.md:
 * `node bench/run.ts [--only cli,memory]`. About ten minutes; needs npm's registry for the first one.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { cpus, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { bench, progress } from './support.ts'

const BENCHES = ['up', 'cli', 'memory', 'spread', 'resolve-http'] as const
/** Of one bench; an npm registry far away is the slowest thing here. */
const BENCH_MS_MAX = 15 * 60_000
const project = join(import.meta.dirname, '..')

const given = process.argv.indexOf('--only')
const only = given < 0 ? undefined : (process.argv[given + 1] ?? '').split(',')

await bench(async (scope) => {
  const sections: string[] = []
  for (const name of BENCHES.filter((one) => only?.includes(one) ?? true)) {
    progress(`bench/${name}.ts`)
    const child = spawn(process.execPath, [`bench/${name}.ts`], {
      cwd: project,
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: BENCH_MS_MAX,
    })
    scope.after(() => child.kill('SIGTERM'))
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    const [code] = (await once(child, 'close')) as [number | null]
    if (code !== 0) throw new Error(`bench/${name}.ts ended with ${code}`)
    process.stdout.write(text)
    sections.push(text.trim())
  }
  const page = [HEAD, machine(), ...sections, OTHERS].join('\n\n')
  if (only === undefined) writeFileSync(join(project, 'docs', 'performance.md'), `${page}\n`)
})

function machine(): string {
  const [cpu] = cpus()
  return `Measured on ${new Date().toISOString().slice(0, 10)} with Node.js ${process.versions.node} on ${type()}, ${cpus().length} cores of ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB of memory.`
}

const HEAD = `# Performance

Written by \`node bench/run.ts\`; every section names the command that repeats it alone.

The machine is shared with other work, so milliseconds differ from run to run. Each figure therefore stands beside an
anchor that was measured in the same run; compare the ratios. A percentile is shown where there are
enough runs for it. An aim is met when the median is within it.`

const OTHERS = `## Other benches

These look at one part each, and are not part of this page's run.

| command | what it measures |
|---------|------------------|
| \`node bench/storage.ts 1000 10000\` | writes and searches per second of the two databases, beside plain SQL |
| \`node bench/swarm.ts\` | the transport between two processes: memory, time to connect, round trips, beside plain TCP |
| \`node bench/resolve-speed.ts\` | what reading a log of 5 MB costs, and inputs made to be slow |
| \`node bench/resolve-table.ts FOLDER\` | how often the right fix is found, over folders of labelled errors |`
