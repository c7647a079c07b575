import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Home, type Status, until } from '../support/cli.ts'
import { Group, namesOf } from '../support/group.ts'

const FIVE = ['alpha', 'beta', 'gamma', 'delta', 'epsilon'] as const

test('five nodes started at once are one swarm, which survives whoever ends', async (t) => {
  const group = new Group(t)
  const { home } = group
  const others = (name: string): readonly string[] => FIVE.filter((one) => one !== name)

  await t.test('one leader, and three voters before the other two are trusted', async () => {
    await group.startAll(FIVE)
    const leader = await group.agree(FIVE, 6_000)
    const view = await group.sees(
      leader,
      'three voters, five members',
      (now) => now.voters.length >= 3 && now.members === 5,
    )
    assert.equal(view.state, 'leader')
    const [voter = ''] = namesOf(view.voters).filter((name) => name !== leader)
    const { stdout } = await home.cli(['status', '--name', voter])
    assert.match(stdout, new RegExp(`^  leader +${leader}$`, 'm'))
    assert.match(stdout, /^ {2}seat +voter, follower, heard the leader \d+ ms ago$/m)
    assert.match(stdout, /^ {2}term +\d+, /m)
    assert.match(stdout, /^ {2}elections +\d+ started, \d+ won, 1 leader followed$/m)
    const log = await home.cli(['logs', '--name', leader, '-n', '200'])
    assert.match(log.stdout, /election: candidate of term \d+[\s\S]*election: leads term \d+[\s\S]*voters: /)
    const { body } = await group.call<string>(voter, 'GET', '/metrics')
    for (const line of [
      /^mcp_swarm_raft_term \d+$/m,
      /^mcp_swarm_raft_state\{state="follower"\} 1$/m,
      new RegExp(`^mcp_swarm_raft_leader\\{node="${leader}"\\} 1$`, 'm'),
      /^mcp_swarm_raft_last_heartbeat_seconds [\d.]+$/m,
      /^mcp_swarm_raft_elections_started_total \d+$/m,
    ])
      assert.match(body, line)
  })

  await t.test('what is written on one node is read on every other, at once', async () => {
    for (const [at, writer] of FIVE.entries()) {
      assert.equal((await group.set(writer, 'x.last', at)).status, 200)
      for (const reader of FIVE)
        assert.equal((await group.get(reader, 'x.last')).body.value, at, `${writer}, ${reader}`)
    }
    const said = await home.cli(['config', 'set', '--swarm', 'x.greeting', 'hello', '--name', 'alpha'])
    assert.match(said.stdout, /^x\.greeting = "hello" {2}\(version [0-9a-f]{8}-\d+\)$/m)
    assert.equal(
      (await home.cli(['config', 'get', '--swarm', 'x.greeting', '--name', 'epsilon'])).stdout,
      '"hello"\n',
    )
  })

  await t.test('one of many that write over the same version wins', async () => {
    const { version } = (await group.get('alpha', 'x.last')).body
    const replies = await Promise.all(
      FIVE.map((name) => group.set(name, 'x.last', name, { 'if-match': `"${version}"` })),
    )
    assert.deepEqual(
      replies.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, 409, 409, 409, 409],
    )
    const lost = replies.find(({ status }) => status === 409)?.body
    const now = (await group.get('beta', 'x.last')).body
    assert.equal(lost?.code, 'SWARM_CONFLICT')
    assert.ok(lost.detail?.includes(`${JSON.stringify(now.value)} (version ${now.version})`), lost.detail)
  })

  await t.test('a write repeated with its key is one write', async () => {
    const once = { 'idempotency-key': 'deploy-7' }
    const first = await group.set('alpha', 'x.deploy', 7, once)
    assert.deepEqual((await group.set('beta', 'x.deploy', 7, once)).body.version, first.body.version)
  })

  await t.test('five voters when all five were well for ten seconds', async () => {
    const leader = await group.agree(FIVE)
    await group.sees(leader, 'five voters', ({ voters }) => voters.length === 5)
  })

  await t.test('the leader steps down for whom it is told', async () => {
    const leader = await group.agree(FIVE)
    const [next = ''] = others(leader)
    const { stdout } = await home.cli(['leader', 'step-down', '--to', next, '--name', 'gamma'])
    assert.match(stdout, new RegExp(`● ${next} leads now, term \\d+`))
    assert.equal(await group.agree(FIVE), next)
  })

  await t.test('the leader is killed, and the next write is accepted', async () => {
    const leader = await group.agree(FIVE)
    const [witness = ''] = others(leader)
    await group.kill(leader)
    const killed = performance.now()
    assert.equal((await group.set(witness, 'x.after', 'kill')).status, 200)
    assert.ok(performance.now() - killed < 3_000)
    assert.notEqual(await group.agree(others(leader)), leader)
    await group.start(leader)
  })

  await t.test('all are killed and started at once: the same swarm with all it knew', async () => {
    const { lineage } = await group.look('alpha')
    await group.kill(...FIVE)
    await group.startAll(FIVE)
    await group.agree(FIVE)
    assert.equal((await group.look('alpha')).lineage, lineage)
    assert.equal((await group.get('beta', 'x.after')).body.value, 'kill')
  })

  await t.test('a drained node has no vote, and gets it back', async () => {
    const leader = await group.agree(FIVE)
    const [other = ''] = others(leader)
    assert.equal((await home.cli(['nodes', 'drain', leader, '--name', other])).code, 0)
    const view = await group.sees(
      other,
      'another leads without it',
      (now) => now.leader !== null && now.leader.name !== leader && !namesOf(now.voters).includes(leader),
    )
    assert.deepEqual(namesOf(view.draining), [leader])
    assert.equal((await home.cli(['nodes', 'drain', leader, '--off', '--name', other])).code, 0)
    assert.deepEqual((await group.sees(other, 'nobody drains', ({ draining }) => draining.length === 0)).draining, [])
  })

  await t.test('who leaves is no member any more, who stops is', async () => {
    const leader = await group.agree(FIVE)
    const rest = others(leader)
    const [witness = '', stopped = ''] = rest
    const { code, stderr, stdout } = await home.cli(['stop', '--leave', '--name', leader])
    assert.deepEqual([code, stdout, stderr], [0, `stopped ${leader}\n`, ''])
    await group.agree(rest)
    const view = await group.sees(witness, 'four members', ({ members }) => members === 4)
    assert.ok(!namesOf(view.voters).includes(leader))
    assert.match((await home.cli(['nodes', '--name', witness])).stdout, new RegExp(`^${leader} +auto +left`, 'm'))

    assert.equal((await home.cli(['stop', '--name', stopped])).code, 0)
    assert.equal((await group.look(witness)).members, 4)
    await group.agree(rest.filter((name) => name !== stopped))
    const removed = await home.cli(['nodes', 'remove', stopped, '--name', witness])
    assert.equal(removed.stdout, `${stopped} is no member any more\n`, removed.stderr)
    await group.sees(witness, 'three members', ({ members }) => members === 3)
  })
})

test('roles: the leader leads, the backup takes over within five seconds, the worker never votes', async (t) => {
  const group = new Group(t)
  const names = ['leader', 'backup', 'worker']
  await group.start('leader', '--role', 'leader')
  assert.equal(await group.agree(['leader']), 'leader')
  const screen = group.home.spawn(['start', '--name', 'watcher', '--role', 'worker', '--no-mdns', '--no-beacon'])
  await Promise.all([
    group.start('backup', '--role', 'backup'),
    group.start('worker', '--role', 'worker', '--specialize', 'postgres'),
  ])
  assert.equal(await group.agree(names, 8_000), 'leader')
  const view = await group.sees('worker', 'one voter, one standby, four members', (now) => {
    return now.standbys.length === 1 && now.members === 4 && now.topics['postgres'] !== undefined
  })
  assert.deepEqual([namesOf(view.voters), namesOf(view.standbys)], [['leader'], ['backup']])
  assert.equal(view.seat, 'observer')
  assert.deepEqual(namesOf(view.topics['postgres'] ?? []), ['worker'])
  assert.equal((await group.set('worker', 'x.a', 1)).status, 200)
  await until('the screen says who leads', () => /^● leader leads {2}term \d+$/m.test(screen.output()))

  await group.kill('leader')
  for (const name of ['worker', 'backup'])
    await group.sees(name, 'backup leads', ({ leader }) => leader?.name === 'backup', 5_000)
  assert.equal((await group.get('worker', 'x.a')).body.value, 1)
  await until('the screen says that it changed', () => /^● backup leads {2}term \d+$/m.test(screen.output()))
  assert.equal(screen.output().match(/^● .* leads/gm)?.length, 2, screen.output())

  // It comes back, into the swarm that went on or at the head of it: what was decided meanwhile holds.
  assert.equal((await group.set('backup', 'x.a', 2)).status, 200)
  await group.start('leader')
  await group.agree(names)
  for (const name of names) assert.equal((await group.get(name, 'x.a')).body.value, 2)
})

test('two swarms of one key that meet become one, and lose nothing', async (t) => {
  const [one, two] = [new Group(t), new Group(t)]
  await one.start('here')
  mkdirSync(two.home.dir, { recursive: true })
  copyFileSync(join(one.home.dir, 'swarm.key'), join(two.home.dir, 'swarm.key'))
  await two.start('there')
  await Promise.all([one.agree(['here']), two.agree(['there'])])
  for (const [group, name] of [
    [one, 'here'],
    [two, 'there'],
  ] as const) {
    assert.equal((await group.set(name, `x.of-${name}`, name)).status, 200)
    assert.equal((await group.set(name, 'x.both', name)).status, 200)
  }
  const { listening } = await one.home.json<{ listening: readonly string[] }>(['status', '--name', 'here'])
  const address = listening.find((text) => text.startsWith('/ip4/127.0.0.1/'))
  assert.ok(address)
  await two.start('bridge', '--join', address)
  await until(
    'all three are of one lineage',
    async () => {
      const views = [await one.look('here'), await two.look('there'), await two.look('bridge')]
      return views.every(({ leader, lineage, members }) => leader && lineage === views[0]?.lineage && members === 3)
    },
    8_000,
  )
  for (const name of ['here', 'there']) {
    assert.equal((await two.get('bridge', `x.of-${name}`)).body.value, name)
    assert.equal((await one.get('here', `x.of-${name}`)).body.value, name)
  }
  const { value } = (await one.get('here', 'x.both')).body
  assert.equal(value, 'there', 'the later writing counts')
  const seen = await two.sees('there', 'the conflict', ({ conflicts }) => conflicts.length === 1)
  assert.deepEqual(
    seen.conflicts.map(({ key, kept, lost }) => [key, kept, lost]),
    [['x.both', '"there"', '"here"']],
  )
  assert.match(
    (await two.home.cli(['leader', '--name', 'there'])).stdout,
    /x\.both +two halves had set it: kept "there"/,
  )
  assert.equal((await one.set('here', 'x.both', 'settled')).status, 200)
  await two.sees('there', 'no conflict any more', ({ conflicts }) => conflicts.length === 0)
})

test('a node by itself passes through all stages, and leads', async (t) => {
  const home = new Home(t)
  const node = home.spawn(['start', '--name', 'solo', '--no-mdns', '--no-beacon', '--log-level', 'debug'])
  await until('it says that it leads', () => /^● this node leads {2}term \d+$/m.test(node.output()))
  await until('it serves', async () => (await home.json<Status>(['status'])).stage === 'serving')
  const { stdout } = await home.cli(['logs', '--level', 'debug', '-n', '200'])
  const stages = [...stdout.matchAll(/stage ([a-z-]+)/g)].map((match) => match[1])
  assert.deepEqual(stages, ['discovering', 'electing-role', 'serving'])
  // There is nobody to hand over to, and nothing to wait for.
  const { code, stderr, stdout: said } = await home.cli(['stop', '--leave', '--json'])
  assert.deepEqual([code, JSON.parse(said), stderr], [0, { schema: 1, stopped: ['solo'], left: ['solo'] }, ''])
})
