import { randomBytes } from 'node:crypto'
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { nodeId, type NodeId, seededRandom } from '../../src/base/index.ts'
import { type Beacon, type BeaconOptions, startBeacon } from '../../src/swarm/beacon.ts'
import { BEACON_BYTES_MAX, type BeaconWords, encodeBeacon, parseBeacon } from '../../src/swarm/beacon-payload.ts'
import { broadcastOf } from '../../src/swarm/beacon-sockets.ts'
import type { BeaconSockets, BeaconSocketsOptions } from '../../src/swarm/beacon-sockets.ts'
import { groupKeyOf, generateNodeKey } from '../../src/swarm/index.ts'
import { deriveSecrets } from '../../src/swarm/secrets.ts'

const ours = deriveSecrets(generateNodeKey().self, groupKeyOf(randomBytes(32)))
const theirs = deriveSecrets(generateNodeKey().self, groupKeyOf(randomBytes(32)))
const words: BeaconWords = {
  v: 1,
  id: nodeId('12D3KooWabc'),
  tcp: 7801,
  ask: true,
  founded: 5,
  alone: true,
  addresses: ['/ip4/10.0.0.1/tcp/7801'],
}
const packet = (over: Partial<BeaconWords> = {}, secrets = ours): Buffer =>
  encodeBeacon({ ...words, ...over }, secrets.tag, secrets.beaconKey)
const read = (bytes: Uint8Array): ReturnType<typeof parseBeacon> => parseBeacon(bytes, ours.tag, ours.beaconKey)

suite('payload', () => {
  test('a beacon is read back', () => {
    assert.deepEqual(read(packet()), { is: 'peer', words })
  })

  test('one of another swarm is a stranger, whose words prove nothing', () => {
    assert.deepEqual(read(packet({}, theirs)), { is: 'stranger', tag: theirs.tag, words })
  })

  test('one with our tag and another key is a forgery, and so is a changed one', () => {
    assert.deepEqual(read(encodeBeacon(words, ours.tag, theirs.beaconKey)), { is: 'forged' })
    const changed = packet().toString().replace('7801', '7802')
    assert.deepEqual(read(Buffer.from(changed)), { is: 'forged' })
  })

  test('one of a newer version, or with impossible words, is noise', () => {
    for (const over of [{ v: 2 }, { tcp: 0 }, { tcp: 70_000 }, { tcp: '7801' }, { id: '../x' }, { ask: 'yes' }]) {
      assert.deepEqual(read(packet(over as unknown as Partial<BeaconWords>)), { is: 'noise' }, JSON.stringify(over))
    }
  })

  test('any bytes are read without a throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 1500 }), (bytes) => read(bytes).is === 'noise'))
    const good = packet()
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (at, byte) => {
        const bytes = Buffer.from(good)
        bytes[at] = byte
        assert.ok(bytes.equals(good) || read(bytes).is !== 'peer')
      }),
    )
  })

  test('a packet never exceeds what a network carries whole', () => {
    const addresses = Array.from({ length: 100 }, (_, at) => `/ip6/2001:db8:0:0:0:0:0:${at}/tcp/7801`)
    assert.ok(packet({ addresses }).length <= BEACON_BYTES_MAX)
    assert.equal(read(packet({ addresses })).is, 'peer')
  })
})

test('broadcast addresses', () => {
  assert.equal(broadcastOf('10.1.2.3', '255.255.255.0'), '10.1.2.255')
  assert.equal(broadcastOf('172.16.5.4', '255.240.0.0'), '172.31.255.255')
  assert.equal(broadcastOf('10.1.2.3', '255.255.255.255'), undefined)
})

suite('behaviour', () => {
  /** A beacon on sockets and a clock that the test moves. */
  function staged(over: Partial<BeaconOptions> = {}) {
    const sent: { packet: Buffer; at: number }[] = []
    const seen: [NodeId, readonly string[]][] = []
    const notes: string[] = []
    const answers: Buffer[] = []
    let now = 0
    let due: { at: number; run: () => void } | undefined
    let wired: BeaconSocketsOptions | undefined
    const sockets = (options: BeaconSocketsOptions): BeaconSockets => {
      wired = options
      return {
        refresh: () => {},
        send: (bytes) => sent.push({ packet: bytes, at: now }),
        states: () =>
          new Map([
            ['eth0', undefined],
            ['wlan0', 'ENETUNREACH'],
          ]),
        deaf: () => undefined,
        close: () => {},
      }
    }
    const strangers: string[] = []
    const beacon: Beacon = startBeacon({
      self: nodeId('Self'),
      secrets: ours,
      loopbackOnly: false,
      random: seededRandom(3),
      timers: {
        after(ms, run) {
          due = { at: now + ms, run }
          return () => (due = undefined)
        },
        every: () => () => {},
        monotonic: () => now,
      },
      listening: () => ({ tcp: 7801, addresses: [] }),
      looks: () => ({ founded: 5, alone: true }),
      stranger: ({ tag }) => strangers.push(tag),
      connected: () => false,
      seen: (peer, addresses) => seen.push([peer, addresses]),
      note: (_level, text) => notes.push(text),
      sockets,
      ...over,
    })
    return {
      beacon,
      strangers,
      sent,
      seen,
      notes,
      answers,
      hear: (bytes: Buffer, address = '10.0.0.9') =>
        wired?.heard({ packet: bytes, address, port: 5555, answer: (reply) => answers.push(reply) }),
      run: (ms: number) => {
        for (const end = now + ms; ;) {
          if (due === undefined || due.at > end) {
            now = end
            return
          }
          const { at, run } = due
          now = at
          due = undefined
          run()
        }
      },
    }
  }

  test('it speaks at once, a few times soon, and then every 5 s', () => {
    const { sent, run } = staged()
    run(60_000)
    const times = sent.map(({ at }) => at)
    assert.deepEqual(times.slice(0, 4), [0, 150, 650, 2_150])
    const gaps = times.slice(4).map((time, at) => time - (times[at + 3] ?? 0))
    assert.ok(
      gaps.every((gap) => gap >= 4_000 && gap <= 6_000),
      String(gaps),
    )
  })

  test('a peer is named with the address it sent from, and answered at once', () => {
    const { hear, seen, answers } = staged()
    hear(packet())
    assert.deepEqual(seen, [[words.id, ['/ip4/10.0.0.9/tcp/7801', '/ip4/10.0.0.1/tcp/7801']]])
    assert.equal(answers.length, 1)
    const answer = read(answers[0] as Buffer)
    assert.ok(answer.is === 'peer' && !answer.words.ask && answer.words.id === 'Self')
  })

  test('an answer is not answered, nor a connected peer, nor one peer twice in a second', () => {
    const asked = staged()
    asked.hear(packet({ ask: false }))
    assert.deepEqual(asked.answers, [])
    const linked = staged({ connected: () => true })
    linked.hear(packet())
    assert.deepEqual([linked.answers, linked.seen], [[], []])
    const many = staged()
    for (let at = 0; at < 10; at++) many.hear(packet())
    assert.equal(many.answers.length, 1)
    many.run(1_000)
    many.hear(packet())
    assert.equal(many.answers.length, 2)
  })

  test('a flood of peers gets a bounded number of answers', () => {
    const { hear, answers } = staged()
    for (let at = 0; at < 500; at++) hear(packet({ id: nodeId(`P${at}`) }))
    assert.equal(answers.length, 64)
  })

  test('another swarm is noted once, its own packets are ignored, and the report says all of it', () => {
    const { hear, notes, seen, beacon } = staged()
    hear(packet({}, theirs))
    hear(packet({}, theirs))
    hear(packet({ id: nodeId('Self') }))
    hear(encodeBeacon(words, ours.tag, theirs.beaconKey))
    hear(Buffer.from('noise'))
    assert.deepEqual(seen, [])
    assert.equal(notes.filter((text) => text.includes('another swarm is on this network')).length, 1)
    const { detail, ok } = beacon.report()
    assert.ok(ok)
    assert.match(detail, /^beacon: sent on eth0; not on wlan0 \(ENETUNREACH\); heard 0 peers; and another swarm/)
    assert.match(detail, /1 packets with a wrong signature/)
  })
})
