import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { Home, type Status, until } from '../support/cli.ts'
import { ACTION, HERE, THERE } from '../support/errors.ts'
import { type Network, openNetwork, whyNoNetwork } from '../support/netns.ts'

const skip = whyNoNetwork() ?? false

/** A machine of its own: a network namespace and a state directory. */
function host(t: TestContext, network: Network, index: number): Home {
  return new Home(t, network.on(index))
}
const nodesOf = async (home: Home): Promise<number> => (await home.json<Status>(['status'])).swarm.nodes

test('two machines started with --open find each other, and B answers what A fixed', { skip }, async (t) => {
  const network = openNetwork(t, { hosts: 2, multicastRoute: true })
  const [a, b] = [host(t, network, 0), host(t, network, 1)]
  const screens = [a.spawn(['start', '--name', 'anna', '--open']), b.spawn(['start', '--name', 'bert', '--open'])]
  await until(
    'both say whom they found',
    () => /found bert/.test(screens[0]?.output() ?? '') && /found anna/.test(screens[1]?.output() ?? ''),
  )
  assert.match(screens[0]?.output() ?? '', /OPEN: this node lets in whoever asks/)

  assert.equal((await a.cli(['share', '--action', ACTION], { input: HERE })).code, 0)
  await until('it arrived', async () => (await b.json<Status>(['status'])).knowledge.items === 1)
  const { code, stdout } = await b.cli(['resolve'], { input: THERE })
  assert.equal(code, 0)
  assert.match(stdout, /npm install left-pad[\s\S]*why: [\s\S]*from: anna/)
  assert.match(screens[1]?.output() ?? '', /learned 1 item from anna/)
})

test('a cable that is pulled: both go on alone, and agree again after it is plugged in', { skip }, async (t) => {
  const network = openNetwork(t, { hosts: 2, multicastRoute: true })
  const [a, b] = [host(t, network, 0), host(t, network, 1)]
  await a.start('anna', '--open')
  await b.start('bert', '--open')
  await until('they found each other', async () => (await nodesOf(a)) === 2)
  network.cable(1, 'out')
  assert.equal((await a.cli(['share', '--action', ACTION], { input: HERE })).code, 0)
  assert.equal((await b.cli(['share', '--action', 'log in again', '--error', 'npm error code E401'])).code, 0)
  network.cable(1, 'in')
  await until(
    'both hold both',
    async () => {
      const [x, y] = [await a.json<Status>(['status']), await b.json<Status>(['status'])]
      return x.knowledge.items === 2 && x.knowledge.digest === y.knowledge.digest
    },
    60_000,
  )
})

test(
  'where multicast and broadcast are blocked, --join works, and doctor says what was tried',
  { skip: whyNoNetwork({ nft: true }) ?? false },
  async (t) => {
    const network = openNetwork(t, { hosts: 2, blockMulticast: true })
    const [a, b] = [host(t, network, 0), host(t, network, 1)]
    await a.start('anna', '--open', '--swarm-port', '7801')
    await b.start('bert', '--open')
    const alone = await b.cli(['doctor'])
    assert.match(alone.stdout, /peers +none found[\s\S]*--join HOST:PORT/)
    assert.match(alone.stdout, /beacon/)
    assert.match(alone.stdout, /mdns/)
    await b.cli(['stop'])
    await b.start('bert', '--open', '--join', `${network.address(0)}:7801`)
    await until('they are joined', async () => (await nodesOf(b)) === 2)
  },
)

test('the token lets a machine in, another key gets no connection', { skip }, async (t) => {
  const network = openNetwork(t, { hosts: 3, multicastRoute: true })
  const [a, b, c] = [host(t, network, 0), host(t, network, 1), host(t, network, 2)]
  await a.start('anna')
  await c.start('carl')
  const { token } = await a.json<{ token: string }>(['token'])
  const dir = mkdtempSync(join(tmpdir(), 'mcp-swarm-token-'))
  t.after(() => rmSync(dir, { recursive: true }))
  writeFileSync(join(dir, 'token'), token)
  await b.start('bert', '--token-file', join(dir, 'token'))
  await until('bert is in', async () => (await nodesOf(a)) === 2)
  assert.equal(await nodesOf(c), 1)
  await b.cli(['stop'])
  await b.start('bert')
  await until('the token is remembered', async () => (await nodesOf(b)) === 2)
})
