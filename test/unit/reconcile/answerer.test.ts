import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeId, seededRandom } from '../../../src/base/index.ts'
import { cellsOf } from '../../../src/reconcile/coded.ts'
import { Answerer, type ReconcileMessage } from '../../../src/reconcile/index.ts'
import { FRAME_CELLS_MAX } from '../../../src/reconcile/messages.ts'
import { SKETCH_CELLS } from '../../../src/reconcile/sketch.ts'
import { HeldSet, hashes } from '../../support/reconcile.ts'

/* The side that is asked, by peers that ask too much, too little, and nothing any more. */

const a = nodeId('a')
const bucketAsk = (change: object = {}): Extract<ReconcileMessage, { kind: 'bucket-ask' }> => ({
  kind: 'bucket-ask',
  id: 1,
  bucket: 0,
  salt: [1, 2],
  from: 0,
  to: 10,
  ...change,
})
const held = new HeldSet().add(hashes(seededRandom(1), 2000))
const sketchAsk = (from: number, to: number): Extract<ReconcileMessage, { kind: 'sketch-ask' }> => ({
  kind: 'sketch-ask',
  id: 1,
  more: { from, to, at: held.sketch.version },
})

function why(answers: readonly { readonly do: string; readonly message?: ReconcileMessage }[]): string | undefined {
  const [answer] = answers
  return answer?.message?.kind === 'not-now' ? answer.message.why : undefined
}

test('a long answer comes in frames that follow one another, all of one version', () => {
  const answers = new Answerer(held.sketch).receive(a, sketchAsk(64, SKETCH_CELLS))
  let next = 64
  for (const answer of answers) {
    assert.ok(answer.do === 'send' && answer.message.kind === 'sketch')
    const { at, cells, from, size } = answer.message
    assert.deepEqual([from, at, size], [next, held.sketch.version, held.size])
    const read = cellsOf(cells)
    assert.ok(read.ok && read.value.length <= FRAME_CELLS_MAX)
    next += read.value.length
  }
  assert.equal(next, SKETCH_CELLS)
})

test('a question that asks for nothing, or beyond the sketch, gets what there is', () => {
  const answerer = new Answerer(held.sketch)
  assert.deepEqual(answerer.receive(a, sketchAsk(64, 64)), [])
  assert.deepEqual(answerer.receive(a, sketchAsk(65, 64)), [])
  const small = new Answerer(new HeldSet(undefined, 100).sketch)
  assert.equal(small.receive(a, { kind: 'sketch-ask', id: 1, more: { from: 0, to: 200, at: 0 } }).length, 1)
  assert.deepEqual(answerer.receive(a, { kind: 'list-ask', id: 1, bucket: 0, after: '#'.repeat(20) }), [])
})

test('a peer is given four sketches a minute, and the next one its own', () => {
  const answerer = new Answerer(held.sketch)
  const ask = sketchAsk(0, SKETCH_CELLS)
  for (let time = 0; time < 4; time++) assert.equal(answerer.receive(a, ask).length, 4)
  assert.equal(why(answerer.receive(a, ask)), 'busy')
  assert.equal(answerer.receive(nodeId('b'), ask).length, 4)
  for (let tick = 0; tick < 600; tick++) answerer.tick()
  assert.equal(answerer.receive(a, ask).length, 4)
})

test('a version that cannot be undone to any more, or is yet to come, is refused', () => {
  const changing = new HeldSet().add(hashes(seededRandom(2), 5000))
  const answerer = new Answerer(changing.sketch)
  for (const at of [10, 5001])
    assert.equal(why(answerer.receive(a, { kind: 'sketch-ask', id: 1, more: { from: 0, to: 64, at } })), 'moved')
})

test('four peers are answered by buckets at a time, and one that asks no more makes room', () => {
  const answerer = new Answerer(held.sketch)
  for (let peer = 0; peer < 4; peer++) assert.equal(answerer.receive(nodeId(`p${peer}`), bucketAsk())[0]?.do, 'read')
  assert.equal(why(answerer.receive(a, bucketAsk())), 'busy')
  for (let tick = 0; tick < 200; tick++) answerer.tick()
  answerer.receive(nodeId('p3'), bucketAsk({ bucket: 1 }))
  for (let tick = 0; tick < 101; tick++) answerer.tick()
  assert.equal(answerer.receive(a, bucketAsk())[0]?.do, 'read')
  // p3 asked meanwhile, and is still there.
  const rooms = [nodeId('x'), nodeId('y'), nodeId('z')].map((peer) => why(answerer.receive(peer, bucketAsk())))
  assert.deepEqual(rooms, [undefined, undefined, 'busy'])
  answerer.down(nodeId('p3'))
  assert.equal(why(answerer.receive(nodeId('z'), bucketAsk())), undefined)
})

test('of two questions the later one is answered, and pages read for the earlier one are thrown away', () => {
  const answerer = new Answerer(held.sketch)
  const [first] = answerer.receive(a, bucketAsk({ bucket: 1 }))
  const [second] = answerer.receive(a, bucketAsk({ bucket: 2 }))
  assert.ok(first?.do === 'read' && second?.do === 'read')
  assert.deepEqual(answerer.loaded(a, first.serial, held.page(1, undefined)), [])
  const [answer] = answerer.loaded(a, second.serial, held.page(2, undefined))
  assert.ok(answer?.do === 'send' && answer.message.kind === 'bucket')
  assert.deepEqual([answer.message.bucket, answer.message.size], [2, held.bucket(2).length])
  // More cells of the same bucket come without reading it again.
  const [more] = answerer.receive(a, bucketAsk({ bucket: 2, from: 10, to: 20 }))
  assert.ok(more?.do === 'send' && more.message.kind === 'bucket' && more.message.from === 10)
  // Of another session they do not.
  assert.equal(answerer.receive(a, bucketAsk({ bucket: 2, salt: [1, 3] }))[0]?.do, 'read')
})

test('a question that is asked again while its bucket is read is answered once', () => {
  const answerer = new Answerer(held.sketch)
  const [read] = answerer.receive(a, bucketAsk())
  assert.ok(read?.do === 'read')
  assert.deepEqual(answerer.receive(a, bucketAsk()), [])
  assert.equal(answerer.loaded(a, read.serial, held.page(0, undefined)).length, 1)
})

test('a bucket of more than can be compared is not read to its end, and its size says so', () => {
  const answerer = new Answerer(held.sketch)
  let effects = answerer.receive(a, bucketAsk())
  let pages = 0
  for (let read = effects[0]; read?.do === 'read'; read = effects[0]) {
    pages += 1
    const elements = new Uint8Array(4096 * 16)
    for (let at = 0; at < elements.length; at += 16)
      new DataView(elements.buffer).setUint32(at + 1, pages * 4096 + at)
    effects = answerer.loaded(a, read.serial, { elements, more: true })
    assert.ok(pages < 20)
  }
  const [answer] = effects
  assert.ok(answer?.do === 'send' && answer.message.kind === 'bucket')
  assert.equal(answer.message.size, 17 * 4096)
})

test('a store that fails is told, and the next question is read anew', () => {
  const answerer = new Answerer(held.sketch)
  const [read] = answerer.receive(a, bucketAsk())
  assert.ok(read?.do === 'read')
  assert.equal(why(answerer.loaded(a, read.serial, undefined)), 'failed')
  assert.equal(answerer.receive(a, bucketAsk())[0]?.do, 'read')
})
