import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Answer, Explanation, VectorsView } from '../../src/driver/index.ts'
import { Home, until } from '../support/cli.ts'
import { EmbeddingServer } from '../support/embedding-server.ts'
import { HERE, THERE } from '../support/errors.ts'

const KEY = 'key-of-nobody-4711'
const PRIVATE = 'TypeError: kumquat is not iterable\n    at squeeze (/home/me/juice.js:1:1)\n'
const OTHER = 'error: failed to push some refs to the remote: the branch is protected\n'

const settings = (url: string, model: string): Record<string, string> => ({
  MCP_SWARM_EMBEDDINGS_URL: url,
  MCP_SWARM_EMBEDDINGS_MODEL: model,
  MCP_SWARM_EMBEDDINGS_KEY: KEY,
})

interface Doctor {
  readonly checks: readonly { readonly name: string; readonly result: string; readonly detail: string }[]
}

test('a node has vectors made of what is not private, goes on after a restart, and begins anew with another model', async (t) => {
  const home = new Home(t)
  const server = await EmbeddingServer.open(t)
  const on = (...args: readonly string[]): string[] => [...args, '--name', 'solo']
  const start = async (model: string): Promise<void> => {
    const env = settings(server.url, model)
    const { code, stderr } = await home.cli(['start', '--detach', '--name', 'solo', '--no-mdns', '--no-beacon'], {
      env,
    })
    assert.equal(code, 0, stderr)
  }
  const share = async (input: string, ...more: readonly string[]): Promise<void> => {
    const { code, stderr } = await home.cli(on('share', '--action', 'do the right thing', ...more), { input })
    assert.equal(code, 0, stderr)
  }
  const vectors = async (): Promise<VectorsView> =>
    (await home.json<{ readonly vectors: VectorsView }>(on('status'))).vectors

  await start('words')
  await share(HERE)
  await share(OTHER)
  await share(PRIVATE, '--visibility', 'private')
  await until('both have a vector', async () => (await vectors()).items === 2)
  assert.deepEqual(await vectors(), { space: 'words:64', items: 2, waiting: 0, trouble: null })
  assert.ok(server.texts.some((text) => text.includes('failed to push')))
  assert.ok(!server.texts.some((text) => text.includes('kumquat')))

  await t.test('a question brings its vector, and the answer says what it counted', async () => {
    const { candidates } = await home.json<Explanation>(on('explain'), { input: THERE })
    assert.ok(candidates[0]?.weights.some(({ name, adds }) => name === 'meaning' && adds > 0))
    assert.ok(server.texts.length > 0)
  })

  await t.test('the doctor asks the endpoint, and nobody is told the key', async () => {
    const env = settings(server.url, 'words')
    const { checks } = await home.json<Doctor>(on('doctor'), { env })
    const asked = checks.find(({ name }) => name === 'embeddings')
    assert.match(asked?.detail ?? '', /64 dimensions with words, in \d+ ms/)
    assert.match(checks.find(({ name }) => name === 'vectors')?.detail ?? '', /2 items in words:64/)
    const { stdout } = await home.cli(['config', 'list'], { env })
    assert.match(stdout, /embeddings\.key\s+"\(set\)"/)
    assert.ok(!JSON.stringify(checks).includes(KEY) && !stdout.includes(KEY))
  })

  await t.test('an endpoint that does not answer takes nothing away', async () => {
    const before = await home.json<Answer>(on('resolve'), { input: THERE })
    server.deviation = () => {}
    const [fix] = (await home.json<Answer>(on('resolve'), { input: THERE })).fixes
    assert.equal(fix?.id, before.fixes[0]?.id)
    assert.equal(fix?.band, 'known')
    server.deviation = undefined
  })

  await t.test('a restart makes nothing anew', async () => {
    assert.equal((await home.cli(on('stop'))).code, 0)
    server.asked.length = 0
    await start('words')
    await until('the space is known again', async () => (await vectors()).space === 'words:64')
    await until('nothing waits', async () => (await vectors()).waiting === 0 && (await vectors()).items === 2)
    assert.deepEqual(server.texts, ['error'])
  })

  await t.test('another model makes all of them anew', async () => {
    assert.equal((await home.cli(on('stop'))).code, 0)
    server.dimensions = 96
    await start('more-words')
    await until('both have a vector of it', async () => {
      const { items, space } = await vectors()
      return space === 'more-words:96' && items === 2
    })
  })

  await t.test('what the endpoint refuses, or does not answer, is told with what to do', async () => {
    server.deviation = (response) => response.writeHead(401).end(`{"error":{"message":"bad key ${KEY}"}}`)
    assert.equal((await home.cli(on('stop'))).code, 0)
    await start('words')
    await until('it is told', async () => (await vectors()).trouble !== null)
    const { space, trouble } = await vectors()
    assert.equal(space, 'letters1')
    assert.match(trouble ?? '', /answered 401: bad key <key>/)
    const { checks } = await home.json<Doctor>(on('doctor'), { env: settings(server.url, 'words') })
    assert.equal(checks.find(({ name }) => name === 'embeddings')?.result, 'problem')
    assert.equal((await home.json<Answer>(on('resolve'), { input: THERE })).fixes[0]?.band, 'known')
    const log = readFileSync(join(home.dir, 'nodes', 'solo', 'node.log'), 'utf8')
    assert.match(log, /no vectors are made/)
    assert.ok(!log.includes(KEY))
  })
})

test('settings of embeddings that cannot be are refused, each with its reason', async (t) => {
  const home = new Home(t)
  const wrong: readonly (readonly [Record<string, string>, RegExp])[] = [
    [{ MCP_SWARM_EMBEDDINGS_URL: 'http://127.0.0.1:1/v1' }, /no model to ask it for/],
    [{ MCP_SWARM_EMBEDDINGS_URL: 'ftp://127.0.0.1/' }, /http or https address/],
    [{ MCP_SWARM_EMBEDDINGS_URL: 'http://me:pass@127.0.0.1/v1' }, /without a name, a password/],
    [{ MCP_SWARM_EMBEDDINGS_TIMEOUT_MS: '9' }, /timeoutMs/],
    [{ MCP_SWARM_EMBEDDINGS_KEY: 'two words' }, /one line of printable characters/],
    [
      {
        MCP_SWARM_EMBEDDINGS_URL: 'http://127.0.0.1:1/v1',
        MCP_SWARM_EMBEDDINGS_MODEL: 'm',
        MCP_SWARM_EMBEDDINGS_KEY_FILE: '/nowhere/key',
      },
      /keyFile \/nowhere\/key cannot be read \(ENOENT\)/,
    ],
  ]
  for (const [env, message] of wrong) {
    const { code, stderr } = await home.cli(['start', '--detach', '--name', 'solo'], { env })
    assert.equal(code, 78, stderr)
    assert.match(stderr, message)
    assert.ok(!stderr.includes('two words') && !stderr.includes('me:pass'))
  }
})

test('a text that the endpoint refuses is passed over, and what it did not answer is made later', async (t) => {
  const home = new Home(t)
  const server = await EmbeddingServer.open(t)
  server.deviation = (response, { input }) => {
    if (input.some((text) => text.includes('failed to push'))) response.writeHead(400).end('{"error":"too long"}')
    else response.end(JSON.stringify(server.body(input)))
  }
  const on = (...args: readonly string[]): string[] => [...args, '--name', 'solo']
  const env = settings(server.url, 'words')
  const started = await home.cli(on('start', '--detach', '--no-mdns', '--no-beacon'), { env })
  assert.equal(started.code, 0, started.stderr)
  const vectors = async (): Promise<VectorsView> =>
    (await home.json<{ readonly vectors: VectorsView }>(on('status'))).vectors
  const imported = [HERE, OTHER, 'Error: connect ECONNREFUSED 127.0.0.1:5432\n'].map((sample, at) =>
    home.cli(on('share', '--action', `do this: ${at}`), { input: sample }),
  )
  for (const { code, stderr } of await Promise.all(imported)) assert.equal(code, 0, stderr)
  await until('the two others have one', async () => (await vectors()).items === 2)
  await until('nothing waits', async () => (await vectors()).waiting === 0)
  assert.equal((await vectors()).trouble, null)

  server.deviation = (response) => response.writeHead(500).end('oops')
  const { code } = await home.cli(on('share', '--action', 'read the log'), { input: 'Error: spawn ENOENT\n' })
  assert.equal(code, 0)
  await until('it is told', async () => (await vectors()).trouble !== null)
  assert.match((await vectors()).trouble ?? '', /answered 500: oops/)
  server.deviation = undefined
  await until('it is made', async () => (await vectors()).items === 3)
  assert.equal((await vectors()).trouble, null)

  // A stop while something is under way is no trouble of the endpoint.
  const log = join(home.dir, 'nodes', 'solo', 'node.log')
  const warnings = (): number => readFileSync(log, 'utf8').split('no vectors are made').length - 1
  const before = warnings()
  const { length } = server.asked
  server.deviation = () => {}
  assert.equal((await home.cli(on('share', '--action', 'read it'), { input: 'Error: spawn EACCES\n' })).code, 0)
  await until('it is asked for', () => server.asked.length > length)
  assert.equal((await home.cli(on('stop'))).code, 0)
  assert.equal(warnings(), before)
})
