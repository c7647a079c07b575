import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clusters } from '../../../src/resolve/index.ts'

const grouped = (...templates: string[]): string[][] =>
  clusters(templates, (one) => one).map(({ members }) => [...members])

test('messages of as many words that share most of them are one cluster, and what differs is left open', () => {
  const [one] = clusters(
    ['class Main is public, should be declared in <path>', 'class Cart is public, should be declared in <path>'],
    (text) => text,
  )
  assert.equal(one?.members.length, 1, 'the second word is a branch of its own')
  assert.deepEqual(grouped('error: context dev was not found', 'error: context prod was not found'), [
    ['error: context dev was not found', 'error: context prod was not found'],
  ])
  const [two] = clusters(['could not find host alpha here', 'could not find host beta here'], (text) => text)
  assert.deepEqual(two?.words, ['could', 'not', 'find', 'host', '<*>', 'here'])
})

test('other words, or another number of them, are other clusters', () => {
  assert.deepEqual(grouped('no space left', 'no space left on device', 'no such file left'), [
    ['no space left'],
    ['no space left on device'],
    ['no such file left'],
  ])
})

test('ten thousand messages take no longer than their words: every one is in a cluster, in order', () => {
  const many = Array.from({ length: 10_000 }, (_, at) => `job ${at % 7} of queue q${at % 50} failed with code ${at}`)
  const found = clusters(many, (text) => text)
  assert.equal(found.flatMap(({ members }) => members).length, many.length)
  assert.ok(found.length < 60, `${found.length} clusters`)
})
