import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { Home } from '../support/cli.ts'
import { ACTION } from '../support/errors.ts'

test('run: output, exit code and signals as if run bare, the known fix below a failure', async (t) => {
  const home = new Home(t)
  await home.start('alpha')
  const failing = [process.execPath, '-e', "process.stdout.write('out'); require('left-pad')"]
  const bare = spawnSync(failing[0] ?? '', failing.slice(1), { encoding: 'utf8', cwd: home.dir })
  assert.equal((await home.cli(['share', '--action', ACTION], { input: bare.stderr })).code, 0)

  const { code, stderr, stdout } = await home.cli(['run', '--', ...failing])
  assert.equal(code, bare.status)
  assert.equal(stdout, bare.stdout)
  const [theirs, ours] = [stderr.slice(0, bare.stderr.length), stderr.slice(bare.stderr.length)]
  assert.equal(theirs, bare.stderr)
  assert.match(ours, /npm install left-pad/)

  const fine = await home.cli(['run', '--', 'sh', '-c', 'cat; echo done >&2'], { input: 'piped through' })
  assert.deepEqual(fine, { code: 0, stdout: 'piped through', stderr: 'done\n' })
  assert.equal((await home.cli(['run', '--', 'sh', '-c', 'exit 42'])).code, 42)
  assert.equal((await home.cli(['run', '--', 'sh', '-c', 'kill -9 $$'])).code, 137)
  const missing = await home.cli(['run', '--', 'no-such-program-here'])
  assert.equal(missing.code, 127)
  assert.match(missing.stderr, /command not found/)
  assert.equal(
    (await home.cli(['run', '--', 'echo', '--json', '--name'])).stdout,
    '--json --name\n',
    "flags behind -- are the command's",
  )
})

test('run without a node: the command counts, the node is a remark', async (t) => {
  const home = new Home(t)
  const { code, stderr } = await home.cli(['run', '--', 'sh', '-c', 'echo boom >&2; exit 3'])
  assert.equal(code, 3)
  assert.match(stderr, /^boom\n[\s\S]*No node is running/)
})
