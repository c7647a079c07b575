import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { Home, type Status, until } from '../support/cli.ts'

interface Nodes {
  readonly view: { readonly name: string; readonly health_score: number }
  readonly nodes: readonly {
    readonly name: string
    readonly self: boolean
    readonly health: string
    readonly health_since: string
    readonly heard: string | null
    readonly rtt_ms: number | null
  }[]
}

const NAMES = ['alpha', 'beta', 'gamma', 'delta', 'epsilon'] as const

class Swarm {
  readonly home: Home
  readonly #pids = new Map<string, number>()

  constructor(t: TestContext) {
    this.home = new Home(t)
  }

  async start(name: string): Promise<void> {
    await this.home.start(name)
    this.#pids.set(name, (await this.home.json<Status>(['status', '--name', name])).node.pid)
  }

  signal(name: string, signal: NodeJS.Signals): void {
    process.kill(this.#pids.get(name) ?? 0, signal)
  }

  nodes(viewer: string): Promise<Nodes> {
    return this.home.json<Nodes>(['nodes', '--name', viewer])
  }

  async health(viewer: string, about: string): Promise<string | undefined> {
    return (await this.nodes(viewer)).nodes.find(({ name }) => name === about)?.health
  }

  /** Waits until all of these say so of it. */
  async agree(about: string, health: string, viewers: readonly string[], msMax: number): Promise<void> {
    await until(
      `${viewers.join(', ')} say that ${about} is ${health}`,
      async () => {
        const views = await Promise.all(viewers.map((viewer) => this.health(viewer, about)))
        return views.every((view) => view === health)
      },
      msMax,
    )
  }
}

test('of five nodes one is killed, one frozen, one stopped: the others say dead, suspect and dead, left', async (t) => {
  const swarm = new Swarm(t)
  for (const name of NAMES) await swarm.start(name)
  for (const name of NAMES) await swarm.agree(name, 'healthy', NAMES, 20_000)

  const before = await swarm.nodes('alpha')
  assert.equal(before.view.name, 'alpha')
  assert.ok(before.view.health_score >= 1 && before.view.health_score <= 8)
  assert.ok(before.nodes.every(({ rtt_ms: rtt }) => rtt !== null && rtt < 1_000))
  const { stdout } = await swarm.home.cli(['nodes', '--name', 'alpha'])
  assert.match(stdout, /^NAME +ROLE +HEALTH +RTT +LAST CONTACT +ITEMS/)
  assert.match(stdout, /^beta +auto +healthy +\d+ ms +\d+ s ago +0 /m)
  assert.match(stdout, /^as seen by alpha/m)

  swarm.signal('epsilon', 'SIGKILL')
  await swarm.agree('epsilon', 'dead', ['alpha', 'beta', 'gamma', 'delta'], 10_000)

  swarm.signal('delta', 'SIGSTOP')
  const rest = ['alpha', 'beta', 'gamma']
  await until('somebody suspects it first', async () => (await swarm.health('alpha', 'delta')) !== 'healthy')
  await swarm.agree('delta', 'dead', rest, 20_000)
  for (const viewer of rest) {
    const { stdout: log } = await swarm.home.cli(['logs', '--name', viewer])
    assert.match(log, /delta (is suspect|left: .*found it dead)/)
  }
  swarm.signal('delta', 'SIGCONT')
  await swarm.agree('delta', 'healthy', rest, 20_000)
  for (const name of rest) await swarm.agree(name, 'healthy', ['delta'], 20_000)

  swarm.signal('gamma', 'SIGTERM')
  await swarm.agree('gamma', 'left', ['alpha', 'beta', 'delta'], 10_000)

  const after = await swarm.nodes('beta')
  assert.deepEqual(
    after.nodes.map(({ health, name }) => [name, health]),
    [
      ['beta', 'healthy'],
      ['alpha', 'healthy'],
      ['delta', 'healthy'],
      ['epsilon', 'dead'],
      ['gamma', 'left'],
    ],
  )
  const gone = after.nodes.find(({ name }) => name === 'epsilon')
  assert.ok(gone?.heard && gone.heard <= gone.health_since, 'the last contact stays')
})
