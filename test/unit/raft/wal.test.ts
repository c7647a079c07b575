import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { BrokenInvariant } from '../../../src/base/assert.ts'
import { seededRandom } from '../../../src/base/index.ts'
import {
  crc32c,
  encodeBatch,
  encodeRecord,
  encodeState,
  follow,
  imageOf,
  type RaftBatch,
  type RaftState,
  recover,
  refusal,
} from '../../../src/raft/index.ts'
import { after, bornState, dataEntry, drawLog, member, SWARM } from '../../support/raft-log.ts'
import { groupOf } from '../../support/raft-script.ts'

/** A log as bytes: `ends[n]` is where the file ends that holds `n` batches, each in a record of its own. */
function written(state: RaftState, batches: readonly RaftBatch[]): { bytes: Buffer; ends: readonly number[] } {
  let bytes = Buffer.concat([...encodeState(state, SWARM)])
  const ends = [bytes.length]
  for (const batch of batches) {
    bytes = Buffer.concat([bytes, encodeRecord([encodeBatch(batch)])])
    ends.push(bytes.length)
  }
  return { bytes, ends }
}

const drawn = (seed: number, count: number): ReturnType<typeof written> & ReturnType<typeof drawLog> => {
  const log = drawLog(seededRandom(seed), count)
  return { ...log, ...written(log.states[0] as RaftState, log.batches) }
}

const whyOf = (bytes: Uint8Array): string => {
  const found = recover(bytes, SWARM)
  return found.kind === 'damaged' ? found.why : found.kind
}

/** A frame around any payload, as `wal.ts` describes it. */
function framed(payload: string): Buffer {
  const body = Buffer.from(payload)
  const bytes = Buffer.alloc(12 + body.length)
  bytes.writeUInt32BE(0xff57414c, 0)
  bytes.writeUInt32BE(body.length, 8)
  body.copy(bytes, 12)
  bytes.writeUInt32BE(crc32c(bytes.subarray(8)), 4)
  return bytes
}

test('the checksum is that of RFC 3720, B.4', () => {
  assert.equal(crc32c(Buffer.alloc(32)), 0x8a9136aa)
  assert.equal(crc32c(Buffer.alloc(32, 0xff)), 0x62a8ab43)
  assert.equal(crc32c(Buffer.from('123456789')), 0xe3069283)
})

suite('every prefix of a log', () => {
  for (const seed of [1, 2, 3])
    test(`is what some whole number of records left, seed ${seed}`, () => {
      const { bytes, ends, states } = drawn(seed, 40)
      for (let length = 0; length <= bytes.length; length++) {
        const found = recover(bytes.subarray(0, length), SWARM)
        if (length === 0) assert.equal(found.kind, 'nothing')
        else if (length < (ends[0] as number)) assert.equal(found.kind, 'damaged')
        else {
          const whole = ends.findLastIndex((end) => end <= length)
          assert.deepEqual(found, { kind: 'state', state: states[whole], torn: length - (ends[whole] as number) })
        }
      }
    })

  test('is the same with zeros after it, as file systems leave it', () => {
    const { bytes, ends, states } = drawn(4, 30)
    for (let length = ends[0] as number; length <= bytes.length; length++) {
      const whole = ends.findLastIndex((end) => end <= length)
      const zeros = [1, 11, 12, 13, 5000][length % 5] as number
      const found = recover(Buffer.concat([bytes.subarray(0, length), Buffer.alloc(zeros)]), SWARM)
      // The last bytes of a record may be zeros themselves: then zeros complete it.
      if (found.kind === 'state' && found.torn === zeros + length - (ends[whole] as number))
        assert.deepEqual(found.state, states[whole])
      else assert.deepEqual(found.kind === 'state' && found.state, states[whole + 1])
    }
  })
})

suite('damage', () => {
  test('of any byte costs the last record at most, or all is refused', () => {
    const { bytes, ends, states } = drawn(5, 40)
    const last = ends.at(-2) as number
    const before = { kind: 'state', state: states.at(-2), torn: bytes.length - last }
    for (const mask of [0x01, 0x80, 0xff])
      for (let at = 0; at < bytes.length; at++) {
        const hurt = Buffer.from(bytes)
        hurt[at] = (hurt[at] as number) ^ mask
        const found = recover(hurt, SWARM)
        if (at >= last) assert.deepEqual(found, before, `byte ${at}`)
        else assert.equal(found.kind, 'damaged', `byte ${at}`)
      }
  })

  test('of several bytes never makes another state', () => {
    const { bytes, states } = drawn(6, 25)
    const known = new Set(states.map((state) => JSON.stringify(state)))
    const hurt = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 6 })
    fc.assert(
      fc.property(hurt, fc.nat(bytes.length), (flips, cut) => {
        const copy = Buffer.from(bytes)
        for (const [at, byte] of flips) copy[at] = byte
        const found = recover(copy.subarray(0, bytes.length - (cut % 400)), SWARM)
        assert.ok(found.kind === 'damaged' || (found.kind === 'state' && known.has(JSON.stringify(found.state))))
      }),
      { numRuns: 500 },
    )
  })

  test('is all that bytes of no meaning can be', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => {
        assert.equal(recover(bytes, SWARM).kind, 'damaged')
      }),
    )
    assert.match(whyOf(Buffer.alloc(4096)), /header/)
  })

  test('is a length without bound, and no memory is asked for', () => {
    const { bytes, ends } = drawn(7, 3)
    const hurt = Buffer.from(bytes)
    hurt.writeUInt32BE(0xffffffff, (ends[2] as number) + 8)
    assert.equal(recover(hurt, SWARM).kind, 'state')
    hurt.writeUInt32BE(0xffffffff, (ends[1] as number) + 8)
    assert.match(whyOf(Buffer.concat([hurt, encodeRecord([encodeBatch({})])])), /is broken, and others follow it/)
  })

  const base = bornState({ hard: { term: 2, vote: member('a.1') } })
  const withBatch = (...batches: object[]): string =>
    whyOf(Buffer.concat([...encodeState(base, SWARM), encodeRecord(batches.map((batch) => JSON.stringify(batch)))]))
  const cases: readonly (readonly [name: string, why: string, expected: RegExp])[] = [
    ['a hole before the entries', withBatch({ entries: [dataEntry(2, 1)] }), /the entries have a hole/],
    ['a hole in them', withBatch({ entries: [dataEntry(1, 1), dataEntry(3, 1)] }), /the entries have a hole/],
    ['an entry that a snapshot covers', withBatch({ entries: [dataEntry(0, 1)] }), /the entries have a hole/],
    ['terms that fall', withBatch({ entries: [dataEntry(1, 2), dataEntry(2, 1)] }), /the terms of the entries fall/],
    ['an entry later than the term', withBatch({ entries: [dataEntry(1, 3)] }), /later term than the hard state/],
    ['a term that goes back', withBatch({ hard: { term: 1, vote: null } }), /the term goes back/],
    ['a second vote', withBatch({ hard: { term: 2, vote: 'b.1' } }), /two votes in one term/],
    ['a vote that is taken back', withBatch({ hard: { term: 2, vote: null } }), /two votes in one term/],
    ['a snapshot of before', withBatch({ snapshot: { ...base.snapshot, index: -1 } }), /older than the one before/],
    ['another shape', withBatch({ entries: [dataEntry(1, 1), null] }), /cannot be read/],
    ['no list', whyOf(Buffer.concat([...encodeState(base, SWARM), framed('{}')])), /cannot be read/],
    ['no JSON', whyOf(Buffer.concat([...encodeState(base, SWARM), framed('[')])), /cannot be read/],
    ['no term and vote', whyOf(framed(JSON.stringify(headerOf({})))), /there is no term and vote/],
    [
      'entries before them',
      whyOf(Buffer.concat([framed(JSON.stringify(headerOf({}))), framed('[{"entries":[]}]')])),
      /there is no term and vote/,
    ],
    ['a header without a name', whyOf(framed('{"format":1}')), /its header cannot be read/],
    ['a header that is none', whyOf(framed('null')), /its header cannot be read/],
  ]
  for (const [name, why, expected] of cases) test(`is ${name}`, () => assert.match(why, expected))
})

function headerOf(part: object): object {
  return { format: 1, group: 'g1', self: 'a.1', swarm: SWARM, ...part }
}

suite('a log of somebody else', () => {
  test('a newer version is named, whatever follows its header', () => {
    const bytes = Buffer.concat([framed(JSON.stringify({ format: 2, other: true })), Buffer.from('anything')])
    const found = recover(bytes, SWARM)
    assert.deepEqual(found, { kind: 'newer', format: 2 })
    assert.ok(found.kind === 'newer')
    const error = refusal(found, '/there/raft.wal')
    assert.equal(error.code, 'SWARM_RAFT_NEWER')
    assert.match(`${error.why} ${error.next}`, /\/there\/raft\.wal has format 2.*newer version/)
  })

  test('another swarm is named', () => {
    const found = recover(Buffer.concat([...encodeState(bornState(), 'ffff')]), SWARM)
    assert.deepEqual(found, { kind: 'foreign', swarm: 'ffff' })
    assert.ok(found.kind === 'foreign')
    assert.equal(refusal(found, '/there/raft.wal').code, 'SWARM_RAFT_FOREIGN')
  })
})

suite('what is written', () => {
  test('whole comes back whole, in many records where there are many entries', () => {
    const entries = Array.from({ length: 500 }, (_, at) => dataEntry(at + 1, 3, 'é'.repeat(at)))
    const state = bornState({ hard: { term: 4, vote: member('c.1') }, entries })
    assert.deepEqual(recover(Buffer.concat([...encodeState(state, SWARM)]), SWARM), { kind: 'state', state, torn: 0 })
  })

  test('in one record is kept or lost together', () => {
    const { batches, states } = drawLog(seededRandom(8), 10)
    const head = Buffer.concat([...encodeState(states[0] as RaftState, SWARM)])
    const group = encodeRecord(batches.map(encodeBatch))
    assert.deepEqual(recover(Buffer.concat([head, group]), SWARM), { kind: 'state', state: states.at(-1), torn: 0 })
    const cut = recover(Buffer.concat([head, group.subarray(0, -1)]), SWARM)
    assert.deepEqual(cut, { kind: 'state', state: states[0], torn: group.length - 1 })
  })

  test('a snapshot keeps what follows it, and only that', () => {
    const entries = [dataEntry(1, 1), dataEntry(2, 1), dataEntry(3, 2)]
    const state = bornState({ hard: { term: 2, vote: null }, entries })
    const left = (index: number, term: number): number[] => {
      const image = imageOf(state)
      follow(image, { snapshot: { index, term, config: groupOf(['a.1']), data: '' } })
      return image.state.entries.map((entry) => entry.index)
    }
    assert.deepEqual(left(2, 1), [3])
    assert.deepEqual(left(3, 2), [])
    // The entry there is of another history, and so is what stands behind it.
    assert.deepEqual(left(2, 2), [])
    assert.deepEqual(left(9, 2), [])
  })

  test('the image agrees with its dumb twin', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { batches, states } = drawLog(seededRandom(seed), 30)
        const image = imageOf(states[0] as RaftState)
        for (const [at, batch] of batches.entries()) {
          follow(image, batch)
          assert.deepEqual(image.state, states[at + 1])
          assert.deepEqual(image.state, after(states[at] as RaftState, batch))
        }
      }),
    )
  })

  test('a batch that does not follow ends the process instead of the log', () => {
    assert.throws(() => follow(imageOf(bornState()), { entries: [dataEntry(2, 0)] }), BrokenInvariant)
    assert.throws(() => imageOf(bornState({ entries: [dataEntry(1, 1)] })), BrokenInvariant)
  })

  test('a record has a bound', () => {
    const data = 'x'.repeat(33 * 1024 * 1024)
    assert.throws(() => encodeRecord([encodeBatch({ entries: [dataEntry(1, 1, data)] })]), {
      code: 'SWARM_TOO_LARGE',
    })
  })
})
