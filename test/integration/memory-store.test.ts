import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { SwarmError } from '../../src/base/index.ts'
import type { MemoryStore } from '../../src/memory/index.ts'
import { openMemoryStore } from '../../src/storage/memory/index.ts'
import { asks, AT, draft, remember, vectors } from '../support/memories.ts'
import { freePort, Postgres, whyNoPostgres } from '../support/postgres.ts'
import { smallDisk } from '../support/small-disk.ts'
import { scratch } from '../support/storage.ts'

const closes: (() => unknown)[] = []
after(async () => {
  for (const close of closes) await close()
})
let server: Promise<Postgres> | undefined
const running = (): Promise<Postgres> => (server ??= Postgres.start({ after: (close) => closes.push(close) }))

/** With a server of the file, and a database of its own. */
const withServer = (
  what: string,
  run: (
    t: TestContext,
    its: { server: Postgres; database: string; open: () => Promise<MemoryStore> },
  ) => Promise<void>,
): void => {
  const skip = whyNoPostgres()
  void test(what, skip === undefined ? { timeout: 60_000 } : { skip }, async (t) => {
    const server = await running()
    const database = await server.database()
    const open = async (): Promise<MemoryStore> => {
      const store = await openMemoryStore({ url: server.url(database), file: '' })
      t.after(() => store.close())
      return store
    }
    await run(t, { server, database, open })
  })
}

const codeOf = (thrown: unknown): string => (thrown instanceof SwarmError ? thrown.code : String(thrown))

/** Until it succeeds; every failure before that is that the server is away, and comes in time. */
async function untilBack<T>(call: () => Promise<T>): Promise<T> {
  for (const until = performance.now() + 30_000; ; await pause(20)) {
    const began = performance.now()
    try {
      return await call()
    } catch (thrown) {
      assert.equal(codeOf(thrown), 'SWARM_MEMORY_DOWN')
      assert.ok(performance.now() - began < 6000)
      if (performance.now() > until) throw thrown
    }
  }
}

withServer(
  'a server killed while it writes: what was acknowledged is there, and the store comes back',
  async (t, its) => {
    const notes: string[] = []
    const store = await openMemoryStore({
      url: its.server.url(its.database),
      file: '',
      onNote: (text) => notes.push(text),
    })
    t.after(() => store.close())
    const acknowledged: number[] = []
    let next = 0
    let down = 0
    const writes = async (): Promise<void> => {
      while (down === 0) {
        const mine = next++
        try {
          await store.put(draft({ questionId: `m${mine}`, question: `question ${mine}` }))
          acknowledged.push(mine)
        } catch (thrown) {
          assert.equal(codeOf(thrown), 'SWARM_MEMORY_DOWN')
          down += 1
        }
        if (acknowledged.length === 200) void its.server.kill()
      }
    }
    await Promise.all(Array.from({ length: 6 }, writes))
    await its.server.kill()
    await assert.rejects(store.get('m0', asks()), { code: 'SWARM_MEMORY_DOWN' })
    // A store that is opened meanwhile waits for it as well.
    const late = await its.open()
    await assert.rejects(late.facts(), { code: 'SWARM_MEMORY_DOWN' })
    await its.server.run()
    await untilBack(() => store.put(draft({ questionId: 'after', question: 'after' })))
    assert.equal((await untilBack(() => late.get('after', asks())))?.questionId, 'after')
    for (const mine of acknowledged)
      assert.ok(await store.get(`m${mine}`, asks()), `m${mine} of ${acknowledged.length}`)
    assert.ok(acknowledged.length >= 200)
    // Said when it changes, not with each call that fails.
    assert.ok(notes.length <= 4, notes.join('\n'))
    assert.match(notes[0] ?? '', /^memory: postgres:.*: /)
    assert.match(notes.at(-1) ?? '', /can be reached again/)
  },
)

withServer('four nodes that make the tables at once make them once', async (_t, { database, open, server }) => {
  const stores = await Promise.all([open(), open(), open(), open()])
  await Promise.all(stores.map((store, at) => store.put(draft({ questionId: `m${at}`, question: 'q' }))))
  assert.deepEqual(await server.query(database, 'SELECT version FROM memory_migrations'), [{ version: 1 }])
  assert.equal((await stores[0]?.facts())?.memories, 4)
})

withServer('tables of a newer version are refused and left alone', async (_t, { database, open, server }) => {
  await (await open()).put(draft({ questionId: 'm', question: 'q' }))
  await server.query(database, 'INSERT INTO memory_migrations VALUES (99, 0)')
  await assert.rejects(open(), { code: 'SWARM_BAD_CONFIG', message: /tables 99/ })
  assert.deepEqual(await server.query(database, 'SELECT count(*)::int AS n FROM memory_versions'), [{ n: 1 }])
})

withServer('a server that takes no writes is read from', async (_t, { database, open, server }) => {
  await (await open()).put(draft({ questionId: 'm', question: 'q' }))
  await server.query('postgres', `ALTER DATABASE ${database} SET default_transaction_read_only = on`)
  const store = await open()
  assert.deepEqual([(await store.facts()).readOnly, (await store.get('m', asks()))?.questionId], [true, 'm'])
  await assert.rejects(store.put(draft({ questionId: 'n', question: 'n' })), {
    code: 'SWARM_MEMORY_DOWN',
    message: /read-only/,
  })
  await server.query('postgres', `ALTER DATABASE ${database} RESET default_transaction_read_only`)
  const again = await open()
  assert.equal((await again.facts()).readOnly, false)
})

withServer(
  'a server that is slow: the call ends in time, and nothing hangs after it',
  async (_t, { database, open, server }) => {
    const store = await open()
    await store.put(draft({ questionId: 'm', question: 'q' }))
    const other = new pg.Client({ connectionString: server.url(database) })
    await other.connect()
    await other.query('BEGIN; LOCK TABLE memory_versions IN ACCESS EXCLUSIVE MODE')
    const began = performance.now()
    const calls = await Promise.allSettled([
      store.get('m', asks()),
      ...Array.from({ length: 7 }, (_, at) => store.put(draft({ questionId: `n${at}`, question: 'n' }))),
    ])
    assert.ok(performance.now() - began < 6000)
    for (const call of calls) assert.equal(call.status === 'rejected' && codeOf(call.reason), 'SWARM_MEMORY_DOWN')
    await other.query('ROLLBACK')
    await other.end()
    assert.equal((await untilBack(() => store.get('m', asks())))?.questionId, 'm')
    assert.equal((await store.put(draft({ questionId: 'm', question: 'q' }))).is, 'same')
  },
)

withServer('vectors of another node are found, also those whose transaction ends late', async (_t, its) => {
  const [here, there] = [await its.open(), await its.open()]
  const all = vectors(30, 16, 4)
  await remember(there, 's', all)
  const near = async (at: number): Promise<string | undefined> =>
    (await here.search({ ...asks(), vectors: [{ space: 's', values: all[at] as Float32Array }], limit: 1 }))[0]
      ?.memory.questionId
  assert.equal(await near(3), 'm3')
  const late = new pg.Client({ connectionString: its.server.url(its.database) })
  await late.connect()
  // Its number is given before that of the next, and it is to be seen after it.
  await late.query("BEGIN; UPDATE memory_vectors SET writer = pg_current_xact_id(), vals = vals WHERE space = 'x'")
  await late.query(
    `DELETE FROM memory_vectors x USING memory_versions v WHERE v.id = x.version AND v.question_id = 'm9'`,
  )
  await late.query(`INSERT INTO memory_vectors (version, space, signs, vals) SELECT v.id, 's', x.signs, x.vals
    FROM memory_versions v, memory_versions w JOIN memory_vectors x ON x.version = w.id
    WHERE v.question_id = 'm9' AND w.question_id = 'm5'`)
  await there.put(draft({ questionId: 'next', question: 'next' }))
  const opposite = (all[7] as Float32Array).map((value) => -value)
  await there.keepVectors('s', [{ questionId: 'next', rev: 1, values: opposite }])
  const found = await here.search({ ...asks(), vectors: [{ space: 's', values: opposite }], limit: 1 })
  assert.equal(found[0]?.memory.questionId, 'next')
  await late.query('COMMIT')
  await late.end()
  const both = await here.search({ ...asks(), vectors: [{ space: 's', values: all[5] as Float32Array }], limit: 2 })
  assert.deepEqual(both.map(({ memory }) => memory.questionId).sort(), ['m5', 'm9'])
})

test('a server that accepts and says nothing, one that is not there, an address that is none', async (t) => {
  const sockets = new Set<{ destroy(): void }>()
  const silent = createServer((socket) => void sockets.add(socket)).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    silent.close()
  })
  const { port } = silent.address() as { port: number }
  const began = performance.now()
  const stores = await Promise.all(
    [port, await freePort()].map((at) =>
      openMemoryStore({ url: `postgres://me:secret@127.0.0.1:${at}/x`, file: '' }),
    ),
  )
  for (const store of stores) {
    await assert.rejects(store.get('m', asks()), (thrown: SwarmError) => {
      assert.equal(thrown.code, 'SWARM_MEMORY_DOWN')
      assert.doesNotMatch(thrown.message, /secret/)
      return true
    })
    await store.close()
  }
  assert.ok(performance.now() - began < 12_000)
  for (const url of ['mysql://x/y', 'postgres://[', 'nonsense'])
    await assert.rejects(openMemoryStore({ url, file: '' }), { code: 'SWARM_BAD_CONFIG' })
})

test('a process killed while it stores: what it acknowledged is in the file', async (t) => {
  const file = join(scratch(t), 'memory.db')
  const loop = new URL('../support/memory-write-loop.ts', import.meta.url).pathname
  let acknowledged: number[] = []
  for (let round = 0; round < 3; round++) {
    const first = acknowledged.length === 0 ? 0 : Math.max(...acknowledged) + 100
    const child = spawn(process.execPath, [loop, file, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] })
    const closed = once(child, 'close')
    let lines = 0
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged = [...acknowledged, Number(line)]
      lines += 1
      if (lines === 60 + 35 * round) child.kill('SIGKILL')
    }
    await closed
    const store = await openMemoryStore({ url: '', file })
    for (const one of acknowledged) assert.ok(await store.get(`m${one}`, asks()), `m${one}`)
    await store.close()
  }
})

test('a full disk: SWARM_DISK_FULL, what was acknowledged is read, and it goes on when there is space', async (t) => {
  const disk = smallDisk(t, '3m')
  if (!disk) return
  const ballast = join(disk, 'ballast')
  writeFileSync(ballast, Buffer.alloc(1024 * 1024))
  const store = await openMemoryStore({ url: '', file: join(disk, 'memory.db') })
  t.after(() => store.close())
  let kept = 0
  const put = (at: number): Promise<unknown> =>
    store.put(
      draft({ questionId: `m${at}`, question: `question ${at}`, response: `${at} `.repeat(500), at: AT + at }),
    )
  await assert.rejects(
    async () => {
      for (; kept < 100_000; kept++) await put(kept)
    },
    { code: 'SWARM_DISK_FULL' },
  )
  assert.ok(kept > 20)
  assert.equal((await store.get(`m${kept - 1}`, asks()))?.questionId, `m${kept - 1}`)
  assert.equal(await store.get(`m${kept}`, asks()), undefined)
  assert.equal((await store.facts()).memories, kept)
  rmSync(ballast)
  await put(kept)
  assert.equal((await store.search({ ...asks(), words: ['question'], limit: 5 })).length, 5)
})
