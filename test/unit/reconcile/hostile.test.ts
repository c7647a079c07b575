import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Random, seededRandom } from '../../../src/base/index.ts'
import { base85 } from '../../../src/reconcile/base85.ts'
import { ELEMENT_CHARACTERS, FRAME_CELLS_MAX } from '../../../src/reconcile/messages.ts'
import type { ReconcileMessage } from '../../../src/reconcile/index.ts'
import { KeyedHash } from '../../../src/reconcile/keyed-hash.ts'
import { Mapping } from '../../../src/reconcile/mapping.ts'
import { SKETCH_CELLS } from '../../../src/reconcile/sketch.ts'
import {
  type Bend,
  HeldSet,
  hashAt,
  hashes,
  meet,
  namesOf,
  SALT,
  type Told,
  twoSets,
} from '../../support/reconcile.ts'

/* What an asker makes of answers that no honest node gives, and of a line that loses and reorders. */

const noise = (random: Random, characters: number): string => {
  const bytes = new Uint8Array((characters / 5) * 4)
  for (let at = 0; at < bytes.length; at++) bytes[at] = random.below(256)
  return base85(bytes)
}
const withCells =
  (change: (cells: string) => string): Bend =>
  (message) => ['cells' in message ? { ...message, cells: change(message.cells) } : message]

const usual = (): ReturnType<typeof twoSets> => twoSets(21, { common: 4000, mine: 150, theirs: 150 })
const run = (bend: Bend, by: 'sketch' | 'buckets' | 'list' = 'sketch'): Told => {
  const sets = usual()
  return meet(sets.mine, sets.theirs, { bend, by })
}
const honest = run((message) => [message])

test('a frame with fewer or more cells than were asked for ends the session', () => {
  for (const by of ['sketch', 'buckets'] as const) {
    for (const change of [
      (): string => '',
      (cells: string): string => cells.slice(25),
      (cells: string): string => cells.slice(0, 25),
      (cells: string): string => cells + cells.slice(0, 25),
    ]) {
      const { end } = run(withCells(change), by)
      assert.equal(end.kind, 'hostile')
      assert.match(end.kind === 'hostile' ? end.why : '', /cells where \d+ were due/)
    }
    const { end } = run(
      withCells((cells) => `#####${cells.slice(5)}`),
      by,
    )
    assert.equal(end.kind, 'hostile', 'five characters that are no bytes')
  }
})

test('a stream of noise is heard to the end of the sketch and no further; the lists tell the truth', () => {
  const random = seededRandom(1)
  const told = run(withCells((cells) => noise(random, cells.length)))
  assert.deepEqual(told.end, { kind: 'done' })
  assert.deepEqual([told.theirs, told.mine], [honest.theirs, honest.mine])
  assert.ok(told.kinds.has('list'))
  assert.ok(told.cells <= SKETCH_CELLS + 256 * FRAME_CELLS_MAX)
})

test('one bit that is wrong costs time and no truth', () => {
  const random = seededRandom(2)
  for (let round = 0; round < 8; round++) {
    const told = run(
      withCells((cells) => {
        const at = random.below(cells.length)
        return cells.slice(0, at) + (cells[at] === '0' ? '1' : '0') + cells.slice(at + 1)
      }),
    )
    // Five characters can become more than four bytes; that is seen at once.
    if (told.end.kind === 'hostile') continue
    assert.deepEqual([told.theirs, told.mine], [honest.theirs, honest.mine])
  }
})

test('sizes and versions that change between frames, or do not fit what was found, are not believed', () => {
  let frames = 0
  const changing = (change: (message: Extract<ReconcileMessage, { kind: 'sketch' }>) => ReconcileMessage): Bend => {
    frames = 0
    return (message) => [message.kind === 'sketch' && frames++ > 0 ? change(message) : message]
  }
  assert.equal(run(changing((message) => ({ ...message, size: message.size + 1 }))).end.kind, 'hostile')
  assert.equal(run(changing((message) => ({ ...message, at: message.at + 1 }))).end.kind, 'hostile')
  // The same lie from the first frame on: the cells say otherwise, and the buckets are looked into.
  const told = run((message) => [message.kind === 'sketch' ? { ...message, size: message.size + 1 } : message])
  assert.deepEqual([told.theirs, told.mine], [honest.theirs, honest.mine])
  assert.ok(told.kinds.has('bucket'))
  // And of a bucket: its list is looked into.
  const listed = run(
    (message) => [message.kind === 'bucket' ? { ...message, size: message.size + 1 } : message],
    'buckets',
  )
  assert.deepEqual([listed.theirs, listed.mine], [honest.theirs, honest.mine])
  assert.ok(listed.kinds.has('list'))
})

test('a list that does not ascend, is of another bucket, or never ends, ends the session', () => {
  const withElements = (change: (elements: string) => string, more?: boolean): Told =>
    run(
      (message) =>
        message.kind === 'list'
          ? [{ ...message, elements: change(message.elements), more: more ?? message.more }]
          : [message],
      'list',
    )
  const first = (elements: string): string => elements.slice(0, ELEMENT_CHARACTERS)
  for (const told of [
    withElements((elements) => first(elements) + first(elements)),
    withElements((elements) => elements.slice(ELEMENT_CHARACTERS) + first(elements)),
    withElements((elements) => noise(seededRandom(3), elements.length)),
    withElements(() => '', true),
  ])
    assert.equal(told.end.kind, 'hostile')
})

test('a list or a bucket of more than fits in memory is not taken', () => {
  const held = new HeldSet()
  let count = 0
  // Ever larger elements of bucket 0, in pages that never end.
  const told = meet(held, held, {
    by: 'list',
    bend: (message) => {
      if (message.kind !== 'list') return [message]
      const page = new Uint8Array(4096 * 16)
      for (let at = 0; at < page.length; at += 16) new DataView(page.buffer).setUint32(at + 12, ++count)
      return [{ ...message, elements: base85(page), more: true }]
    },
  })
  assert.deepEqual(told.end, { kind: 'too-large', bucket: 0 })
  assert.ok(count <= 65_536 + 4096)
  const large = meet(held, held, {
    by: 'buckets',
    bend: (message) => [message.kind === 'bucket' ? { ...message, size: 65_537 } : message],
  })
  assert.deepEqual(large.end, { kind: 'too-large', bucket: 0 })
})

test('without answers a session is lost in twenty seconds, and says where it was', () => {
  for (const by of ['sketch', 'buckets', 'list'] as const) {
    const told = run(() => [], by)
    assert.deepEqual(told.end, { kind: 'lost', bucket: by === 'sketch' ? undefined : 0 })
    assert.equal(told.flights, 4, 'asked four times')
  }
  // Ten buckets were compared, then the line went dead: what they showed is there.
  const told = run((message) => (message.kind === 'bucket' && message.bucket >= 10 ? [] : [message]), 'buckets')
  assert.deepEqual(told.end, { kind: 'lost', bucket: 10 })
  assert.deepEqual(
    told.theirs,
    honest.theirs.filter((name) => Number.parseInt(name.slice(0, 2), 16) < 10),
  )
})

test('answers lost, doubled and out of order cost questions and no truth', () => {
  const random = seededRandom(40)
  for (const by of ['sketch', 'buckets', 'list'] as const) {
    const late: ReconcileMessage[] = []
    const told = run((message) => {
      const drawn = random.below(24)
      if (drawn === 0) return []
      if (drawn === 1) return [message, message]
      if (drawn === 2) {
        late.push(message)
        return []
      }
      return drawn === 3 ? [...late.splice(0), message] : [message]
    }, by)
    assert.deepEqual(told.end, { kind: 'done' })
    assert.deepEqual([told.theirs, told.mine], [honest.theirs, honest.mine])
  }
})

test('frames of one long answer that come in the wrong order are asked for again', () => {
  const sets = twoSets(22, { common: 100, mine: 3000, theirs: 3000 })
  const frames: ReconcileMessage[] = []
  const told = meet(sets.mine, sets.theirs, {
    bend: (message) => {
      if (message.kind !== 'sketch' || message.from === 0) return [message]
      frames.push(message)
      return frames.length === 1 ? [] : frames.splice(0).reverse()
    },
  })
  assert.deepEqual(told.end, { kind: 'done' })
  assert.equal(told.theirs.length + told.mine.length, 6000)
})

test('who is refused tries again later', () => {
  for (const by of ['sketch', 'buckets'] as const)
    for (const why of ['busy', 'moved', 'failed'] as const) {
      const { end } = run(() => [{ kind: 'not-now', id: 1, why }], by)
      assert.deepEqual(end, { kind: 'later', why, bucket: by === 'sketch' ? undefined : 0 })
    }
})

test('elements made to spoil the kept sketch are found under the salt of the session', () => {
  // Two that fall into the first cell only can never be told apart there, however many cells follow.
  const cells = 256
  const random = seededRandom(5)
  const [hash, mapping] = [new KeyedHash(SALT), new Mapping()]
  const crafted: Uint8Array[] = []
  while (crafted.length < 2) {
    const list = hashes(random, 4096)
    for (let index = 0; index < 4096 && crafted.length < 2; index++) {
      const element = hashAt(list, index)
      hash.of(new Int32Array(element.slice().buffer), 0)
      mapping.start(hash.lo, hash.hi)
      mapping.next()
      if (mapping.index >= cells) crafted.push(element)
    }
  }
  const common = hashes(random, 500)
  const mine = new HeldSet(SALT, cells).add(common)
  const theirs = new HeldSet(SALT, cells).add(common)
  for (const element of crafted) theirs.add(element)
  const told = meet(mine, theirs)
  assert.ok(told.kinds.has('bucket'))
  assert.deepEqual(told.end, { kind: 'done' })
  assert.deepEqual(told.theirs, crafted.flatMap((hash) => namesOf(hash.subarray(0, 16))).sort())
})
