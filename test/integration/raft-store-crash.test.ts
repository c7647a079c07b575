import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { type Done, seededRandom } from '../../src/base/index.ts'
import { openRaftStore } from '../../src/storage/index.ts'
import { bornState, dataEntry, SWARM } from '../support/raft-log.ts'
import { smallDisk } from '../support/small-disk.ts'
import { fixedClock, result, scratch, value } from '../support/storage.ts'

const ROUNDS = Number(process.env['STORAGE_KILLS'] ?? 12)
const loop = new URL('../support/raft-write-loop.ts', import.meta.url).pathname

/** Kills the process once it acknowledged `count` calls. Returns the last line it said. */
async function killedAfter(directory: string, mode: string, count: number): Promise<readonly number[]> {
  const child = spawn(process.execPath, [loop, directory, mode], { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = once(child, 'close')
  let last = ''
  let lines = 0
  for await (const line of createInterface({ input: child.stdout })) {
    last = line
    lines += 1
    if (lines === count) child.kill('SIGKILL')
  }
  await closed
  assert.ok(lines >= count, 'the process ended by itself')
  return last.split(' ').map(Number)
}

for (const mode of ['writing', 'creating'])
  test(`${ROUNDS} kills while ${mode}: everything acknowledged is there`, async (t) => {
    const directory = join(scratch(t), 'raft')
    const random = seededRandom(ROUNDS)
    for (let round = 0; round < ROUNDS; round++) {
      const [group = 0, index = 0, term = 0, floor = 0] = await killedAfter(directory, mode, 1 + random.below(300))
      const store = openRaftStore({ directory, swarm: SWARM, clock: fixedClock })
      const found = await store.open()
      assert.ok(found.kind === 'state', JSON.stringify(found))
      const { entries, hard, snapshot } = found.state
      const last = snapshot.index + entries.length
      const is = `group ${found.state.group}, ${last} entries, term ${hard.term}, floor ${store.floor}`
      const said = `round ${round}: acknowledged group ${group}, ${index}, ${term}, ${floor}; found ${is}`
      assert.ok(Number(found.state.group) >= group, said)
      if (Number(found.state.group) === group) assert.ok(last >= index && hard.term >= term, said)
      assert.ok(Number(store.floor ?? 0) >= floor, said)
      for (const { body, index: at } of entries)
        assert.ok(body.kind === 'data' && body.data.startsWith(`${at} ${at} `), `entry ${at} is another`)
      await store.close()
    }
    assert.deepEqual(
      readdirSync(directory).filter((name) => name.startsWith('corrupt')),
      [],
    )
  })

test('a full disk: SWARM_DISK_FULL, nothing acknowledged is lost, and it opens again when there is space', async (t) => {
  const disk = smallDisk(t, '4m')
  if (!disk) return
  const ballast = join(disk, 'ballast')
  writeFileSync(ballast, Buffer.alloc(2 * 1024 * 1024))
  const directory = join(disk, 'raft')
  const store = openRaftStore({ directory, swarm: SWARM, clock: fixedClock })
  t.after(() => store.close())
  await store.open()
  await value((done: Done<void>) => store.create(bornState({ hard: { term: 1, vote: null } }), done))
  const write = (index: number): Promise<string> =>
    result<void>((done) => store.write({ entries: [dataEntry(index, 1, 'x'.repeat(10_000))] }, done)).then((answer) =>
      answer.ok ? 'ok' : answer.error.code,
    )
  let acknowledged = 0
  let code = 'ok'
  while (code === 'ok' && acknowledged < 10_000) {
    code = await write(acknowledged + 1)
    if (code === 'ok') acknowledged += 1
  }
  assert.equal(code, 'SWARM_DISK_FULL')
  assert.ok(acknowledged > 100, `${acknowledged} entries`)
  await assert.rejects(store.open(), { code: 'SWARM_DISK_FULL' })
  rmSync(ballast)
  const found = await store.open()
  assert.ok(found.kind === 'state')
  assert.equal(found.state.entries.length, acknowledged)
  assert.equal(await write(acknowledged + 1), 'ok')
})

test('a disk that is full already: a group cannot be begun, and then it can', async (t) => {
  const disk = smallDisk(t, '1m')
  if (!disk) return
  const ballast = join(disk, 'ballast')
  writeFileSync(ballast, Buffer.alloc(1024 * 1024 - 4096 * 4))
  const store = openRaftStore({ directory: join(disk, 'raft'), swarm: SWARM, clock: fixedClock })
  t.after(() => store.close())
  await store.open()
  const state = bornState({ snapshot: { ...bornState().snapshot, data: 'x'.repeat(100_000) } })
  const created = await result<void>((done) => store.create(state, done))
  assert.equal(created.ok ? 'ok' : created.error.code, 'SWARM_DISK_FULL')
  rmSync(ballast)
  await value((done: Done<void>) => store.create(state, done))
  assert.deepEqual(await store.open(), { kind: 'state', state, torn: 0 })
})
