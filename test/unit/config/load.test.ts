import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { loadConfig, readSources } from '../../../src/config/index.ts'
import { nearest } from '../../../src/base/index.ts'

const bad = { code: 'SWARM_BAD_CONFIG' }

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'mcp-swarm-config-'))
  t.after(() => rmSync(dir, { recursive: true }))
  return dir
}
const env = (dir: string, more: Record<string, string> = {}): NodeJS.ProcessEnv => ({
  XDG_CONFIG_HOME: dir,
  CONFIGURATION_DIRECTORY: dir,
  ...more,
})

test('without anything set, everything has its default', async (t) => {
  const dir = folder(t)
  const { config, origins } = loadConfig(await readSources({}, env(dir), dir))
  assert.equal(config.role, 'auto')
  assert.equal(config.discovery.mdns, true)
  assert.equal(origins.size, 0)
  assert.throws(() => Object.assign(config.discovery, { mdns: false }), TypeError, 'what is configured is frozen')
})

test('a flag wins over the environment, that over the files, and the origin is told', async (t) => {
  const dir = folder(t)
  const file = join(dir, 'mine.yaml')
  writeFileSync(file, 'role: worker\ndiscovery:\n  mdns: false\n  beacon: false\n')
  const variables = { MCP_SWARM_CONFIG: file, MCP_SWARM_ROLE: 'gateway', MCP_SWARM_DISCOVERY_MDNS: 'true' }
  const { config, origins } = loadConfig(await readSources({ role: 'backup' }, env(dir, variables), dir))
  assert.deepEqual([config.role, config.discovery.mdns, config.discovery.beacon], ['backup', true, false])
  assert.equal(origins.get('role'), 'the command line')
  assert.equal(origins.get('discovery.mdns'), 'MCP_SWARM_DISCOVERY_MDNS')
  assert.equal(origins.get('discovery.beacon'), file)
})

test('a project names its node and its log level; whom to trust is not for it to say', async (t) => {
  const dir = folder(t)
  const file = join(dir, '.mcp-swarm.yaml')
  writeFileSync(file, 'role: worker\nlog:\n  level: debug\n')
  assert.equal(loadConfig(await readSources({}, env(dir), dir)).config.role, 'worker')
  for (const text of [
    'admission: open',
    'token: mcpst_x',
    'tokenFile: /x',
    'discovery:\n  bootstrap: [evil:7801]',
    'swarm:\n  hosts: [0.0.0.0]',
    'api:\n  port: 1',
  ]) {
    writeFileSync(file, text)
    const sources = await readSources({}, env(dir), dir)
    assert.throws(() => loadConfig(sources), { ...bad, message: /a project's file may not set/ }, text)
  }
})

test('lists come from variables too, separated by commas', async (t) => {
  const dir = folder(t)
  const variables = { MCP_SWARM_SWARM_HOSTS: '127.0.0.1, ::1', MCP_SWARM_DISCOVERY_BOOTSTRAP: 'a:1,b:2' }
  const { config } = loadConfig(await readSources({}, env(dir, variables), dir))
  assert.deepEqual(
    [config.swarm.hosts, config.discovery.bootstrap],
    [
      ['127.0.0.1', '::1'],
      ['a:1', 'b:2'],
    ],
  )
})

test('an unknown key names its file and the nearest real one', async (t) => {
  const dir = folder(t)
  const file = join(dir, '.mcp-swarm.yaml')
  writeFileSync(file, 'discovery:\n  mdsn: false\n')
  const sources = await readSources({}, env(dir), dir)
  assert.throws(() => loadConfig(sources), {
    ...bad,
    message: new RegExp(`${file}: there is no setting .discovery.mdsn.; did you mean .discovery.mdns.`),
  })
})

test('a value out of bounds names the key, the bound and where it was set', async (t) => {
  const dir = folder(t)
  const sources = await readSources({ api: { port: 70_000 } }, env(dir), dir)
  assert.throws(() => loadConfig(sources), {
    code: 'SWARM_USAGE',
    message: /api\.port: .*65535.*set by the command line/,
  })
})

test('YAML that cannot be read names the file', async (t) => {
  const dir = folder(t)
  writeFileSync(join(dir, '.mcp-swarm.yaml'), 'role: [worker\n')
  await assert.rejects(readSources({}, env(dir), dir), { ...bad, message: /\.mcp-swarm\.yaml/ })
  writeFileSync(join(dir, '.mcp-swarm.yaml'), '- a\n')
  await assert.rejects(readSources({}, env(dir), dir), { ...bad, message: /not a map/ })
})

test('a named file that is missing is an error, an empty one is not', async (t) => {
  const dir = folder(t)
  await assert.rejects(readSources({}, env(dir, { MCP_SWARM_CONFIG: join(dir, 'no.yaml') }), dir), bad)
  writeFileSync(join(dir, 'empty.yaml'), '')
  loadConfig(await readSources({}, env(dir, { MCP_SWARM_CONFIG: join(dir, 'empty.yaml') }), dir))
})

test('the nearest word is a typing error away, or none', () => {
  assert.equal(nearest('statsu', ['status', 'nodes']), 'status')
  assert.equal(nearest('xyzzy', ['status', 'nodes']), undefined)
})
