import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { Home, until } from '../support/cli.ts'
import { HERE, THERE } from '../support/errors.ts'
import { type Network, openNetwork, whyNoNetwork } from '../support/netns.ts'
import { TestSwarm } from '../support/test-swarm.ts'

/* Who gets in and who is out, as a person at a shell does it, on hosts of their own. */

const skip = whyNoNetwork() ?? false

interface Status {
  readonly node: { readonly id: string }
  readonly swarm: {
    readonly nodes: number
    readonly fingerprint: string
    readonly certificate: { readonly roles: readonly string[]; readonly may_admit: boolean; readonly owner: string }
    readonly waiting: { readonly waits: string; readonly words: string | null; readonly answer: string | null } | null
  }
  readonly knowledge: { readonly items: number }
}
interface Pending {
  readonly pending: readonly { readonly name: string; readonly words: string; readonly node: string }[]
}

const hosts = (t: TestContext, count: number): { network: Network; homes: Home[] } => {
  const network = openNetwork(t, { hosts: count, multicastRoute: true })
  return { network, homes: Array.from({ length: count }, (_, at) => new Home(t, network.on(at))) }
}
/** Undefined while it does not answer: who enters a swarm starts anew. */
async function status(home: Home): Promise<Status | undefined> {
  const { code, stdout } = await home.cli(['status', '--json'])
  return code === 0 ? (JSON.parse(stdout) as Status) : undefined
}
const nodes = async (home: Home): Promise<number> => (await status(home))?.swarm.nodes ?? 0
const pending = async (home: Home): Promise<Pending['pending']> =>
  (await home.json<Pending>(['nodes', 'pending'])).pending

test(
  'another machine waits with the same four words on both sides, and enters by itself when it is approved',
  { skip },
  async (t) => {
    const { homes } = hosts(t, 2)
    const [anna, bert] = homes as [Home, Home]
    await anna.start('anna')
    await anna.cli(['share', '--action', 'npm install left-pad', '--error', "Error: Cannot find module 'left-pad'"])
    await bert.start('bert')
    await until('it waits, and says for what', async () => (await status(bert))?.swarm.waiting?.words != null)
    const waiting = (await status(bert))?.swarm.waiting
    const [newcomer] = await pending(anna)
    assert.equal(newcomer?.name, 'bert')
    assert.equal(newcomer.words, waiting?.words)
    assert.match(waiting?.waits ?? '', /asks swarm [0-9a-f]{12} of this network to be let in/)
    assert.match(
      (await bert.cli(['status'])).stdout,
      new RegExp(`the same words must be shown there: ${newcomer.words}`),
    )
    assert.match(
      (await anna.cli(['logs', '-n', '100'])).stdout,
      new RegExp(`bert at .* wants to join.*"${newcomer.words}"`),
    )
    // It works alone meanwhile, and nothing of either has reached the other.
    assert.deepEqual([await nodes(anna), await nodes(bert), (await status(bert))?.knowledge.items], [1, 1, 0])
    const before = (await status(bert))?.node.id

    assert.match((await anna.cli(['nodes', 'approve', 'bert'])).stdout, /is approved, and enters by itself/)
    await until('bert is in, and knows what anna knows', async () => (await status(bert))?.knowledge.items === 1)
    await until('both see both', async () => (await nodes(anna)) === 2 && (await nodes(bert)) === 2)
    const after = await status(bert)
    assert.equal(after?.node.id, before, 'it stays who it is')
    assert.equal(after?.swarm.fingerprint, (await status(anna))?.swarm.fingerprint)
    assert.notEqual(after?.swarm.certificate.owner, (await status(anna))?.swarm.certificate.owner)
    const audit = (await anna.cli(['audit'])).stdout
    for (const deed of [
      /member-asked .* bert /,
      /member-approved +owner +bert /,
      /member-admitted .* bert .*approved/,
    ])
      assert.match(audit, deed)
    assert.deepEqual(await pending(anna), [])

    // A second node of the same user on that machine needs nobody.
    await bert.start('bea')
    await until('so is bea', async () => (await nodes(anna)) === 3)
  },
)

test('ignored, a newcomer is not shown; blocked, it is turned away and told', { skip }, async (t) => {
  const { homes } = hosts(t, 2)
  const [anna, bert] = homes as [Home, Home]
  await anna.start('anna')
  await bert.start('bert')
  await until('it waits', async () => (await pending(anna)).length === 1)
  const [{ words, node } = { words: '', node: '' }] = await pending(anna)
  assert.equal((await anna.cli(['nodes', 'ignore', words])).code, 0)
  assert.deepEqual(await pending(anna), [])
  const nobody = await anna.cli(['nodes', 'approve', 'carl'])
  assert.equal(nobody.code, 4)
  assert.match(nobody.stderr, /no newcomer called "carl" waits at this node\n {2}next: /)
  assert.equal((await anna.cli(['nodes', 'block', node])).code, 0)
  await until('it hears of it', async () => /blocked here/.test((await status(bert))?.swarm.waiting?.answer ?? ''))
  assert.equal(await nodes(anna), 1)
})

test(
  'a token lets one unattended machine in as what it says: by variable, file or systemd’s credentials',
  { skip },
  async (t) => {
    const { homes } = hosts(t, 4)
    const [anna, bert, carl, dora] = homes as [Home, Home, Home, Home]
    await anna.start('anna')
    const make = async (...flags: string[]): Promise<string> =>
      (await anna.json<{ token: string }>(['token', 'new', ...flags])).token
    const start = (
      home: Home,
      name: string,
      env: Record<string, string>,
      ...flags: string[]
    ): ReturnType<Home['cli']> =>
      home.cli(['start', '-d', '--name', name, '--no-mdns', '--no-beacon', ...flags], { env })

    // No beacon and no address: the token knows the way.
    const once = await make('--role', 'worker', '--ttl', '1h')
    assert.equal((await start(bert, 'bert', { MCP_SWARM_TOKEN: once }, '--role', 'worker')).code, 0)
    await until('bert is in', async () => (await nodes(anna)) === 2)
    assert.deepEqual((await status(bert))?.swarm.certificate.roles, ['worker'])
    assert.equal((await status(bert))?.swarm.certificate.may_admit, false)
    const upgrade = await bert.cli(['stop']).then(() => start(bert, 'bert', {}, '--role', 'leader'))
    assert.equal(upgrade.code, 5)
    assert.match(upgrade.stderr, /lets this node be worker, not leader/)

    await start(carl, 'carl', { MCP_SWARM_TOKEN: once }, '--role', 'worker')
    await until('it is told', async () => /used up/.test((await status(carl))?.swarm.waiting?.answer ?? ''))
    await carl.cli(['stop'])
    writeFileSync(join(carl.dir, 'token'), `${await make()}\n`)
    await start(carl, 'carl', {}, '--token-file', join(carl.dir, 'token'))
    await until('carl is in', async () => (await nodes(carl)) >= 2)

    const credentials = join(dora.dir, 'credentials')
    mkdirSync(credentials)
    writeFileSync(join(credentials, 'mcp-swarm.token'), await make('--uses', '0'))
    await start(dora, 'dora', { CREDENTIALS_DIRECTORY: credentials })
    await until('dora is in', async () => (await nodes(dora)) >= 3)
    // Later starts need no token.
    await dora.cli(['stop'])
    assert.equal((await start(dora, 'dora', {})).code, 0)
    await until('and again', async () => (await nodes(dora)) >= 3)
    const worker = await bert.cli(['start', '-d', '--name', 'bert', '--role', 'worker'])
    assert.equal(worker.code, 0, worker.stderr)
    const refused = await bert.cli(['token', 'new'])
    assert.deepEqual([refused.code, /no right to admit or revoke/.test(refused.stderr)], [5, true])
  },
)

test('revoked, a member is cut off by all, also by one that was away, and cannot come back', { skip }, async (t) => {
  const { homes, network } = hosts(t, 4)
  const swarm = new TestSwarm()
  // The machines of one operator, and the one that will be revoked, which came by a token.
  const [anna, bert, carl, mallory] = homes as [Home, Home, Home, Home]
  for (const home of [anna, bert, carl]) swarm.provision(home.dir)
  await Promise.all([anna.start('anna'), bert.start('bert'), carl.start('carl')])
  await until('three', async () => (await nodes(anna)) === 3)
  const { token } = await anna.json<{ token: string }>(['token', 'new'])
  await mallory.cli(['start', '-d', '--name', 'mallory'], { env: { MCP_SWARM_TOKEN: token } })
  await until('four', async () => (await nodes(anna)) === 4 && (await nodes(carl)) === 4)

  network.cable(2, 'out')
  const done = await anna.cli(['nodes', 'remove', 'mallory', '--revoke'])
  assert.match(done.stdout, /mallory is revoked: no node of the swarm talks to it any more/)
  await until('anna and bert are two', async () => (await nodes(anna)) <= 2 && (await nodes(bert)) <= 2, 60_000)
  await until(
    'it is no member of the log',
    async () => !(await anna.cli(['leader', '--json'])).stdout.includes('"mallory"'),
  )
  network.cable(2, 'in')
  const knows = async (home: Home): Promise<boolean> =>
    /mallory was revoked by/.test((await home.cli(['logs', '-n', '400'])).stdout)
  await until('carl hears of it', () => knows(carl), 60_000)
  await until('three again', async () => (await nodes(carl)) === 3, 60_000)
  // It comes again, also after a restart, and is told why not.
  await mallory.cli(['stop'])
  await mallory.cli(['start', '-d', '--name', 'mallory'])
  await until('the refusal is in the log', async () =>
    /was refused: it was revoked on/.test((await anna.cli(['logs', '-n', '400'])).stdout),
  )
  assert.equal(await nodes(mallory), 1)
  assert.match((await anna.cli(['audit'])).stdout, /member-revoked +owner +mallory /)
})

test('a new key: connected members go on by themselves, and the old key is put aside', { skip }, async (t) => {
  const { homes } = hosts(t, 2)
  const [anna, bert] = homes as [Home, Home]
  await anna.start('anna')
  const { token } = await anna.json<{ token: string }>(['token', 'new'])
  await bert.cli(['start', '-d', '--name', 'bert'], { env: { MCP_SWARM_TOKEN: token } })
  await until('two', async () => (await nodes(anna)) === 2)
  const elsewhere = await bert.cli(['nodes', 'rekey'])
  assert.deepEqual([elsewhere.code, /the swarm's key is not on this machine/.test(elsewhere.stderr)], [5, true])
  const issuer = (home: Home, name: string): string =>
    (
      JSON.parse(readFileSync(join(home.dir, 'nodes', name, 'membership.json'), 'utf8')) as {
        certificate: { issuer: string }
      }
    ).certificate.issuer
  const before = issuer(bert, 'bert')
  assert.match((await anna.cli(['nodes', 'rekey', '--grace', '2s'])).stdout, /the swarm has a new key/)
  await until(
    'bert has a certificate of it',
    () => issuer(bert, 'bert') !== before && issuer(anna, 'anna') === issuer(bert, 'bert'),
  )
  // The grace is over: a connection made anew needs the new certificates.
  await bert.cli(['stop'])
  await until(
    'the grace is over',
    async () =>
      Date.now() >
      Date.parse(
        (await anna.json<{ entries: { at: string; action: string }[] }>(['audit', '--action', 'swarm-key-changed']))
          .entries[0]?.at ?? '',
      ) +
        2_500,
  )
  await bert.start('bert')
  await until('two again', async () => (await nodes(anna)) === 2 && (await nodes(bert)) === 2)
})

test('the keys of a swarm are files that nobody else can read, and a file that others can read is refused', async (t) => {
  const home = new Home(t)
  await home.start('anna')
  for (const file of [
    'swarm.key',
    'swarm.json',
    join('nodes', 'anna', 'membership.json'),
    join('nodes', 'anna', 'node.key'),
    join('nodes', 'anna', 'knowledge.db'),
    join('nodes', 'anna', 'search.db'),
    join('nodes', 'anna', 'node.log'),
    join('nodes', 'anna', 'audit.log'),
  ])
    assert.equal(statSync(join(home.dir, file)).mode & 0o077, 0, file)
  await home.cli(['stop'])
  writeFileSync(join(home.dir, 'nodes', 'anna', 'membership.json'), '{"torn')
  const torn = await home.cli(['start', '-d', '--name', 'anna'])
  assert.deepEqual([torn.code, /membership.json is damaged/.test(torn.stderr)], [1, true])
  assert.ok(existsSync(join(home.dir, 'swarm.key')))
})

test('what a machine knew before it entered a swarm it still knows, also of its projects, and its old swarm is put aside', async (t) => {
  const [anna, bert] = [new Home(t), new Home(t)]
  await anna.start('anna', '--no-mdns', '--no-beacon')
  await bert.start('bert', '--no-mdns', '--no-beacon')
  const shop = join(bert.dir, 'shop')
  execFileSync('git', ['init', '-q', shop])
  execFileSync('git', ['-C', shop, 'remote', 'add', 'origin', 'git@github.com:acme/shop.git'])
  await bert.json(['share', '--action', 'words of the shop', '--project'], { input: HERE, cwd: shop })
  await bert.cli(['stop'])
  const { token } = await anna.json<{ token: string }>(['token', 'new'])
  const started = await bert.cli(['start', '-d', '--name', 'bert', '--no-mdns', '--no-beacon'], {
    env: { MCP_SWARM_TOKEN: token },
  })
  assert.equal(started.code, 0, started.stderr)
  await until('both are in one swarm', async () => (await nodes(anna)) === 2 && (await nodes(bert)) === 2)
  assert.match((await bert.cli(['resolve'], { input: THERE, cwd: shop })).stdout, /words of the shop/)
  assert.equal((await bert.cli(['resolve'], { input: THERE })).code, 4)
  assert.ok(readdirSync(bert.dir).some((file) => /^swarm\.key\.[0-9a-f]{12}$/.test(file)))
})
