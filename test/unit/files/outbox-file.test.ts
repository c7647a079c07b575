import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { OutboxFile } from '../../../src/files/index.ts'

function place(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-swarm-outbox-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return join(folder, 'waits.jsonl')
}
const read = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)
const open = (file: string, entriesMax = 100, bytesMax = 10_000): Promise<OutboxFile<number>> =>
  OutboxFile.open({ file, entriesMax, bytesMax, read })

test('what was added is there after opening again, in its order, until it is dropped', async (t) => {
  const file = place(t)
  const first = await open(file)
  await Promise.all([1, 2, 3, 4].map((n) => first.add(n)))
  await first.drop(1)
  const second = await open(file)
  assert.deepEqual(second.oldest(2), [2, 3])
  assert.equal(second.size, 3)
  await second.drop(3)
  assert.equal((await open(file)).size, 0)
  assert.equal(statSync(file).mode & 0o777, 0o600)
})

test('a torn line, and one of another shape, are left out; what comes after them is whole', async (t) => {
  const file = place(t)
  writeFileSync(file, '1\n"other"\n2\n{"to')
  const outbox = await open(file)
  assert.deepEqual(outbox.oldest(9), [1, 2])
  await outbox.add(3)
  assert.equal(readFileSync(file, 'utf8'), '1\n2\n3\n')
  appendFileSync(file, '\0\0\0')
  assert.deepEqual((await open(file)).oldest(9), [1, 2, 3])
})

test('a full one refuses by name, and keeps what it has', async (t) => {
  const file = place(t)
  const outbox = await open(file, 2)
  await outbox.add(1)
  await outbox.add(2)
  await assert.rejects(outbox.add(3), { code: 'SWARM_OVERLOADED' })
  await outbox.drop(1)
  await outbox.add(3)
  assert.deepEqual((await open(file)).oldest(9), [2, 3])
  const small = await open(place(t), 100, 4)
  await small.add(1)
  await small.add(2)
  await assert.rejects(small.add(3), { code: 'SWARM_OVERLOADED' })
})
