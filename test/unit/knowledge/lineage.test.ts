import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { following, isNewer, type Revision, revisionId, versionsOf } from '../../../src/knowledge/index.ts'
import { body, OTHER, revision, someItem } from '../../support/storage.ts'

const item = someItem(1)
const version = (seq: number, follows: readonly Revision[], part: Partial<Revision> = {}): Revision =>
  revision({ seq, item, hlc: seq * 10, body: body(`text ${seq}`), follows: following(follows), ...part })

test('a line of corrections has one version that counts, and no conflict', () => {
  const first = version(1, [])
  const second = version(2, [first])
  const third = version(3, [second])
  assert.deepEqual(versionsOf([second, third, first]), { winner: third, copies: [], superseded: [second, first] })
})

test('of those that do not know of each other the greatest wins, and the others stay until somebody follows them', () => {
  const first = version(1, [])
  const left = version(2, [first])
  const middle = version(3, [first], { origin: OTHER })
  const right = version(4, [first])
  const open = versionsOf([first, left, middle, right])
  assert.deepEqual([open.winner, open.copies], [right, [middle, left]])
  const partly = version(5, [right, left])
  assert.deepEqual(versionsOf([first, left, middle, right, partly]).copies, [middle])
  const all = version(6, [partly, middle])
  assert.deepEqual(versionsOf([first, left, middle, right, partly, all]).copies, [])
})

test('the result does not depend on the order of arrival, and every version is in it once', () => {
  const worlds = fc.array(fc.tuple(fc.nat(9), fc.nat(9), fc.integer({ min: 1, max: 9 })), {
    minLength: 1,
    maxLength: 9,
  })
  fc.assert(
    fc.property(worlds, fc.infiniteStream(fc.nat(1000)), (made, chance) => {
      const all: Revision[] = []
      for (const [index, [a, b, hlc]] of made.entries())
        all.push(
          version(
            index + 1,
            [all[a], all[b]].filter((one) => one !== undefined),
            { hlc },
          ),
        )
      const shuffled = all.map((one) => ({ one, key: chance.next().value as number })).sort((x, y) => x.key - y.key)
      const result = versionsOf(all)
      assert.deepEqual(versionsOf(shuffled.map(({ one }) => one)), result)
      const ids = [result.winner, ...result.copies, ...result.superseded].map((one) => one && revisionId(one))
      assert.deepEqual(new Set(ids), new Set(all.map(revisionId)))
      assert.equal(ids.filter((id) => id !== undefined).length, all.length)
      assert.ok(all.every((one) => one === result.winner || (result.winner && isNewer(result.winner, one))))
    }),
  )
})

test('what was merged stays merged, however long the line behind it', () => {
  let tip = version(1, [])
  const line = [tip]
  for (let seq = 2; seq <= 60; seq++) line.push((tip = version(seq, [tip])))
  assert.ok((tip.follows?.length ?? 0) <= 16)
  assert.deepEqual(versionsOf(line).copies, [])
})
