import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Answer } from '../../src/driver/index.ts'
import type { MemoryStatus } from '../../src/memory/index.ts'
import { Home, type Status, until } from '../support/cli.ts'
import { HERE } from '../support/errors.ts'
import { Api } from '../support/http-api.ts'
import { Postgres, whyNoPostgres } from '../support/postgres.ts'

const QUESTION = 'How do I free disk space on the build machine?'
const RESPONSE = 'Remove the images that nobody uses: docker image prune --all'
/** A store that is away is tried again after half a minute at the latest. */
const BACK_MS_MAX = 60_000

interface Stored {
  readonly question_id: string
  readonly rev: number | null
  readonly is: string
}
interface Known extends Stored {
  readonly question: string
  readonly response: string
  readonly history?: readonly Known[]
}
interface Page {
  readonly memories: readonly Known[]
}
interface Doctor {
  readonly checks: readonly { readonly name: string; readonly result: string; readonly detail: string }[]
}
type Recalling = Answer & { readonly recalled?: readonly { readonly question_id: string }[] }

test('questions and answers are kept by one node, told by another, moved to a server, and wait while it is away', async (t) => {
  const home = new Home(t)
  const on = (name: string, ...args: readonly string[]): string[] => [...args, '--name', name]
  const start = async (name: string, flags: readonly string[], env: Record<string, string> = {}): Promise<void> => {
    const { code, stderr } = await home.cli(
      ['start', '--detach', '--name', name, '--no-mdns', '--no-beacon', ...flags],
      { env },
    )
    assert.equal(code, 0, stderr)
  }
  const socketOf = async (name: string): Promise<{ readonly socketPath: string }> => ({
    socketPath: (await home.json<Status>(on(name, 'status'))).api.socket,
  })
  const memory = async (name: string): Promise<MemoryStatus | null> =>
    (await home.json<{ readonly memory: MemoryStatus | null }>(on(name, 'memory', 'status'))).memory
  const ask = (name: string): Promise<Recalling> => home.json<Recalling>(on(name, 'resolve'), { input: HERE })

  await start('a', ['--with', 'memory'])
  const api = new Api(await socketOf('a'))
  t.after(() => api.close())

  await t.test('over REST as the mission names it, and over the command line', async () => {
    const body = { question_id: 'disk-space', question: QUESTION, response: RESPONSE, tags: ['docker'] }
    const stored = await api.ask<Stored>({ method: 'POST', path: '/store_response', body })
    assert.deepEqual([stored.question_id, stored.rev, stored.is], ['disk-space', 1, 'created'])
    const again = await api.ask<Stored>({ method: 'POST', path: '/store_response', body })
    assert.deepEqual([again.rev, again.is], [1, 'same'])
    const known = await api.ask<Known>({ method: 'GET', path: '/get_knowledge/disk-space' })
    assert.deepEqual([known.question, known.response], [QUESTION, RESPONSE])

    const piped = await home.json<Stored>(
      on('a', 'memory', 'store', '--question', 'How is the cache of npm emptied?', '--id', 'npm-cache'),
      { input: 'npm cache clean --force\n' },
    )
    assert.equal(piped.is, 'created')
    const revised = await home.json<Stored>(
      on('a', 'memory', 'store', '--question', QUESTION, '--id', 'disk-space', '--response', 'docker system prune'),
    )
    assert.deepEqual([revised.rev, revised.is], [2, 'revised'])
    const shown = await home.json<Known>(on('a', 'memory', 'show', 'disk-space', '--history'))
    assert.deepEqual(
      shown.history?.map(({ response }) => response),
      ['docker system prune', RESPONSE],
    )
    const found = await home.json<Page>(on('a', 'memory', 'search', 'free', 'the', 'disk', 'of', 'a', 'builder'))
    assert.equal(found.memories[0]?.question_id, 'disk-space')

    const unknown = await home.cli(on('a', 'memory', 'show', 'disk-spaces'))
    assert.equal(unknown.code, 4)
    assert.match(unknown.stderr, /there is no disk-spaces\n {2}next: Those are like it: disk-space \(How do I free/)
    const nothing = await home.cli(on('a', 'memory', 'store', '--response', 'x'))
    assert.match(nothing.stderr, /no question is given\n {2}next: .*\n {2}code: SWARM_USAGE/)
  })

  await t.test('what is of a project is told in its folder, written there, and taken in there', async () => {
    const cwd = join(home.dir, 'clone')
    for (const args of [
      ['init', '-q', cwd],
      ['-C', cwd, 'remote', 'add', 'origin', 'https://git.example/team/app.git'],
    ])
      execFileSync('git', args)
    const store = on(
      'a',
      'memory',
      'store',
      '--question',
      'Where are the logs?',
      '--response',
      'In ./logs.',
      '--id',
      'logs',
    )
    assert.match((await home.cli([...store, '--project'])).stderr, /no clone of a project/)
    assert.equal((await home.json<Stored>([...store, '--project'], { cwd })).is, 'created')
    assert.equal((await home.cli(on('a', 'memory', 'show', 'logs'))).code, 4)
    assert.equal((await home.cli(on('a', 'memory', 'show', 'logs'), { cwd })).code, 0)
    const outside = await home.cli(on('a', 'memory', 'export'))
    const inside = await home.cli(on('a', 'memory', 'export'), { cwd })
    assert.deepEqual([outside.stdout.trim().split('\n').length, inside.stdout.trim().split('\n').length], [2, 3])
    assert.equal((await home.cli(on('a', 'memory', 'forget', 'logs'), { cwd })).code, 0)
    const taken = await home.json<{ readonly added: number }>(on('a', 'memory', 'import'), {
      cwd,
      input: inside.stdout,
    })
    assert.equal(taken.added, 1)
    assert.equal((await home.cli(on('a', 'memory', 'show', 'logs'))).code, 4)
    assert.equal((await home.cli(on('a', 'memory', 'show', 'logs'), { cwd })).code, 0)
  })

  await t.test('the second who asks is told that it was asked before', async () => {
    const shared = await home.cli(on('a', 'share', '--action', 'Run npm install.'), { input: HERE })
    assert.equal(shared.code, 0, shared.stderr)
    const first = await ask('a')
    assert.equal(first.fixes.length, 1)
    assert.equal(first.recalled, undefined)
    await until('it is kept', async () => (await memory('a'))?.facts?.memories === 4)
    const second = await ask('a')
    assert.equal(second.recalled?.length, 1)
    const kept = await home.json<Known>(on('a', 'memory', 'show', second.recalled?.[0]?.question_id ?? ''))
    assert.match(kept.response, /^Run npm install\./)
  })

  const lines = join(home.dir, 'memories.ndjson')
  await t.test('a node without the module asks the one that has it, and keeps its own from an export', async () => {
    await start('b', [])
    assert.equal(await memory('b'), null)
    const told = async (): Promise<boolean> => (await home.cli(on('b', 'memory', 'show', 'disk-space'))).code === 0
    await until('b has found the memory of a', told)
    const found = await home.json<Page>(on('b', 'memory', 'search', 'disk', 'space', 'build', 'machine'))
    assert.equal(found.memories[0]?.response, 'docker system prune')
    // What was asked at `a` is private there.
    assert.ok(found.memories.every(({ question }) => !question.includes('npm install')))
    const there = await home.json<Stored>(
      on('b', 'memory', 'store', '--question', 'Who owns the build machine?', '--id', 'owner', '--response', 'Ana'),
    )
    assert.equal(there.is, 'created')
    assert.equal((await home.json<Known>(on('a', 'memory', 'show', 'owner'))).response, 'Ana')

    const wrote = await home.json<{ readonly memories: number }>(on('a', 'memory', 'export', lines))
    assert.equal(wrote.memories, 4)
    await home.cli(on('b', 'stop'))
    await start('b', ['--with', 'memory'])
    writeFileSync(lines, `${readFileSync(lines, 'utf8')}{"question":"no response"}\n`)
    const taken = await home.cli(on('b', 'memory', 'import', lines, '--json'))
    assert.equal(taken.code, 2)
    const counts = JSON.parse(taken.stdout) as Record<string, unknown>
    assert.deepEqual([counts['lines'], counts['added'], counts['failed']], [5, 4, 1])
    assert.equal((await home.json<{ known: number }>(on('b', 'memory', 'import', lines))).known, 4)
    assert.equal((await home.json<Known>(on('b', 'memory', 'show', 'npm-cache'))).response, 'npm cache clean --force')
  })

  await t.test('what is forgotten is gone', async () => {
    const forgot = await home.cli(on('a', 'memory', 'forget', 'npm-cache', 'never-was'))
    assert.equal(forgot.code, 4)
    assert.equal(forgot.stdout, 'forgotten: npm-cache\n')
    assert.equal((await api.call({ method: 'GET', path: '/get_knowledge/npm-cache' })).status, 404)
    assert.match((await home.cli(on('a', 'memory', 'show', 'npm-cache'))).stderr, /npm-cache was forgotten/)
    await home.cli(on('b', 'stop'))
  })

  await t.test(
    'moved to PostgreSQL, which is killed and comes back',
    { skip: whyNoPostgres() ?? false },
    async () => {
      const server = await Postgres.start(t)
      const url = server.url(await server.database())
      const env = { MCP_SWARM_MEMORY_URL: url }
      const running = await home.cli(on('a', 'memory', 'migrate', '--to', url))
      assert.match(running.stderr, /SWARM_ALREADY_RUNNING/)
      await home.cli(on('a', 'stop'))
      const moved = await home.json<Record<'versions' | 'added' | 'verified', number>>(
        on('a', 'memory', 'migrate', '--to', url),
      )
      // Two of disk-space, the owner, what was asked, the logs, and two that say that something was forgotten.
      assert.deepEqual([moved.versions, moved.added, moved.verified], [7, 7, 7])
      const rows = await server.query(url.slice(url.lastIndexOf('/') + 1), 'SELECT count(*) FROM memory_versions')
      assert.equal(Number(rows[0]?.['count']), 7)
      const repeated = await home.json<typeof moved>(on('a', 'memory', 'migrate', '--to', url))
      assert.deepEqual([repeated.added, repeated.verified], [0, 7])
      const same = await home.cli(on('a', 'memory', 'migrate', '--to', url), { env })
      assert.match(same.stderr, /is in postgres:.* already/)

      await start('a', ['--with', 'memory'], env)
      await until('the server is reached', async () => (await memory('a'))?.state === 'up')
      assert.equal((await memory('a'))?.facts?.backend, 'postgresql')
      assert.equal((await home.json<Known>(on('a', 'memory', 'show', 'disk-space'))).rev, 2)
      assert.equal((await home.cli(on('a', 'memory', 'show', 'npm-cache'))).code, 4)

      await server.kill()
      const answers = await Promise.all([1, 2, 3, 4].map(() => ask('a')))
      assert.ok(answers.every(({ fixes }) => fixes.length === 1))
      const waits = await home.json<Stored>(
        on('a', 'memory', 'store', '--question', 'Is the server away?', '--id', 'away', '--response', 'Yes.'),
      )
      assert.deepEqual([waits.is, waits.rev], ['queued', null])
      const down = await memory('a')
      assert.equal(down?.state, 'down')
      assert.equal(down.lost, 0)
      assert.ok(down.queued >= 1)
      const { checks } = await home.json<Doctor>(on('a', 'doctor'), { env })
      assert.equal(checks.find(({ name }) => name === 'memory')?.result, 'problem')

      const outbox = readFileSync(join(home.dir, 'nodes', 'a', 'memory-waits.jsonl'), 'utf8')
      assert.match(outbox, /"question":"Is the server away\?"/)

      await server.run()
      const isStored = async (): Promise<boolean> => (await memory('a'))?.queued === 0
      await until('all that waited is stored', isStored, BACK_MS_MAX)
      assert.equal((await memory('a'))?.state, 'up')
      assert.equal((await home.json<Known>(on('a', 'memory', 'show', 'away'))).response, 'Yes.')
      const [written] = await server.query('d1', "SELECT response FROM memory_versions WHERE question_id = 'away'")
      assert.equal(written?.['response'], 'Yes.')
    },
  )
})
