import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../../src/base/index.ts'
import { base85 } from '../../../src/reconcile/base85.ts'
import { Answerer, type ReconcileMessage, Session, type SessionEffect } from '../../../src/reconcile/index.ts'
import { HeldSet, hashes, PEER, SALT } from '../../support/reconcile.ts'

/* What a session does while its own store, or its peer, takes its time. */

const held = new HeldSet().add(hashes(seededRandom(1), 2000))
const sessionBy = (by: 'buckets' | 'list'): Session =>
  new Session({ id: 1, salt: SALT, sketch: held.sketch, fresh: { lo: 1, hi: 2 }, by, buckets: [0, 1] })

const sentBy = (effects: readonly SessionEffect[]): readonly ReconcileMessage[] =>
  effects.flatMap((effect) => (effect.do === 'send' ? [effect.message] : []))
const endOf = (effects: readonly SessionEffect[]): unknown => effects.find((effect) => effect.do === 'end')?.end

/** What the peer, which holds the same, says to the question. */
function answerTo(question: ReconcileMessage | undefined): ReconcileMessage {
  assert.ok(question?.kind === 'bucket-ask' || question?.kind === 'list-ask')
  const answerer = new Answerer(held.sketch)
  const [read] = answerer.receive(PEER, question)
  assert.ok(read?.do === 'read')
  const [answer] = answerer.loaded(PEER, read.serial, held.page(question.bucket, undefined))
  assert.ok(answer?.do === 'send')
  return answer.message
}

for (const by of ['buckets', 'list'] as const)
  test(`what waits for this node's own store is not asked for again (${by})`, () => {
    const session = sessionBy(by)
    const [question] = sentBy(session.start())
    assert.deepEqual(session.receive(answerTo(question)), [])
    for (let tick = 0; tick < 120; tick++) assert.deepEqual(session.tick(), [])
    // When the store answers, it goes on.
    const [next] = sentBy(session.loaded(held.page(0, undefined)))
    assert.ok(next && 'bucket' in next && next.bucket === 1)
  })

test('a store that never answers ends the session too', () => {
  const session = sessionBy('buckets')
  const [question] = sentBy(session.start())
  session.receive(answerTo(question))
  const ends: unknown[] = []
  for (let tick = 0; tick < 601; tick++) ends.push(...[endOf(session.tick())].filter(Boolean))
  assert.deepEqual(ends, [{ kind: 'lost', bucket: 0 }])
})

test('a store that fails ends it at once, in the bucket where it was', () => {
  const session = sessionBy('buckets')
  session.start()
  assert.deepEqual(endOf(session.failed()), { kind: 'later', why: 'failed', bucket: 0 })
  assert.deepEqual(session.failed(), [], 'once')
})

test('a list that comes one element at a time, just in time each time, ends after a minute', () => {
  const session = sessionBy('list')
  session.start()
  session.loaded(held.page(0, undefined))
  let after: string | undefined
  let ended: unknown
  let tick = 0
  for (; ended === undefined && tick < 2000; tick++) {
    if (tick % 49 === 0) {
      const element = new Uint8Array(16)
      new DataView(element.buffer).setUint32(1, tick + 1)
      const part = { kind: 'list', id: 1, bucket: 0, elements: base85(element), more: true } as const
      session.receive(after === undefined ? part : { ...part, after })
      after = base85(element)
    }
    ended = endOf(session.tick())
  }
  assert.deepEqual(ended, { kind: 'lost', bucket: 0 })
  assert.equal(tick, 601)
})
