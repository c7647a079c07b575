/**
 * What it costs to find the differences of two sets of a million: `node bench/reconcile.ts [--items 1000000]`. Beside
 * it, in the same run, range-based reconciliation (`reconcile/ranges.ts`).
 */
import assert from 'node:assert/strict'
import { type Random, seededRandom, SetSum } from '../src/base/index.ts'
import {
  BUCKETS,
  ELEMENT_BYTES,
  type ElementPage,
  type Elements,
  HASH_BYTES,
  PAGE_ELEMENTS_MAX,
  Sketch,
} from '../src/reconcile/index.ts'
import { hashes, meet, SALT, type Side } from '../test/support/reconcile.ts'
import { compareByRanges, RangeSet } from './reconcile/ranges.ts'
import { bench, digits, option, printSection, progress, quantile } from './support.ts'

const items = option('items', 1_000_000)
const DIFFERENCES = [0, 1, 10, 30, 100, 1000, 10_000, 50_000]
/** Bytes of a page. */
const PAGE = PAGE_ELEMENTS_MAX * ELEMENT_BYTES
/** Of bytes, at the median. */
const AIM_RATIO = 1.6
const FLIGHT_BYTES = 1740
const EQUAL_BYTES = 64

/** Hashes in order, and where each bucket begins. */
class Ordered {
  readonly list: Uint8Array
  readonly #starts: readonly number[]

  constructor(list: Uint8Array) {
    const places = Array.from({ length: list.length / HASH_BYTES }, (_, index) => index * HASH_BYTES)
    const view = Buffer.from(list.buffer, list.byteOffset, list.length)
    places.sort((a, b) => view.compare(list, b, b + HASH_BYTES, a, a + HASH_BYTES))
    this.list = new Uint8Array(list.length)
    for (const [index, place] of places.entries())
      this.list.set(list.subarray(place, place + HASH_BYTES), index * HASH_BYTES)
    this.#starts = Array.from({ length: BUCKETS + 1 }, (_, bucket) => {
      const at = places.findIndex((_place, index) => (this.list[index * HASH_BYTES] ?? 0) >= bucket)
      return bucket === BUCKETS || at < 0 ? places.length : at
    })
  }

  /** The elements of one bucket, 16 bytes each. */
  bucket(bucket: number): Elements {
    const [from = 0, to = 0] = [this.#starts[bucket], this.#starts[bucket + 1]]
    const out = new Uint8Array((to - from) * ELEMENT_BYTES)
    for (let index = from; index < to; index++)
      out.set(
        this.list.subarray(index * HASH_BYTES, index * HASH_BYTES + ELEMENT_BYTES),
        (index - from) * ELEMENT_BYTES,
      )
    return out
  }
}

/** One node: what both have, in a sketch that is kept, and what it has alone in this round. */
class Node implements Side {
  readonly sketch = new Sketch(SALT)
  readonly #sum = new SetSum()
  readonly #common: Ordered
  #own = new Ordered(new Uint8Array())

  constructor(common: Ordered) {
    this.#common = common
    for (let at = 0; at < common.list.length; at += HASH_BYTES) this.sketch.add(common.list, at)
  }

  get own(): Uint8Array {
    return this.#own.list
  }

  have(own: Uint8Array): void {
    for (let at = 0; at < this.own.length; at += HASH_BYTES) {
      this.sketch.remove(this.own, at)
      this.#sum.remove(hexAt(this.own, at))
    }
    this.#own = new Ordered(own)
    for (let at = 0; at < this.own.length; at += HASH_BYTES) {
      this.sketch.add(this.own, at)
      this.#sum.add(hexAt(this.own, at))
    }
  }

  /** As the heartbeat has it: 8 bytes of the count, 32 of the sum. Of what is common nothing is in it. */
  get digest(): string {
    return Buffer.from(this.#sum.count.toString(16).padStart(16, '0') + this.#sum.hex, 'hex').toString('base64url')
  }

  page(bucket: number, after: Elements | undefined): ElementPage {
    const all = mergedBy(ELEMENT_BYTES, this.#common.bucket(bucket), this.#own.bucket(bucket))
    const from = after === undefined ? 0 : placeBehind(all, after)
    return { elements: all.slice(from, from + PAGE), more: all.length > from + PAGE }
  }

  asRanges(): RangeSet {
    return new RangeSet(mergedBy(HASH_BYTES, this.#common.list, this.own))
  }
}

const hexAt = (list: Uint8Array, at: number): string =>
  Buffer.from(list.subarray(at, at + HASH_BYTES)).toString('hex')

/** Two ordered lists as one. */
function mergedBy(size: number, a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(a.length + b.length)
  const view = Buffer.from(a.buffer, a.byteOffset, a.length)
  let [x, to] = [0, 0]
  for (let y = 0; y < b.length; y += size) {
    const before = x
    while (x < a.length && view.compare(b, y, y + size, x, x + size) < 0) x += size
    out.set(a.subarray(before, x), to)
    to += x - before
    out.set(b.subarray(y, y + size), to)
    to += size
  }
  out.set(a.subarray(x), to)
  return out
}

function placeBehind(list: Uint8Array, after: Elements): number {
  const view = Buffer.from(list.buffer, list.byteOffset, list.length)
  let at = 0
  while (at < list.length && view.compare(after, 0, ELEMENT_BYTES, at, at + ELEMENT_BYTES) <= 0) at += ELEMENT_BYTES
  return at
}

interface Cost {
  readonly bytes: number
  readonly flights: number
  readonly cpuMs: number
}

function measured<T extends { readonly bytes: number; readonly flights: number }>(run: () => T): [T, Cost] {
  const before = process.cpuUsage()
  const result = run()
  const { system, user } = process.cpuUsage(before)
  return [result, { bytes: result.bytes, flights: result.flights, cpuMs: (user + system) / 1000 }]
}

function ours(mine: Node, theirs: Node): Cost {
  const digest = mine.digest
  const equal = digest === theirs.digest
  assert.equal(equal, mine.own.length + theirs.own.length === 0)
  if (equal) return { bytes: digest.length, flights: 0, cpuMs: 0 }
  const [told, cost] = measured(() => meet(mine, theirs))
  assert.deepEqual(told.end, { kind: 'done' })
  for (const [found, node] of [
    [told.mine, mine],
    [told.theirs, theirs],
  ] as const) {
    const names = new Set(found)
    assert.equal(found.length, node.own.length / HASH_BYTES)
    for (let at = 0; at < node.own.length; at += HASH_BYTES)
      assert.ok(names.has(Buffer.from(node.own.subarray(at, at + ELEMENT_BYTES)).toString('hex')))
  }
  return cost
}

function byRanges(mine: Node, theirs: Node): Cost {
  const [a, b] = [mine.asRanges(), theirs.asRanges()]
  const [found, cost] = measured(() => compareByRanges(a, b))
  assert.deepEqual([found.have, found.need], [mine.own.length / HASH_BYTES, theirs.own.length / HASH_BYTES])
  return cost
}

const spread = (values: readonly number[], text: (value: number) => string): string =>
  [Math.min(...values), quantile(values, 0.5), Math.max(...values)].map(text).join(' / ')
const whole = (value: number): string => Math.round(value).toLocaleString('en-US')
const bytesOf = (costs: readonly Cost[]): readonly number[] => costs.map(({ bytes }) => bytes)

function aimOf(difference: number, costs: readonly Cost[]): readonly [aim: string, met: string] {
  const [aim, text] =
    difference === 0
      ? [EQUAL_BYTES, `≤ ${EQUAL_BYTES} B`]
      : difference <= 30
        ? [FLIGHT_BYTES, '≤ 1.7 KiB']
        : [AIM_RATIO * difference * HASH_BYTES, `≤ ${AIM_RATIO} × d·32 B`]
  if (difference > 10_000) return ['', '']
  return [text, quantile(bytesOf(costs), 0.5) <= aim ? 'yes' : 'no']
}

function row(difference: number, sides: string, costs: readonly Cost[], anchors: readonly Cost[]): readonly string[] {
  const least = difference * HASH_BYTES
  const ratios = (some: readonly Cost[]): string =>
    difference === 0
      ? ''
      : spread(
          some.map(({ bytes }) => bytes / least),
          digits,
        )
  return [
    whole(difference),
    sides,
    String(costs.length),
    spread(bytesOf(costs), whole),
    ratios(costs),
    spread(
      costs.map(({ flights }) => flights),
      String,
    ),
    digits(
      quantile(
        costs.map(({ cpuMs }) => cpuMs),
        0.5,
      ),
    ),
    whole(quantile(bytesOf(anchors), 0.5)),
    difference === 0 ? '' : digits(quantile(bytesOf(anchors), 0.5) / least),
    String(
      quantile(
        anchors.map(({ flights }) => flights),
        0.5,
      ),
    ),
    digits(
      quantile(
        anchors.map(({ cpuMs }) => cpuMs),
        0.5,
      ),
    ),
    digits(quantile(bytesOf(anchors), 0.5) / quantile(bytesOf(costs), 0.5)),
    ...aimOf(difference, costs),
  ]
}

function share(random: Random, difference: number, both: boolean): readonly [mine: Uint8Array, theirs: Uint8Array] {
  const mine = both ? difference >> 1 : 0
  return [hashes(random, mine), hashes(random, difference - mine)]
}

await bench(async () => {
  progress(`${whole(items)} hashes`)
  const common = new Ordered(hashes(seededRandom(1), items))
  const room = process.memoryUsage().arrayBuffers
  const cpu = process.cpuUsage()
  const mine = new Node(common)
  const upkeep = (process.cpuUsage(cpu).user / items).toFixed(2)
  const kibibytes = (process.memoryUsage().arrayBuffers - room) / 1024
  const theirs = new Node(common)
  const rows: (readonly string[])[] = []
  for (const difference of DIFFERENCES)
    for (const both of difference < 2 ? [false] : [true, false]) {
      progress(`${whole(difference)} differences, ${both ? 'two-sided' : 'one-sided'}`)
      const rounds = difference > 10_000 ? 3 : difference > 1000 ? 15 : 60
      const [costs, anchors]: [Cost[], Cost[]] = [[], []]
      for (let round = 0; round < rounds; round++) {
        const [left, right] = share(seededRandom(difference * 100 + round * 2 + (both ? 1 : 0)), difference, both)
        mine.have(left)
        theirs.have(right)
        costs.push(ours(mine, theirs))
        if (round < 3) anchors.push(byRanges(mine, theirs))
      }
      rows.push(row(difference, difference === 0 ? '' : both ? 'two' : 'one', costs, anchors))
    }
  printSection({
    title: 'Finding what two sets differ in',
    about: `Two sets of ${whole(items)} hashes that are equal but for d of them, scattered; in one set only, or half of d in each. All frames of both ways are counted as they are on the wire (JSON), until one side knows both lists; a flight is a question with its answer. Equal sets send nothing but the digest in a heartbeat. Minimum / median / maximum over seeds; the processor's time is of both sides together. Anchor: range-based reconciliation, ranges split in 16, fingerprints of 16 bytes, lists of at most 32 ids of 32 bytes, in its binary form, its sums made beforehand; the median of three. What a node keeps for it: ${digits(kibibytes)} KiB (aim: 1 MB) and ${upkeep} µs of processor time per write.`,
    header: [
      'd',
      'sides',
      'runs',
      'bytes',
      '× d·32 B',
      'flights',
      'CPU ms',
      'by ranges: bytes',
      '× d·32 B',
      'flights',
      'CPU ms',
      'fewer bytes, ×',
      'aim',
      'met',
    ],
    rows,
  })
})
