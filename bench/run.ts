/**
 * Runs the benches one after the other and writes docs/performance.md:
 * `npm run bench [-- --only cli,memory]`. About half an hour; needs npm's registry for the first one, root for the last
 * two, and etcd for what is measured beside it. With --only those sections of the page are replaced, and the others stay
 * as they were measured.
 *
 * `npm run bench -- failover [options of bench/failover.ts]` runs one bench of any name, and writes no page.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pageOf, withSections } from './page.ts'
import { bench, progress } from './support.ts'

const BENCHES = [
  'up',
  'cli',
  'memory',
  'spread',
  'resolve-http',
  'gateway',
  'gateway-workers',
  'live',
  'failover',
  'coordination',
  'quiet',
  'write',
  'search',
  'reconcile',
  'replicate',
  'bootstrap',
] as const
/** Of one bench; an npm registry far away is the slowest thing here. */
const BENCH_MS_MAX = 15 * 60_000
const project = join(import.meta.dirname, '..')

const [single, ...options] = process.argv.slice(2)
if (single !== undefined && !single.startsWith('--')) {
  const file = join(import.meta.dirname, `${single}.ts`)
  if (!existsSync(file)) throw new Error(`there is no bench/${single}.ts`)
  process.exit(spawnSync(process.execPath, [file, ...options], { cwd: project, stdio: 'inherit' }).status ?? 1)
}

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
  const file = join(project, 'docs', 'performance.md')
  writeFileSync(file, only === undefined ? pageOf(sections) : withSections(readFileSync(file, 'utf8'), sections))
})
