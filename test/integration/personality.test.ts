import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Home, until } from '../support/cli.ts'
import { UNKNOWN } from '../support/errors.ts'
import { gardener } from '../support/voices.ts'

type Json = Record<string, unknown>

test('a voice made on one node is that of all, is said where the module is on, and is there after a restart', async (t) => {
  const home = new Home(t)
  await home.start('alpha')
  await home.start('beta', '--with', 'personality')
  const at = (node: string, ...args: string[]): string[] => ['personality', ...args, '--name', node]
  const file = join(home.dir, 'gardener.yaml')
  const { name: _name, ...fields } = gardener
  writeFileSync(file, JSON.stringify({ ...fields, phrases: { ...fields.phrases, hit: 'Look at `this`.' } }))
  const refused = await home.cli(at('alpha', 'new', 'gardener', '--from', file))
  assert.equal(refused.code, 2)
  assert.match(refused.stderr, /phrases\.hit: it holds a digit, a sign of code/)
  writeFileSync(file, `# YAML\n${JSON.stringify(fields)}\n`)
  await until(
    'they are one swarm',
    async () => (await home.cli(at('alpha', 'new', 'gardener', '-f', file))).code === 0,
  )
  assert.equal((await home.cli(at('alpha', 'new', 'gardener', '-f', file))).code, 6)
  assert.equal((await home.cli(at('alpha', 'use', 'gardener'))).code, 0)

  const counts = async (node: string): Promise<unknown> => {
    const { chosen_by: by, name, version } = await home.json<Json>(at(node, 'show', '--json'))
    return [name, version, by].join()
  }
  await until('beta has it', async () => (await counts('beta')) === 'gardener,1,swarm')
  const said = async (node: string): Promise<unknown> =>
    (await home.json<Json>(['resolve', '--name', node], { input: UNKNOWN }))['message']
  assert.deepEqual([await said('alpha'), await said('beta')], [undefined, gardener.phrases.miss])

  const input = JSON.stringify({ ...fields, phrases: { ...fields.phrases, miss: 'Nothing grows here.' } })
  const late = await home.cli(at('beta', 'edit', 'gardener', '-f', '-', '--if-version', '0'), { input })
  assert.equal(late.code, 6, late.stderr)
  const edited = await home.cli(at('beta', 'edit', 'gardener', '-f', '-'), { input })
  assert.match(edited.stdout, /gardener is version 2 now/, edited.stderr)
  await home.cli(['stop', '--name', 'beta'])
  await home.start('beta', '--with', 'personality')
  await until('it is as it was', async () => (await counts('beta')) === 'gardener,2,swarm')
  assert.equal(await said('beta'), 'Nothing grows here.')
  const list = await home.json<{ voices: Json; personalities: Json[] }>(at('alpha', 'list'))
  assert.deepEqual([list.personalities.length, list.voices['swarm'], list.voices['speaks']], [6, 'gardener', false])
})
