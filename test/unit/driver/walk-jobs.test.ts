import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { failed, ok, type Done, SwarmError } from '../../../src/base/index.ts'
import { DigestJob } from '../../../src/driver/digest-job.ts'
import { FoldJob } from '../../../src/driver/fold-job.ts'
import type { ListInput } from '../../../src/driver/index.ts'

const DAY_MS = 24 * 3_600_000
const NOON = Date.UTC(2026, 10, 23, 12)
/** Enough for the first walk after a job was taken over, and a few pages. */
const TICKS = 2_000

const item = (number: number, more: object = {}): object => ({
  id: `k_${number}`,
  kind: 'fix',
  title: `fix ${number}`,
  writtenBy: number % 2 === 0 ? 'a' : 'b',
  error: {
    sample: `npm error code E404\nnpm error 404 Not Found - GET https://registry.example/pkg${number}`,
    tool: 'npm',
  },
  trust: { evidence: { tried: 2, worked: 1 } },
  ...more,
})

/** A node with these items, which notes what it is asked; every third page is refused. */
function node(items: readonly object[]) {
  const asked: ListInput[] = []
  const ask = ({ input }: { readonly input: ListInput }, done: Done<unknown>): void => {
    asked.push(input)
    if (asked.length % 3 === 0) return done(failed(new SwarmError('SWARM_OVERLOADED', 'busy')))
    const from = Number(input.cursor ?? 0)
    const next = from + input.limit < items.length ? String(from + input.limit) : null
    done(ok({ items: items.slice(from, from + input.limit), next }))
  }
  return { ask, asked }
}

suite('jobs that walk through the items', () => {
  test('fold proposes what reads alike, reading page by page, and begins anew where it was taken over', () => {
    const { ask, asked } = node([
      ...Array.from({ length: 120 }, (_, number) => item(number)),
      item(500, { error: { sample: 'error TS2307: Cannot find module', tool: 'tsc' } }),
      item(501, { scope: { visibility: 'private' } }),
    ])
    const job = new FoldJob(ask)
    job.tick()
    assert.equal(asked.length, 0, 'it is not this node that does it')
    job.run(true)
    const ends: number[] = []
    const seen = new Set<number | null>()
    for (let tick = 0; tick < TICKS; tick++) {
      if (job.tick()) ends.push(tick)
      seen.add(job.done)
    }
    assert.equal(ends.length, 1)
    assert.deepEqual(
      [...seen].filter((done) => done !== null),
      [50, 100],
    )
    assert.deepEqual(
      job.groups?.map(({ items }) => items.length),
      [120],
    )
    assert.match(job.text ?? '', /may be one problem: 1/)
    job.run(false)
    assert.equal(job.groups, null)
    job.run(true)
    for (let tick = 0; tick < TICKS; tick++) job.tick()
    assert.match(job.text ?? '', /may be one problem: 1/)
  })

  test('a digest is made of each day after its end, once', () => {
    const { ask, asked } = node([item(1), item(2), item(3, { kind: 'guide', error: undefined })])
    const job = new DigestJob(ask)
    job.run(true)
    const days: (string | undefined)[] = []
    for (let tick = 0; tick < TICKS; tick++) if (job.tick(NOON, 4)) days.push(job.last?.day)
    for (let tick = 0; tick < TICKS; tick++) if (job.tick(NOON + DAY_MS, 4)) days.push(job.last?.day)
    assert.deepEqual(days, ['2026-11-22', '2026-11-23'])
    assert.deepEqual(
      [asked[0]?.since, asked[0]?.until].map((ms) => new Date(ms ?? 0).toISOString()),
      ['2026-11-22T00:00:00.000Z', '2026-11-23T00:00:00.000Z'],
    )
    assert.deepEqual(job.last, {
      day: '2026-11-23',
      items: { fix: 2, guide: 1 },
      tools: ['npm'],
      authors: 2,
      outcomes: { tried: 6, worked: 3 },
      conflicts: 4,
      isPart: false,
    })
    assert.equal(job.text, '2026-11-23: 2 fix, 1 guide; tried 6, worked 3; conflicts 4')
  })
})
