import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import Database from 'better-sqlite3'
import { connect, type Layout } from '../../../src/storage/connection.ts'
import { explain } from '../../../src/storage/explain.ts'
import { openKnowledgeStore, openSearchIndex } from '../../../src/storage/index.ts'
import type { CommitIndex } from '../../../src/storage/knowledge-protocol.ts'
import { knowledgeLayout } from '../../../src/storage/knowledge-schema.ts'
import { knowledgeService } from '../../../src/storage/knowledge-service.ts'
import { after, commit, everything, fixedClock, revisions, scratch } from '../../support/storage.ts'
import { written } from '../../support/storage-files.ts'

const opening = (file: string): Promise<unknown> => openKnowledgeStore({ file, clock: fixedClock }).open()

test('a newer format is refused, and the file is untouched', async (t) => {
  const file = join(scratch(t), 'knowledge.db')
  await written(file, revisions(1, 3))
  const db = new Database(file)
  db.pragma('user_version = 99')
  db.close()
  const before = readFileSync(file)
  await assert.rejects(opening(file), {
    code: 'SWARM_STATE_DIR',
    why: /newer mcp-swarm \(format 99, this one knows \d+\)/,
  })
  assert.deepEqual(readFileSync(file), before)
})

test('a database of another program is refused, and untouched', async (t) => {
  const file = join(scratch(t), 'knowledge.db')
  const db = new Database(file)
  db.exec('CREATE TABLE precious (x); INSERT INTO precious VALUES (1)')
  db.close()
  const before = readFileSync(file)
  await assert.rejects(opening(file), { code: 'SWARM_STATE_DIR', why: /database of another program/ })
  await assert.rejects(openSearchIndex({ file }).open(), { code: 'SWARM_STATE_DIR' })
  assert.deepEqual(readFileSync(file), before)
})

test('a path that cannot be is named, with a remedy and without a stack', async (t) => {
  const directory = scratch(t)
  writeFileSync(join(directory, 'file'), '')
  mkdirSync(join(directory, 'knowledge.db'))
  for (const file of [
    join(directory, 'file', 'knowledge.db'),
    join(directory, 'knowledge.db'),
    '/proc/none/knowledge.db',
  ]) {
    await assert.rejects(opening(file), {
      code: 'SWARM_STATE_DIR',
      next: /is a directory which this user may write to/,
    })
    await assert.rejects(openSearchIndex({ file }).open(), { code: 'SWARM_STATE_DIR' })
  }
})

const layout: Layout = {
  name: 'some',
  applicationId: 7,
  migrations: ['CREATE TABLE a (x)'],
  synchronous: 'FULL',
  cacheKiB: 100,
}

test('migrations go forward, one after the other, once', (t) => {
  const file = join(scratch(t), 'some.db')
  connect(file, layout).close()
  const later = {
    ...layout,
    migrations: [...layout.migrations, 'ALTER TABLE a ADD y', 'INSERT INTO a VALUES (1, 2)'],
  }
  for (let turn = 0; turn < 2; turn++) {
    const db = connect(file, later)
    assert.deepEqual(db.prepare('SELECT * FROM a').all(), [{ x: 1, y: 2 }])
    assert.equal(db.pragma('user_version', { simple: true }), 3)
    db.close()
  }
})

test('a migration that fails leaves the version before it', (t) => {
  const file = join(scratch(t), 'some.db')
  connect(file, layout).close()
  assert.throws(() => connect(file, { ...layout, migrations: [...layout.migrations, 'DROP TABLE a; NONSENSE'] }))
  const db = connect(file, layout)
  assert.deepEqual(db.prepare('SELECT * FROM a').all(), [])
  db.close()
})

test('every connection syncs at every commit, whatever SQLite was compiled with', (t) => {
  const file = join(scratch(t), 'some.db')
  const db = connect(file, { name: 'some', applicationId: 7, migrations: [], synchronous: 'FULL', cacheKiB: 100 })
  t.after(() => db.close())
  assert.equal(db.pragma('synchronous', { simple: true }), 2)
  assert.equal(db.pragma('journal_mode', { simple: true }), 'wal')
  assert.equal(db.pragma('wal_autocheckpoint', { simple: true }), 4000)
})

test('a full database keeps nothing of the commit, answers the read beside it, and goes on', (t) => {
  const db = connect(join(scratch(t), 'knowledge.db'), knowledgeLayout)
  const service = knowledgeService(db, db.name)
  t.after(() => service.close())
  service.answer([{ ask: 'commit', revisions: revisions(1, 5) }])
  db.pragma('max_page_count = 40')
  const tooMuch = revisions(6, 40, { body: 'x'.repeat(60_000) })
  const [refused, read] = service.answer([
    { ask: 'commit', revisions: tooMuch },
    { ask: 'after', row: 0, limit: 100 },
  ])
  assert.equal(refused?.ok ? 'ok' : refused?.error.code, 'SWARM_DISK_FULL')
  assert.equal(read?.ok && (read.value as unknown[]).length, 5)
  db.pragma('max_page_count = 100000')
  const [taken] = service.answer([{ ask: 'commit', revisions: tooMuch }])
  assert.equal(taken?.ok && (taken.value as CommitIndex).items, 40)
})

test('an answer that would not fit the memory of the thread is cut, and says so by its length', async (t) => {
  const store = openKnowledgeStore({ file: join(scratch(t), 'knowledge.db'), clock: fixedClock })
  t.after(() => store.close())
  await store.open()
  const body = 'x'.repeat(64 * 1024)
  for (let from = 1; from < 600; from += 100) await commit(store, revisions(from, from + 99, { body }))
  assert.equal((await after(store, 0, 1_000_000)).length, 256)
  assert.equal((await everything(store)).length, 600)
})

test('every failure is explained in words', () => {
  const coded = (code: string): Error => Object.assign(new Error('as the system says'), { code })
  const table: [string, string][] = [
    ['SQLITE_FULL', 'SWARM_DISK_FULL'],
    ['ENOSPC', 'SWARM_DISK_FULL'],
    ['SQLITE_CORRUPT_VTAB', 'SWARM_STORE_CORRUPT'],
    ['SQLITE_NOTADB', 'SWARM_STORE_CORRUPT'],
    ['SQLITE_IOERR_FSYNC', 'SWARM_STORE_IO'],
    ['EIO', 'SWARM_STORE_IO'],
    ['SQLITE_BUSY', 'SWARM_STORE_IO'],
    ['SQLITE_READONLY_DBMOVED', 'SWARM_STATE_DIR'],
    ['SQLITE_CANTOPEN', 'SWARM_STATE_DIR'],
    ['EACCES', 'SWARM_STATE_DIR'],
    ['EROFS', 'SWARM_STATE_DIR'],
    ['SQLITE_MISMATCH', 'SWARM_INTERNAL'],
    ['', 'SWARM_INTERNAL'],
  ]
  for (const [code, expected] of table) {
    const error = explain(coded(code), '/tmp/knowledge.db')
    assert.equal(error.code, expected, code)
    if (expected !== 'SWARM_INTERNAL') assert.ok(error.next, code)
  }
})
