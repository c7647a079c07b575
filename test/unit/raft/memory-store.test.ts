import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BrokenInvariant } from '../../../src/base/assert.ts'
import { seededRandom } from '../../../src/base/index.ts'
import {
  createMemoryRaftStore,
  type MemoryRaftStore,
  type RaftDisk,
  type RaftState,
} from '../../../src/raft/index.ts'
import { bornState, dataEntry, drawLog } from '../../support/raft-log.ts'

const born = bornState({ hard: { term: 1, vote: null } })

/** A store whose disk does what is asked of it when `work` says so; `said` are its answers. */
class Bench {
  readonly said: string[] = []
  readonly store: MemoryRaftStore
  #runs: (() => void)[] = []

  constructor(durable?: RaftDisk) {
    const defer = (run: () => void): void => void this.#runs.push(run)
    this.store = createMemoryRaftStore(durable ? { defer, durable } : { defer })
  }

  create(state: RaftState, name = 'create'): void {
    this.store.create(state, (answer) => this.said.push(`${name} ${answer.ok ? 'ok' : answer.error.code}`))
  }
  write(batch: Parameters<MemoryRaftStore['write']>[0], name = 'write'): void {
    this.store.write(batch, (answer) => this.said.push(`${name} ${answer.ok ? 'ok' : answer.error.code}`))
  }
  work(count = Infinity): void {
    for (let done = 0; done < count && this.#runs.length > 0; done++) this.#runs.shift()?.()
  }
}

const stateOf = (disk: RaftDisk): RaftState | undefined => {
  const found = new Bench(disk).store.openNow()
  return found.kind === 'state' ? found.state : undefined
}

test('after a crash the next life has what was synced and any part of the rest', () => {
  const { batches, states } = drawLog(seededRandom(21), 12)
  const seen = new Set<number>()
  for (let keep = 0; ; keep += 5)
    for (const zeroes of [false, true]) {
      const bench = new Bench()
      bench.store.openNow()
      bench.create(states[0] as RaftState)
      for (const batch of batches) bench.write(batch)
      bench.work(5)
      const { unsynced } = bench.store
      bench.store.crash(keep, zeroes)
      bench.work()
      assert.equal(bench.said.length, 5, 'somebody was answered after the crash')
      const left = stateOf(bench.store.durable())
      const at = states.findLastIndex((state) => JSON.stringify(state) === JSON.stringify(left))
      assert.ok(at >= 4, `batch 4 was acknowledged, and ${at} is there`)
      seen.add(at)
      if (keep <= unsynced) continue
      assert.equal(at, 12)
      assert.ok(seen.size > 5, 'all lives were the same')
      return
    }
})

test('a crash while a state is created leaves the old one or the new one', () => {
  for (const keep of [0, 10, 100_000]) {
    const bench = new Bench()
    bench.store.openNow()
    bench.create(born)
    bench.work()
    bench.create({ ...born, group: 'g2' })
    bench.write({ entries: [dataEntry(1, 1)] })
    bench.store.crash(keep)
    const left = stateOf(bench.store.durable())
    assert.deepEqual([left?.group, left?.entries.length], keep > 1000 ? ['g2', 1] : ['g1', 0])
  }
})

test('a bit that decays is damage, or costs the last record', () => {
  const bench = new Bench()
  bench.store.openNow()
  bench.create(born)
  bench.write({ entries: [dataEntry(1, 1)] })
  bench.write({ entries: [dataEntry(2, 1)] })
  bench.work()
  const disk = bench.store.durable()
  const flipped = (at: number): RaftDisk => {
    const { store } = new Bench(disk)
    store.flip(at)
    return store.durable()
  }
  assert.equal(new Bench(flipped(30)).store.openNow().kind, 'damaged')
  assert.equal(stateOf(flipped(disk.log.length - 1))?.entries.length, 1)
  assert.deepEqual(stateOf(disk)?.entries.length, 2)
})

test('a disk that stalls answers nothing, and then everything in order', () => {
  const bench = new Bench()
  bench.store.openNow()
  bench.create(born, 'create')
  bench.store.stalled = true
  bench.write({ entries: [dataEntry(1, 1)] }, 'one')
  bench.work()
  assert.deepEqual(bench.said, [])
  bench.store.stalled = false
  bench.write({ entries: [dataEntry(2, 1)] }, 'two')
  bench.work()
  assert.deepEqual(bench.said, ['create ok', 'one ok', 'two ok'])
})

test('a full disk breaks the log until it is opened again; what waited then is refused', () => {
  const bench = new Bench()
  bench.store.openNow()
  bench.create(born)
  bench.work()
  bench.store.full = true
  bench.write({ entries: [dataEntry(1, 1)] }, 'one')
  bench.write({ entries: [dataEntry(2, 1)] }, 'two')
  bench.work(1)
  bench.store.full = false
  const found = bench.store.openNow()
  assert.ok(found.kind === 'state' && found.state.entries.length === 0)
  bench.write({ entries: [dataEntry(1, 1)] }, 'three')
  bench.work()
  assert.deepEqual(bench.said, ['create ok', 'one SWARM_DISK_FULL', 'two SWARM_STOPPING', 'three ok'])
  bench.store.full = true
  bench.write({ entries: [dataEntry(2, 1)] })
  bench.store.crash(100_000)
  assert.equal(stateOf(bench.store.durable())?.entries.length, 1)
})

test('a batch that does not follow is found by who wrote it', () => {
  const bench = new Bench()
  bench.store.openNow()
  bench.create(born)
  bench.write({ entries: [dataEntry(2, 1)] })
  assert.throws(() => bench.work(), BrokenInvariant)
})
