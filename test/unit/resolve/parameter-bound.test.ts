import assert from 'node:assert/strict'
import { test } from 'node:test'
import { itemId } from '../../../src/base/index.ts'
import type { Item } from '../../../src/knowledge/index.ts'
import { type Match, rank, toDocument, understand, whyEach } from '../../../src/resolve/index.ts'

const provenance = { node: 'a', source: 'cli', at: 1 } as const
const learnt = (sample: string, action: string): Item => ({
  v: 1,
  kind: 'fix',
  title: 'x',
  error: { sample },
  solution: { action },
  provenance,
})

/** What is answered to `text` when only this item is known. */
function asked(item: Item, text: string): Match | undefined {
  const document = toDocument(item, itemId('k_aaaaaaaaaaaaaaaa'), 1)
  const problem = understand({ text })
  const fingerprints = document.fingerprints.filter((one) => problem.query.fingerprints.includes(one))
  return rank(problem, [{ item: document.item, row: 1, fingerprints, score: 1, meta: document.meta }])[0]
}

test('a missing command is told by its name, in the words of every shell', () => {
  const names = [
    'bash: rg: command not found',
    'x.sh: line 3: rg: command not found',
    'sh: 1: rg: not found',
    'x.sh: 3: rg: not found',
    'zsh: command not found: rg',
    'fish: Unknown command: rg',
  ]
  for (const text of names) {
    const { primary } = understand({ text })
    assert.equal(primary?.message, "command not found: 'rg'", text)
    assert.deepEqual(
      primary.params.map(({ value }) => value),
      ['rg'],
    )
  }
})

test('the fix for one missing command is not the known fix for another', () => {
  const fix = learnt('bash: ripgrep: command not found', 'apt install ripgrep')
  assert.equal(asked(fix, 'zsh: command not found: ripgrep')?.band, 'known')
  const other = asked(fix, 'bash: fd: command not found')
  assert.notEqual(other?.band, 'known')
  if (other) assert.match(other.differs.join(), /fd, known fix was for ripgrep/)
})

test('what installs one thing is not the known fix for the lack of another, though it does not name it', () => {
  const fix = learnt('bash: rg: command not found', 'apt install ripgrep')
  assert.equal(asked(fix, 'zsh: command not found: rg')?.band, 'known')
  assert.notEqual(asked(fix, 'bash: fd: command not found')?.band, 'known')
})

test('a fix that names a module is for that module; one that names none is for all', () => {
  const here = "Error: Cannot find module 'left-pad'\n    at x (/a/b.js:1:1)"
  const there = "Error: Cannot find module 'right-pad'\n    at y (/c/d.js:9:9)"
  assert.notEqual(asked(learnt(here, 'npm install left-pad'), there)?.band, 'known')
  assert.equal(asked(learnt(here, 'npm install left-pad'), here)?.band, 'known')
  assert.equal(asked(learnt(here, 'run npm ci: the lock file was changed'), there)?.band, 'known')
})

test('who asks why is told that a fix was held down, and by what', () => {
  const item = learnt("Error: Cannot find module 'left-pad'\n    at x (/a/b.js:1:1)", 'npm install left-pad')
  const document = toDocument(item, itemId('k_aaaaaaaaaaaaaaaa'), 1)
  const told = (text: string): ReturnType<typeof whyEach>[number] | undefined => {
    const problem = understand({ text })
    const fingerprints = document.fingerprints.filter((one) => problem.query.fingerprints.includes(one))
    return whyEach(problem, [{ item: document.item, row: 1, fingerprints, score: 1, meta: document.meta }])[0]
  }
  const same = told("Error: Cannot find module 'left-pad'\n    at y (/c/d.js:9:9)")
  assert.deepEqual([same?.capped, same?.band], [false, 'known'])
  const other = told("Error: Cannot find module 'right-pad'\n    at y (/c/d.js:9:9)")
  assert.deepEqual([other?.capped, other?.band], [true, 'similar'])
  const stranger = told('error[E0382]: borrow of moved value: `x`')
  assert.equal(stranger?.band, null, 'below the floor, and told all the same')
})
