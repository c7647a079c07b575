import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { contentOf, type Draft, type MemoryStore, moveMemories } from '../../../src/memory/index.ts'
import { openMemoryStore } from '../../../src/storage/memory/index.ts'

const OWNER = { projects: [], seesPrivate: true, node: 'a' }

const draft = (questionId: string, response: string, more: Partial<Draft> = {}): Draft => ({
  questionId,
  question: `What about ${questionId}?`,
  response,
  project: null,
  visibility: 'swarm',
  source: 'api',
  node: 'a',
  at: 1_000,
  content: contentOf({ question: `What about ${questionId}?`, response }),
  ...more,
})

const version = (questionId: string, response: string): Parameters<MemoryStore['take']>[0][number] => {
  const { at, ...said } = draft(questionId, response)
  const nothing = { context: null, model: null, tokens: null, agent: null, tags: [], pinned: false, forgotten: false }
  return { ...said, ...nothing, rev: 1, created: at, updated: at }
}

/** Two on disk: the folder is gone in the end, the stores before it. */
async function two(t: TestContext): Promise<readonly [MemoryStore, MemoryStore]> {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-swarm-move-'))
  const open = (name: string): Promise<MemoryStore> => openMemoryStore({ url: '', file: join(folder, name) })
  const stores = await Promise.all([open('from.db'), open('to.db')])
  t.after(async () => {
    await Promise.all(stores.map((store) => store.close()))
    rmSync(folder, { recursive: true, force: true })
  })
  return stores
}

test('all versions are moved, also private and forgotten ones, and a second time nothing', async (t) => {
  const [from, to] = await two(t)
  // More than a page is read at once, and more than is taken at once.
  await from.take(Array.from({ length: 230 }, (_, at) => version(`q${at}`, `${at}`.padStart(9_000, 'long '))))
  await from.put(draft('q1', 'another', { at: 2_000 }))
  await from.put(draft('mine', 'private', { visibility: 'private', tags: ['x'] }))
  await from.pin('q2', OWNER, true)
  await from.forget('q3', OWNER, 3_000)
  const told: number[] = []
  assert.deepEqual(await moveMemories(from, to, (versions) => told.push(versions)), {
    versions: 232,
    added: 232,
    verified: 232,
    differ: [],
  })
  assert.deepEqual(told, [200, 232])
  assert.equal((await to.get('q1', OWNER))?.rev, 2)
  assert.deepEqual(await to.get('mine', OWNER), await from.get('mine', OWNER))
  assert.equal((await to.get('q2', OWNER))?.pinned, true)
  assert.equal((await to.get('q3', OWNER))?.forgotten, true)
  assert.equal((await moveMemories(from, to)).added, 0)
})

test('what another node writes behind a move is moved too, and what differs is named', async (t) => {
  const [from, to] = await two(t)
  await from.put(draft('q1', 'one'))
  let wasWritten = false
  const busy: Pick<MemoryStore, 'walk'> = {
    walk: async (after, limit) => {
      const page = await from.walk(after, limit)
      if (!wasWritten) await from.put(draft('late', 'two', { at: 2_000 }))
      wasWritten = true
      return page
    },
  }
  assert.deepEqual(await moveMemories(busy, to), { versions: 2, added: 2, verified: 2, differ: [] })
  assert.equal((await to.get('late', OWNER))?.response, 'two')

  // What the other has otherwise is named, and left.
  await Promise.all([from.put(draft('q2', 'here')), to.put(draft('q2', 'there'))])
  assert.deepEqual(await moveMemories(from, to), { versions: 3, added: 0, verified: 2, differ: ['q2'] })
  assert.equal((await to.get('q2', OWNER))?.response, 'there')
})
