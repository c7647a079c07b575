import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { Home, type Status, until } from '../support/cli.ts'

const PROJECT = join(import.meta.dirname, '../..')
/** At a hundred words a second, more than a peer of the same version may say that cannot be read. */
const SAYS_MUCH_MS = 3_000
const PARTS = ['bin', 'src', 'config', 'package.json', 'tsconfig.json']

/** What a later version does otherwise: fields in revisions and in messages, and a kind of message of its own. */
const CHANGES: readonly (readonly [file: string, find: string, replace: string])[] = [
  ['src/cli/version.ts', "VERSION = '0.1.0'", "VERSION = '0.2.0'"],
  [
    'src/knowledge/writes.ts',
    '...(follows.length > 0 ? { follows } : {}),',
    `...(follows.length > 0 ? { follows } : {}), ext: '{"mood":"fine"}',`,
  ],
  ['src/membership/prober.ts', 'return { seq, ...this.#state,', "return { mood: 'fine', seq, ...this.#state,"],
  [
    'src/membership/messages.ts',
    '  digest: z.string().max(64),',
    '  digest: z.string().max(64), mood: z.literal("fine").optional(),',
  ],
  [
    'src/driver/driver.ts',
    '        this.#door.tick()\n',
    `        this.#door.tick()
        for (const peer of this.#parts.transport.peers()) for (let n = 0; n < 10; n++)
          this.#parts.transport.send(peer, new TextEncoder().encode('{"v":1,"m":{"kind":"of-later","x":1}}'), 'control')
`,
  ],
]

/** The launcher of a second build, made of this one's sources. */
function laterBuild(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'mcp-swarm-later-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  for (const part of PARTS) cpSync(join(PROJECT, part), join(dir, part), { recursive: true })
  symlinkSync(join(PROJECT, 'node_modules'), join(dir, 'node_modules'))
  for (const [file, find, replace] of CHANGES) {
    const text = readFileSync(join(dir, file), 'utf8')
    assert.ok(text.includes(find), `${file} has changed: ${find}`)
    writeFileSync(
      join(dir, file),
      text.replace(find, () => replace),
    )
  }
  return join(dir, 'bin/mcp-swarm')
}

test('two versions in one swarm: equal copies, nothing lost of what only the later one knows, nobody cut off', async (t) => {
  const home = new Home(t)
  await home.start('older')
  const newer = spawn(laterBuild(t), ['start', '--name', 'newer'], { env: home.env, stdio: 'pipe' })
  t.after(() => newer.kill('SIGKILL'))
  let output = ''
  newer.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const status = (name: string): Promise<Status> => home.json<Status>(['status', '--name', name])
  await until('they found each other', async () => {
    assert.equal(newer.exitCode, null, output)
    return (await status('older')).swarm.nodes === 2
  })
  const share = async (name: string, n: number): Promise<string> =>
    (
      await home.json<{ id: string }>([
        'share',
        '--name',
        name,
        '--error',
        `Error: part${n} broke`,
        '--action',
        `fix${n}`,
      ])
    ).id
  const ids = [await share('older', 1), await share('newer', 2)]
  await home.json(['knowledge', 'edit', ids[0] ?? '', '--name', 'newer', '--action', 'fix1, said by a later version'])
  const equal = async (): Promise<boolean> => {
    const [a, b] = await Promise.all(['older', 'newer'].map(status))
    return a?.knowledge.digest === b?.knowledge.digest && a?.knowledge.items === 2 && b?.knowledge.items === 2
  }
  await until('both hold the same', equal)
  // Long enough for a hundred words that the older one does not know, and then some.
  const { digest } = (await status('older')).knowledge
  const later = performance.now()
  await until('the later one has said much', () => performance.now() - later > SAYS_MUCH_MS, 2 * SAYS_MUCH_MS)
  const log = await home.cli(['logs', '--name', 'older', '--json'])
  assert.equal((await status('older')).swarm.nodes, 2, `somebody was cut off:\n${log.stdout}\n${output}`)
  assert.doesNotMatch(log.stdout, /cut off/)
  const exit = once(newer, 'exit')
  newer.kill('SIGTERM')
  await exit
  await home.cli(['stop', '--name', 'older'])
  await home.start('older')
  assert.equal((await status('older')).knowledge.digest, digest, 'what it did not understand is on its disk')
  const held = await home.json<{ solution: { action: string } }>([
    'knowledge',
    'get',
    ids[0] ?? '',
    '--name',
    'older',
  ])
  assert.equal(held.solution.action, 'fix1, said by a later version')
})
