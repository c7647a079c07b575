/** From a fresh clone to a running node: `node bench/up.ts [--rounds 4]`. Needs npm and its registry. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Scope } from '../test/support/scope.ts'
import { commandTime, type Machine, machines, PROJECT } from './nodes.ts'
import { bench, type Figure, option, printFigures, progress } from './support.ts'

const rounds = option('rounds', 4)

interface Up {
  readonly install: number
  readonly build: number
  readonly start: number
  readonly all: number
  readonly mib: number
}

function run(command: string, ...args: string[]): string {
  const { status, stderr, stdout } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`)
  return stdout
}

function folder(scope: Scope, what: string): string {
  const dir = mkdtempSync(join(tmpdir(), `mcp-swarm-${what}-`))
  scope.after(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/** A user's environment: no npm settings of the process that runs this, and a package cache of its own. */
function environment(cache: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { ...process.env, ...more, npm_config_cache: cache }
}

/** Install and build need the registry; the start is in a network of its own, where nobody hears the node. */
async function up(scope: Scope, machine: Machine, cache: string): Promise<Up> {
  const dir = join(folder(scope, 'clone'), 'mcp-swarm')
  run('git', 'clone', '--quiet', PROJECT, dir)
  const home = machine.home()
  const env = environment(cache, home.env)
  run('sync')
  const began = Date.now()
  const child = spawn(join(dir, 'scripts/install'), { cwd: dir, env, stdio: ['ignore', 'pipe', 'inherit'] })
  let installed = 0
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('installed in')) installed = Date.now()
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`./scripts/install ended with ${code}`)
  // The build says nothing; what follows the install is the build.
  const built = Date.now()
  const start = await commandTime([...machine.on, './scripts/up', '--name', 'bench'], { cwd: dir, env })
  const mib = Number(run('du', '-sm', join(dir, 'node_modules')).split('\t')[0])
  await home.cli(['stop', '--name', 'bench'])
  rmSync(dir, { recursive: true })
  const [install, build] = [(installed - began) / 1000, (built - installed) / 1000]
  return { install, build, start: start / 1000, all: install + build + start / 1000, mib }
}

/** The anchor: what npm alone takes for the same packages. */
async function install(scope: Scope, cache: string): Promise<number> {
  const dir = join(folder(scope, 'clone'), 'mcp-swarm')
  run('git', 'clone', '--quiet', PROJECT, dir)
  run('sync')
  const ms = await commandTime(['npm', 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: dir,
    env: environment(cache),
  })
  rmSync(dir, { recursive: true })
  return ms / 1000
}

await bench(async (scope) => {
  const caches = [folder(scope, 'cache'), folder(scope, 'cache')] as const
  const machine = machines(scope, 1)[0]
  if (!machine) return
  progress('with an empty package cache: ./scripts/up, then npm ci')
  const first = await up(scope, machine, caches[0])
  const firstAnchor = [await install(scope, caches[1])]
  const again: Up[] = []
  const anchor: number[] = []
  for (let round = 0; round < rounds; round++) {
    progress(`with a full package cache, round ${round + 1} of ${rounds}`)
    // The disk is slower after the other one was written and removed: each goes first as often.
    if (round % 2 === 1) anchor.push(await install(scope, caches[1]))
    again.push(await up(scope, machine, caches[0]))
    if (round % 2 === 0) anchor.push(await install(scope, caches[1]))
  }
  const figures = (title: string, all: readonly Up[], against: readonly number[]): Figure[] => [
    { what: `${title}: npm ci alone`, unit: 's', samples: against, anchor: against },
    ...(['install', 'build', 'start', 'all'] as const).map((part): Figure => ({
      what: `${title}: ${part === 'all' ? './scripts/up, whole' : part}`,
      unit: 's',
      samples: all.map((one) => one[part]),
      anchor: against,
    })),
  ]
  printFigures(
    'From a fresh clone to a running node',
    'In a new clone: ./scripts/install, which is the first step of ./scripts/up, then ./scripts/up, which finds it done and starts the node in a network of its own; then the node is stopped. The whole is the sum. The first run has an empty package cache and depends on the registry and the line to it; it is one run, so its ratios say little. Anchor: npm ci alone in another new clone. The install is that same command, so the distance between the two is the noise of the disk and the machine, and their ratio says nothing else.',
    [
      ...figures('empty cache', [first], firstAnchor),
      ...figures('full cache', again, anchor),
      { what: 'node_modules', unit: 'MiB', samples: [first, ...again].map(({ mib }) => mib) },
    ],
  )
})
