import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import type { Result } from '../../src/base/index.ts'
import { createMemoryErrandStore, type ErrandRow, type ErrandStore } from '../../src/durable/index.ts'
import { openRequestStore } from '../../src/storage/index.ts'
import { scratch } from '../support/storage.ts'

const value = <T>(result: Result<T>): T => {
  assert.ok(result.ok)
  return result.value
}
const put = (store: ErrandStore, ...rows: readonly ErrandRow[]): Promise<void> =>
  new Promise((resolve) => store.put(rows, (result) => resolve(value(result))))
const remove = (store: ErrandStore, ...ids: readonly string[]): Promise<void> =>
  new Promise((resolve) => store.remove(ids, (result) => resolve(value(result))))
const texts = (store: ErrandStore, id: string): Promise<unknown> =>
  new Promise((resolve) => store.texts(id, (result) => resolve(value(result))))

type Make = (t: TestContext) => { readonly open: () => ErrandStore }

const makers: Readonly<Record<string, Make>> = {
  memory: () => {
    let last: ReturnType<typeof createMemoryErrandStore> | undefined
    return {
      open: () =>
        (last = createMemoryErrandStore({
          defer: (run) => setImmediate(run),
          durable: last?.durable() ?? new Map(),
        })),
    }
  },
  sqlite: (t) => {
    const file = join(scratch(t), 'requests.db')
    return { open: () => openRequestStore({ file, clock: Date }) }
  },
}

for (const [name, make] of Object.entries(makers))
  suite(`errand store: ${name}`, () => {
    test('what was put is there after it was opened again, with what was not told as it stood', async (t) => {
      const place = make(t)
      const first = place.open()
      assert.deepEqual((await first.open()).errands, [])
      await put(first, { id: 'a', meta: '1', input: 'asked' }, { id: 'b', meta: '2', input: 'other' })
      await put(first, { id: 'a', meta: '3' })
      await put(first, { id: 'b', meta: '4', input: null, answer: 'said' })
      assert.deepEqual(await texts(first, 'a'), { input: 'asked', answer: null })
      await first.close()
      const second = place.open()
      const { errands } = await second.open()
      assert.deepEqual(
        [...errands].sort((a, b) => (a.meta < b.meta ? -1 : 1)),
        [
          { meta: '3', input: 'asked' },
          { meta: '4', input: null },
        ],
      )
      assert.deepEqual(await texts(second, 'b'), { input: null, answer: 'said' })
      await remove(second, 'b', 'nothing')
      assert.equal(await texts(second, 'b'), null)
      await second.close()
    })

    test('calls are answered in their order', async (t) => {
      const store = make(t).open()
      await store.open()
      const order: string[] = []
      await Promise.all([
        put(store, { id: 'a', meta: '1', answer: 'x' }).then(() => order.push('put')),
        texts(store, 'a').then((found) => order.push(JSON.stringify(found))),
        remove(store, 'a').then(() => order.push('remove')),
        texts(store, 'a').then((found) => order.push(JSON.stringify(found))),
      ])
      assert.deepEqual(order, ['put', '{"input":null,"answer":"x"}', 'remove', 'null'])
      await store.close()
    })

    test('a closed store refuses', async (t) => {
      const store = make(t).open()
      await store.open()
      await put(store, { id: 'a', meta: '1' })
      await store.close()
      const result = await new Promise<Result<void>>((resolve) => store.put([{ id: 'b', meta: '1' }], resolve))
      assert.ok(!result.ok && result.error.code === 'SWARM_STOPPING')
    })
  })

suite('errand store: the file', () => {
  test('there is none before the first request, and only its user reads it', async (t) => {
    const file = join(scratch(t), 'requests.db')
    const mask = process.umask(0o077)
    t.after(() => process.umask(mask))
    const store = openRequestStore({ file, clock: Date })
    await store.open()
    assert.ok(!existsSync(file))
    await put(store, { id: 'a', meta: '1', input: 'a question' })
    assert.equal(statSync(file).mode & 0o777, 0o600)
    await put(store, { id: 'a', meta: '2', input: null, answer: 'an answer' })
    await store.close()
    assert.ok(!readFileSync(file).includes('a question'), 'the question is gone from the file')
  })

  test('a damaged one is kept under another name, and the node goes on', async (t) => {
    const file = join(scratch(t), 'requests.db')
    const first = openRequestStore({ file, clock: Date })
    await put(first, ...Array.from({ length: 500 }, (_, at) => ({ id: `${at}`, meta: 'x'.repeat(200) })))
    await first.close()
    truncateSync(file, 3 * 4096 + 100)
    const second = openRequestStore({ file, clock: { now: () => 7 } })
    const { errands, repaired } = await second.open()
    assert.deepEqual(errands, [])
    assert.match(repaired ?? '', /damaged-7/)
    assert.ok(existsSync(`${file}.damaged-7`))
    await put(second, { id: 'a', meta: '1' })
    await second.close()
  })

  test('a file that is not ours is left alone', async (t) => {
    const file = join(scratch(t), 'requests.db')
    writeFileSync(file, Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(4080, 1)]))
    const store = openRequestStore({ file, clock: Date })
    await assert.rejects(store.open(), { code: 'SWARM_STATE_DIR' })
    assert.equal(statSync(file).size, 4096)
    await store.close()
  })
})
