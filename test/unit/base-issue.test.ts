import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { issueText } from '../../src/base/index.ts'

const Thing = z.strictObject({
  port: z.int().min(1).max(65_535),
  mode: z.enum(['fast', 'safe']),
  title: z.string().min(1).max(10),
  tags: z.array(z.string()).max(2).optional(),
})
const good = { port: 1, mode: 'fast', title: 'x' }

test('what a schema says is a sentence with the place in front', () => {
  const says: readonly [value: unknown, text: string][] = [
    [{ ...good, port: 70_000 }, 'port: at most 65535 is allowed'],
    [{ ...good, port: 0 }, 'port: at least 1 is needed'],
    [{ ...good, port: 'http' }, 'port: it must be of type number, not string'],
    [{ port: 1, mode: 'fast' }, 'title: a value is needed (string)'],
    [{ ...good, mode: 'slow' }, 'mode: it must be one of fast, safe'],
    [{ ...good, title: '' }, 'title: it is empty'],
    [{ ...good, title: 'x'.repeat(11) }, 'title: at most 10 characters are allowed'],
    [{ ...good, tags: ['a', 'b', 'c'] }, 'tags: at most 2 entries are allowed'],
    [{ ...good, tags: [1] }, 'tags.0: it must be of type string, not number'],
    [{ ...good, prot: 1 }, 'there is no field `prot`'],
    [[], 'it must be of type object, not array'],
  ]
  for (const [value, text] of says) {
    const parsed = Thing.safeParse(value)
    assert.equal(parsed.success, false)
    assert.equal(issueText(parsed.error?.issues[0]), text)
  }
  assert.equal(issueText(undefined), 'not valid')
})

test('where the input is known, how much was given is told beside the limit', () => {
  const told = (value: unknown): string => issueText(Thing.safeParse(value, { reportInput: true }).error?.issues[0])
  assert.equal(told({ ...good, title: 'x'.repeat(11) }), 'title: 11 characters, at most 10 are allowed')
  assert.equal(told({ ...good, tags: ['a', 'b', 'c'] }), 'tags: 3 entries, at most 2 are allowed')
  assert.equal(told({ ...good, port: 70_000 }), 'port: at most 65535 is allowed')
})
