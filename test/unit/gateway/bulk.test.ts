import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { type Line, linesOf } from '../../../src/gateway/ndjson.ts'
import { gatewayBench } from '../../support/gateway.ts'
import { type RealBench, realGateway } from '../../support/real-gateway.ts'

const IDLE_MS = 20_000
const NDJSON = { 'content-type': 'application/x-ndjson' }

interface Taken {
  readonly lines: number
  readonly added: number
  readonly known: number
  readonly failed: number
  readonly errors: readonly { readonly line: number; readonly code: string; readonly detail: string }[]
}

const told = async (chunks: readonly (string | Buffer)[]): Promise<readonly string[]> => {
  const found: string[] = []
  const body = Readable.from(chunks.map((chunk) => Buffer.from(chunk)))
  for await (const { line, ...rest } of linesOf(body, IDLE_MS))
    found.push(`${line} ${rest.wrong ? rest.wrong.code : JSON.stringify(rest.value)}`)
  return found
}

test('lines come in pieces of any size, and are counted as an editor counts them', async () => {
  const text = '\ufeff{"a":1}\r\n\n[2]\n{"b":"ä漢"}\nnot json\n"last"'
  const wanted = ['1 {"a":1}', '3 [2]', '4 {"b":"ä漢"}', '5 SWARM_BAD_JSON', '6 "last"']
  assert.deepEqual(await told([text]), wanted)
  const bytes = [...Buffer.from(text)].map((byte) => Buffer.from([byte]))
  assert.deepEqual(await told(bytes), wanted)
  assert.deepEqual(await told(['1\n2\n']), ['1 1', '2 2'])
  assert.deepEqual(await told(['']), [])
  assert.deepEqual(await told([Buffer.from([0x22, 0xff, 0x22, 0x0a, 0x31])]), ['1 SWARM_BAD_JSON', '2 1'])
})

test('a line without end is not kept, and the one after it is read', async () => {
  const piece = 'x'.repeat(100_000)
  const before = process.memoryUsage().heapUsed + process.memoryUsage().external
  const body = Readable.from(
    (function* () {
      for (let n = 0; n < 2_000; n++) yield Buffer.from(piece)
      yield Buffer.from('\n1\n')
    })(),
  )
  const found: Line[] = []
  for await (const line of linesOf(body, IDLE_MS)) found.push(line)
  assert.deepEqual(
    found.map(({ line, wrong }) => [line, wrong?.code]),
    [
      [1, 'SWARM_TOO_LARGE'],
      [2, undefined],
    ],
  )
  const more = process.memoryUsage().heapUsed + process.memoryUsage().external - before
  assert.ok(more < 100 * 1024 * 1024, `${more} bytes more`)
})

test('nothing is read before it is asked for, and who sends nothing is not waited for', async () => {
  let read = 0
  const body = new Readable({
    highWaterMark: 1_000,
    read() {
      read += 1
      this.push('1\n'.repeat(500))
    },
  })
  const lines = linesOf(body, IDLE_MS)
  for (let n = 0; n < 100; n++) await lines.next()
  assert.ok(read < 10, String(read))
  await lines.return(undefined)
  const silent = new Readable({ read: () => {} })
  silent.push('1\n')
  const slow = linesOf(silent, 20)
  assert.equal((await slow.next()).value?.line, 1)
  await assert.rejects(slow.next(), { code: 'SWARM_SLOW_SENDER' })
})

const post = (bench: Pick<RealBench, 'app' | 'local'>, payload: string, query = '') =>
  bench.app.app.inject({
    method: 'POST',
    url: `/v1/knowledge${query}`,
    headers: { host: 'localhost', 'x-api-key': bench.local, ...NDJSON },
    payload,
  })

async function filled(): Promise<RealBench> {
  const bench = realGateway()
  for (let n = 0; n < 230; n++)
    await bench.send('POST', '/v1/items', {
      error: `Error: ENOENT: no such file or directory, open 'config-${n}.json'`,
      action: `make config-${n}.json`,
      commands: [{ run: `touch config-${n}.json` }],
      verify: { run: 'ls', expect: 'config' },
      tags: ['config'],
    })
  await bench.send('POST', '/v1/items', {
    title: 'Add dark mode',
    guide: { steps: [{ do: 'move the colours', verify: 'npm test' }] },
  })
  await bench.send('POST', '/v1/items', { text: 'mine alone', visibility: 'private' })
  return bench
}

test('all that a node tells line by line another takes in, and twice is once', async () => {
  const [from, to] = [await filled(), realGateway()]
  const out = await from.send('GET', '/v1/knowledge')
  assert.match(String(out.headers['content-type']), /^application\/x-ndjson/)
  const lines = out.body.trimEnd().split('\n')
  assert.equal(lines.length, 231)
  const ids = lines.map((line) => (JSON.parse(line) as { id: string }).id)
  assert.equal(new Set(ids).size, 231)
  assert.deepEqual((await post(to, out.body)).json<Taken & { schema: 1 }>(), {
    schema: 1,
    lines: 231,
    added: 231,
    known: 0,
    failed: 0,
    errors: [],
  })
  const again = (await post(to, out.body)).json<Taken>()
  assert.deepEqual([again.added, again.known, again.failed], [0, 231, 0])
  // What it is about makes its id: they are the same items.
  const back = (await to.send('GET', '/v1/knowledge')).body.trimEnd().split('\n')
  assert.deepEqual(new Set(back.map((line) => (JSON.parse(line) as { id: string }).id)), new Set(ids))
  const item = JSON.parse(back[0] ?? '') as { provenance: { source: string } }
  assert.equal(item.provenance.source, 'import')
  assert.deepEqual(to.deeds.at(-1)?.action, 'knowledge-imported')
  const some = await from.send('GET', '/v1/knowledge?kind=guide')
  assert.equal(some.body.trimEnd().split('\n').length, 1)
})

test('what stays on a node is told to administrators who ask for it, and stays private on the way', async () => {
  const bench = await filled()
  const count = async (query: string, key = bench.local): Promise<number> => {
    const { body, statusCode } = await bench.send('GET', `/v1/knowledge${query}`, undefined, { 'x-api-key': key })
    return statusCode === 200 ? body.trimEnd().split('\n').length : statusCode
  }
  assert.equal(await count(''), 231)
  assert.equal(await count('?private=1'), 232)
  assert.equal(await count('', bench.key('read')), 231)
  assert.equal(await count('?private=1', bench.key('contribute')), 403)
  const other = realGateway()
  const secret = (await bench.send('GET', '/v1/knowledge?private=1&visibility=private')).body
  assert.equal((await post(other, secret)).json<Taken>().added, 1)
  const [item] = (await other.send('GET', '/v1/items')).json<{ items: { scope: { visibility: string } }[] }>().items
  assert.equal(item?.scope.visibility, 'private')
  assert.equal(
    (await bench.send('POST', '/v1/knowledge', undefined, { 'x-api-key': bench.key('contribute') })).statusCode,
    403,
  )
})

test('lines that are wrong are named by number, and the others are taken', async () => {
  const bench = realGateway()
  const body = ['{"text":"one"}', '', 'nonsense', '{"txet":"two"}', '[]', '{"text":"three"}', '{"text":"one"}'].join(
    '\n',
  )
  const taken = (await post(bench, body)).json<Taken>()
  assert.deepEqual([taken.lines, taken.added, taken.known, taken.failed], [6, 2, 1, 3])
  assert.deepEqual(
    taken.errors.map(({ code, line }) => [line, code]),
    [
      [3, 'SWARM_BAD_JSON'],
      [4, 'SWARM_BAD_INPUT'],
      [5, 'SWARM_BAD_INPUT'],
    ],
  )
  assert.match(taken.errors[1]?.detail ?? '', /`txet`/)
  const none = await post(bench, 'x\ny\n')
  assert.equal(none.statusCode, 400)
  assert.deepEqual(
    none.json<{ errors: { line: number }[] }>().errors.map(({ line }) => line),
    [1, 2],
  )
  assert.match((await post(bench, '\n\n')).body, /SWARM_EMPTY_INPUT/)
  assert.match((await post(bench, '')).body, /SWARM_EMPTY_INPUT/)
  const all = await post(bench, '{"text":"four"}', '?visibility=private')
  assert.equal(all.json<Taken>().added, 1)
  for (const type of ['application/json', 'text/plain'])
    assert.equal((await bench.send('POST', '/v1/knowledge', {}, { 'content-type': type })).statusCode, 415)
})

test('a node that cannot go on says where it stopped', async () => {
  const { SwarmError } = await import('../../../src/base/index.ts')
  let left = 30
  const bench = gatewayBench({
    fails: () => (left-- > 0 ? undefined : new SwarmError('SWARM_DISK_FULL', 'the disk is full')),
  })
  const answer = await post(bench, '{"text":"x"}\n'.repeat(1_000))
  assert.equal(answer.statusCode, 507)
  const { next, detail } = answer.json<{ next: string; detail: string }>()
  assert.match(detail, /\(line 31\)/)
  assert.match(next, /What came before is kept/)
  assert.ok(bench.asked.length < 60, String(bench.asked.length))
})
