import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { Home, LAUNCHER, type Status, until } from '../support/cli.ts'
import { ACTION, HERE, THERE, UNKNOWN } from '../support/errors.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

async function nodeWithFix(home: Home): Promise<{ url: string; key: string; status: Status }> {
  await home.start('alpha')
  assert.equal((await home.cli(['share', '--action', ACTION], { input: HERE })).code, 0)
  const status = await home.json<Status>(['status'])
  return { url: status.api.url, key: readFileSync(join(home.dir, 'nodes/alpha/api.key'), 'utf8').trim(), status }
}

test("REST: the owner's socket without a key, 127.0.0.1 with it, every failure a problem", async (t) => {
  const home = new Home(t)
  const { key, status, url } = await nodeWithFix(home)
  assert.equal(statSync(status.api.socket).mode & 0o777, 0o600)
  assert.equal(statSync(join(home.dir, 'nodes/alpha/api.key')).mode & 0o777, 0o600)
  const auth = { authorization: `Bearer ${key}` }
  const post = async (
    path: string,
    body: string,
    headers: Record<string, string>,
  ): Promise<{ status: number; type: string; body: Record<string, unknown> }> => {
    const response = await fetch(url + path, { method: 'POST', body, headers })
    return {
      status: response.status,
      type: response.headers.get('content-type') ?? '',
      body: (await response.json()) as Record<string, unknown>,
    }
  }
  const found = await post('/v1/resolve', JSON.stringify({ error: THERE }), { ...JSON_TYPE, ...auth })
  assert.equal(found.status, 200)
  assert.equal(found.body['match'], 'exact')
  assert.deepEqual(
    (await post('/v1/resolve', JSON.stringify({ error: UNKNOWN }), { ...JSON_TYPE, ...auth })).body['fixes'],
    [],
  )
  const structured = {
    report: { type: 'Error', code: 'MODULE_NOT_FOUND', message: "Cannot find module 'left-pad'", tool: 'node' },
  }
  assert.notEqual(
    (await post('/v1/resolve', JSON.stringify(structured), { ...JSON_TYPE, ...auth })).body['match'],
    'none',
  )

  const refused: readonly [number, string, string, string, Record<string, string>][] = [
    [401, 'SWARM_UNAUTHORIZED', '/v1/resolve', '{"error":"x"}', JSON_TYPE],
    [
      401,
      'SWARM_UNAUTHORIZED',
      '/v1/resolve',
      '{"error":"x"}',
      { ...JSON_TYPE, authorization: 'Bearer mcps_00000000_wrong' },
    ],
    [
      403,
      'SWARM_FORBIDDEN',
      '/v1/resolve',
      '{"error":"x"}',
      { ...JSON_TYPE, ...auth, origin: 'https://evil.example' },
    ],
    [400, 'SWARM_BAD_JSON', '/v1/resolve', '{"error":', { ...JSON_TYPE, ...auth }],
    [400, 'SWARM_BAD_INPUT', '/v1/resolve', '{"eror":"x"}', { ...JSON_TYPE, ...auth }],
    [400, 'SWARM_EMPTY_INPUT', '/v1/items', '{"title":"x"}', { ...JSON_TYPE, ...auth }],
    [404, 'SWARM_NOT_FOUND', '/v1/nothing', '{}', { ...JSON_TYPE, ...auth }],
    [405, 'SWARM_METHOD_NOT_ALLOWED', '/v1/status', '{}', { ...JSON_TYPE, ...auth }],
    [415, 'SWARM_MEDIA_TYPE', '/v1/resolve', 'error', { 'content-type': 'text/plain', ...auth }],
  ]
  for (const [code, name, path, body, headers] of refused) {
    const reply = await post(path, body, headers)
    assert.deepEqual(
      [reply.status, reply.type.split(';')[0], reply.body['code']],
      [code, 'application/problem+json', name],
      body.slice(0, 40),
    )
  }
  assert.equal((await fetch(`${url}/livez`)).status, 200)
  assert.equal(await statusOfLength(url, auth.authorization, 21 * 1024 * 1024), 413)
})

/** Announces a body of that length and waits for the verdict, which needs no body. */
async function statusOfLength(url: string, authorization: string, length: number): Promise<number> {
  const call = request(`${url}/v1/resolve`, {
    method: 'POST',
    headers: { ...JSON_TYPE, authorization, 'content-length': String(length) },
  })
  call.on('error', () => {})
  call.flushHeaders()
  const [response] = (await once(call, 'response')) as [IncomingMessage]
  call.destroy()
  return response.statusCode ?? 0
}

test('what was shared over REST is listed, read by its id, and a duplicate is no second item', async (t) => {
  const home = new Home(t)
  const { key, url } = await nodeWithFix(home)
  const headers = { ...JSON_TYPE, authorization: `Bearer ${key}` }
  const body = JSON.stringify({
    error: 'bash: rg: command not found',
    action: 'apt install ripgrep',
    commands: [{ run: 'apt install ripgrep', risk: 'writes' }],
  })
  const first = await fetch(`${url}/v1/items`, { method: 'POST', headers, body })
  assert.equal(first.status, 201)
  const again = await fetch(`${url}/v1/items`, { method: 'POST', headers, body })
  assert.equal(again.status, 200)
  const { id } = (await again.json()) as { id: string }
  const item = (await (await fetch(`${url}/v1/items/${id}`, { headers })).json()) as {
    solution: { commands: { run: string }[] }
  }
  assert.equal(item.solution.commands[0]?.run, 'apt install ripgrep')
  const { items } = (await (await fetch(`${url}/v1/items?limit=10`, { headers })).json()) as { items: unknown[] }
  assert.equal(items.length, 2)
  assert.equal((await fetch(`${url}/v1/items/k_aaaaaaaaaaaaaaaa`, { headers })).status, 404)
})

for (const mode of ['legacy', 'auto'] as const)
  test(`MCP with the official client (${mode}), over stdio and over HTTP`, async (t) => {
    const home = new Home(t)
    const { key, url } = await nodeWithFix(home)
    const transports = [
      new StdioClientTransport({ command: LAUNCHER, args: ['mcp'], env: home.env as Record<string, string> }),
      new StreamableHTTPClientTransport(new URL(`${url}/mcp`), {
        requestInit: { headers: { authorization: `Bearer ${key}` } },
      }),
    ]
    for (const transport of transports) {
      const client = new Client(
        { name: 'test', version: '1' },
        mode === 'auto' ? { versionNegotiation: { mode: 'auto' } } : {},
      )
      await client.connect(transport)
      const { tools } = await client.listTools()
      assert.deepEqual(
        tools.map(({ name }) => name),
        ['resolve_error', 'guide_feature', 'report_outcome', 'share_knowledge'],
      )
      const found = await client.callTool({ name: 'resolve_error', arguments: { error: THERE } })
      assert.match(JSON.stringify(found.content), /npm install left-pad/)
      assert.equal((found.structuredContent as { match: string }).match, 'exact')
      const kept = await client.callTool({
        name: 'share_knowledge',
        arguments: { error: 'make: cc: No such file or directory', action: 'install a compiler' },
      })
      assert.match((kept.structuredContent as { id: string }).id, /^k_/)
      const refused = await client.callTool({ name: 'share_knowledge', arguments: { title: 'nothing said' } })
      assert.equal(refused.isError, true)
      await client.close()
    }
  })

test('`mcp-swarm mcp` starts the node when none runs', async (t) => {
  const home = new Home(t)
  const client = new Client({ name: 'test', version: '1' })
  await client.connect(
    new StdioClientTransport({ command: LAUNCHER, args: ['mcp'], env: home.env as Record<string, string> }),
  )
  assert.equal((await client.listTools()).tools.length, 4)
  await client.close()
  await until('it runs on', async () => (await home.cli(['status'])).code === 0)
})

test('lines that are no JSON-RPC do not end the bridge', async (t) => {
  const home = new Home(t)
  await home.start('alpha')
  const input = 'not json\n{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n'
  const { code, stdout } = await home.cli(['mcp'], { input })
  assert.equal(code, 0)
  assert.match(stdout, /resolve_error/)
})
