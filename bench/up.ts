/** From a fresh clone to a running node: `node bench/up.ts [--rounds 3]`. Needs npm and its registry. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Scope } from '../test/support/scope.ts'
import { commandTime, loopbackHome, PROJECT } from './nodes.ts'
import { bench, type Figure, option, printFigures, progress } from './support.ts'

const rounds = option('rounds', 3)

interface Up {
  readonly clone: number
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

async function up(scope: Scope, cache: string): Promise<Up> {
  const dir = join(folder(scope, 'clone'), 'mcp-swarm')
  const clone = await commandTime(['git', 'clone', '--quiet', PROJECT, dir])
  const home = loopbackHome(scope)
  const began = Date.now()
  const child = spawn('./scripts/up', ['--name', 'bench'], {
    cwd: dir,
    env: environment(cache, home.env),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let installed = 0
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('installed in')) installed = Date.now()
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  const ended = Date.now()
  if (code !== 0) throw new Error(`./scripts/up ended with ${code}`)
  // The build says nothing; its last file tells when it was done.
  const built = Math.max(...globSync('dist/*', { cwd: dir }).map((file) => statSync(join(dir, file)).mtimeMs))
  const mib = Number(run('du', '-sm', join(dir, 'node_modules')).split('\t')[0])
  run(join(dir, 'bin/mcp-swarm'), 'stop', '--name', 'bench', '--state-dir', home.dir)
  rmSync(dir, { recursive: true })
  const seconds = (from: number, to: number): number => (to - from) / 1000
  return {
    clone: clone / 1000,
    install: seconds(began, installed),
    build: seconds(installed, built),
    start: seconds(built, ended),
    all: seconds(began, ended),
    mib,
  }
}

/** The anchor: what npm alone takes for the same packages. */
async function install(scope: Scope, cache: string): Promise<number> {
  const dir = join(folder(scope, 'clone'), 'mcp-swarm')
  run('git', 'clone', '--quiet', PROJECT, dir)
  const ms = await commandTime(['npm', 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: dir,
    env: environment(cache),
  })
  rmSync(dir, { recursive: true })
  return ms / 1000
}

await bench(async (scope) => {
  const caches = [folder(scope, 'cache'), folder(scope, 'cache')] as const
  progress('with an empty package cache: ./scripts/up, then npm ci')
  const first = await up(scope, caches[0])
  const firstAnchor = [await install(scope, caches[1])]
  const again: Up[] = []
  const anchor: number[] = []
  for (let round = 0; round < rounds; round++) {
    progress(`with a full package cache, round ${round + 1} of ${rounds}`)
    anchor.push(await install(scope, caches[1]))
    again.push(await up(scope, caches[0]))
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
    'A new clone, ./scripts/up in it, the node is stopped; the parts are those of ./scripts/up. The first run has an empty package cache and depends on the registry and the line to it. Anchor: npm ci alone in another new clone.',
    [
      ...figures('empty cache', [first], firstAnchor),
      ...figures('full cache', again, anchor),
      { what: 'node_modules', unit: 'MiB', samples: [first, ...again].map(({ mib }) => mib) },
    ],
  )
})
