import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { openMemoryStore } from '../../src/storage/memory/index.ts'
import { MIGRATIONS } from '../../src/storage/memory/migrations.ts'
import { openPool } from '../../src/storage/memory/pg-pool.ts'
import type { MemoryTables } from '../../src/storage/memory/tables.ts'
import { asks, AT, draft } from '../support/memories.ts'
import { ROWS, tablesOf } from '../support/memory-tables.ts'
import { Postgres, whyNoPostgres } from '../support/postgres.ts'
import { scratch } from '../support/storage.ts'

/** "mswy". */
const APPLICATION = `application_id = ${Buffer.from('mswy').readUInt32BE()}`

/** A store of this version over the tables of an earlier one reads what stood there, and goes on writing. */
async function readsAndWrites(t: TestContext, url: string, file: string, from: number): Promise<void> {
  const store = await openMemoryStore({ url, file })
  t.after(() => store.close())
  const who = asks({ projects: ['p1'] })
  assert.equal((await store.facts()).migration, MIGRATIONS.length)
  if (from > 0) {
    const old = await store.history('old', who, 10)
    assert.deepEqual(
      old.map(({ context, pinned, rev, response, tags, tokens }) => [rev, response, context, tags, pinned, tokens]),
      [
        [2, 'second', 'some', ['t'], true, null],
        [1, 'first', null, ['t'], false, 7],
      ],
    )
    assert.equal((await store.list({ ...who, limit: 5 })).memories.length, 1)
  }
  const given = draft({
    questionId: 'old',
    question: 'a newer question',
    project: 'p1',
    visibility: 'project',
    at: AT,
  })
  assert.equal((await store.put(given)).memory.rev, from > 0 ? 3 : 1)
  const found = await store.search({ ...who, words: ['newer'], limit: 5 })
  assert.deepEqual(
    found.map(({ memory }) => memory.questionId),
    ['old'],
  )
}

test('each version of the tables has rows to be tried with', () => {
  assert.equal(ROWS.length, MIGRATIONS.length + 1)
})

for (const from of ROWS.keys()) {
  test(`SQLite: tables of version ${from} are brought to the newest`, async (t) => {
    const file = join(scratch(t), 'memory.db')
    if (from > 0) {
      const lite = new Database(file)
      await tablesOf(new Kysely<MemoryTables>({ dialect: new SqliteDialect({ database: lite }) }), 'sqlite', from)
      lite.pragma(APPLICATION)
      lite.pragma(`user_version = ${from}`)
      lite.close()
    }
    await readsAndWrites(t, '', file, from)
  })
}

const skip = whyNoPostgres()
test(
  'PostgreSQL: tables of every version are brought to the newest',
  skip === undefined ? {} : { skip },
  async (t) => {
    const server = await Postgres.start(t)
    for (const from of ROWS.keys())
      await t.test(`version ${from}`, async (t) => {
        const url = server.url(await server.database())
        const { db, end } = openPool(url, () => {})
        await tablesOf(db, 'postgresql', from)
        await end()
        await readsAndWrites(t, url, '', from)
      })
  },
)

test('a file of another program, of a newer version, or damaged is refused and left as it is', async (t) => {
  const folder = scratch(t)
  const written = async (name: string, pragmas: readonly string[]): Promise<string> => {
    const file = join(folder, name)
    const lite = new Database(file)
    lite.exec('CREATE TABLE theirs (a)')
    for (const pragma of pragmas) lite.pragma(pragma)
    lite.close()
    return Promise.resolve(file)
  }
  const foreign = await written('foreign.db', ['application_id = 1'])
  await assert.rejects(openMemoryStore({ url: '', file: foreign }), {
    code: 'SWARM_STATE_DIR',
    message: /another program/,
  })
  const newer = await written('newer.db', [APPLICATION, 'user_version = 99'])
  await assert.rejects(openMemoryStore({ url: '', file: newer }), {
    code: 'SWARM_STATE_DIR',
    message: /newer mcp-swarm/,
  })
  const damaged = join(folder, 'damaged.db')
  writeFileSync(damaged, 'SQLite format 3\0 and then nothing of it '.repeat(400))
  await assert.rejects(openMemoryStore({ url: '', file: damaged }), { code: /^SWARM_ST/ })
})
