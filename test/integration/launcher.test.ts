import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { Home, LAUNCHER, until } from '../support/cli.ts'

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'mcp-swarm-launch-'))
  t.after(() => rmSync(dir, { recursive: true }))
  return dir
}

function script(file: string, text: string): string {
  writeFileSync(file, `#!/bin/sh\n${text}\n`)
  chmodSync(file, 0o755)
  return file
}

/** What the launcher itself needs, and nothing that is called node. */
function toolsOnly(dir: string): string {
  mkdirSync(dir)
  for (const name of ['uname', 'readlink', 'find', 'sh']) {
    const { stdout } = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' })
    symlinkSync(stdout.trim(), join(dir, name))
  }
  return dir
}

/** The launcher in a tree of its own, with a program that prints which file it is. */
function tree(t: TestContext): { root: string; launcher: string; path: string } {
  const root = folder(t)
  for (const name of ['bin', 'src/cli', 'dist']) mkdirSync(join(root, name), { recursive: true })
  const launcher = join(root, 'bin/mcp-swarm')
  copyFileSync(LAUNCHER, launcher)
  writeFileSync(join(root, 'src/cli/main.ts'), '')
  writeFileSync(join(root, 'dist/main.js'), '')
  return { root, launcher, path: toolsOnly(join(root, 'path')) }
}

const run = (
  file: string,
  args: readonly string[],
  path: string,
): { code: number | null; out: string; err: string } => {
  const { status, stderr, stdout } = spawnSync(file, args, { env: { PATH: path }, encoding: 'utf8' })
  return { code: status, out: stdout, err: stderr }
}

test('without Node 24: exit 78, why, and what to do', (t) => {
  const { launcher, path, root } = tree(t)
  const none = run(launcher, ['version'], path)
  assert.deepEqual([none.code, none.out], [78, ''])
  assert.equal(
    none.err,
    'error: mcp-swarm needs Node.js 24 or later; the system has none\n' +
      `  next: run npm ci in ${root} (it brings Node.js 24 for Linux), or install Node.js 24\n`,
  )
  for (const version of ['v20.11.1', 'v8.0.0', 'what?', '']) {
    script(join(path, 'node'), `[ "$1" = --version ] && echo "${version}" || echo started`)
    const old = run(launcher, ['version'], path)
    assert.deepEqual([old.code, old.out], [78, ''], version)
    assert.match(old.err, new RegExp(`^error: .* the system has ${version.replace('?', '\\?')}\n {2}next: `))
  }
  script(join(path, 'node'), '[ "$1" = --version ] && echo v26.0.0 || echo "started $*"')
  assert.equal(run(launcher, ['version', '--json'], path).out, `started ${root}/bin/../dist/main.js version --json\n`)
})

test('our own Node comes before the one of the system', { skip: process.platform !== 'linux' }, (t) => {
  const { launcher, path, root } = tree(t)
  const own = join(root, `node_modules/node-linux-${process.arch}/bin`)
  mkdirSync(own, { recursive: true })
  script(join(own, 'node'), 'echo own')
  script(join(path, 'node'), 'echo v26.0.0')
  assert.equal(run(launcher, [], path).out, 'own\n')
})

test('a bundle older than the sources is not used', (t) => {
  const { launcher, path, root } = tree(t)
  script(join(path, 'node'), '[ "$1" = --version ] && echo v24.0.0 || echo "$1"')
  const uses = (): string => run(launcher, [], path).out.trim().replace(`${root}/bin/../`, '')
  const at = (file: string, seconds: number): void => utimesSync(join(root, file), seconds, seconds)
  at('src/cli/main.ts', 1_000_000)
  at('dist/main.js', 2_000_000)
  assert.equal(uses(), 'dist/main.js')
  at('src/cli/main.ts', 3_000_000)
  assert.equal(uses(), 'src/cli/main.ts')
  rmSync(join(root, 'dist'), { recursive: true })
  assert.equal(uses(), 'src/cli/main.ts')
  // As it is installed: no sources, only the bundle.
  rmSync(join(root, 'src'), { recursive: true })
  assert.equal(uses(), 'dist/main.js')
})

test('through symbolic links, by a relative path, and from another folder', (t) => {
  const dir = folder(t)
  symlinkSync(LAUNCHER, join(dir, 'first'))
  symlinkSync('first', join(dir, 'second'))
  const version = (file: string, cwd: string): string =>
    spawnSync(file, ['version'], { cwd, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } }).stdout
  const direct = version(LAUNCHER, '/')
  assert.match(direct, /^mcp-swarm \d+\.\d+\.\d+ \(Node\.js 2[4-9]\./)
  assert.equal(version(join(dir, 'second'), dir), direct)
  assert.equal(version('./second', dir), direct)
  const found = spawnSync('sh', ['-c', 'second version'], {
    cwd: '/',
    encoding: 'utf8',
    env: { ...process.env, PATH: `${dir}:${process.env['PATH']}` },
  })
  assert.equal(found.stdout, direct)
})

test('the launcher becomes the program: exit codes, and signals that stop a node cleanly', async (t) => {
  const home = new Home(t)
  assert.equal((await home.cli(['run', '--', 'sh', '-c', 'exit 42'])).code, 42)
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    const child = home.spawn(['start', '--name', 'alpha'])
    await until(`it runs, before ${signal}`, async () => (await home.cli(['status'])).code === 0)
    const closed = once(child, 'close') as Promise<[number | null, string | null]>
    child.kill(signal)
    assert.deepEqual(await closed, [0, null], signal)
    assert.equal((await home.cli(['status'])).code, 3)
  }
  // Killed while it starts: it ends, and the next one starts.
  const early = spawn(LAUNCHER, ['start', '--name', 'alpha'], { cwd: home.dir, env: home.env, stdio: 'ignore' })
  const closed = once(early, 'close')
  await once(early, 'spawn')
  early.kill('SIGTERM')
  await closed
  await home.start('alpha')
})
