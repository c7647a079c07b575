import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { ErrorCode } from '../../src/base/index.ts'
import { Home, LAUNCHER, type Status, until } from '../support/cli.ts'
import { ACTION, HERE, THERE } from '../support/errors.ts'
import { assertRefused } from '../support/refusal.ts'

const MIB = 1024 * 1024
/** Of the command line at its peak, with any input. Node itself takes about 50; the kept 7 are held as bytes, text and JSON. */
const PEAK_MIB_MAX = 260

/** A build log of that size, with the error at its end. */
function longLog(bytes: number): Buffer {
  const lines = Array.from({ length: 1000 }, (_, n) => `[${n}] compiling module ${n * 7919} of the shop: ok\n`)
  const block = Buffer.from(lines.join(''))
  return Buffer.concat([...Array.from({ length: Math.ceil(bytes / block.length) }, () => block), Buffer.from(THERE)])
}

test('input that is no output of a command is refused with what to do, and the node is none the worse', async (t) => {
  const home = new Home(t)
  await home.start('alpha')
  const folder = home.dir
  const locked = join(home.dir, 'locked.log')
  writeFileSync(locked, 'x')
  chmodSync(locked, 0)
  const long = JSON.stringify({ error: 'E: x', action: 'a'.repeat(5000) })
  const cases: readonly [args: string[], input: string | Buffer, code: ErrorCode, says: RegExp][] = [
    [['resolve'], randomBytes(300_000), 'SWARM_BAD_INPUT', /binary data/],
    [['resolve'], gzipSync(HERE), 'SWARM_BAD_INPUT', /binary data/],
    [['resolve'], Buffer.alloc(1000), 'SWARM_BAD_INPUT', /binary data/],
    [['resolve'], '', 'SWARM_EMPTY_INPUT', /the input is empty/],
    [['resolve'], ' \n\t\r\n ', 'SWARM_EMPTY_INPUT', /only white space/],
    [['resolve', ' '], '', 'SWARM_EMPTY_INPUT', /only white space/],
    [['resolve', ''], '', 'SWARM_EMPTY_INPUT', /empty/],
    [['resolve', '-f', 'none.log'], '', 'SWARM_BAD_INPUT', /none\.log cannot be read \(ENOENT\)/],
    [['resolve', '-f', folder], '', 'SWARM_BAD_INPUT', /is a folder/],
    [['resolve', '-f', '/proc/self/mem'], '', 'SWARM_BAD_INPUT', /\/proc\/self\/mem cannot be read \(EIO\)/],
    [['resolve', 'words', '-f', locked], '', 'SWARM_USAGE', /as words and as a file/],
    [['share'], '', 'SWARM_EMPTY_INPUT', /empty/],
    [['share'], '{"error":', 'SWARM_BAD_JSON', /not valid JSON/],
    [['share'], HERE, 'SWARM_BAD_JSON', /add --action/],
    [['share'], '[{"error":"x","action":"y"}]', 'SWARM_BAD_INPUT', /not an object/],
    [['share'], 'null', 'SWARM_BAD_INPUT', /not an object/],
    [['share'], '{"eror":"x","action":"y"}', 'SWARM_BAD_INPUT', /there is no field `eror`/],
    [['share'], '{"error":5,"action":"y"}', 'SWARM_BAD_INPUT', /error: it must be of type string, not number/],
    [['share'], '{"error":"x"}', 'SWARM_EMPTY_INPUT', /neither an action nor a text/],
    [['share'], long, 'SWARM_BAD_INPUT', /action: 5000 characters, at most 4000 are allowed/],
    [['share'], `{"error":"${'x'.repeat(9 * MIB)}","action":"y"}`, 'SWARM_TOO_LARGE', /longer than any item/],
    [['share'], randomBytes(50_000), 'SWARM_BAD_INPUT', /binary data/],
    [['share', '--action', ''], '', 'SWARM_BAD_INPUT', /action: it is empty/],
    [['share', '--action', 'x'], randomBytes(50_000), 'SWARM_BAD_INPUT', /binary data/],
    [['share', 'none.json'], '', 'SWARM_BAD_INPUT', /none\.json cannot be read/],
    [['share', 'fix.json', '--action', 'x'], '', 'SWARM_USAGE', /twice/],
    [['knowledge', 'get', 'zzz'], '', 'SWARM_BAD_INPUT', /not the id of an item/],
  ]
  for (const [args, input, code, says] of cases) assertRefused(await home.cli(args, { input }), code, says)
  const { knowledge, stage } = await home.json<Status>(['status'])
  assert.deepEqual([knowledge.items, stage === 'degraded'], [0, false])
})

test('50 MB with the error at the end: the fix is found, in bounded memory', async (t) => {
  const home = new Home(t)
  await home.start('alpha')
  const item = JSON.stringify({ error: HERE, action: ACTION, verify: 'npm test', tags: ['npm'] })
  assert.match((await home.cli(['share'], { input: item })).stdout, /^kept k_/)
  const peak = join(home.dir, 'peak')
  const probe = join(home.dir, 'probe.mjs')
  writeFileSync(
    probe,
    `import { writeFileSync } from 'node:fs'
     process.on('exit', () => writeFileSync(${JSON.stringify(peak)}, String(process.resourceUsage().maxRSS)))`,
  )
  const input = longLog(50 * MIB)
  const { code, stderr, stdout } = await home.cli(['resolve'], { input, env: { NODE_OPTIONS: `--import=${probe}` } })
  assert.equal(code, 0, stderr)
  assert.match(stdout, /npm install left-pad/)
  assert.match(stderr, /4\d MiB of its middle were left out/)
  const mib = Number(readFileSync(peak, 'utf8')) / 1024
  assert.ok(mib < PEAK_MIB_MAX, `${mib.toFixed(0)} MiB at the peak`)
})

/** A pipeline of the shell; its exit codes are printed by itself. */
const shell = (home: Home, script: string): { stdout: string; stderr: string } =>
  spawnSync('sh', ['-c', script, LAUNCHER], { cwd: home.dir, env: home.env, encoding: 'utf8' })

test('a reader that has enough is no error, and output that cannot be written is one', async (t) => {
  const home = new Home(t)
  await home.start('alpha')
  await home.cli(['share', '--action', ACTION], { input: HERE })
  for (const args of ['knowledge', 'logs -n 500', '--help', 'status --json', 'simulate --seed 1 --runs 5']) {
    const { stderr, stdout } = shell(home, `( "$0" ${args}; echo "exit $?" >&2 ) | head -1`)
    assert.equal(stderr, 'exit 0\n', args)
    assert.equal(stdout.split('\n').length, 2, args)
  }
  assert.equal(shell(home, `( "$0" status; echo "exit $?" >&2 ) | true`).stderr, 'exit 0\n')
  if (process.platform !== 'linux') return
  const full = shell(home, `"$0" status >/dev/full; echo "exit $?"`)
  assert.equal(full.stdout, 'exit 1\n')
  assert.match(full.stderr, /standard output cannot be written: the disk is full[\s\S]*code: SWARM_DISK_FULL/)
  assert.equal(shell(home, `"$0" status 2>&- >/dev/null; echo "exit $?"`).stdout, 'exit 0\n')
})

test('a node whose output nobody reads any more goes on', async (t) => {
  const home = new Home(t)
  const child = home.spawn(['start', '--name', 'alpha'])
  await until('it started', () => /alpha started/.test(child.output()))
  child.stdout?.destroy()
  child.stderr?.destroy()
  await home.start('beta')
  await until(
    'it has found the other, and would have said so',
    async () => (await home.json<Status>(['status', '--name', 'alpha'])).swarm.nodes === 2,
  )
  assert.equal((await home.cli(['stop', '--name', 'alpha'])).code, 0)
})

test('Ctrl-C while resolve waits for its input ends it at once, without a word', async (t) => {
  const home = new Home(t)
  const child = spawn(LAUNCHER, ['resolve'], { cwd: home.dir, env: home.env, stdio: 'pipe' })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const closed = once(child, 'close') as Promise<[number | null, string | null]>
  // More than the pipe holds: when all of it is taken, the program reads.
  await new Promise((resolve) => child.stdin.write(Buffer.alloc(MIB, 'x'), resolve))
  child.kill('SIGINT')
  const [code, signal] = await closed
  assert.ok(signal === 'SIGINT' || code === 130, `${code} ${signal}`)
  assert.equal(said, '')
})
