import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { seededRandom } from '../../../src/base/index.ts'
import { base85 } from '../../../src/reconcile/base85.ts'
import { type ReconcileMessage, reconcileMessages } from '../../../src/reconcile/index.ts'
import { hashes } from '../../support/reconcile.ts'
import { ReconcileWorld } from '../../support/reconcile-world.ts'

const Message = z.discriminatedUnion('kind', reconcileMessages)

/** Whole cells or elements of noise, now and then with five characters that are no four bytes. */
const noise = (bytesPer: number): fc.Arbitrary<string> =>
  fc
    .tuple(fc.uint8Array({ minLength: 0, maxLength: 70 * bytesPer, size: 'max' }), fc.nat(20))
    .map(([bytes, drawn]) => {
      const text = base85(bytes.subarray(0, bytes.length - (bytes.length % bytesPer)))
      return drawn === 0 && text.length > 0 ? `#####${text.slice(5)}` : text
    })
const id = fc.integer({ min: 1, max: 8 })
const bucket = fc.constantFrom(0, 1, 2, 255)
const place = fc.constantFrom(0, 1, 63, 64, 65, 4096, 16_384)
const size = fc.constantFrom(0, 1, 500, 700, 65_537, Number.MAX_SAFE_INTEGER)
const after = fc.option(fc.constant(base85(new Uint8Array(16).fill(9))), { nil: undefined })
const digest = fc.constantFrom('x', 'y')

const messages: fc.Arbitrary<ReconcileMessage> = fc
  .oneof(
    fc.record({
      kind: fc.constant('sketch-ask'),
      id,
      more: fc.option(fc.record({ from: place, to: place, at: size }), { nil: undefined }),
    }),
    fc.record({ kind: fc.constant('sketch'), id, from: place, at: size, size, cells: noise(20) }),
    fc.record({
      kind: fc.constant('bucket-ask'),
      id,
      bucket,
      salt: fc.tuple(fc.integer(), fc.integer()),
      from: place,
      to: place,
    }),
    fc.record({ kind: fc.constant('bucket'), id, bucket, from: place, size, cells: noise(20) }),
    fc.record({ kind: fc.constant('list-ask'), id, bucket, after }),
    fc.record({ kind: fc.constant('list'), id, bucket, after, elements: noise(16), more: fc.boolean() }),
    fc.record({ kind: fc.constant('not-now'), id, why: fc.constantFrom('moved', 'busy', 'failed') }),
    fc.record({ kind: fc.constant('want'), id, elements: noise(16) }),
    fc.record({ kind: fc.constant('offer'), elements: noise(16) }),
    fc.record({ kind: fc.constant('audit-ask'), id, key: fc.constant('0'.repeat(32)) }),
    fc.record({
      kind: fc.constant('audit-sums'),
      id,
      before: digest,
      after: digest,
      sums: fc.uint8Array({ minLength: 2048, maxLength: 2048, size: 'max' }).map(base85),
    }),
  )
  .map((message) => {
    const read = Message.safeParse(JSON.parse(JSON.stringify(message)))
    return read.success ? read.data : undefined
  })
  .filter((message) => message !== undefined)

test('whatever a member says, it is answered or not, and when it falls silent the sets become one', () => {
  let heard = 0
  fc.assert(
    fc.property(
      fc.integer({ min: 1 }),
      fc.array(fc.tuple(messages, fc.constantFrom(0, 1, 1, 20)), { minLength: 40, maxLength: 40, size: 'max' }),
      (seed, said) => {
        const random = seededRandom(seed)
        const world = new ReconcileWorld({ seed, loss: 0.02, delayMax: 3 }, 'a', 'b')
        const common = hashes(random, 300)
        for (const node of world.nodes.values()) node.add(common).add(hashes(random, 100))
        // The first session begins in a while; much is said into it.
        world.run(55)
        for (const [message, wait] of said) {
          heard += 1
          world.deliver('b', 'a', message)
          world.run(wait)
        }
        world.run(20)
        const { reconciler } = world.node('a')
        assert.ok(reconciler.wanted <= 40 * 70 + 100, 'no more is remembered than was said')
        assert.equal(world.node('a').of('crafted').length, 0)
        world.runUntil(() => world.allEqual, 14_000)
      },
    ),
    { numRuns: 20, endOnFailure: true },
  )
  assert.ok(heard >= 800)
})

test('who is not connected is not heard', () => {
  const world = new ReconcileWorld({}, 'a', 'b')
  world.cut('a', 'b')
  fc.assert(
    fc.property(messages, (message) => {
      world.node('a').told.length = 0
      world.deliver('b', 'a', message)
      assert.deepEqual(world.node('a').told, [])
    }),
    { numRuns: 50 },
  )
})
