import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { BrokenInvariant } from '../../../src/base/assert.ts'
import type { Entry, GroupConfig, Snapshot } from '../../../src/raft/index.ts'
import { RaftLog } from '../../../src/raft/log.ts'
import { entriesOf, groupOf } from '../../support/raft-script.ts'

const groups = [groupOf(['a']), groupOf(['a', 'b', 'c']), groupOf(['c', 'd', 'e'], ['a'])] as const
const start: Snapshot = { index: 0, term: 0, config: groups[0], data: '' }

const entry = (index: number, term: number, group?: GroupConfig): Entry => ({
  index,
  term,
  body: group ? { kind: 'config', config: group } : { kind: 'noop' },
})

/** The log as everything that was ever in it: nothing is compacted away, so each answer is a look. */
class Dumb {
  entries: Entry[] = []
  commit = 0
  /** What the real one has forgotten. */
  base = 0

  get last(): number {
    return this.entries.length
  }
  termAt(index: number): number | undefined {
    if (index < this.base) return undefined
    return index === 0 ? 0 : this.entries[index - 1]?.term
  }
  configAt(index: number): GroupConfig {
    const found = this.entries.findLast(({ body, index: at }) => at <= index && body.kind === 'config')
    return found?.body.kind === 'config' ? found.body.config : groups[0]
  }
  meeting(index: number, term: number): number {
    for (let at = Math.min(index, this.last); at > this.base; at--) if ((this.termAt(at) ?? 0) <= term) return at
    return Math.min(index, this.last, Math.max(this.base, 0))
  }
}

type Step =
  | { readonly do: 'append'; readonly count: number; readonly newer: boolean; readonly group: number }
  | { readonly do: 'truncate' | 'commit' | 'compact'; readonly share: number }

const arbitraryStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      count: fc.integer({ min: 1, max: 4 }),
      newer: fc.boolean(),
      group: fc.integer({ min: 0, max: 6 }),
    }),
  },
  fc.record({
    do: fc.constantFrom('truncate' as const, 'commit' as const, 'compact' as const),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
)

function perform(log: RaftLog, dumb: Dumb, step: Step): void {
  if (step.do === 'append') {
    const term = Math.max(1, log.lastTerm + (step.newer ? 1 : 0))
    const fresh = Array.from({ length: step.count }, (_, at) =>
      entry(log.last + 1 + at, term, at === 0 ? groups[step.group] : undefined),
    )
    log.append(fresh)
    dumb.entries.push(...fresh)
    return
  }
  const pick = (from: number, to: number): number => from + Math.round(step.share * (to - from))
  if (step.do === 'truncate') {
    const from = pick(dumb.commit + 1, dumb.last + 1)
    log.truncate(from)
    dumb.entries.length = from - 1
  } else if (step.do === 'commit') {
    dumb.commit = pick(dumb.commit, dumb.last)
    log.commit = dumb.commit
  } else {
    const index = pick(dumb.base, dumb.commit)
    const term = log.termAt(index)
    assert.ok(term !== undefined)
    log.restore({ index, term, config: log.configAt(index), data: `at ${index}` })
    dumb.base = index
  }
}

function same(log: RaftLog, dumb: Dumb): void {
  assert.equal(log.last, dumb.last)
  assert.equal(log.lastTerm, dumb.termAt(dumb.last))
  for (let index = 0; index <= dumb.last + 2; index++) {
    assert.equal(log.termAt(index), dumb.termAt(index), `the term of ${index}`)
    if (index >= dumb.base) assert.deepEqual(log.configAt(index), dumb.configAt(index), `the group at ${index}`)
    for (const term of [0, 1, 2, 3])
      if (index >= dumb.base) assert.equal(log.meeting(index, term), dumb.meeting(index, term), `${index} ${term}`)
  }
  assert.deepEqual(log.config, dumb.configAt(dumb.last))
  assert.deepEqual(log.committedConfig, dumb.configAt(dumb.commit))
  const held = dumb.entries.slice(dumb.base)
  assert.deepEqual(log.slice(dumb.base + 1, dumb.last, 1000), held)
  assert.deepEqual(log.slice(dumb.base + 1, dumb.last, 2), held.slice(0, 2))
  assert.deepEqual(new RaftLog(log.snapshot, held).config, log.config, 'a restart sees the same group')
}

test('append, truncate, commit and compact, beside a log that forgets nothing', () => {
  fc.assert(
    fc.property(fc.array(arbitraryStep, { maxLength: 25 }), (steps) => {
      const log = new RaftLog(start, [])
      const dumb = new Dumb()
      for (const step of steps) {
        perform(log, dumb, step)
        same(log, dumb)
      }
    }),
    { numRuns: 500 },
  )
})

test('the configuration of a dropped entry is taken back (R14 a)', () => {
  const log = new RaftLog(start, [entry(1, 1), entry(2, 1, groups[1]), entry(3, 1), entry(4, 1, groups[2])])
  assert.deepEqual([log.config, log.configIndex], [groups[2], 4])
  log.truncate(4)
  assert.deepEqual([log.config, log.configIndex], [groups[1], 2])
  log.truncate(2)
  assert.deepEqual([log.config, log.configIndex], [groups[0], 0])
})

test('what is committed is never dropped, and nothing is appended over a hole', () => {
  const log = new RaftLog(start, entriesOf([1, 1, 2]))
  log.commit = 2
  assert.throws(() => log.truncate(2), BrokenInvariant)
  assert.throws(() => log.append([entry(5, 2)]), BrokenInvariant)
  assert.throws(() => log.append([entry(3, 2)]), BrokenInvariant)
  assert.throws(() => new RaftLog(start, [entry(2, 1)]), BrokenInvariant)
  log.restore({ ...start, index: 2, term: 1 })
  assert.throws(() => log.slice(2, 3, 10), BrokenInvariant)
})

test('a dropped entry is no longer durable', () => {
  const log = new RaftLog(start, entriesOf([1, 1, 2]))
  assert.equal(log.stable, 3)
  log.truncate(2)
  assert.equal(log.stable, 1)
  log.append([entry(2, 3)])
  assert.equal(log.stable, 1)
})

test('a snapshot that the log follows keeps what comes after it', () => {
  const log = new RaftLog(start, [entry(1, 1), entry(2, 1), entry(3, 2, groups[1]), entry(4, 2)])
  log.restore({ index: 2, term: 1, config: groups[0], data: 'x' })
  assert.deepEqual([log.last, log.termAt(4), log.termAt(1)], [4, 2, undefined])
  assert.deepEqual(log.config, groups[1])
})

test('a snapshot that the log does not follow replaces all of it, its configurations too', () => {
  const log = new RaftLog(start, [entry(1, 1), entry(2, 1), entry(3, 1, groups[1]), entry(4, 1)])
  log.restore({ index: 2, term: 2, config: groups[2], data: 'x' })
  assert.deepEqual([log.last, log.lastTerm, log.commit, log.applied, log.stable], [2, 2, 2, 2, 2])
  assert.deepEqual([log.config, log.configIndex], [groups[2], 2])
  const short = new RaftLog(start, entriesOf([1]))
  short.restore({ index: 9, term: 3, config: groups[2], data: 'x' })
  assert.deepEqual([short.last, short.lastTerm, short.commit], [9, 3, 9])
})

test('a log is up to date by the term of its end first, and by its length only then (§5.4.1)', () => {
  const log = new RaftLog(start, entriesOf([1, 2, 2]))
  assert.ok(log.isUpToDate(1, 3), 'a later term wins, however short')
  assert.ok(!log.isUpToDate(9, 1), 'an earlier one loses, however long')
  assert.deepEqual([log.isUpToDate(2, 2), log.isUpToDate(3, 2), log.isUpToDate(4, 2)], [false, true, true])
})

test('two logs, each stepping back in turn, meet at their last common entry or before it, and never stop', () => {
  const terms = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 12 }).map((some) => some.sort((a, b) => a - b))
  fc.assert(
    fc.property(terms, terms, (one, other) => {
      const from = one.findIndex((term, at) => term !== other[at])
      const common = from === -1 ? Math.min(one.length, other.length) : from
      // Log matching: an equal term at an index means equal entries up to there.
      fc.pre(!one.some((term, at) => at >= common && term === other[at]))
      const mine = new RaftLog(start, entriesOf(one))
      const yours = new RaftLog(start, entriesOf(other))
      let at = mine.last
      for (let rounds = 0; yours.termAt(at) !== mine.termAt(at); rounds++) {
        assert.ok(rounds <= 12)
        const hint = yours.meeting(at, mine.termAt(at) ?? 0)
        const next = Math.min(at - 1, mine.meeting(hint, yours.termAt(hint) ?? 0))
        assert.ok(next < at)
        at = next
      }
      assert.ok(at >= 0 && at <= common)
    }),
    { numRuns: 2000 },
  )
})

test('a batch ends before it is too large for a message, and holds one entry at least', () => {
  const data = (index: number, units: number): Entry => ({
    index,
    term: 1,
    body: { kind: 'data', key: `k${index}`, data: 'x'.repeat(units) },
  })
  const config = { voters: [], outgoing: [], learners: [], learnersNext: [] }
  const log = new RaftLog({ index: 0, term: 0, config, data: '' }, [
    data(1, 600),
    data(2, 300),
    data(3, 200),
    data(4, 9_000),
  ])
  const indexes = (from: number): number[] => log.batch(from, 64, 1_000).map(({ index }) => index)
  assert.deepEqual([1, 3, 4].map(indexes), [[1, 2], [3], [4]])
  assert.deepEqual(log.batch(1, 1, 1_000).length, 1)
})
