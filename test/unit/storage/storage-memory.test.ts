import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SwarmError } from '../../../src/base/index.ts'
import { createMemoryStore } from '../../../src/knowledge/memory-store.ts'
import { revision, revisions } from '../../support/storage.ts'

/** Runs what was deferred when told to. */
function disk(): { defer: (run: () => void) => void; runs: (() => void)[] } {
  const runs: (() => void)[] = []
  return { defer: (run) => runs.push(run), runs }
}

test('a crash loses what was not done, and keeps what was', async () => {
  const { defer, runs } = disk()
  const store = createMemoryStore({ defer })
  await store.open()
  const answers: boolean[] = []
  store.commit(revisions(1, 2), (answer) => answers.push(answer.ok))
  store.commit(revisions(3, 3), (answer) => answers.push(answer.ok))
  assert.deepEqual(store.durable().rows, [])
  runs.shift()?.()
  assert.deepEqual(answers, [true])
  const next = createMemoryStore({ defer, durable: store.durable() })
  assert.deepEqual((await next.open()).have, new Map([[revision({ seq: 1 }).origin, [[1, 2]]]]))
})

test('what a later commit adds is not seen by an earlier snapshot', async () => {
  const { defer, runs } = disk()
  const store = createMemoryStore({ defer })
  await store.open()
  const before = store.durable()
  store.commit(revisions(1, 1), () => {})
  runs.shift()?.()
  assert.equal(before.rows.length, 0)
  assert.equal(store.durable().rows.length, 1)
})

test('calls are answered in order even when the disk finishes in another', async () => {
  const { defer, runs } = disk()
  const store = createMemoryStore({ defer })
  await store.open()
  const order: number[] = []
  for (const seq of [1, 2, 3]) store.commit([revision({ seq })], () => order.push(seq))
  for (const run of runs.toReversed()) run()
  assert.deepEqual(order, [1, 2, 3])
})

test('a fault fails the commit, keeps nothing of it, and passes', async () => {
  let full = true
  const { defer, runs } = disk()
  const store = createMemoryStore({
    defer,
    fault: () => (full ? new SwarmError('SWARM_DISK_FULL', 'the virtual disk is full') : undefined),
  })
  await store.open()
  const answers: string[] = []
  const write = (): void => {
    store.commit(revisions(1, 2), (answer) => answers.push(answer.ok ? 'ok' : answer.error.code))
    runs.shift()?.()
  }
  write()
  assert.equal(store.durable().rows.length, 0)
  full = false
  write()
  assert.deepEqual(answers, ['SWARM_DISK_FULL', 'ok'])
  assert.equal(store.durable().rows.length, 2)
})
