import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { crc32c } from '../../src/raft/index.ts'
import { type Status, until } from '../support/cli.ts'
import { Group, namesOf } from '../support/group.ts'
import { assertRefused } from '../support/refusal.ts'
import { homeOnDisk } from '../support/small-disk.ts'

test('what cannot be said or set: by its code, with what there is and what to do', async (t) => {
  const group = new Group(t)
  const { home } = group
  // An address where nobody listens keeps no node from leading.
  await group.start('solo', '--join', '127.0.0.1:9')
  await group.agree(['solo'])
  assert.match(
    (await home.cli(['doctor'])).stdout,
    /! join .*127\.0\.0\.1:9: nobody listens there[\s\S]*✓ leader +this node leads; seat of this node: voter/,
  )
  assert.equal((await group.set('solo', 'voters.max', 3)).status, 200)
  const { version } = (await group.get('solo', 'voters.max')).body
  const set = (...words: readonly string[]): readonly string[] => ['config', 'set', '--swarm', ...words]
  const usage: readonly (readonly [readonly string[], RegExp])[] = [
    [['start', '--role', 'backupp'], /'backupp' is invalid[\s\S]*Did you mean backup\?/],
    [['start', '--timing', 'slow'], /Allowed choices are local, lan, wan/],
    [['leader', 'stepdown'], /too many arguments|unknown command/],
    [['config', 'set', 'voters.max', '3'], /settings of one node[\s\S]*Add --swarm/],
    [['config', 'get', 'voters.max'], /Add --swarm/],
    [['config', 'set', '--swarm', 'voters.max'], /missing required argument 'value'/],
    [['nodes', 'remove'], /missing required argument 'node'/],
  ]
  for (const [words, says] of usage) assertRefused(await home.cli(words), 'SWARM_USAGE', says)
  const config = await home.cli(['start', '--name', 'other', '--specialize', 'Type Script'])
  assertRefused(config, 'SWARM_USAGE', /specialize[\s\S]*a topic is a word such as typescript/)

  const bad: readonly (readonly [readonly string[], RegExp])[] = [
    [set('voter.max', '3'), /no swarm-wide setting "voter\.max"; did you mean voters\.max\?[\s\S]*voters\.min/],
    [set('colour', 'red'), /no swarm-wide setting "colour"[\s\S]*your own begin with "x\."/],
    [set('voters.max', 'three'), /voters\.max cannot be "three"[\s\S]*one of 1, 3, 5, 7/],
    [set('voters.max', '2'), /voters\.max cannot be 2[\s\S]*one of 1, 3, 5, 7/],
    [set('recovery.fork', 'true'), /recovery\.fork cannot be true[\s\S]*one of "auto", "never"/],
    [set('voters.min', '5'), /voters\.min cannot be 5, more than voters\.max \(3\)[\s\S]*Change voters\.max first/],
    [set('x.big', 'x'.repeat(1_100)), /longer than 1024 bytes/],
    [['config', 'get', '--swarm', 'voters.mx'], /did you mean voters\.max\?/],
  ]
  for (const [words, says] of bad) assertRefused(await home.cli(words), 'SWARM_BAD_INPUT', says)
  assert.equal((await group.set('solo', 'voters.min', 3)).status, 200)
  assertRefused(
    await home.cli(set('voters.max', '1')),
    'SWARM_BAD_INPUT',
    /voters\.max cannot be 1, less than voters\.min \(3\)/,
  )

  const lost = await home.cli(set('voters.max', '7', '--if-version', '0'))
  assertRefused(
    lost,
    'SWARM_CONFLICT',
    new RegExp(`voters\\.max is 3 \\(version ${version}\\) by now, not version 0`),
  )
  assertRefused(
    await home.cli(['config', 'unset', '--swarm', 'x.none', '--if-version', 'a-1']),
    'SWARM_CONFLICT',
    /x\.none is not set by now/,
  )
  const unset = await home.cli(['config', 'get', '--swarm', 'x.none'])
  assert.deepEqual([unset.code, unset.stdout], [4, 'x.none is not set\n'])

  assertRefused(await home.cli(['leader', 'step-down']), 'SWARM_CONFLICT', /no other voter/)
  assertRefused(
    await home.cli(['leader', 'step-down', '--to', 'nobody']),
    'SWARM_NOT_FOUND',
    /no member is called "nobody"/,
  )
  assertRefused(await home.cli(['nodes', 'drain', 'nobody']), 'SWARM_NOT_FOUND', /mcp-swarm nodes/)
  assertRefused(
    await home.cli(['nodes', 'remove', 'solo']),
    'SWARM_CONFLICT',
    /"solo" is running[\s\S]*Stop it first/,
  )
  assertRefused(await home.cli(['recover']), 'SWARM_CONFLICT', /solo leads: there is nothing to recover/)

  const rest: readonly (readonly [number, string, Promise<{ status: number; body: { code?: string } }>])[] = [
    [400, 'SWARM_BAD_INPUT', group.call('solo', 'PUT', '/v1/settings/x.a', {})],
    [400, 'SWARM_BAD_INPUT', group.call('solo', 'PUT', '/v1/settings/x.a', { value: 1, extra: 2 })],
    [400, 'SWARM_BAD_INPUT', group.set('solo', 'x.a', 1, { 'idempotency-key': 'a b' })],
    [400, 'SWARM_BAD_INPUT', group.call('solo', 'PUT', '/v1/nodes/solo/drain', { on: 'yes' })],
    [400, 'SWARM_BAD_INPUT', group.call('solo', 'GET', '/v1/settings/x.a?local=maybe')],
    [409, 'SWARM_CONFLICT', group.call('solo', 'POST', '/v1/recover')],
  ]
  for (const [status, code, reply] of rest) {
    const { body, status: got } = await reply
    assert.deepEqual([got, body.code], [status, code])
  }
})

test('without a quorum: who is missing is named, knowledge goes on, and a person may go on without them', async (t) => {
  const group = new Group(t)
  const { home } = group
  await group.start('alpha')
  await group.agree(['alpha'])
  await Promise.all(['beta', 'gamma'].map((name) => group.start(name)))
  await group.sees('alpha', 'three voters', ({ voters }) => voters.length === 3)
  assert.equal((await group.set('beta', 'x.kept', 1)).status, 200)
  await until('beta has it', async () => {
    return (await group.call<{ value: unknown }>('beta', 'GET', '/v1/settings/x.kept?local=1')).body.value === 1
  })
  await group.kill('alpha', 'gamma')
  await group.sees('beta', 'nobody leads', ({ leader }) => leader === null)
  const waiting = [home.cli(['config', 'get', '--swarm', 'x.kept']), home.cli(['nodes', 'remove', 'gamma'])]
  const local = await home.cli(['config', 'get', '--swarm', '--local', 'x.kept'])
  assert.equal(local.stdout, '1\n')
  const shared = await home.cli(['share', '--error', 'Error: it broke', '--action', 'mend it'])
  assert.equal(shared.code, 0, shared.stderr)
  assert.match((await home.cli(['resolve', 'Error: it broke'])).stdout, /mend it/)
  for (const reply of waiting)
    assertRefused(
      await reply,
      'SWARM_NO_LEADER',
      /no quorum: 1 of 3 voters can be reached, (alpha, gamma|gamma, alpha) cannot/,
    )

  // Also after a restart, when it is not known what of its log was committed.
  await group.kill('beta')
  await group.start('beta')
  const { reason } = await group.sees(
    'beta',
    'why nobody leads',
    (view) => view.reason?.includes('no quorum') === true,
  )
  assert.match(reason ?? '', /(alpha, gamma|gamma, alpha) cannot/)
  assert.match(
    (await home.cli(['doctor'])).stdout,
    /! leader +nobody leads: no quorum: 1 of 3[\s\S]*→ mcp-swarm leader/,
  )
  assert.match((await home.cli(['status'])).stdout, /leader +none: no quorum: 1 of 3[\s\S]*seat +voter, /)

  const look = await home.cli(['recover'])
  assert.equal(look.code, 1)
  assert.match(
    look.stdout,
    /! no quorum[\s\S]*go on from entry \d+ of the log, with 1 setting[\s\S]*without (alpha, gamma|gamma, alpha)\.[\s\S]*May be lost/,
  )
  assert.equal((await group.look('beta')).leader, null, 'it only looked')
  const done = await home.cli(['recover', '--yes'])
  assert.match(done.stdout, /● goes on from entry \d+ with 1 setting, without (alpha, gamma|gamma, alpha)/)
  await group.agree(['beta'])
  assert.equal((await group.get('beta', 'x.kept')).body.value, 1)

  await group.start('gamma')
  await group.agree(['beta', 'gamma'])
  assert.equal((await group.look('gamma')).members, 2)
})

/** Writes another header over a log, well formed: as another version or another swarm would have. */
function rewrite(file: string, from: RegExp, to: string): void {
  const bytes = readFileSync(file)
  const end = 12 + bytes.readUInt32BE(8)
  const header = Buffer.from(bytes.subarray(12, end).toString().replace(from, to))
  const record = Buffer.concat([bytes.subarray(0, 12), header])
  record.writeUInt32BE(header.length, 8)
  record.writeUInt32BE(crc32c(record.subarray(8)), 4)
  writeFileSync(file, Buffer.concat([record, bytes.subarray(end)]))
}

test('a log that must not be used: the node goes on without a vote, says why, and leaves the file alone', async (t) => {
  const group = new Group(t)
  const { home } = group
  await group.start('alpha')
  await group.agree(['alpha'])
  await group.start('beta')
  await group.sees('alpha', 'a standby', ({ standbys }) => namesOf(standbys).includes('beta'))
  const [file = ''] = globSync(join(home.dir, 'nodes/beta/raft/*/raft.wal'))
  await group.kill('beta')
  const kept = readFileSync(file)
  for (const [from, to, says] of [
    [/"format":\d+/, '"format":99', /A newer version wrote the log of this node: .*raft\.wal has format 99/],
    [
      /"swarm":"\w+"/,
      '"swarm":"0123456789ab"',
      /The log of this node is of another swarm: .*raft\.wal belongs to the swarm 0123456789ab/,
    ],
  ] as const) {
    writeFileSync(file, kept)
    rewrite(file, from, to)
    const before = readFileSync(file)
    await group.start('beta')
    const view = await group.sees('beta', 'it knows who leads', ({ leader }) => leader?.name === 'alpha')
    assert.deepEqual([view.seat, namesOf(view.voters)], ['none', ['alpha']])
    assert.match(view.reason ?? '', says)
    const status = await home.json<Status>(['status', '--name', 'beta'])
    assert.equal(status.stage, 'degraded')
    assert.match(status.reason ?? '', /^no vote: /)
    assert.match((await home.cli(['leader', '--name', 'beta'])).stdout, says)
    assert.match((await home.cli(['logs', '--name', 'beta', '--level', 'warn'])).stdout, says)
    assert.equal((await group.set('beta', 'x.a', to)).status, 200, 'its questions reach the leader')
    assert.equal((await group.get('beta', 'x.a')).body.value, to)
    await group.kill('beta')
    assert.deepEqual(readFileSync(file), before)
  }

  const damaged = Buffer.from(kept)
  damaged[300] = (damaged[300] ?? 0) ^ 0xff
  writeFileSync(file, damaged)
  await group.start('beta')
  await group.sees(
    'beta',
    'it is a standby again',
    ({ leader, seat }) => leader?.name === 'alpha' && seat === 'standby',
  )
  assert.equal((await group.look('beta')).members, 2)
  const { stdout } = await home.cli(['logs', '--name', 'beta', '--level', 'warn'])
  assert.match(
    stdout,
    /raft\.wal was damaged \(.*\); it is kept as .*corrupt-\d+\.wal; this node joins as a new member/,
  )
  assert.equal(globSync(join(home.dir, 'nodes/beta/raft/*/corrupt-*.wal')).length, 1)
  assert.ok(existsSync(file))
  assert.notEqual((await home.json<Status>(['status', '--name', 'beta'])).stage, 'degraded')
})

test('a full disk takes the seat away until there is room, and nothing that was acknowledged', async (t) => {
  const there = homeOnDisk(t, '12m')
  if (!there) return
  const group = new Group(t, there.home)
  await group.start('solo')
  await group.agree(['solo'])
  assert.equal((await group.set('solo', 'x.before', 1)).status, 200)
  const ballast = join(there.disk, 'ballast')
  fill(ballast)
  // What is left of a page takes a few.
  let refused = await group.set('solo', 'x.during', 'x'.repeat(1_000))
  for (let more = 0; refused.status === 200 && more < 20; more++)
    refused = await group.set('solo', 'x.during', 'x'.repeat(1_000))
  assert.ok(refused.status >= 500, JSON.stringify(refused.body))
  const view = await group.look('solo')
  assert.equal(view.leader, null)
  assert.match(view.reason ?? '', /full|space/)
  const { reason, stage } = await there.home.json<Status>(['status'])
  assert.equal(stage, 'degraded')
  assert.match(reason ?? '', /disk|log/)
  rmSync(ballast)
  await group.agree(['solo'])
  assert.equal((await group.get('solo', 'x.before')).body.value, 1)
  assert.equal((await group.set('solo', 'x.after', 2)).status, 200)
  await until('it is well again', async () => (await there.home.json<Status>(['status'])).stage === 'serving')
})

/** To the last byte: a log that is a few bytes long still finds room in what a larger file leaves over. */
function fill(file: string): void {
  let size = 16 * 1024 * 1024
  for (let at = ''; size > 0; at += 'x')
    try {
      writeFileSync(`${file}${at}`, Buffer.alloc(size))
    } catch {
      size >>= 1
    }
}
