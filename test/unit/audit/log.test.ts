import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import fc from 'fast-check'
import { type AuditLog, openAuditLog, readAudit } from '../../../src/audit/index.ts'
import { faultOf, link, parseLine, ROOT } from '../../../src/audit/chain.ts'
import type { AuditDeed } from '../../../src/base/index.ts'

const ALL = { limit: 1000 }
const deed = (subject: string): AuditDeed => ({ action: 'key-made', actor: 'owner', subject })

interface Place {
  readonly file: string
  open(bytesMax?: number): Promise<AuditLog>
  readonly told: (string | null)[]
}

function place(t: TestContext): Place {
  const dir = mkdtempSync(join(tmpdir(), 'mcp-swarm-audit-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const file = join(dir, 'audit.log')
  const told: (string | null)[] = []
  let now = Date.UTC(2026, 10, 22)
  return {
    file,
    told,
    open: (bytesMax) =>
      openAuditLog({
        file,
        clock: { now: () => (now += 60_000) },
        onTrouble: (why) => told.push(why),
        ...(bytesMax === undefined ? {} : { bytesMax }),
      }),
  }
}

const subjects = async (file: string): Promise<readonly string[]> =>
  (await readAudit(file, ALL)).entries.map(({ subject }) => subject)

test('an entry that was recorded is in the file, readable by its user alone, in order, over restarts', async (t) => {
  const { file, open } = place(t)
  const first = await open()
  await Promise.all([first.record(deed('a')), first.record(deed('b'))])
  assert.equal(readFileSync(file, 'utf8').split('\n').length, 3)
  await first.close()
  const second = await open()
  await second.record(deed('c'))
  const { chain, entries } = await second.read(ALL)
  await second.close()
  assert.deepEqual(
    entries.map(({ at, subject }) => [at, subject]),
    [
      ['2026-11-22T00:01:00.000Z', 'a'],
      ['2026-11-22T00:02:00.000Z', 'b'],
      ['2026-11-22T00:03:00.000Z', 'c'],
    ],
  )
  assert.ok(chain.ok && chain.entries === 3)
  assert.equal(statSync(file).mode & 0o777, 0o600)
})

test('a filter takes the newest that match', async (t) => {
  const { open } = place(t)
  const log = await open()
  for (const name of ['a', 'b', 'c']) await log.record(deed(name))
  await log.record({ action: 'setting-changed', actor: 'key 00000000', subject: 'voters.max', detail: 'set to 3' })
  const newest = await log.read({ limit: 2 })
  assert.deepEqual(
    newest.entries.map(({ subject }) => subject),
    ['c', 'voters.max'],
  )
  const keys = await log.read({ limit: 2, action: 'key-made' })
  assert.deepEqual(
    keys.entries.map(({ subject }) => subject),
    ['b', 'c'],
  )
  assert.equal((await log.read({ limit: 9, since: '2026-11-22T00:03:00.000Z' })).entries.length, 2)
  await log.close()
})

test('whatever is changed in the file shows, with its place', async (t) => {
  const { file, open } = place(t)
  const log = await open()
  for (const name of ['a', 'b', 'c', 'd']) await log.record(deed(name))
  const good = readFileSync(file, 'utf8')
  const lines = good.split('\n')
  const [one = '', two = '', three = '', four = ''] = lines
  const without = (n: number): string => lines.filter((_, at) => at !== n).join('\n')
  const forged = link({ seq: 1, hash: parseLine(one)?.hash ?? '' }, deed('forged'), '2026-11-22T00:02:00.000Z').line
  const tampered: readonly [what: string, text: string, why: RegExp][] = [
    ['a word', good.replace('"subject":"b"', '"subject":"x"'), /audit\.log line 2 was changed/],
    ['a line gone', without(1), /audit\.log line 2 has number 3 after 1/],
    ['the first line gone', without(0), /audit\.log line 1 has number 2 after 0/],
    ['two swapped', [one, three, two, four, ''].join('\n'), /line 2 has number 3 after 1/],
    ['one twice', [one, two, two, three, four, ''].join('\n'), /line 3 has number 2 after 2/],
    ['one exchanged for a well-made one', [one, forged, three, four, ''].join('\n'), /line 3 does not follow/],
    ['spaces', good.replace('"seq":2,', '"seq": 2,'), /line 2 is not as a node writes it/],
    ['a field more', good.replace('"subject":"b"', '"subject":"b","x":1'), /line 2 is not as a node writes it/],
    ['cut off at the end', [one, two, ''].join('\n'), /the last lines are missing: entry 4 was written, 2 is there/],
    ['empty', '', /entry 4 was written, 0 is there/],
  ]
  for (const [what, text, why] of tampered) {
    assert.notEqual(text, good, what)
    writeFileSync(file, text)
    const { chain } = await log.read(ALL)
    assert.ok(!chain.ok, what)
    assert.match(chain.why, why, what)
  }
  writeFileSync(file, good)
  assert.equal((await log.read(ALL)).chain.ok, true)
  await log.close()
})

test('no byte of a log can be changed unseen', () => {
  const { line } = link(ROOT, { ...deed('some machine'), detail: 'for a day' }, '2026-11-22T00:00:00.000Z')
  const at = fc.integer({ min: 0, max: line.length - 1 })
  fc.assert(
    fc.property(at, fc.string({ minLength: 1, maxLength: 1 }), (position, letter) => {
      fc.pre(line[position] !== letter)
      const linked = parseLine(line.slice(0, position) + letter + line.slice(position + 1))
      assert.ok(linked === undefined || faultOf(linked, ROOT) !== undefined)
    }),
  )
})

test('half a line at the end is what a power cut left: written over, and no fault', async (t) => {
  const { file, open } = place(t)
  const log = await open()
  for (const name of ['a', 'b', 'c']) await log.record(deed(name))
  await log.close()
  const { size } = statSync(file)
  for (const cut of [1, 40, 100]) {
    truncateSync(file, size - cut)
    assert.deepEqual(await subjects(file), ['a', 'b'])
    const again = await open()
    await again.record(deed('c'))
    assert.equal((await again.read(ALL)).chain.ok, true, `${cut} bytes short`)
    await again.close()
    assert.deepEqual(await subjects(file), ['a', 'b', 'c'])
  }
})

test('a log that was damaged goes on, and stays marked', async (t) => {
  const { file, open } = place(t)
  const log = await open()
  for (const name of ['a', 'b']) await log.record(deed(name))
  await log.close()
  writeFileSync(file, `${readFileSync(file, 'utf8')}garbage\n`)
  const again = await open()
  await again.record(deed('c'))
  const { chain, entries } = await again.read(ALL)
  await again.close()
  assert.deepEqual(
    entries.map(({ subject }) => subject),
    ['a', 'b', 'c'],
  )
  assert.deepEqual(chain, { ok: false, why: 'audit.log line 3 is not as a node writes it' })
})

test('it has a bound, and the chain goes on through the older files', async (t) => {
  const { file, open } = place(t)
  const log = await open(1024)
  for (let n = 1; n <= 60; n++) await log.record(deed(`s${n}`))
  const { chain, entries } = await log.read(ALL)
  await log.close()
  assert.ok(chain.ok)
  assert.equal(entries.at(-1)?.subject, 's60')
  assert.ok(entries.length > 20 && entries.length < 60, `${entries.length} are kept`)
  assert.ok(statSync(`${file}.7`).size <= 1024)
  assert.equal(statSync(`${file}.8`, { throwIfNoEntry: false }), undefined)
  rmSync(`${file}.3`)
  const hole = await readAudit(file, ALL)
  assert.ok(!hole.chain.ok)
  assert.match(hole.chain.why, /^audit\.log\.2 line 1 has number/)
})

test('a word of a newer version is read', () => {
  const { line } = link(ROOT, { ...deed('x'), action: 'something-new' as 'key-made' }, '2026-11-22T00:00:00.000Z')
  assert.equal(parseLine(line)?.entry.action, 'something-new')
})
