import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openKnowledgeStore, openSearchIndex } from '../../src/storage/index.ts'
import { remount, smallDisk } from '../support/small-disk.ts'
import { commit, everything, fixedClock, result, revision, revisions } from '../support/storage.ts'
import { written } from '../support/storage-files.ts'
import { document, found, indexed } from '../support/storage-search.ts'

test('a full disk: SWARM_DISK_FULL, nothing acknowledged is lost, and it goes on when there is space', async (t) => {
  const disk = smallDisk(t, '3m')
  if (!disk) return
  const file = join(disk, 'knowledge.db')
  const ballast = join(disk, 'ballast')
  writeFileSync(ballast, Buffer.alloc(1024 * 1024))
  const store = openKnowledgeStore({ file, clock: fixedClock })
  t.after(() => store.close())
  await store.open()
  let acknowledged = 0
  let error: unknown
  while (error === undefined && acknowledged < 100_000) {
    const batch = revisions(acknowledged + 1, acknowledged + 20)
    const answer = await result((done) => store.commit(batch, done))
    if (answer.ok) acknowledged += 20
    else error = answer.error
  }
  assert.equal((error as { code?: string }).code, 'SWARM_DISK_FULL')
  assert.match((error as Error).message, /no space left/)
  assert.ok(acknowledged > 100)
  // Reading goes on while it is full, and what was refused is not there.
  assert.equal((await everything(store)).length, acknowledged)
  rmSync(ballast)
  await commit(store, revisions(acknowledged + 1, acknowledged + 20))
  await store.close()
  const again = openKnowledgeStore({ file, clock: fixedClock })
  t.after(() => again.close())
  const state = await again.open()
  assert.deepEqual([state.items, state.repaired], [acknowledged + 20, undefined])
})

test('a disk that is full already: opening says so', async (t) => {
  const disk = smallDisk(t, '1m')
  if (!disk) return
  const fill = spawnSync('dd', ['if=/dev/zero', `of=${join(disk, 'ballast')}`, 'bs=4k'])
  assert.notEqual(fill.status, 0)
  const file = join(disk, 'knowledge.db')
  await assert.rejects(openKnowledgeStore({ file, clock: fixedClock }).open(), { code: 'SWARM_DISK_FULL' })
  await assert.rejects(openSearchIndex({ file: join(disk, 'search.db') }).open(), { code: 'SWARM_DISK_FULL' })
})

test('the search index on a full disk: refused, still found, and it goes on', async (t) => {
  const disk = smallDisk(t, '2m')
  if (!disk) return
  const ballast = join(disk, 'ballast')
  writeFileSync(ballast, Buffer.alloc(768 * 1024))
  const search = openSearchIndex({ file: join(disk, 'search.db') })
  t.after(() => search.close())
  await search.open()
  const batch = (from: number): ReturnType<typeof document>[] =>
    Array.from({ length: 20 }, (_, n) =>
      document(`d${from + n}`, { problem: `word${from + n} `.repeat(20) + 'x'.repeat(90) }),
    )
  const codeOf = (from: number): Promise<string> =>
    indexed(search, batch(from), [], from).then(
      () => 'ok',
      (error: unknown) => (error as { code: string }).code,
    )
  let row = 0
  let code = await codeOf(row)
  while (code === 'ok' && row < 100_000) code = await codeOf((row += 20))
  assert.equal(code, 'SWARM_DISK_FULL')
  assert.equal((await found(search, { terms: ['word3'] })).length, 1)
  assert.equal((await found(search, { terms: [`word${row + 3}`] })).length, 0)
  rmSync(ballast)
  await indexed(search, batch(row), [], row)
  assert.equal((await found(search, { terms: [`word${row + 3}`] })).length, 1)
})

test('a disk that became read-only: SWARM_STATE_DIR, and the file is as it was', async (t) => {
  const disk = smallDisk(t, '4m')
  if (!disk) return
  const file = join(disk, 'knowledge.db')
  await written(file, [revision({ seq: 1 })])
  assert.ok(remount(disk, 'ro'))
  await assert.rejects(openKnowledgeStore({ file, clock: fixedClock }).open(), {
    code: 'SWARM_STATE_DIR',
    next: /on a disk that is not read-only/,
  })
  await assert.rejects(openSearchIndex({ file: join(disk, 'search.db') }).open(), { code: 'SWARM_STATE_DIR' })
  assert.ok(remount(disk, 'rw'))
  const store = openKnowledgeStore({ file, clock: fixedClock })
  t.after(() => store.close())
  assert.equal((await store.open()).items, 1)
})
