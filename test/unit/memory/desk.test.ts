import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { SwarmError } from '../../../src/base/index.ts'
import { OutboxFile } from '../../../src/files/index.ts'
import {
  type Draft,
  type GivenMemory,
  MemoryDesk,
  type MemoryEmbedder,
  type MemoryStore,
  questionIdOf,
} from '../../../src/memory/index.ts'
import { openMemoryStore } from '../../../src/storage/memory/index.ts'

const OWN = { node: 'me', isOwn: true }
const OTHER = { node: 'other', isOwn: false }
const given = (question: string, response: string, more: Partial<GivenMemory> = {}): GivenMemory => ({
  question,
  response,
  projects: [],
  visibility: 'swarm',
  source: 'api',
  ...more,
})

interface Bench {
  readonly desk: MemoryDesk
  readonly outbox: OutboxFile<Draft>
  readonly notes: string[]
  /** As when its server is gone. */
  isAway: boolean
  now: number
}

/** A desk over a real store in a file, which may be cut off. */
async function bench(t: TestContext, embedder?: MemoryEmbedder): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-swarm-memory-'))
  const store = await openMemoryStore({ url: '', file: join(folder, 'memory.db') })
  const outbox = await OutboxFile.open<Draft>({
    file: join(folder, 'waits.jsonl'),
    entriesMax: 3,
    bytesMax: 1_000_000,
    read: (value) => value as Draft,
  })
  const notes: string[] = []
  const world = { isAway: false, now: 1_800_000_000_000 }
  const open: MemoryStore = new Proxy(store, {
    get: (real, name) => {
      const method: unknown = Reflect.get(real, name, real)
      if (typeof method !== 'function') return method
      return (...args: unknown[]): unknown => {
        if (world.isAway && name !== 'close') throw new SwarmError('SWARM_MEMORY_DOWN', 'the cable is cut')
        return Reflect.apply(method, real, args)
      }
    },
  })
  const desk = new MemoryDesk({
    open: async () => {
      if (world.isAway) throw new SwarmError('SWARM_MEMORY_DOWN', 'the cable is cut')
      return open
    },
    outbox,
    clock: { now: () => world.now },
    node: 'me',
    retention: { ageMsMax: null, countMax: 1_000 },
    note: (_level, text) => void notes.push(text),
    ...(embedder ? { embedder } : {}),
  })
  const made: Bench = Object.assign(world, { desk, outbox, notes })
  t.after(async () => {
    await desk.close()
    rmSync(folder, { recursive: true })
  })
  await desk.start()
  return made
}

test('stored, found by its id and by words like it; the same again is the same, another response a version', async (t) => {
  const { desk } = await bench(t)
  const store = (memory: GivenMemory) => desk.answer({ op: 'store', memory }, OWN)
  const first = await store(given('Why does tsc not find ./x?', 'Add .js to the import.'))
  assert.deepEqual(
    [first.is, first.rev, first.question_id],
    ['created', 1, questionIdOf('why does tsc not find ./x')],
  )
  assert.equal((await store(given('why does  TSC not find ./x', 'Add .js to the import.'))).is, 'same')
  assert.deepEqual((await store(given('Why does tsc not find ./x?', 'Use a bundler.'))).rev, 2)
  const { memory } = await desk.answer({ op: 'get', questionId: first.question_id, projects: [] }, OWN)
  assert.equal(memory?.response, 'Use a bundler.')
  const { hits } = await desk.answer(
    { op: 'search', text: 'tsc cannot find ./x', mode: 'hybrid', projects: [], limit: 5 },
    OWN,
  )
  assert.equal(hits[0]?.question_id, first.question_id)
  const { hits: exact } = await desk.answer(
    { op: 'search', text: 'WHY does tsc not find ./x', mode: 'exact', projects: [], limit: 5 },
    OWN,
  )
  assert.equal(exact.length, 1)
})

test('secrets never reach the store', async (t) => {
  const { desk } = await bench(t)
  const stored = await desk.answer(
    { op: 'store', memory: given('key?', 'it is ghp_abcdefghijklmnopqrstuvwxyz0123456789') },
    OWN,
  )
  assert.equal(stored.redacted.length, 1)
  const { memory } = await desk.answer({ op: 'get', questionId: stored.question_id, projects: [] }, OWN)
  assert.doesNotMatch(memory?.response ?? '', /ghp_/)
})

test('another node is told of what is for all, and stores nothing private', async (t) => {
  const { desk } = await bench(t)
  const store = (memory: GivenMemory) => desk.answer({ op: 'store', memory }, OWN)
  await store(given('for all', 'a'))
  await store(given('for me', 'b', { visibility: 'private' }))
  await store(given('for p', 'c', { visibility: 'project', projects: ['p_1'] }))
  const questions = async (asker: typeof OWN) =>
    (await desk.answer({ op: 'list', projects: ['p_1'], limit: 10 }, asker)).memories
      .map(({ question }) => question)
      .toSorted()
  assert.deepEqual(await questions(OWN), ['for all', 'for me', 'for p'])
  assert.deepEqual(await questions(OTHER), ['for all'])
  await assert.rejects(desk.answer({ op: 'store', memory: given('x', 'y', { visibility: 'private' }) }, OTHER), {
    code: 'SWARM_BAD_INPUT',
  })
})

test('a store that is away: readers are told, writers wait on disk, and all is stored when it is back', async (t) => {
  const made = await bench(t)
  const { desk, outbox } = made
  made.isAway = true
  const stored = await desk.answer({ op: 'store', memory: given('q1', 'r1') }, OWN)
  assert.deepEqual([stored.is, stored.rev, outbox.size], ['queued', null, 1])
  await assert.rejects(desk.answer({ op: 'list', projects: [], limit: 5 }, OWN), { code: 'SWARM_MEMORY_DOWN' })
  assert.deepEqual([desk.status().state, desk.status().queued], ['down', 1])
  await desk.keep(given('q2', 'r2', { source: 'request' }), OWN)
  await desk.keep(given('q3', 'r3', { source: 'request' }), OWN)
  await desk.keep(given('q4', 'r4', { source: 'request' }), OWN)
  assert.deepEqual([outbox.size, desk.status().lost], [3, 1], 'the queue is bounded, and what is lost is counted')
  await assert.rejects(desk.answer({ op: 'store', memory: given('q5', 'r5') }, OWN), { code: 'SWARM_OVERLOADED' })
  made.isAway = false
  await desk.tick()
  assert.equal(outbox.size, 3, 'not before its time')
  made.now += 60_000
  await desk.tick()
  assert.deepEqual([desk.status().state, outbox.size], ['up', 0])
  const { memories } = await desk.answer({ op: 'list', projects: [], limit: 5 }, OWN)
  assert.deepEqual(memories.map(({ question }) => question).toSorted(), ['q1', 'q2', 'q3'])
})

test('what is asked again is recalled; what is forgotten is not', async (t) => {
  const { desk } = await bench(t)
  const { question_id: id } = await desk.answer(
    { op: 'store', memory: given('how do I reset the database of the shop', 'drop and migrate') },
    OWN,
  )
  const asked = 'how do I reset the database of the shop?'
  assert.equal((await desk.recall(asked, [], OWN))[0]?.question_id, id)
  assert.deepEqual(await desk.recall('why is the sky blue over there', [], OWN), [])
  assert.equal((await desk.answer({ op: 'forget', questionId: id, projects: [] }, OWN)).done, true)
  assert.deepEqual(await desk.recall(asked, [], OWN), [])
  const { memory } = await desk.answer({ op: 'get', questionId: id, projects: [] }, OWN)
  assert.deepEqual([memory?.forgotten, memory?.response], [true, ''])
})

test('what was stored without a vector gets one', async (t) => {
  const { desk } = await bench(t)
  await desk.answer({ op: 'store', memory: given('one question', 'r') }, OWN)
  await desk.tick()
  const { facts } = await desk.refreshed()
  assert.deepEqual(facts?.spaces, [{ space: 'letters-512', vectors: 1 }])
})

test('a model that does not work is told of once, and letters go on', async (t) => {
  const model: MemoryEmbedder = { embed: () => Promise.reject(new SwarmError('SWARM_EMBEDDINGS', 'it is 503')) }
  const { desk, notes } = await bench(t, model)
  const { question_id: id } = await desk.answer({ op: 'store', memory: given('one question', 'r') }, OWN)
  for (let n = 0; n < 3; n++) await desk.tick()
  assert.equal(notes.filter((note) => note.includes('503')).length, 1)
  const search = { op: 'search', text: 'one question', mode: 'semantic', limit: 5 } as const
  assert.equal((await desk.answer({ ...search, projects: [] }, OWN)).hits[0]?.question_id, id)
})

test('with another model all is embedded anew; letters and the old vectors answer meanwhile, and the old ones go', async (t) => {
  const model = {
    space: 'm1:2',
    embed(texts: readonly string[]) {
      const values = model.space === 'm1:2' ? [1, 0] : [0, 1, 0]
      return Promise.resolve(texts.map(() => ({ space: model.space, values: Float32Array.from(values) })))
    },
  }
  const { desk } = await bench(t, model)
  await desk.answer({ op: 'store', memory: given('first question', 'r') }, OWN)
  await desk.tick()
  const spaces = async () => (await desk.refreshed()).facts?.spaces.map(({ space }) => space).toSorted()
  assert.deepEqual(await spaces(), ['letters-512', 'm1:2'])
  model.space = 'm2:3'
  await desk.answer({ op: 'store', memory: given('second question', 'r') }, OWN)
  const search = { op: 'search', text: 'first question', mode: 'semantic', limit: 5 } as const
  assert.equal((await desk.answer({ ...search, projects: [] }, OWN)).hits.length > 0, true)
  for (let n = 0; n < 4; n++) await desk.tick()
  assert.deepEqual(await spaces(), ['letters-512', 'm2:3'])
})
