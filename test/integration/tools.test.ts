import assert from 'node:assert/strict'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Finished, Home, type Status, until } from '../support/cli.ts'

test('dev: three nodes that find each other, in one log with their names; Ctrl-C stops them all', async (t) => {
  const home = new Home(t)
  const names = ['atlas', 'boreas', 'ceres']
  // One port for all of them would be none for two of them.
  const child = home.spawn(['dev', '--nodes', '3'], { MCP_SWARM_API_PORT: '7700' })
  const env = { MCP_SWARM_STATE_DIR: join(home.dir, 'dev') }
  // Those of a test that fails go too; Home knows only its own.
  const stopAll = (): Promise<Finished> => home.cli(['stop', '--all'], { env })
  try {
    await story()
  } finally {
    await stopAll()
  }

  async function story(): Promise<void> {
    await until('each has started', () => names.every((name) => child.output().includes(`${name} started`)), 30_000)
    for (const name of names)
      await until(`${name} knows all three`, async () => {
        const { code, stdout } = await home.cli(['status', '--json', '--name', name], { env })
        return code === 0 && (JSON.parse(stdout) as Status).swarm.nodes === 3
      })
    const labels = new Set(
      child
        .output()
        .split('\n')
        .flatMap((line) => /^(\w+) {2,}\S/.exec(line)?.[1] ?? []),
    )
    assert.deepEqual([...labels].sort(), names)
    const closed = once(child, 'close') as Promise<[number | null, string | null]>
    child.kill('SIGINT')
    assert.deepEqual(await closed, [0, null])
    assert.match((await stopAll()).stdout, /no node is running/)
  }
})

test('simulate: the same seed prints the same bytes, another seed others', async (t) => {
  const home = new Home(t)
  const life = (seed: number): Promise<{ code: number; stdout: string }> =>
    home.cli(['simulate', '--seed', String(seed), '--nodes', '5'])
  const [one, same, other] = [await life(7), await life(7), await life(8)]
  assert.equal(one.code, 0)
  assert.ok(one.stdout.length > 100)
  assert.equal(one.stdout, same.stdout)
  assert.notEqual(one.stdout, other.stdout)
})

test('version and help are for everyone', async (t) => {
  const home = new Home(t)
  const { schema, version, node } = await home.json<{ schema: number; version: string; node: string }>(['version'])
  assert.equal(schema, 1)
  assert.equal((await home.cli(['--version'])).stdout, `${version}\n`)
  assert.match(node, /^2[4-9]\./)
  for (const args of [['--help'], ['help'], ['start', '--help'], ['knowledge', 'get', '--help'], ['help', 'share']]) {
    const { code, stderr, stdout } = await home.cli(args)
    assert.deepEqual([code, stderr], [0, ''], args.join(' '))
    assert.match(stdout, /^Usage: mcp-swarm/, args.join(' '))
  }
})
