import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { tokenBound } from '../../src/base/index.ts'
import type { Answer, Explanation, Fix, GuideAnswer } from '../../src/driver/index.ts'
import { Home, type Status, until } from '../support/cli.ts'
import { ACTION, HERE, THERE, UNKNOWN } from '../support/errors.ts'

const GUIDE = [
  '--kind',
  'guide',
  '--title',
  'Add dark mode to a React app',
  '--step',
  'Move every colour into CSS custom properties',
  '--step',
  'Add a switch that is remembered',
  '--done-when',
  'the page is dark when the system is',
  '--tag',
  'react',
]
const PORT = (port: number): string =>
  `Error: listen EADDRINUSE: address already in use 127.0.0.1:${port}\n    at Server.setupListenHandle (node:net:1940:16)\n`

/** What all nodes must say alike. */
const alike = ({ fixes, match, problem }: Answer): object => ({
  match,
  problem,
  fixes: fixes.map(({ band, confidence, differs, id, match: level, solution, why }: Fix) => ({
    id,
    level,
    band,
    confidence,
    why,
    differs,
    solution,
  })),
})

test('what is written on one node is found on another in other words, a step at a time, and its outcome counts', async (t) => {
  const home = new Home(t)
  await home.start('alpha')
  await home.start('beta')
  const on = (node: string, ...args: readonly string[]): string[] => [...args, '--name', node]
  const shared = [
    await home.cli(on('alpha', 'share', ...GUIDE)),
    await home.cli(on('alpha', 'share', '--action', ACTION), { input: HERE }),
    await home.cli(on('alpha', 'share', '--action', 'Stop what has {port}', '--run', 'kill $(lsof -ti :{port})'), {
      input: PORT(3000),
    }),
  ]
  for (const { code, stderr } of shared) assert.equal(code, 0, stderr)
  await until('beta has them', async () => {
    const { knowledge } = await home.json<Status>(on('beta', 'status'))
    return knowledge.items === 3
  })

  await t.test('every node gives the same answers', async () => {
    const texts = [THERE, PORT(8080), UNKNOWN, "Error: Cannot find module 'right-pad'\n    at x (/a/b.js:1:1)\n"]
    for (const input of texts) {
      const [here, there] = await Promise.all(
        ['alpha', 'beta'].map((node) => home.json<Answer>(on(node, 'resolve'), { input })),
      )
      assert.ok(here && there)
      assert.deepEqual(alike(there), alike(here), input)
    }
    const { fixes } = await home.json<Answer>(on('beta', 'resolve'), { input: PORT(8080) })
    assert.equal(fixes[0]?.solution?.commands?.[0]?.run, 'kill $(lsof -ti :8080)')
    assert.equal(fixes[0]?.band, 'known')
  })

  await t.test('a guide by its goal', async () => {
    const project = join(home.dir, 'package.json')
    writeFileSync(project, JSON.stringify({ dependencies: { react: '19' } }))
    const found = await home.cli(on('beta', 'guide', 'support', 'a dark theme', 'in our frontend'))
    assert.equal(found.code, 0, found.stderr)
    assert.match(found.stdout, /^✓ known way {2}Add dark mode to a React app\n {2}1\/2 {2}Move every colour/)
    assert.match(found.stdout, /done when: the page is dark/)
    writeFileSync(project, JSON.stringify({ dependencies: { vue: '3' } }))
    const other = await home.cli(on('beta', 'guide', 'support a dark theme'))
    assert.match(other.stdout, /similar goal[\s\S]*it is for react, this project has vue/)
    const [here, there] = await Promise.all(
      ['alpha', 'beta'].map((node) => home.json<GuideAnswer>(on(node, 'guide', 'night mode', '--stack', 'react'))),
    )
    assert.deepEqual(
      [there?.guide?.id, there?.guide?.confidence, there?.guide?.band],
      [here?.guide?.id, here?.guide?.confidence, here?.guide?.band],
    )
    const step = await home.cli(on('beta', 'guide', there?.guide?.id ?? '', '--step', '2'))
    assert.match(step.stdout, / 2\/2 {2}Add a switch/)
    assert.doesNotMatch(step.stdout, /1\/2/)
    const beyond = await home.cli(on('beta', 'guide', there?.guide?.id ?? '', '--step', '3'))
    assert.deepEqual([beyond.code, beyond.stdout], [2, ''])
    assert.match(beyond.stderr, /the guide has 2 steps, and no step 3/)
    const none = await home.cli(on('beta', 'guide', 'connect a bluetooth sensor'))
    assert.equal(none.code, 4)
    assert.match(none.stdout, /^nothing known/)
    assert.equal((await home.cli(on('beta', 'guide', 'k_aaaaaaaaaaaaaaaa'))).code, 4)
    assert.equal((await home.cli(on('beta', 'guide', ' '))).code, 2)

    const { receipt } = await home.json<GuideAnswer>(on('beta', 'guide', 'night mode', '--stack', 'react'))
    const told = await home.cli(on('beta', 'outcome', receipt ?? '', 'worked', '--verified'))
    assert.equal(told.code, 0, told.stderr)
    await until('alpha knows that it worked', async () => {
      const { guide } = await home.json<GuideAnswer>(on('alpha', 'guide', 'night mode', '--stack', 'react'))
      return guide?.evidence.worked === 1
    })
  })

  await t.test('agents: within their tokens, as text and as JSON', async () => {
    const { api } = await home.json<Status>(on('beta', 'status'))
    const key = readFileSync(join(home.dir, 'nodes/beta/api.key'), 'utf8').trim()
    const headers = { authorization: `Bearer ${key}` }
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } })
    await client.connect(new StreamableHTTPClientTransport(new URL(`${api.url}/mcp`), { requestInit: { headers } }))
    t.after(() => client.close())
    const calls: readonly [name: string, input: Record<string, unknown>, max: number, says: RegExp][] = [
      ['guide_feature', { goal: 'support a dark theme', stack: ['react'] }, 700, /1\. Move every colour/],
      ['guide_feature', { goal: 'support a dark theme', step: 2, max_tokens: 300 }, 300, /2\. Add a switch/],
      ['guide_feature', { goal: 'connect a bluetooth sensor' }, 25, /^Nothing known/],
      ['resolve_error', { error: PORT(8080) }, 400, /kill \$\(lsof -ti :8080\)/],
      ['resolve_error', { error: THERE }, 400, /npm install left-pad/],
      ['resolve_error', { error: UNKNOWN }, 25, /^Nothing known about this error/],
    ]
    for (const [name, input, max, says] of calls) {
      const { content, isError, structuredContent } = await client.callTool({ name, arguments: input })
      const { text } = content[0] as { readonly text: string }
      assert.ok(!isError, text)
      assert.match(text, says)
      assert.ok(tokenBound(text) <= max, `${tokenBound(text)} of ${max}: ${text}`)
      const json = JSON.stringify(structuredContent)
      assert.ok(tokenBound(json) <= Math.max(max, 100), `${tokenBound(json)} of ${max}: ${json}`)
    }
    const posted = await fetch(`${api.url}/v1/resolve`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ error: THERE, max_tokens: 300 }),
    })
    const text = await posted.text()
    assert.ok(tokenBound(text) <= 300, text)
    assert.match(text, /"omitted":\[.*npm|npm install left-pad.*"omitted"/)
  })

  await t.test('why it is answered so', async () => {
    const log = join(home.dir, 'build.log')
    writeFileSync(log, `> npm start\n${PORT(8080)}`)
    const shown = await home.cli(on('beta', 'explain', log))
    assert.equal(shown.code, 0, shown.stderr)
    for (const says of [/EADDRINUSE/, /parameters .*port=8080/, /template +f\d/, /template \+/, /known +[01]\.\d/])
      assert.match(shown.stdout, says)
    const { candidates, occurrences } = await home.json<Explanation>(on('beta', 'explain'), { input: PORT(8080) })
    assert.equal(occurrences[0]?.role, 'primary')
    assert.deepEqual(occurrences[0]?.span, [1, 2])
    const [best] = candidates
    assert.equal(best?.band, 'known')
    const logit = best?.weights.reduce((sum, { adds }) => sum + adds, 0) ?? 0
    assert.ok(Math.abs(1 / (1 + Math.exp(-logit)) - (best?.confidence ?? 0)) < 0.01, 'the weights are all there is')
    const slots = await home.json<Explanation>(on('beta', 'explain'), { input: 'Error: listen EADDRINUSE: in use\n' })
    assert.ok(slots.candidates.some(({ held }) => held === 'the text has nothing that fills its slots'))
    const none = await home.cli(on('beta', 'explain', 'all is well'))
    assert.equal(none.code, 4)
    assert.match(none.stdout, /^nothing looks like an error here/)
  })
})
