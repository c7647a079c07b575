import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Answer } from '../../src/driver/index.ts'
import { Home, type Status, until } from '../support/cli.ts'
import { ACTION, HERE, THERE, UNKNOWN } from '../support/errors.ts'

test('an error met on one node is answered on another, which nobody configured', async (t) => {
  const home = new Home(t)
  await home.start('alpha')
  await home.start('beta')
  const shared = await home.cli(
    ['share', '--name', 'alpha', '--action', ACTION, '--cause', 'it was removed', '--verify', 'npm test'],
    { input: HERE },
  )
  assert.equal(shared.code, 0, shared.stderr)
  assert.match(shared.stdout, /^kept k_[a-z2-7]{16}$/m)
  await until(
    'beta has the item',
    async () => (await home.json<Status>(['status', '--name', 'beta'])).knowledge.items === 1,
  )

  const log = join(home.dir, 'build.log')
  writeFileSync(log, THERE)
  const asked = {
    'piped in': await home.cli(['resolve', '--name', 'beta'], { input: THERE }),
    'from a file': await home.cli(['resolve', '--name', 'beta', '-f', log]),
    'as words': await home.cli(['resolve', '--name', 'beta', "Error: Cannot find module 'left-pad'"]),
  }
  for (const [how, { code, stdout }] of Object.entries(asked)) {
    assert.equal(code, 0, how)
    assert.match(stdout, /npm install left-pad/, how)
    assert.match(stdout, /why: /, how)
    assert.match(stdout, /from: alpha/, how)
  }
  const answer = await home.json<Answer>(['resolve', '--name', 'beta'], { input: THERE })
  assert.equal(answer.match, 'exact')
  assert.equal(answer.fixes[0]?.solution?.verify?.run, 'npm test')

  // A key of one opens the other when it is told so, and gets the same answers.
  const made = await home.cli(['keys', 'new', '--name', 'alpha', '--label', 'agent'])
  const said = ['keys', 'new', '--name', 'beta', '--label', 'agent', '--same']
  assert.equal((await home.cli(said, { input: 'mcps_x' })).code, 2)
  const taken = await home.cli(said, { input: made.stdout })
  assert.deepEqual([taken.code, taken.stdout], [0, ''], taken.stderr)
  const { api } = await home.json<Status>(['status', '--name', 'beta'])
  const reply = await fetch(`${api.url}/v1/resolve`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': made.stdout.trim() },
    body: JSON.stringify({ error: THERE }),
  })
  assert.equal(((await reply.json()) as Answer).match, 'exact')

  const unknown = await home.cli(['resolve', '--name', 'beta'], { input: UNKNOWN })
  assert.equal(unknown.code, 4)
  assert.match(unknown.stdout, /nothing known/)
})

test('killed with -9 and started again: the same identity, nothing acknowledged lost, what was missed is caught up', async (t) => {
  const home = new Home(t)
  await home.start('alpha')
  await home.start('beta')
  const before = await home.json<Status>(['status', '--name', 'beta'])
  const own = await home.cli([
    'share',
    '--name',
    'beta',
    '--action',
    'use sudo',
    '--error',
    "Error: EACCES: permission denied, open '/etc/hosts'",
  ])
  assert.equal(own.code, 0, own.stderr)
  process.kill(before.node.pid, 'SIGKILL')
  await until(
    'alpha saw it go',
    async () => (await home.json<Status>(['status', '--name', 'alpha'])).swarm.nodes === 1,
  )
  assert.equal((await home.cli(['share', '--name', 'alpha', '--action', ACTION], { input: HERE })).code, 0)

  await home.start('beta')
  const after = await home.json<Status>(['status', '--name', 'beta'])
  assert.equal(after.node.id, before.node.id)
  await until('both hold both', async () => {
    const [a, b] = await Promise.all(['alpha', 'beta'].map((name) => home.json<Status>(['status', '--name', name])))
    return a?.knowledge.items === 2 && a.knowledge.digest === b?.knowledge.digest
  })
  assert.match((await home.cli(['resolve', '--name', 'beta'], { input: THERE })).stdout, /npm install left-pad/)
  assert.match(
    (await home.cli(['resolve', '--name', 'alpha', "Error: EACCES: permission denied, open '/etc/passwd'"])).stdout,
    /use sudo/,
  )
})

test('status, nodes, logs, doctor, stop: with a node, and without', async (t) => {
  const home = new Home(t)
  const none = await home.cli(['status'])
  assert.equal(none.code, 3)
  assert.match(none.stderr, /not running[\s\S]*mcp-swarm start/)
  assert.equal((await home.cli(['stop'])).code, 3)

  await home.start('alpha')
  await home.start('beta')
  await until(
    'they found each other',
    async () => (await home.json<Status>(['status', '--name', 'alpha'])).swarm.nodes === 2,
  )
  const { nodes } = await home.json<{ nodes: { name: string; self: boolean; health: string }[] }>([
    'nodes',
    '--name',
    'alpha',
  ])
  assert.deepEqual(
    nodes.map(({ name, self, health }) => [name, self, health]),
    [
      ['alpha', true, 'healthy'],
      ['beta', false, 'healthy'],
    ],
  )
  assert.match((await home.cli(['nodes', '--name', 'beta'])).stdout, /beta \(this\)[\s\S]*alpha/)
  assert.match((await home.cli(['logs', '--name', 'alpha'])).stdout, /beta joined/)
  const { problems } = await home.json<{ problems: number }>(['doctor', '--name', 'alpha'])
  assert.equal(problems, 0)

  const both = await home.cli(['status'])
  assert.equal(both.code, 2, 'two run and none was named')
  assert.match(both.stderr, /alpha, beta/)
  assert.equal((await home.cli(['stop', '--name', 'alpha'])).code, 0)
  assert.match((await home.cli(['status'])).stdout, /beta/, 'the only one that runs needs no name')
  await until('beta says who left', async () =>
    /alpha left: it stopped/.test((await home.cli(['logs', '--name', 'beta'])).stdout),
  )
  assert.deepEqual(await home.json(['stop', '--all']), { schema: 1, stopped: ['beta'] })
})

test('a second node of the same name is refused in the foreground, and harmless in the background', async (t) => {
  const home = new Home(t)
  await home.start('alpha')
  const second = await home.cli(['start', '--name', 'alpha'])
  assert.equal(second.code, 1)
  assert.match(second.stderr, /"alpha" runs as process \d+[\s\S]*--name/)
  const again = await home.cli(['start', '--detach', '--name', 'alpha'])
  assert.equal(again.code, 0)
  assert.match(again.stdout, /is running already/)
})

test('logs -f follows, and Ctrl-C ends it', async (t) => {
  const home = new Home(t)
  await home.start('alpha')
  const follow = home.spawn(['logs', '-f', '--name', 'alpha'])
  await home.start('beta')
  await until('the new line is shown', () => /beta joined/.test(follow.output()))
  const closed = new Promise((resolve) => follow.once('close', resolve))
  follow.kill('SIGINT')
  assert.equal(await closed, 0)
})

test('another machine is let in by the token, and by nothing else', async (t) => {
  const [ours, theirs] = [new Home(t), new Home(t)]
  await ours.start('alpha', '--no-mdns')
  const { token } = await ours.json<{ token: string }>(['token'])
  await theirs.start('stranger', '--no-mdns')
  const file = join(theirs.dir, 'token')
  writeFileSync(file, `${token}\n`)
  const guest = new Home(t)
  await guest.start('guest', '--no-mdns', '--token-file', file)
  await until('the guest is in', async () => (await ours.json<Status>(['status'])).swarm.nodes === 2)
  assert.equal((await theirs.json<Status>(['status'])).swarm.nodes, 1)
  const wrong = await new Home(t).cli(['start', '--token-file', '/nowhere/token'])
  assert.equal(wrong.code, 5)
  const torn = await new Home(t).cli(['start'], { env: { MCP_SWARM_TOKEN: token.slice(0, -3) } })
  assert.equal(torn.code, 5)
  assert.match(torn.stderr, /The swarm token is not valid[\s\S]*mcp-swarm token/)
})
