import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import { type Random, type Result, seededRandom } from '../../../src/base/index.ts'
import type { RaftState, RaftStore } from '../../../src/raft/index.ts'
import { openRaftStore } from '../../../src/storage/raft-store.ts'
import { PowerFs } from '../../support/power-fs.ts'
import { after, bornState, dataEntry, drawBatch, SWARM } from '../../support/raft-log.ts'
import { fixedClock } from '../../support/storage.ts'

/*
 * The power goes at any call to the file system, and what was not synced is there in part. Then the store must open
 * with what it acknowledged, or with more of what it was asked for; never with damage, never with less.
 */

/** What was asked of a store, in order: `states[n]` is what the first `n` calls lead to. */
class Asked {
  readonly states: (RaftState | undefined)[]
  acknowledged = 0
  floorAsked = 0
  floorKept = 0
  readonly #store: RaftStore

  constructor(store: RaftStore, found: RaftState | undefined, floor: number) {
    this.#store = store
    this.states = [found]
    this.floorAsked = this.floorKept = floor
  }

  get state(): RaftState | undefined {
    return this.states.at(-1)
  }

  create(state: RaftState): Promise<boolean> {
    return this.#note(state, (done) => this.#store.create(state, done))
  }

  write(batch: Parameters<RaftStore['write']>[0]): Promise<boolean> {
    assert.ok(this.state)
    return this.#note(after(this.state, batch), (done) => this.#store.write(batch, done))
  }

  keepFloor(): Promise<boolean> {
    const floor = (this.floorAsked += 1)
    return new Promise((resolve) => {
      this.#store.keepFloor(String(floor), ({ ok }) => {
        if (ok) this.floorKept = floor
        resolve(ok)
      })
    })
  }

  #note(state: RaftState, call: (done: (result: Result<void>) => void) => void): Promise<boolean> {
    const number = this.states.push(state) - 1
    return new Promise((resolve) => {
      call(({ ok }) => {
        if (ok) {
          assert.ok(number > this.acknowledged, 'acknowledged out of order')
          this.acknowledged = number
        }
        resolve(ok)
      })
    })
  }
}

const storeOn = (fs: PowerFs): RaftStore =>
  openRaftStore({ directory: tmpdir(), swarm: SWARM, clock: fixedClock, fs })

/** Opens; what is found must be at least what the life before was promised. Returns a new page to write on. */
async function reopened(store: RaftStore, before: Asked): Promise<Asked> {
  const found = await store.open()
  assert.notEqual(found.kind, 'damaged', JSON.stringify(found))
  const state = found.kind === 'state' ? found.state : undefined
  const text = JSON.stringify(state)
  assert.ok(
    before.states.slice(before.acknowledged).some((possible) => JSON.stringify(possible) === text),
    `acknowledged ${before.acknowledged} of ${before.states.length - 1}, found ${text}`,
  )
  const floor = Number(store.floor ?? 0)
  assert.ok(before.floorKept <= floor && floor <= before.floorAsked, `floor ${floor}`)
  return new Asked(store, state, floor)
}

/** All that a store can do, in a few calls; two of the writes make the file be written anew. */
async function script(asked: Asked): Promise<void> {
  const large = 'x'.repeat(600_000)
  await asked.create(bornState({ hard: { term: 1, vote: null } }))
  await asked.keepFloor()
  const together = [1, 2, 3].map((index) => asked.write({ entries: [dataEntry(index, 1)] }))
  await Promise.all([...together, asked.keepFloor()])
  for (const index of [4, 4, 5, 4]) await asked.write({ entries: [dataEntry(index, 1, large)] })
  await asked.write({ hard: { term: 2, vote: null } })
  const created = asked.create(bornState({ group: 'g2', hard: { term: 7, vote: null } }))
  await Promise.all([created, asked.write({ entries: [dataEntry(1, 7)] })])
  await asked.write({ entries: [dataEntry(1, 7, large), dataEntry(2, 7)] })
}

test('the power goes at any one call, and nothing that was acknowledged is missing', async () => {
  let calls = Infinity
  for (let dies = 1; dies <= calls; dies++) {
    const fs = new PowerFs(dies)
    const store = storeOn(fs)
    const asked = new Asked(store, undefined, 0)
    await store.open().catch(() => {})
    await script(asked)
    await store.close()
    if (fs.calls < dies) calls = 0
    for (let seed = 0; seed < 6; seed++)
      await reopened(storeOn(fs.after(seededRandom(seed * 1000 + dies), Infinity)), asked)
  }
})

async function randomCalls(asked: Asked, random: Random): Promise<void> {
  let isAlive = true
  for (let call = 0; isAlive && call < 60; call++) {
    const answers: Promise<boolean>[] = []
    for (let burst = random.below(5); burst >= 0; burst--) {
      if (asked.state === undefined || random.below(25) === 0)
        answers.push(asked.create(bornState({ group: `g${random.below(1e6)}`, hard: { term: 1, vote: null } })))
      else if (random.below(15) === 0) answers.push(asked.keepFloor())
      else answers.push(asked.write(drawBatch(random, asked.state)))
    }
    isAlive = (await Promise.all(answers)).every(Boolean)
  }
}

test('many short lives on one disk: the power goes while it opens, creates and writes', async () => {
  for (let seed = 1; seed <= 80; seed++) {
    const random = seededRandom(seed)
    let fs = new PowerFs(Infinity)
    let asked = new Asked(storeOn(fs), undefined, 0)
    for (let life = 0; life < 10; life++) {
      fs = fs.after(random, life === 9 ? Infinity : 1 + random.below(120))
      const store = storeOn(fs)
      try {
        asked = await reopened(store, asked)
      } catch (thrown) {
        assert.equal((thrown as { code?: string }).code, 'SWARM_STORE_IO', String(thrown))
        continue
      }
      await randomCalls(asked, random)
      await store.close()
    }
  }
})
