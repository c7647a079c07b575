import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkedItem } from '../../../src/driver/checked-item.ts'
import { draftItem } from '../../../src/driver/draft-item.ts'
import type { NewItem } from '../../../src/driver/exchange.ts'
import { readBody } from '../../../src/driver/read-item.ts'
import { newerView, viewOf } from '../../../src/driver/item-view.ts'
import { itemId, nodeId, originId } from '../../../src/base/index.ts'
import { HERE, THERE } from '../../support/errors.ts'
import { Item, newItemId, type Revision } from '../../../src/knowledge/index.ts'

const by = { node: 'a', at: 5 }
const drafted = (input: Omit<NewItem, 'source'>): ReturnType<typeof draftItem> =>
  draftItem({ source: 'cli', ...input }, by)
const written = (input: Omit<NewItem, 'source'>): Item => Item.parse(drafted(input).item)
const idOf = (input: Omit<NewItem, 'source'>): string => newItemId(written(input), drafted(input).problem)

test('the same error with other output around it is the same problem', () => {
  const action = 'npm install left-pad'
  assert.notEqual(drafted({ action, error: HERE }).problem, undefined)
  assert.equal(idOf({ action, error: HERE }), idOf({ action, error: `${'building …\n'.repeat(50)}${THERE}` }))
  assert.notEqual(idOf({ action, error: HERE }), idOf({ action, error: HERE.replaceAll('left-pad', 'right-pad') }))
})

test('a guide gets its kind, its goal and the ids of its steps', () => {
  const item = written({
    title: 'Add a port',
    guide: { steps: [{ do: 'one' }, { id: 'step-1', do: 'two', verify: 'rm -rf dist' }, { do: 'three' }] },
  })
  assert.ok(item.kind === 'guide' && item.guide)
  assert.equal(item.guide.goal, 'Add a port')
  assert.deepEqual(
    item.guide.steps.map(({ id }) => id),
    ['step-2', 'step-1', 'step-3'],
  )
  assert.deepEqual(item.guide.steps[1]?.verify, { run: 'rm -rf dist', risk: 'destructive' })
})

test('an error whose message is a name alone is called by its type too', () => {
  const error = 'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\nKeyError: \'name\'\n'
  assert.equal(written({ action: 'add it', error }).title, "KeyError: 'name'")
  assert.equal(
    written({ action: 'add it', error: 'java.lang.StackOverflowError\n\tat A.f(A.java:1)\n' }).title,
    'StackOverflowError',
  )
})

test('a question is the title of its answer', () => {
  const item = written({ qa: { question: 'Where is it?', response: 'There.' } })
  assert.deepEqual([item.kind, item.title], ['qa', 'Where is it?'])
})

test('what is kept of a long error is told, and nothing is told of a short one', () => {
  const long = `${'noise\n'.repeat(20_000)}${THERE.trim()}`
  const [cut] = drafted({ action: 'x', error: long }).shortened
  assert.equal(cut?.field, 'error')
  assert.equal(cut?.of, long.length)
  assert.ok((cut?.kept ?? 0) < 16_001)
  assert.deepEqual(drafted({ action: 'x', error: "Error: Cannot find module 'x'\n" }).shortened, [])
})

test('a refusal names the field, what was given and the limit', () => {
  const refusal = (input: Omit<NewItem, 'source'>): string => {
    const checked = checkedItem(drafted(input).item)
    return checked.ok ? 'taken' : checked.error.why
  }
  assert.equal(refusal({ action: 'x' }), 'taken')
  assert.equal(refusal({ action: 'x', title: 'y'.repeat(213) }), 'title: 213 characters, at most 200 are allowed')
  assert.equal(
    refusal({ action: 'x', tags: Array.from({ length: 17 }, (_, n) => `t${n}`) }),
    'tags: 17 entries, at most 16 are allowed',
  )
  assert.equal(
    refusal({ guide: { goal: 'g', steps: [{ do: 'z'.repeat(801) }] } }),
    'guide.steps.0.do: 801 characters, at most 800 are allowed',
  )
  const commands = Array.from({ length: 8 }, () => ({ run: 'é'.repeat(400) }))
  assert.match(
    refusal({ action: 'a', commands, text: 'é'.repeat(32_768) }),
    /^the item takes \d+ bytes, at most 65536/,
  )
  let deep: object = {}
  for (let level = 0; level < 20; level++) deep = { deep }
  const checked = checkedItem({ ...drafted({ action: 'x' }).item, deep })
  assert.match(checked.ok ? '' : checked.error.why, /deeper than 16/)
})

const stored = (body: string): Revision => ({
  v: 1,
  item: itemId('k_aaaaaaaaaaaaaaaa'),
  origin: originId(nodeId('other'), '00000001'),
  seq: 1,
  hlc: 7 * 1024,
  priority: 1,
  deleted: false,
  body,
  sig: '',
})

test('what a newer version wrote is told apart from what nobody can read', () => {
  const item = { v: 1, kind: 'note', title: 't', text: 'x', provenance: { node: 'a', source: 'cli', at: 0 } }
  const is = (value: unknown): string => readBody(JSON.stringify(value)).is
  assert.equal(is(item), 'item')
  assert.equal(is({ ...item, v: 2 }), 'newer')
  assert.equal(is({ ...item, kind: 'recipe' }), 'newer')
  assert.equal(is({ ...item, kind: 'fix', title: 5 }), 'unreadable')
  assert.equal(is({ ...item, v: 0.5 }), 'unreadable')
  assert.equal(is([]), 'unreadable')
  assert.equal(readBody('{').is, 'unreadable')
  assert.equal(readBody(`${'['.repeat(50_000)}${']'.repeat(50_000)}`).is, 'unreadable')
})

test('of a newer version it is shown that it is there, without what could drive a terminal', () => {
  const body = JSON.stringify({ v: 3, kind: 'recipe', title: 'soup\u001b[2J', provenance: { node: 'b' }, steps: [1] })
  assert.equal(viewOf({ row: 1, revision: stored(body) }), undefined)
  const view = newerView(stored(body))
  assert.deepEqual(
    [view?.newer, view?.v, view?.kind, view?.title, view?.provenance],
    [true, 3, 'recipe', 'soup', { node: 'b', at: 7 }],
  )
})

test('a field of an item stands for nothing that this node says of it', () => {
  const body = JSON.stringify({
    v: 1,
    kind: 'note',
    title: 't',
    text: 'x',
    provenance: { node: 'a', source: 'cli', at: 0 },
    id: 'k_bbbbbbbbbbbbbbbb',
    newer: true,
    writtenBy: 'me',
    suspicious: [],
  })
  const view = viewOf({ row: 1, revision: stored(body) })
  assert.deepEqual([view?.id, view?.newer, view?.writtenBy], ['k_aaaaaaaaaaaaaaaa', undefined, 'other'])
  assert.equal(JSON.stringify(view).startsWith('{"id":"k_aaaa'), true)
})
