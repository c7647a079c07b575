import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Item, newItemId, slugOf } from '../../../src/knowledge/index.ts'

const item = (more: object): Item =>
  Item.parse({ v: 1, kind: 'note', title: 't', provenance: { node: 'a', source: 'cli', at: 0 }, ...more })
const id = (more: object, problem?: string): string => newItemId(item(more), problem)
const fix = (action: string, more: object = {}): object => ({ kind: 'fix', solution: { action }, ...more })

test('a fix is its error and its action: what was printed around the error does not matter', () => {
  const here = id(fix('npm ci', { error: { sample: 'one log' } }), 'f1:exact:1')
  assert.equal(here, id(fix(' npm   ci ', { title: 'other', error: { sample: 'another log' } }), 'f1:exact:1'))
  assert.notEqual(here, id(fix('npm install'), 'f1:exact:1'), 'two fixes for one error')
  assert.notEqual(here, id(fix('npm ci'), 'f1:exact:2'), 'one fix for two errors')
  assert.notEqual(here, id({ ...fix('npm ci'), kind: 'pitfall' }, 'f1:exact:1'))
  assert.notEqual(id(fix('npm i -d x'), 'p'), id(fix('npm i -D x'), 'p'), 'flags differ by case')
})

test('without a recognised error, its text is what it is about', () => {
  assert.equal(id(fix('x', { error: { sample: 'a  b' } })), id(fix('x', { error: { sample: 'a b' } })))
  assert.notEqual(id(fix('x', { error: { sample: 'a' } })), id(fix('x', { error: { sample: 'b' } })))
  assert.notEqual(id(fix('x', { title: 'a' })), id(fix('x', { title: 'b' })))
})

test('a guide is its name, whatever it says', () => {
  const guide = (title: string, more: object = {}): object => ({ kind: 'guide', title, ...more })
  assert.equal(id(guide('Add dark mode')), id(guide('add  Dark-Mode!', { text: 'other' })))
  assert.equal(id(guide('Anything', { slug: 'add-dark-mode' })), id(guide('Add dark mode')))
  assert.notEqual(id(guide('Add dark mode')), id(guide('Add light mode')))
})

test('slugs keep what tells titles apart, in any script', () => {
  assert.equal(slugOf('Ein Gerät — hinzufügen'), 'ein-gerät-hinzufügen')
  assert.equal(slugOf('使い方：ポート'), '使い方-ポート')
  assert.equal(slugOf('हिन्दी में'), 'हिन्दी-में')
  assert.equal(new Set(['Use C', 'Use C++', 'Use C#'].map(slugOf)).size, 3)
  assert.equal(slugOf('!!!'), '!!!')
  assert.notEqual(slugOf('v1.2'), slugOf('v12'))
})

test('a question is its words, however they are spelt', () => {
  const qa = (question: string, response = 'r'): object => ({ kind: 'qa', qa: { question, response } })
  assert.equal(id(qa('How do I  run it?')), id(qa('how do i run it', 'other')))
  assert.notEqual(id(qa('How do I run it?')), id(qa('How do I stop it?')))
  assert.notEqual(id(qa('???')), id(qa('!')))
})

test('a note is all it says', () => {
  assert.equal(id({ text: 'a  b' }), id({ text: 'a b' }))
  assert.notEqual(id({ text: 'a' }), id({ text: 'b' }))
})

test('each project has its own, and what a node keeps for itself never meets the guide of others', () => {
  const of = (scope?: object): string => id({ kind: 'guide', title: 'x', ...(scope ? { scope } : {}) })
  const project = { visibility: 'project', project: `p_${'0'.repeat(32)}` }
  assert.equal(new Set([of(), of(project), of({ visibility: 'private' })]).size, 3)
  assert.equal(id(fix('x'), 'p'), id(fix('x', { scope: { visibility: 'private' } }), 'p'), 'publishing keeps the id')
})
