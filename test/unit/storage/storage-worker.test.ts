import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { spawnSync } from 'node:child_process'
import { suite, test, type TestContext } from 'node:test'
import { build } from 'esbuild'
import type { Done, Result } from '../../../src/base/index.ts'
import { WorkerClient, BYTES_IN_FLIGHT_MAX, CALLS_IN_FLIGHT_MAX } from '../../../src/storage/worker-client.ts'
import { workerEntry } from '../../../src/storage/worker-entry.ts'
import { result, scratch } from '../../support/storage.ts'

const entry = new URL('../../support/storage-echo-worker.ts', import.meta.url)

function client(t: TestContext): WorkerClient<string, string> {
  const made = new WorkerClient<string, string>({ entry, name: 'the echo' })
  t.after(() => made.close())
  return made
}

const ask = (worker: WorkerClient<string, string>, request: string, bytes = 1): Promise<Result<string>> =>
  result((done: Done<string>) => worker.ask(request, bytes, done))

const textOf = (answer: Result<string>): string => (answer.ok ? answer.value : answer.error.code)

suite('storage worker: calls', () => {
  test('opening gives the state, and what is asked in one go is one turn', async (t) => {
    const worker = client(t)
    assert.equal(await worker.open('this'), 'opened with this')
    const answers = await Promise.all(['a', 'b', 'c'].map((request) => ask(worker, request)))
    assert.deepEqual(answers.map(textOf), ['3:a', '3:b', '3:c'])
  })

  test('calls asked while it opens wait for it', async (t) => {
    const worker = client(t)
    const opening = worker.open('this')
    const early = ask(worker, 'early')
    await opening
    assert.equal(textOf(await early), '1:early')
  })

  test('an opening that fails rejects with its error, fails what waits, and leaves no thread', async (t) => {
    const worker = client(t)
    const opening = worker.open('refuse')
    const waiting = ask(worker, 'waiting')
    await assert.rejects(opening, {
      code: 'SWARM_STATE_DIR',
      why: 'told to refuse',
      next: 'Tell it something else.',
    })
    assert.equal(textOf(await waiting), 'SWARM_STORE_IO')
    await worker.close()
  })

  test('more bytes or calls than may wait are refused, at once and by name; later ones are taken again', async (t) => {
    const worker = client(t)
    await worker.open('this')
    const big = ask(worker, 'big', BYTES_IN_FLIGHT_MAX)
    assert.equal(textOf(await ask(worker, 'more')), 'SWARM_OVERLOADED')
    assert.equal(textOf(await big), '1:big')
    const many = Array.from({ length: CALLS_IN_FLIGHT_MAX }, () => ask(worker, 'x'))
    assert.equal(textOf(await ask(worker, 'more')), 'SWARM_OVERLOADED')
    await Promise.all(many)
    assert.equal(textOf(await ask(worker, 'again')), '1:again')
  })
})

suite('storage worker: its end', () => {
  for (const way of ['throw', 'exit', 'exhaust'])
    test(`${way}: every pending call fails, later ones fail too, and closing does not hang`, async (t) => {
      const worker = client(t)
      await worker.open('this')
      const answers = await Promise.all(['a', way, 'b'].map((request) => ask(worker, request)))
      assert.deepEqual(answers.map(textOf), ['SWARM_STORE_IO', 'SWARM_STORE_IO', 'SWARM_STORE_IO'])
      const late = await ask(worker, 'late')
      assert.equal(textOf(late), 'SWARM_STORE_IO')
      assert.match(late.ok ? '' : late.error.why, /the thread of the echo ended/)
      await worker.close()
      await worker.close()
    })

  test('a call after closing is refused', async (t) => {
    const worker = client(t)
    await worker.open('this')
    await worker.close()
    assert.equal(textOf(await ask(worker, 'late')), 'SWARM_STOPPING')
    await assert.rejects(worker.open('again'), { code: 'SWARM_STOPPING' })
  })
})

suite('storage: as a bundle', () => {
  test('the entry is the source beside a source, and the bundle beside a bundle', () => {
    assert.match(workerEntry('search-worker').href, /src\/storage\/search-worker\.ts$/)
    assert.equal(workerEntry('search-worker', 'file:///opt/dist/main.js').href, 'file:///opt/dist/search-worker.js')
  })

  test('both stores work from one', async (t) => {
    const directory = scratch(t)
    const root = resolve(import.meta.dirname, '../../..')
    symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'))
    writeFileSync(join(directory, 'package.json'), '{"type":"module"}')
    mkdirSync(join(directory, 'dist'))
    writeFileSync(
      join(directory, 'main.ts'),
      `import { openKnowledgeStore, openSearchIndex } from '${root}/src/storage/index.ts'
       const store = openKnowledgeStore({ file: '${directory}/k.db', clock: Date })
       const search = openSearchIndex({ file: '${directory}/s.db' })
       console.log((await store.open()).items, (await search.open()).row)
       console.log(process.moduleLoadList.filter((name) => /sqlite/.test(name)).length)
       await Promise.all([store.close(), search.close()])`,
    )
    await build({
      entryPoints: {
        main: join(directory, 'main.ts'),
        'knowledge-worker': join(root, 'src/storage/knowledge-worker.ts'),
        'search-worker': join(root, 'src/storage/search-worker.ts'),
      },
      outdir: join(directory, 'dist'),
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      logLevel: 'error',
    })
    const run = spawnSync(process.execPath, [join(directory, 'dist/main.js')], { encoding: 'utf8', timeout: 20_000 })
    assert.equal(run.stderr, '')
    assert.equal(run.stdout, '0 0\n0\n')
  })
})
