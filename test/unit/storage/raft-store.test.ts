import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import type { Clock, Done } from '../../../src/base/index.ts'
import { crc32c, encodeState, type RaftBatch, type RaftState, type RaftStore } from '../../../src/raft/index.ts'
import { openRaftStore } from '../../../src/storage/index.ts'
import type { RaftFs } from '../../../src/storage/raft-place.ts'
import { systemError, watchedFs } from '../../support/raft-fs.ts'
import { bornState, dataEntry, SWARM } from '../../support/raft-log.ts'
import { fixedClock, result, scratch, value } from '../../support/storage.ts'

const born = bornState({ hard: { term: 1, vote: null } })
const DAY_MS = 24 * 3600 * 1000

const create = (store: RaftStore, state: RaftState): Promise<void> => value((done) => store.create(state, done))
const write = (store: RaftStore, batch: RaftBatch): Promise<void> => value((done) => store.write(batch, done))
const codeOf = async (call: (done: Done<void>) => void): Promise<string> => {
  const answer = await result(call)
  return answer.ok ? 'ok' : answer.error.code
}

interface Place {
  readonly directory: string
  readonly file: string
  store(clock?: Clock): RaftStore
  names(): readonly string[]
}

function placeOf(t: TestContext, fs?: RaftFs): Place {
  const directory = join(scratch(t), 'raft')
  return {
    directory,
    file: join(directory, 'raft.wal'),
    store: (clock = fixedClock) => {
      const store = openRaftStore({ directory, swarm: SWARM, clock, ...(fs ? { fs } : {}) })
      t.after(() => store.close())
      return store
    },
    names: () => readdirSync(directory).sort(),
  }
}

async function opened(place: Place): Promise<RaftStore> {
  const store = place.store()
  await store.open()
  return store
}

suite('the folder of the Raft state', () => {
  test('is for this user alone, and so are its files', async (t) => {
    const place = placeOf(t)
    const store = await opened(place)
    await create(store, born)
    await value((done: Done<void>) => store.keepFloor('1', done))
    assert.deepEqual(place.names(), ['floor.json', 'raft.wal'])
    assert.equal(statSync(place.directory).mode & 0o777, 0o700)
    for (const name of place.names()) assert.equal(statSync(join(place.directory, name)).mode & 0o777, 0o600)
  })

  test('keeps the log of a group that was left for a week, and a damaged one too', async (t) => {
    const place = placeOf(t)
    const store = await opened(place)
    for (const group of ['a/../b', 'g2', 'g2', 'g2']) await create(store, { ...born, group })
    await store.close()
    const now = fixedClock.now()
    const old = [`old-a____b-${now}.wal`, `old-g2-${now}.wal`, `old-g2-${now + 1}.wal`]
    assert.deepEqual(place.names(), [...old, 'raft.wal'])
    assert.match(readFileSync(join(place.directory, old[0] as string), 'utf8'), /a\/..\/b/)

    writeFileSync(place.file, 'nothing of ours')
    const found = await place.store().open()
    assert.ok(found.kind === 'damaged' && found.why.includes(join(place.directory, `corrupt-${now}.wal`)))
    writeFileSync(join(place.directory, 'raft.wal.new'), 'the draft of a life that ended')
    assert.deepEqual(await place.store({ now: () => now + 7 * DAY_MS }).open(), { kind: 'nothing' })
    assert.deepEqual(place.names(), [`corrupt-${now}.wal`, ...old])
    await place.store({ now: () => now + 7 * DAY_MS + 2 }).open()
    assert.deepEqual(place.names(), [])
  })

  test('is left alone when a newer version wrote in it', async (t) => {
    const place = placeOf(t)
    await (await opened(place)).close()
    const header = Buffer.from(JSON.stringify({ format: 2 }))
    const magic = [...encodeState(born, SWARM)][0]?.subarray(0, 4) ?? []
    const bytes = Buffer.concat([Buffer.from(magic), Buffer.alloc(8), header])
    bytes.writeUInt32BE(header.length, 8)
    bytes.writeUInt32BE(crc32c(bytes.subarray(8)), 4)
    writeFileSync(place.file, bytes)
    const store = place.store()
    await assert.rejects(store.open(), { code: 'SWARM_RAFT_NEWER', next: /raft\.wal away/ })
    assert.equal(await codeOf((done) => store.create(born, done)), 'SWARM_RAFT_NEWER')
    assert.deepEqual(readFileSync(place.file), bytes)
  })

  test('with a floor that cannot be read does not open', async (t) => {
    const place = placeOf(t)
    const store = await opened(place)
    await create(store, born)
    await value((done: Done<void>) => store.keepFloor('12', done))
    const floor = join(place.directory, 'floor.json')
    const text = readFileSync(floor, 'utf8')
    for (const bad of ['', text.replace('12', '13'), text.slice(0, 5), 'null']) {
      writeFileSync(floor, bad)
      await assert.rejects(place.store().open(), { code: 'SWARM_STORE_CORRUPT', next: /floor\.json/ })
    }
    writeFileSync(floor, text)
    const again = await opened(place)
    assert.equal(again.floor, '12')
  })

  test('below a file cannot be opened', async (t) => {
    const directory = join(scratch(t), 'file')
    writeFileSync(directory, '')
    const store = openRaftStore({ directory: join(directory, 'raft'), swarm: SWARM, clock: fixedClock })
    await assert.rejects(store.open(), { code: 'SWARM_STATE_DIR' })
    assert.equal(await codeOf((done) => store.create(born, done)), 'SWARM_STATE_DIR')
  })
})

suite('the log file', () => {
  test('takes what waits while it syncs in one record and one sync', async (t) => {
    const calls: string[] = []
    const place = placeOf(
      t,
      watchedFs((call) => calls.push(call)),
    )
    const store = await opened(place)
    await create(store, born)
    calls.length = 0
    const entries = Array.from({ length: 64 }, (_, at) => dataEntry(at + 1, 1))
    await Promise.all(entries.map((entry) => write(store, { entries: [entry] })))
    assert.deepEqual(calls, ['write raft.wal', 'datasync raft.wal'])
    calls.length = 0
    const large = [65, 66, 67].map((index) => dataEntry(index, 1, 'x'.repeat(700_000)))
    await Promise.all(large.map((entry) => write(store, { entries: [entry] })))
    assert.equal(calls.filter((call) => call === 'datasync raft.wal').length, 2)
    const found = await store.open()
    assert.deepEqual(found.kind === 'state' && found.state.entries, [...entries, ...large])
  })

  test('is written anew when most of it is out of date, and goes on', async (t) => {
    const place = placeOf(t)
    const store = await opened(place)
    await create(store, born)
    let most = 0
    let last = 0
    for (let index = 1; index <= 400; index++) {
      await write(store, { entries: [dataEntry(index, 1, 'x'.repeat(10_000))] })
      if (index % 20 === 0)
        await write(store, { snapshot: { ...born.snapshot, index, term: 1, data: `at ${index}` } })
      most = Math.max(most, statSync(place.file).size)
      last = index
    }
    assert.ok(most < 1.5 * 1024 * 1024, `the file grew to ${most}`)
    await write(store, { entries: [dataEntry(last + 1, 1)] })
    const found = await store.open()
    assert.ok(found.kind === 'state')
    assert.equal(found.state.snapshot.data, 'at 400')
    assert.deepEqual(found.state.entries, [dataEntry(401, 1)])
    assert.deepEqual(place.names(), ['raft.wal'])
  })

  test('goes on when there is no space to write it anew', async (t) => {
    let isNarrow = false
    const fs = watchedFs((call) => {
      if (isNarrow && call === 'open raft.wal.new') throw systemError('ENOSPC')
    })
    const place = placeOf(t, fs)
    const store = await opened(place)
    await create(store, born)
    isNarrow = true
    for (let turn = 0; turn < 12; turn++)
      await write(store, { entries: [dataEntry(1, 1, 'x'.repeat(200_000))], hard: { term: turn + 1, vote: null } })
    assert.ok(statSync(place.file).size > 2_000_000)
    isNarrow = false
    const found = await store.open()
    assert.ok(found.kind === 'state' && found.state.hard.term === 12)
    assert.ok(statSync(place.file).size < 300_000)
  })

  test('of which only a part is taken at a time is whole all the same', async (t) => {
    const system = watchedFs(() => {})
    const fs: RaftFs = {
      ...system,
      open: async (...args) => {
        const handle = await system.open(...args)
        return { ...handle, write: (bytes, from, length, at) => handle.write(bytes, from, Math.min(length, 7), at) }
      },
    }
    const store = await opened(placeOf(t, fs))
    await create(store, born)
    await write(store, { entries: [dataEntry(1, 1)] })
    const found = await store.open()
    assert.ok(found.kind === 'state' && found.state.entries.length === 1)
  })

  test('is set aside by a second name, or by its own where there are no links', async (t) => {
    const fs = watchedFs((call) => {
      if (call.startsWith('link')) throw systemError('EPERM')
    })
    const place = placeOf(t, fs)
    const store = await opened(place)
    await create(store, born)
    await create(store, { ...born, group: 'g2' })
    assert.deepEqual(place.names(), [`old-g1-${fixedClock.now()}.wal`, 'raft.wal'])
    const found = await store.open()
    assert.ok(found.kind === 'state' && found.state.group === 'g2')
  })
})

suite('a disk that fails', () => {
  for (const [call, code, expected] of [
    ['datasync raft.wal', 'EIO', 'SWARM_STORE_IO'],
    ['write raft.wal', 'EIO', 'SWARM_STORE_IO'],
    ['write raft.wal', 'ENOSPC', 'SWARM_DISK_FULL'],
    ['write raft.wal', 'EDQUOT', 'SWARM_DISK_FULL'],
    ['datasync raft.wal', 'ENOSPC', 'SWARM_DISK_FULL'],
    ['write raft.wal', 'EROFS', 'SWARM_STATE_DIR'],
  ] as const)
    test(`with ${code} at ${call}: ${expected}, and nothing is written until it is opened anew`, async (t) => {
      let fault: string | undefined
      const calls: string[] = []
      const fs = watchedFs((name) => {
        calls.push(name)
        if (name === call && fault) throw systemError(fault)
      })
      const place = placeOf(t, fs)
      const store = await opened(place)
      await create(store, born)
      await write(store, { entries: [dataEntry(1, 1)] })
      fault = code
      const together = [2, 3].map((index) => codeOf((done) => store.write({ entries: [dataEntry(index, 1)] }, done)))
      assert.deepEqual(await Promise.all(together), [expected, expected])
      fault = undefined
      calls.length = 0
      // Entry 4 would leave a hole; entry 2 might be there twice.
      assert.equal(await codeOf((done) => store.write({ entries: [dataEntry(4, 1)] }, done)), expected)
      assert.equal(await codeOf((done) => store.write({ entries: [dataEntry(2, 1)] }, done)), expected)
      assert.equal(calls.length, 0)
      const found = await store.open()
      assert.ok(found.kind === 'state')
      const { entries } = found.state
      assert.ok(entries.length === 1 || call.startsWith('datasync'), `${entries.length} entries`)
      // What was found is in a new file: the pages of the old one may be on no disk.
      assert.ok(calls.includes('rename raft.wal.new') && calls.includes('sync raft.wal'))
      await write(store, { entries: [dataEntry(entries.length + 1, 1)] })
    })

  test('while it is written anew: what was acknowledged is there, and nothing else is written', async (t) => {
    let isBroken = false
    const fs = watchedFs((call) => {
      if (isBroken && call === 'rename raft.wal.new') throw systemError('EIO')
    })
    const store = await opened(placeOf(t, fs))
    await create(store, born)
    isBroken = true
    const large = 'x'.repeat(600_000)
    await write(store, { entries: [dataEntry(1, 1, large)] })
    await write(store, { entries: [dataEntry(2, 1, large)] })
    assert.equal(await codeOf((done) => store.write({ entries: [dataEntry(3, 1)] }, done)), 'SWARM_STORE_IO')
    isBroken = false
    const found = await store.open()
    assert.ok(found.kind === 'state' && found.state.entries.length === 2)
  })
})
