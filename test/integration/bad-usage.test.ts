import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { Home } from '../support/cli.ts'
import { assertRefused } from '../support/refusal.ts'

test('a flag, verb or choice that does not exist: exit 2, and what was probably meant', async (t) => {
  const home = new Home(t)
  const cases: readonly [line: string, says: RegExp][] = [
    ['--bogus', /unknown option '--bogus'[\s\S]*mcp-swarm --help/],
    ['statu', /unknown command 'statu'[\s\S]*Did you mean status\?/],
    ['start --detatch', /unknown option '--detatch'[\s\S]*Did you mean --detach\?[\s\S]*mcp-swarm start --help/],
    ['start --role worke', /'worke' is invalid[\s\S]*Allowed choices are auto, [\s\S]*Did you mean worker\?/],
    ['start --port http', /'http' is invalid/],
    ['start --port 70000', /0 to 65535/],
    ['start --name', /argument missing/],
    ['start --name Bad/Name', /name: a name is 1 to 63 of/],
    ['status --name ../../etc', /is not a name/],
    ['start now', /too many arguments/],
    ['start --state-dir= ', /a folder is needed/],
    ['resolve --limit 0 x', /from 1 to 10/],
    ['resolve --limit 11 x', /from 1 to 10/],
    ['resolve --limti 1 x', /Did you mean --limit\?/],
    ['knowledge --kind fixx', /Did you mean fix\?/],
    ['knowledge get', /missing required argument 'id'/],
    ['share --kind fixx --action x', /Did you mean fix\?/],
    ['run', /missing required argument 'command'/],
    ['dev --nodes 99', /1 to 16/],
    ['simulate --nodes 27', /1 to 26/],
    ['simulate --seed x', /a whole number/],
  ]
  for (const [line, says] of cases) assertRefused(await home.cli(line.trim().split(' ')), 'SWARM_USAGE', says)
  const bare = await home.cli([])
  assert.equal(bare.code, 2)
  assert.match(bare.stderr, /^Usage: mcp-swarm/)
})

test('a stack is for who asks for it', async (t) => {
  const home = new Home(t)
  const plain = await home.cli(['resolve', '-f', 'none.log'])
  const verbose = await home.cli(['resolve', '--verbose', '-f', 'none.log'])
  const first = await home.cli(['--verbose', 'resolve', '-f', 'none.log'])
  assert.doesNotMatch(plain.stderr, /^\s+at /m)
  for (const { code, stderr } of [verbose, first]) {
    assert.equal(code, plain.code)
    assert.match(stderr, /code: SWARM_BAD_INPUT\n[\s\S]*^\s+at /m)
  }
})

test('a configuration that is wrong names the file and the setting, and starts nothing', async (t) => {
  const home = new Home(t)
  const file = join(home.dir, 'config/mcp-swarm/config.yaml')
  mkdirSync(dirname(file), { recursive: true })
  const cases: readonly [yaml: string | Buffer, says: RegExp][] = [
    ['discovery:\n  mdsn: false\n', /no setting `discovery\.mdsn`; did you mean `discovery\.mdns`/],
    ['discvery:\n  mdns: false\n', /no setting `discvery`; did you mean `discovery`/],
    ['discovery: false\n', /`discovery` holds settings[\s\S]*discovery\.mdns/],
    ['discovery:\n  - mdns\n', /`discovery` holds settings/],
    ['discovery:\n  mdns: maybe\n', /discovery\.mdns: it must be of type boolean, not string/],
    ['log:\n  level: loud\n', /log\.level: it must be one of debug, info, warn, error/],
    ['api:\n  port: 99999\n', /api\.port: at most 65535/],
    ['api:\n  port: {a: 1}\n', /api\.port: it must be of type number/],
    ['swarm:\n  hosts: [203.0.113.9]\n', /none of the addresses[\s\S]*swarm\.hosts/],
    ['role: [worker\n', /mcp-swarm\/config\.yaml/],
    ['\tx: 1\n', /Tabs are not allowed/],
    ['- x\n', /not a map of settings/],
    ['role: worker\nrole: auto\n', /must be unique/],
    ['__proto__:\n  x: 1\n', /no setting `__proto__`/],
    [randomBytes(3000), /mcp-swarm\/config\.yaml/],
  ]
  for (const [yaml, says] of cases) {
    writeFileSync(file, yaml)
    const refused = await home.cli(['start'])
    assertRefused(refused, 'SWARM_BAD_CONFIG', says)
  }
  // In the background the same is said, not that something was said.
  writeFileSync(file, 'role: boss\n')
  assertRefused(
    await home.cli(['start', '--detach']),
    'SWARM_BAD_CONFIG',
    /role: it must be one of auto, [\s\S]*yaml/,
  )
  assert.match((await home.cli(['doctor'])).stdout, /✗ configuration +The configuration is not valid: role: /)
  rmSync(file)
  mkdirSync(file)
  assertRefused(await home.cli(['start']), 'SWARM_BAD_CONFIG', /mcp-swarm\/config\.yaml/)
})

test('a variable that is wrong is named, and a misspelt one is told', async (t) => {
  const home = new Home(t)
  const wrong: readonly [Record<string, string>, RegExp][] = [
    [{ MCP_SWARM_API_PORT: 'http' }, /api\.port: [\s\S]*set by MCP_SWARM_API_PORT/],
    [{ MCP_SWARM_DISCOVERY_MDNS: 'maybe' }, /discovery\.mdns: [\s\S]*set by MCP_SWARM_DISCOVERY_MDNS/],
    [{ MCP_SWARM_NAME: 'Bad/Name' }, /name: a name is 1 to 63/],
    [{ MCP_SWARM_CONFIG: '/nowhere/config.yaml' }, /MCP_SWARM_CONFIG names \/nowhere\/config\.yaml/],
  ]
  for (const [env, says] of wrong) assertRefused(await home.cli(['start'], { env }), 'SWARM_BAD_CONFIG', says)
  const env = { MCP_SWARM_API_PROT: '7700' }
  const { code, stderr } = await home.cli(['start', '--detach', '--name', 'alpha'], { env })
  assert.equal(code, 0)
  assert.match(stderr, /there is no setting MCP_SWARM_API_PROT; did you mean MCP_SWARM_API_PORT\?/)
  assert.match(
    (await home.cli(['doctor'], { env })).stdout,
    /! configuration +there is no setting MCP_SWARM_API_PROT/,
  )
})
