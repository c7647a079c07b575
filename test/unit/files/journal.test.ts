import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, readFileSync, rmdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { itemId } from '../../../src/base/index.ts'
import { type Journal, openJournal } from '../../../src/files/index.ts'
import { openShown } from '../../../src/node/shown-file.ts'
import { scratch } from '../../support/storage.ts'

const open = (file: string, linesMax = 3, onTrouble: (why: string) => void = () => {}): Promise<Journal> =>
  openJournal({ file, linesMax, onTrouble })

test('what was appended is there at the next opening, in its order, for this user only', async (t) => {
  const file = join(scratch(t), 'j')
  const first = await open(file, 100)
  assert.deepEqual(first.lines, [])
  for (const line of ['a', 'b', 'c']) first.append(line)
  await first.close()
  assert.deepEqual((await open(file)).lines, ['a', 'b', 'c'])
  assert.equal(statSync(file).mode & 0o777, 0o600)
})

test('it keeps the newest lines, and never grows beyond twice their number', async (t) => {
  const file = join(scratch(t), 'j')
  const journal = await open(file)
  for (let line = 0; line < 50; line++) journal.append(String(line))
  await journal.close()
  const { lines } = await open(file)
  assert.deepEqual(lines.slice(-3), ['47', '48', '49'])
  assert.ok(lines.length <= 6, `${lines.length} lines`)
})

test('a disk that takes nothing is told once, and the lines after it are kept', async (t) => {
  const dir = scratch(t)
  const file = join(dir, 'j')
  mkdirSync(file)
  const troubles: string[] = []
  const journal = await open(file, 100, (why) => troubles.push(why))
  journal.append('lost')
  await journal.close()
  journal.append('lost too')
  await journal.close()
  rmdirSync(file)
  journal.append('kept')
  await journal.close()
  assert.equal(troubles.length, 1)
  assert.equal(readFileSync(file, 'utf8'), 'kept\n')
})

test('who was shown what is read again, without what is torn or strange', async (t) => {
  const file = join(scratch(t), 'shown')
  const one = { receipt: 'r_aaaaaaaaaaaaaaaa', at: 7, via: 'mcp', agent: 'x', items: ['k_aaaaaaaaaaaaaaaa'] }
  const first = await openShown(file, assert.fail)
  first.keep({ ...one, items: one.items.map(itemId) })
  await first.close()
  for (const strange of [
    '{"receipt":"r_a',
    'null',
    '[]',
    JSON.stringify({ ...one, items: ['x'] }),
    JSON.stringify({ ...one, at: '7' }),
  ])
    appendFileSync(file, `${strange}\n`)
  assert.deepEqual((await openShown(file, assert.fail)).shown, [one])
})
