import assert from 'node:assert/strict'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { Home, type Status, until } from '../support/cli.ts'
import { ACTION, HERE, THERE } from '../support/errors.ts'
import { assertRefused } from '../support/refusal.ts'
import { homeOnDisk } from '../support/small-disk.ts'

/** Nothing may wait where nothing can be made. Milliseconds; a busy machine takes a second for a start. */
const AT_ONCE_MS = 10_000

test('a state directory that cannot be made is refused at once', async (t) => {
  const home = new Home(t)
  const file = join(home.dir, 'file')
  writeFileSync(file, '')
  const cases: readonly [dir: string, says: RegExp][] = [
    [join(file, 'state'), /a file is in the way/],
    [file, /a file is in the way/],
    ['/dev/null/state', /a file is in the way/],
    ['/proc/state/dir', /\/proc\/state\/dir: nothing can be created/],
  ]
  const began = performance.now()
  for (const [dir, says] of cases) {
    const at = ['--state-dir', dir]
    assertRefused(await home.cli(['start', ...at]), 'SWARM_STATE_DIR', says)
    assertRefused(
      await home.cli(['start', '--detach', ...at]),
      'SWARM_STATE_DIR',
      /file is in the way|nothing can be/,
    )
    assertRefused(await home.cli(['status', ...at]), 'SWARM_NO_NODE', /not running/)
    const doctor = await home.cli(['doctor', ...at])
    assert.equal(doctor.code, 10)
    assert.match(doctor.stdout, /✗ state directory/)
    const bridge = await home.cli(['mcp', ...at], { input: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n' })
    assert.equal(bridge.code, 1)
    assert.match(bridge.stderr, /code: SWARM_STATE_DIR/)
    assert.doesNotMatch(bridge.stderr, /^\s+at /m)
    assert.match(bridge.stdout, /"id":1,"error":.*state directory cannot be used/)
  }
  const each = (performance.now() - began) / (cases.length * 5)
  assert.ok(each < AT_ONCE_MS, `${each.toFixed(0)} ms for each`)
})

test('a disk that is read-only is named as that, also when a node ran there before', async (t) => {
  const there = homeOnDisk(t, '16m')
  if (!there) return
  const { home, remount } = there
  await home.start('alpha')
  assert.equal((await home.cli(['share', '--action', ACTION], { input: HERE })).code, 0)
  assert.equal((await home.cli(['stop'])).code, 0)
  await until('the process has closed its files', () => remount('ro'))
  assertRefused(await home.cli(['start', '--name', 'alpha']), 'SWARM_STATE_DIR', /the file system is read-only/)
  assertRefused(await home.cli(['start', '-d', '--name', 'alpha']), 'SWARM_STATE_DIR', /the file system is read-only/)
  assert.match((await home.cli(['doctor'])).stdout, /✗ state directory .*the file system is read-only/)
  assert.ok(remount('rw'))
  await home.start('alpha')
  assert.match((await home.cli(['resolve'], { input: THERE })).stdout, /npm install left-pad/)
})

/** A port held by a program that is not ours. */
async function foreignPort(t: TestContext, host: string): Promise<string> {
  const server = createServer((socket) => socket.end('go away\n'))
  t.after(() => server.close())
  server.listen(0, host)
  await once(server, 'listening')
  return String((server.address() as AddressInfo).port)
}

test('a port in use names the port and the flag; a port that was not asked for is simply another', async (t) => {
  const home = new Home(t)
  const [api, swarm] = [await foreignPort(t, '127.0.0.1'), await foreignPort(t, '0.0.0.0')]
  for (const mode of [[], ['--detach']]) {
    const start = ['start', '--name', 'alpha', ...mode]
    assertRefused(
      await home.cli([...start, '--port', api]),
      'SWARM_PORT_IN_USE',
      new RegExp(`127\\.0\\.0\\.1:${api} is taken[\\s\\S]*--port`),
    )
    assertRefused(
      await home.cli([...start, '--swarm-port', swarm]),
      'SWARM_PORT_IN_USE',
      new RegExp(`port ${swarm}[\\s\\S]*--swarm-port`),
    )
  }
  await home.start('alpha')
  await home.start('beta')
})

/** What was made of each damage: the code it is refused with, or nothing when the node goes on. */
test('a damaged file of the state directory: named with what to do, or made anew, and the rest is kept', async (t) => {
  const home = new Home(t)
  await home.start('alpha')
  assert.equal((await home.cli(['share', '--action', ACTION], { input: HERE })).code, 0)
  const { node } = await home.json<Status>(['status'])
  assert.equal((await home.cli(['stop'])).code, 0)
  const at = (name: string): string => join(home.dir, name === 'swarm.key' ? '' : 'nodes/alpha', name)
  const garbage = 'not what it was: '.repeat(6)

  for (const name of ['node.key', 'swarm.key', 'api.key']) {
    const bytes = readFileSync(at(name))
    const damages: readonly [damage: () => void, says: RegExp][] = [
      [() => writeFileSync(at(name), bytes, { mode: 0o644 }), /can be read by others \(mode 644\)[\s\S]*chmod 600/],
      [() => writeFileSync(at(name), garbage, { mode: 0o600 }), /is damaged[\s\S]*Restore .* from a backup/],
      [() => writeFileSync(at(name), '', { mode: 0o600 }), /is damaged/],
      [() => writeFileSync(at(name), bytes.subarray(0, -6), { mode: 0o600 }), /is damaged/],
      [() => mkdirSync(at(name)), /is not a file/],
    ]
    for (const [damage, says] of damages) {
      rmSync(at(name), { recursive: true })
      damage()
      const refused = await home.cli(['start', '--name', 'alpha'])
      assertRefused(refused, 'SWARM_STATE_DIR', says)
      assert.match(refused.stderr, new RegExp(at(name)))
    }
    rmSync(at(name), { recursive: true })
    writeFileSync(at(name), bytes, { mode: 0o600 })
  }
  for (const name of ['origin.json', 'node.log', 'api.sock', 'peers']) {
    rmSync(at(name), { recursive: true, force: true })
    if (name === 'peers') writeFileSync(at(name), '')
    else mkdirSync(at(name))
    assertRefused(await home.cli(['start', '--name', 'alpha']), 'SWARM_STATE_DIR', new RegExp(at(name)))
    rmSync(at(name), { recursive: true })
  }
  rmSync(at('node.log'), { force: true })
  symlinkSync('/nowhere/at/all', at('node.log'))
  assertRefused(await home.cli(['start', '--name', 'alpha']), 'SWARM_STATE_DIR', /node\.log: nothing can be created/)
  rmSync(at('node.log'))

  const survived: readonly [name: string, text: string][] = [
    ['origin.json', garbage],
    ['lock', garbage],
    ['lock', ''],
    ['lock', '{"pid":-1}'],
    ['lock', '{"pid":999999999,"started":"1"}'],
  ]
  for (const [name, text] of survived) {
    writeFileSync(at(name), text)
    // With a lock of -1 the signal would go to every process of this user.
    if (name === 'lock') assertRefused(await home.cli(['stop', '--name', 'alpha']), 'SWARM_NO_NODE', /not running/)
    await home.start('alpha')
    const status = await home.json<Status>(['status'])
    assert.deepEqual([status.node.id, status.knowledge.items], [node.id, 1], `${name}: ${text}`)
    assert.equal((await home.cli(['stop'])).code, 0)
  }
})

test('a key that is gone is made anew, and the start says so', async (t) => {
  const home = new Home(t)
  await home.start('alpha')
  assert.equal((await home.cli(['share', '--action', ACTION], { input: HERE })).code, 0)
  assert.equal((await home.cli(['stop'])).code, 0)
  rmSync(join(home.dir, 'nodes/alpha/node.key'))
  const { code, stderr } = await home.cli(['start', '--detach', '--name', 'alpha'])
  assert.equal(code, 0)
  assert.match(stderr, /node\.key was missing and is made anew/)
  assert.match((await home.cli(['resolve'], { input: THERE })).stdout, /npm install left-pad/)
})

test('of many that start at once over the lock of a killed node, one runs', async (t) => {
  const home = new Home(t)
  await home.start('alpha')
  const { node } = await home.json<Status>(['status'])
  process.kill(node.pid, 'SIGKILL')
  await until('it is gone', async () => (await home.cli(['status'])).code === 3)
  const starts = await Promise.all([1, 2, 3, 4].map(() => home.cli(['start', '--detach', '--name', 'alpha'])))
  for (const { code, stderr } of starts) assert.equal(code, 0, stderr)
  assert.equal((await home.json<Status>(['status'])).node.id, node.id)
})

test('a state directory too deep for a unix socket gets a short one that only this user can reach', async (t) => {
  const top = mkdtempSync(join(tmpdir(), 'mcp-swarm-deep-'))
  const deep = join(top, ...Array.from({ length: 3 }, () => 'd'.repeat(60)))
  mkdirSync(deep, { recursive: true })
  const home = new Home(t, [], deep)
  t.after(() => rmSync(top, { recursive: true }))
  await home.start('alpha')
  const { api } = await home.json<Status>(['status'])
  assert.ok(api.socket.length < 104, api.socket)
  assert.equal(statSync(dirname(api.socket)).mode & 0o777, 0o700)
  assert.equal((await home.cli(['share', '--action', ACTION], { input: HERE })).code, 0)
  assert.equal((await home.cli(['stop'])).code, 0)
  assert.equal(existsSync(api.socket), false)
})

test('a log that cannot be written any more ends nothing', async (t) => {
  const there = homeOnDisk(t, '16m')
  if (!there) return
  const { home } = there
  await home.start('alpha')
  const log = join(home.dir, 'nodes/alpha/node.log')
  truncateSync(log, 0)
  rmSync(log)
  mkdirSync(log)
  assert.equal((await home.cli(['share', '--action', ACTION], { input: HERE })).code, 0)
  assert.match((await home.cli(['resolve'], { input: THERE })).stdout, /npm install left-pad/)
})
