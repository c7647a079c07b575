import assert from 'node:assert/strict'
import { copyFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import type { Revision } from '../../../src/knowledge/index.ts'
import { openKnowledgeFile } from '../../../src/storage/knowledge-open.ts'
import { openKnowledgeStore } from '../../../src/storage/index.ts'
import { commit, fixedClock, ORIGIN, result, revision, scratch } from '../../support/storage.ts'
import {
  besides,
  cut,
  kept,
  mixed,
  overwrite,
  PAGE,
  reopened,
  sizeOf,
  written,
  writtenToLog,
} from '../../support/storage-files.ts'

const garbage = (length: number): Uint8Array => Buffer.alloc(length, 'garbage ')
const ALL = mixed(1, 200)

/** Every saved revision is one that was written, letter for letter. Returns how many were lost. */
function lostOf(all: readonly Revision[], saved: readonly Revision[]): number {
  const bySeq = new Map(all.map((one) => [one.seq, one]))
  for (const one of saved) assert.deepEqual(one, bySeq.get(one.seq))
  return all.length - saved.length
}

async function damaged(t: TestContext, harm: (file: string) => void): Promise<string> {
  const file = join(scratch(t), 'knowledge.db')
  await written(file, ALL)
  harm(file)
  return file
}

suite('storage: damage found at opening', () => {
  test('a garbage header costs nothing: every revision is saved, the file is kept', async (t) => {
    const file = await damaged(t, (file) => overwrite(file, 0, garbage(100)))
    const before = readFileSync(file)
    const { state, revisions } = await reopened(file)
    assert.equal(lostOf(ALL, revisions), 0)
    assert.deepEqual([state.items, state.row], [200, 200])
    assert.match(state.repaired ?? '', /200 revisions were saved/)
    assert.match(state.repaired ?? '', /knowledge\.db\.damaged-20261122T\d{6}Z/)
    assert.deepEqual(readFileSync(kept(file)[0] as string), before)
  })

  test('a lost first page costs nothing', async (t) => {
    const file = await damaged(t, (file) => overwrite(file, 0, garbage(PAGE)))
    assert.equal(lostOf(ALL, (await reopened(file)).revisions), 0)
  })

  test('a truncated file gives what is before the cut', async (t) => {
    const file = await damaged(t, (file) => cut(file, Math.floor(sizeOf(file) * 0.6)))
    const { state, revisions } = await reopened(file)
    const lost = lostOf(ALL, revisions)
    assert.ok(lost > 0 && lost < 150, `${lost} lost`)
    assert.match(state.repaired ?? '', new RegExp(`${200 - lost} revisions were saved`))
  })

  test('each single page may be torn: only rows with a part in it are lost', async (t) => {
    const source = await damaged(t, () => {})
    const pages = sizeOf(source) / PAGE
    let repairs = 0
    for (let page = 0; page < pages; page += 11) {
      const file = `${source}-${page}`
      copyFileSync(source, file)
      overwrite(file, page * PAGE + PAGE / 2, garbage(PAGE / 2))
      const { service, state } = openKnowledgeFile({ file, now: 0 })
      const [answer] = service.answer([{ ask: 'after', row: 0, limit: 1000 }])
      service.close()
      // The check at opening does not look into the texts; a torn text is found when it is read, and repaired then.
      if (!answer?.ok) {
        assert.equal(answer?.error.code, 'SWARM_STORE_CORRUPT')
        assert.equal(state.repaired, undefined)
      }
      const { revisions } = await reopened(file)
      repairs += kept(file).length
      assert.ok(lostOf(ALL, revisions) <= 40, `page ${page}: ${lostOf(ALL, revisions)} lost`)
    }
    assert.ok(repairs > 6, `${repairs} repairs`)
  })

  test('something else entirely is kept, and the store starts anew', async (t) => {
    const file = join(scratch(t), 'knowledge.db')
    writeFileSync(file, 'my shopping list\n'.repeat(1000))
    const { state, revisions } = await reopened(file)
    assert.deepEqual(revisions, [])
    assert.match(state.repaired ?? '', /0 revisions were saved/)
    assert.match(readFileSync(kept(file)[0] as string, 'utf8'), /shopping/)
  })

  test('an empty file is said to have been empty', async (t) => {
    const file = join(scratch(t), 'knowledge.db')
    writeFileSync(file, '')
    assert.match((await reopened(file)).state.repaired ?? '', /was an empty file/)
    assert.equal((await reopened(file)).state.repaired, undefined)
  })

  test('rows keep their numbers, and those of lost rows are not given out again', async (t) => {
    const file = await damaged(t, (file) => cut(file, Math.floor(sizeOf(file) * 0.6)))
    const store = openKnowledgeStore({ file, clock: fixedClock })
    t.after(() => store.close())
    await store.open()
    const report = await commit(store, [revision({ seq: 5000 })])
    assert.ok((report.stored[0]?.row ?? 0) > 200)
  })

  test('two repairs within one second keep both files', async (t) => {
    const file = await damaged(t, (file) => overwrite(file, 0, garbage(100)))
    await reopened(file)
    overwrite(file, 0, garbage(100))
    assert.equal(lostOf([...ALL, revision({ seq: 1_000_000 })], (await reopened(file)).revisions), 0)
    assert.equal(kept(file).length, 2)
  })

  test('a repair that was cut short is finished', async (t) => {
    const file = await damaged(t, () => {})
    copyFileSync(file, `${file}.salvaged`)
    cut(file, 0)
    renameSync(file, `${file}.damaged-20261122T100000Z`)
    const { state, revisions } = await reopened(file)
    assert.equal(lostOf(ALL, revisions), 0)
    assert.match(state.repaired ?? '', /200 revisions were saved/)
    assert.deepEqual(besides(file), ['knowledge.db.damaged-20261122T100000Z'])
  })
})

suite('storage: damage beside a log', () => {
  /** A copy of a file with 200 revisions in the file and 50 more in the log only. */
  async function withLog(t: TestContext, harm: (file: string) => void): Promise<string> {
    const live = await damaged(t, () => {})
    const close = writtenToLog(live, mixed(201, 250))
    const file = `${live}-copy.db`
    for (const end of ['', '-wal']) copyFileSync(live + end, file + end)
    close()
    harm(file)
    return file
  }
  const both = mixed(1, 250)

  test('unharmed, the log is part of the store', async (t) => {
    const { state, revisions } = await reopened(await withLog(t, () => {}))
    assert.equal(state.repaired, undefined)
    assert.deepEqual(revisions, both)
  })

  test('a garbage header of the file: the log is saved too', async (t) => {
    const file = await withLog(t, (file) => overwrite(file, 0, garbage(100)))
    assert.equal(lostOf(both, (await reopened(file)).revisions), 0)
  })

  test('a file cut to nothing: what the log holds is saved, where SQLite would throw it away', async (t) => {
    const file = await withLog(t, (file) => cut(file, 0))
    const { state, revisions } = await reopened(file)
    assert.match(state.repaired ?? '', /its log was not/)
    assert.ok(lostOf(both, revisions) <= 200)
    assert.ok(revisions.some(({ seq }) => seq === 250))
  })

  test('a garbage header of the log: its revisions are saved, where SQLite would ignore them', async (t) => {
    const file = await withLog(t, (file) => overwrite(`${file}-wal`, 0, garbage(32)))
    const { state, revisions } = await reopened(file)
    assert.match(state.repaired ?? '', /header of its log/)
    assert.equal(lostOf(both, revisions), 0)
    assert.equal(kept(file).length, 2)
  })
})

suite('storage: damage found in use', () => {
  test('a flipped bit in a body is never handed out, and repaired at the next opening', async (t) => {
    const file = await damaged(t, (file) => {
      const bytes = readFileSync(file)
      const { sig, body } = ALL[2] as Revision
      // Splitting a page leaves old bytes behind in its free space: every place with this text is changed.
      const text = Buffer.from(sig + body)
      for (let place = bytes.indexOf(text); place >= 0; place = bytes.indexOf(text, place + 1))
        overwrite(file, place + 1000, Buffer.from('y'))
    })
    const store = openKnowledgeStore({ file, clock: fixedClock })
    t.after(() => store.close())
    assert.equal((await store.open()).repaired, undefined)
    const read = await result<unknown>((done) => store.range(ORIGIN, 1, 200, 1e9, done))
    assert.equal(read.ok ? 'ok' : read.error.code, 'SWARM_STORE_CORRUPT')
    // The rest goes on working.
    await commit(store, [revision({ seq: 300 })])
    await store.close()
    const { state, revisions } = await reopened(file)
    assert.match(state.repaired ?? '', /while it was in use/)
    assert.equal(lostOf([...ALL, revision({ seq: 300 })], revisions), 1)
    assert.equal((await reopened(file)).state.repaired, undefined)
  })
})
