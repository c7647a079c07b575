import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import Database from 'better-sqlite3'
import { seededRandom } from '../../src/base/index.ts'
import { openKnowledgeStore } from '../../src/storage/index.ts'
import { everything, fixedClock, ORIGIN, scratch } from '../support/storage.ts'
import { besides } from '../support/storage-files.ts'

const ROUNDS = Number(process.env['STORAGE_KILLS'] ?? 12)
const loop = new URL('../support/storage-commit-loop.ts', import.meta.url).pathname

/** Kills the process once it acknowledged `count` commits. Returns the greatest number it acknowledged. */
async function killedAfter(child: ChildProcess, count: number): Promise<number> {
  let acknowledged = 0
  let lines = 0
  assert.ok(child.stdout)
  const closed = once(child, 'close')
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged = Math.max(acknowledged, Number(line))
    lines += 1
    if (lines === count) child.kill('SIGKILL')
  }
  await closed
  return acknowledged
}

test(`${ROUNDS} kills while it commits: everything acknowledged is there, in whole commits`, async (t) => {
  const file = join(scratch(t), 'knowledge.db')
  const random = seededRandom(ROUNDS)
  let last = 0
  for (let round = 0; round < ROUNDS; round++) {
    const size = 1 + random.below(40)
    const child = spawn(process.execPath, [loop, file, String(last + 1), String(size)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const acknowledged = await killedAfter(child, 1 + random.below(120))
    const store = openKnowledgeStore({ file, clock: fixedClock })
    const state = await store.open()
    assert.equal(state.repaired, undefined)
    const ranges = state.have.get(ORIGIN) ?? []
    assert.equal(ranges.length, 1, `holes: ${JSON.stringify(ranges)}`)
    const held = ranges[0]?.[1] ?? 0
    assert.ok(held >= acknowledged, `round ${round}: ${acknowledged} acknowledged, ${held} there`)
    assert.equal((held - last) % size, 0, 'a commit was kept in part')
    assert.equal((await everything(store)).length, held)
    await store.close()
    last = held
  }
  const db = new Database(file, { readonly: true })
  t.after(() => db.close())
  assert.equal(db.pragma('integrity_check', { simple: true }), 'ok')
  assert.deepEqual(
    besides(file).filter((name) => name.includes('damaged')),
    [],
  )
})

test('two processes on one file: both are acknowledged, nothing is lost', async (t) => {
  const file = join(scratch(t), 'knowledge.db')
  const run = (first: number): ChildProcess =>
    spawn(process.execPath, [loop, file, String(first), '5'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const firsts = [1, 1_000_001]
  const acknowledged = await Promise.all(firsts.map((first) => killedAfter(run(first), 60)))
  const store = openKnowledgeStore({ file, clock: fixedClock })
  t.after(() => store.close())
  const state = await store.open()
  const ranges = state.have.get(ORIGIN) ?? []
  for (const [index, first] of firsts.entries()) {
    const range = ranges.find(([from]) => from === first)
    assert.ok((range?.[1] ?? 0) >= (acknowledged[index] ?? Infinity), JSON.stringify({ ranges, acknowledged }))
  }
  assert.equal(
    state.items,
    ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0),
  )
})
