import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import type { Answer, Explanation } from '../../src/driver/index.ts'
import { Home, type Status } from '../support/cli.ts'
import { ACTION, HERE, THERE, UNKNOWN } from '../support/errors.ts'
import { assertRefused } from '../support/refusal.ts'

const MILLION = 'x'.repeat(1_000_000)
const BINARY = randomBytes(50_000)
/** Output in which nothing went wrong. */
const QUIET = [
  '> shop@1.0.0 test\n> node --test\n\n✔ adds (1.2ms)\n✔ removes (0.8ms)\nℹ tests 2\nℹ pass 2\nℹ fail 0\n',
  'Listening on port 3000\nReady in 312 ms\n',
  'hello there, all is well\n',
]
/** The known error, spoilt in ways that leave it readable. */
const SPOILT: Readonly<Record<string, string>> = {
  'a line of a million characters before it': `${MILLION}\n${THERE}`,
  'a line of a million characters after it': `${THERE}\n${MILLION}`,
  'lone surrogates around it': `\ud800${THERE}\udfff`,
  'zero bytes in it': THERE.replaceAll('node --test', 'node\u0000 --test'),
}

test('whatever is asked, at each door: a clear answer, never a guess, and the node goes on', async (t) => {
  const home = new Home(t)
  await home.start('alpha')
  assert.equal((await home.cli(['share', '--action', ACTION], { input: HERE })).code, 0)
  const { api } = await home.json<Status>(['status'])
  const key = readFileSync(join(home.dir, 'nodes/alpha/api.key'), 'utf8').trim()
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const post = async (
    path: string,
    body: string | Buffer,
  ): Promise<{ status: number; body: Record<string, unknown> }> => {
    const response = await fetch(api.url + path, {
      method: 'POST',
      headers,
      body: typeof body === 'string' ? body : new Uint8Array(body),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }

  await t.test('the command line', async () => {
    for (const verb of ['resolve', 'explain'])
      for (const input of QUIET) {
        const { code, stderr, stdout } = await home.cli([verb], { input })
        assert.deepEqual([code, stderr], [4, ''], input)
        assert.match(stdout, /^nothing looks like an error here/, input)
      }
    const unknown = await home.cli(['resolve'], { input: UNKNOWN })
    assert.equal(unknown.code, 4)
    assert.match(unknown.stdout, /^nothing known about: the flux capacitor/, 'that is another thing')
    for (const [how, input] of Object.entries(SPOILT)) {
      const { code, stderr, stdout } = await home.cli(['resolve'], { input })
      assert.equal(code, 0, `${how}: ${stderr}`)
      assert.match(stdout, /npm install left-pad/, how)
    }
    const latin = Buffer.concat([
      Buffer.from([0xe9, 0xff, 0xc3, 0x28]),
      Buffer.from(THERE),
      Buffer.from([0xf0, 0x28]),
    ])
    assert.equal((await home.cli(['resolve'], { input: latin })).code, 0, 'invalid UTF-8')
    assertRefused(await home.cli(['explain'], { input: BINARY }), 'SWARM_BAD_INPUT', /binary data/)
    assertRefused(await home.cli(['explain'], { input: '' }), 'SWARM_EMPTY_INPUT', /empty/)
    assertRefused(await home.cli(['explain', home.dir]), 'SWARM_BAD_INPUT', /is a folder/)
    assertRefused(await home.cli(['explain', 'not-there.log']), 'SWARM_BAD_INPUT', /there is no file/)
    assertRefused(await home.cli(['explain', 'x', '-f', 'y']), 'SWARM_USAGE', /as words and as a file/)
    assertRefused(await home.cli(['guide', ' ']), 'SWARM_EMPTY_INPUT', /goal is empty/)
    assertRefused(await home.cli(['guide', 'x'.repeat(3_000)]), 'SWARM_BAD_INPUT', /at most 2000/)
    assertRefused(await home.cli(['resolve', 'x', '--max-tokens', '5']), 'SWARM_USAGE', /50 to 100000/)
    // A project whose files are broken is a project of which nothing is known.
    writeFileSync(join(home.dir, 'package.json'), BINARY)
    assert.equal((await home.cli(['guide', 'add dark mode'])).code, 4)
  })

  const refused: readonly [body: object, code: string, says: RegExp][] = [
    [{}, 'SWARM_BAD_INPUT', /either `error` \(text\) or `report` is needed/],
    [{ error: '' }, 'SWARM_EMPTY_INPUT', /empty/],
    [{ error: ' \n\t' }, 'SWARM_EMPTY_INPUT', /white space/],
    [{ error: BINARY.toString('utf8') }, 'SWARM_BAD_INPUT', /binary data/],
    [{ error: '\u0000'.repeat(1_000) }, 'SWARM_BAD_INPUT', /binary data/],
    [{ error: 5 }, 'SWARM_BAD_INPUT', /error/],
    [{ error: 'x'.repeat(8 * 1024 * 1024 + 1) }, 'SWARM_BAD_INPUT', /error/],
    [{ report: {} }, 'SWARM_BAD_INPUT', /one of `message`, `type`, `code` and `stack` is needed/],
    [{ report: { message: ' ', type: '' } }, 'SWARM_BAD_INPUT', /is needed/],
    [{ report: { type: 5, message: 'x' } }, 'SWARM_BAD_INPUT', /report\.type/],
    [{ report: { message: 'x', cause: {} } }, 'SWARM_BAD_INPUT', /report\.cause/],
    [{ error: 'x', max_tokens: 1 }, 'SWARM_BAD_INPUT', /max_tokens/],
  ]
  const found: readonly object[] = [
    ...Object.values(SPOILT).map((error) => ({ error })),
    { report: { message: "Cannot find module 'left-pad'", type: 'Error', code: 'MODULE_NOT_FOUND' } },
    { report: { stack: "Error: Cannot find module 'left-pad'\n    at x (/a/b.js:1:1)", type: 'Error' } },
    { report: { stack: "Error: Cannot find module 'left-pad'\n    at x (/a/b.js:1:1)" } },
  ]
  const guides: readonly [body: object, code: string, says: RegExp][] = [
    [{}, 'SWARM_BAD_INPUT', /either `goal` \(words\) or `guide` \(an id\) is needed/],
    [{ goal: ' ' }, 'SWARM_BAD_INPUT', /goal/],
    [{ goal: 'x', step: 0 }, 'SWARM_BAD_INPUT', /step/],
    [{ guide: 'zzz' }, 'SWARM_BAD_INPUT', /no id of an item/],
    [{ guide: 'k_aaaaaaaaaaaaaaaa' }, 'SWARM_NOT_FOUND', /no such guide/],
    [{ goal: 'x', stack: Array.from({ length: 33 }, () => 'x') }, 'SWARM_BAD_INPUT', /stack/],
  ]

  await t.test('REST', async () => {
    for (const path of ['/v1/resolve', '/v1/explain'])
      for (const [body, code, says] of refused) {
        const { body: problem, status } = await post(path, JSON.stringify(body))
        assert.deepEqual([status, problem['code']], [400, code], JSON.stringify(body).slice(0, 80))
        assert.match(String(problem['detail']), says)
        assert.ok(problem['next'], 'what to do')
      }
    for (const [body, code, says] of guides) {
      const { body: problem } = await post('/v1/guide', JSON.stringify(body))
      assert.equal(problem['code'], code, JSON.stringify(body).slice(0, 80))
      assert.match(String(problem['detail']), says)
    }
    assert.equal((await post('/v1/guide', '')).status, 400)
    for (const body of found) {
      const { body: answer } = await post('/v1/resolve', JSON.stringify(body))
      assert.equal(
        (answer as unknown as Answer).fixes[0]?.solution?.action,
        ACTION,
        JSON.stringify(body).slice(0, 200),
      )
    }
    const raw = Buffer.concat([
      Buffer.from('{"error":"\xff\xfe ', 'latin1'),
      Buffer.from(JSON.stringify(THERE).slice(1)),
      Buffer.from('}'),
    ])
    assert.equal((await post('/v1/resolve', raw)).status, 200, 'invalid UTF-8')
    for (const error of QUIET) {
      const { body } = await post('/v1/resolve', JSON.stringify({ error }))
      const { fixes, problem, receipt } = body as unknown as Answer
      assert.deepEqual([problem, fixes, receipt], [null, [], null], error)
      assert.equal(
        ((await post('/v1/explain', JSON.stringify({ error }))).body as unknown as Explanation).recognised,
        false,
      )
    }
  })

  await t.test('MCP', async () => {
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } })
    await client.connect(new StreamableHTTPClientTransport(new URL(`${api.url}/mcp`), { requestInit: { headers } }))
    t.after(() => client.close())
    const call = async (name: string, input: object): Promise<{ isError: boolean; text: string }> => {
      try {
        const { content, isError } = await client.callTool({ name, arguments: { ...input } })
        return { isError: isError === true, text: (content[0] as { readonly text: string }).text }
      } catch (error) {
        return { isError: true, text: String(error) }
      }
    }
    for (const [name, cases] of [
      ['resolve_error', refused],
      ['guide_feature', guides],
    ] as const)
      for (const [input] of cases) {
        const { isError, text } = await call(name, input)
        assert.ok(isError, JSON.stringify(input).slice(0, 80))
        assert.doesNotMatch(text, /^\s+at .+:\d+/m, 'no stack')
      }
    assert.match((await call('resolve_error', { error: '' })).text, /^SWARM_EMPTY_INPUT: .*\nSend the output/)
    for (const input of found) assert.match((await call('resolve_error', input)).text, /npm install left-pad/)
    for (const error of QUIET)
      assert.match((await call('resolve_error', { error })).text, /^Nothing looks like an error here/)
  })

  const { knowledge, stage } = await home.json<Status>(['status'])
  assert.deepEqual([knowledge.items, stage === 'degraded'], [1, false])
})
