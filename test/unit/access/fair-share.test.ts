import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FairShare } from '../../../src/access/index.ts'

const take = (share: FairShare, name: string, count: number): number => {
  let got = 0
  for (let n = 0; n < count; n++) if (share.enter(name)) got += 1
  return got
}

test('what nobody else wants is for whoever asks', () => {
  const share = new FairShare(10)
  assert.equal(take(share, 'a', 100), 10)
})

test('who comes to a place that another has filled gets a share all the same', () => {
  const share = new FairShare(10)
  take(share, 'a', 100)
  assert.equal(take(share, 'b', 100), 5)
  assert.equal(take(share, 'c', 100), 3)
  // The first one gets nothing more until it has less than the others leave it.
  for (let n = 0; n < 8; n++) share.leave('a')
  assert.equal(share.total, 10)
  assert.equal(take(share, 'a', 100), 1)
})

test('a smaller bound takes nothing back, and lets everybody in once', () => {
  const share = new FairShare(100)
  take(share, 'a', 50)
  share.bound = 0
  assert.deepEqual([share.bound, take(share, 'a', 1), take(share, 'b', 2)], [1, 0, 1])
  share.bound = 1_000
  assert.equal(share.bound, 100)
})

test('never more than twice the bound, and never less than the share for who has less', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.boolean()), { maxLength: 400 }), (steps) => {
      const share = new FairShare(8)
      const open = new Map<number, number>()
      for (const [name, enters] of steps) {
        const has = open.get(name) ?? 0
        if (enters) {
          const names = [...open.values()].filter((count) => count > 0).length + (has === 0 ? 1 : 0)
          const total = share.total
          const got = share.enter(String(name))
          assert.ok(got || total >= 8)
          assert.ok(got || has >= Math.max(1, Math.floor(8 / names)) || total >= 16)
          if (got) open.set(name, has + 1)
        } else if (has > 0) {
          share.leave(String(name))
          open.set(name, has - 1)
        }
        assert.equal(
          share.total,
          [...open.values()].reduce((sum, count) => sum + count, 0),
        )
        assert.ok(share.total <= 16)
      }
    }),
  )
})
