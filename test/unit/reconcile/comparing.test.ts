import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeId } from '../../../src/base/index.ts'
import { Comparing, type CompareEffect } from '../../../src/reconcile/comparing.ts'
import { Schedule } from '../../../src/reconcile/schedule.ts'
import { Sketch } from '../../../src/reconcile/sketch.ts'
import { Wants } from '../../../src/reconcile/wants.ts'
import { PEER, SALT } from '../../support/reconcile.ts'

/** Elements that are numbered, so that one sees which are asked for. */
function elements(from: number, count: number): Uint8Array {
  const bytes = new Uint8Array(16 * count)
  for (let index = 0; index < count; index++) new DataView(bytes.buffer).setUint32(16 * index, from + index)
  return bytes
}
const numberAt = (list: Uint8Array | undefined): number =>
  list ? new DataView(list.buffer, list.byteOffset).getUint32(0) : -1

let id = 0
const next = (wants: Wants): ReturnType<Wants['next']> => wants.next(() => ++id)

test('one question of 256 at most is under way with a peer, and the next begins where the answer ended', () => {
  const wants = new Wants()
  wants.add(PEER, elements(0, 300))
  wants.add(PEER, elements(1000, 5))
  const [first] = next(wants)
  assert.equal(first?.elements.length, 256 * 16)
  assert.deepEqual(next(wants), [])
  // Answers to something else, or too late.
  wants.answered(PEER, first.id + 1, 256)
  wants.answered(nodeId('other'), first.id, 256)
  assert.deepEqual(next(wants), [])
  wants.answered(PEER, first.id, 100)
  const [second] = next(wants)
  assert.deepEqual([numberAt(second?.elements), second?.elements.length], [100, 200 * 16])
  // More than was asked for is not covered.
  wants.answered(PEER, second?.id ?? 0, 5000)
  const [third] = next(wants)
  assert.deepEqual([numberAt(third?.elements), third?.elements.length], [1000, 5 * 16])
  wants.answered(PEER, third?.id ?? 0, 5)
  assert.equal(wants.waiting(PEER), 0)
  assert.deepEqual(next(wants), [])
})

test('an answer that covers nothing, and none at all, end what is wanted of that peer', () => {
  const wants = new Wants()
  const other = nodeId('other')
  wants.add(PEER, elements(0, 10))
  wants.add(other, elements(0, 10))
  const [question] = next(wants)
  wants.answered(PEER, question?.id ?? 0, 0)
  assert.equal(wants.waiting(PEER), 0)
  for (let tick = 0; tick < 99; tick++) assert.deepEqual(wants.tick(), [])
  assert.deepEqual(wants.tick(), [other])
  assert.equal(wants.waiting(other), 0)
})

function fresh(): { readonly comparing: Comparing; readonly schedule: Schedule; readonly wants: Wants } {
  const wants = new Wants()
  const schedule = new Schedule(nodeId('self'))
  schedule.up(PEER)
  const parts = { salt: SALT, sketch: new Sketch(SALT), schedule, wants, id: () => ++id }
  return { schedule, wants, comparing: new Comparing({ ...parts, secret: (bytes) => new Uint8Array(bytes) }) }
}
const kinds = (effects: readonly CompareEffect[]): readonly string[] => effects.map((effect) => effect.do)

test('a page that was read for a session that is no more is thrown away', () => {
  const { comparing } = fresh()
  const [, first] = comparing.accuse(PEER, [0])
  comparing.down(PEER)
  const [, second] = comparing.accuse(PEER, [0])
  assert.ok(first?.do === 'read' && second?.do === 'read')
  const page = { elements: elements(0, 2), more: true }
  assert.deepEqual(comparing.loaded(first.session, page), [])
  const [next] = comparing.loaded(second.session, page)
  assert.ok(next?.do === 'read')
  assert.equal(numberAt(next.after), 1)
  // As is a failure of that read, and a word to that session.
  assert.deepEqual(comparing.loaded(first.session, undefined), [])
  assert.deepEqual(comparing.receive(PEER, { kind: 'not-now', id: id - 1, why: 'busy' }), [])
  assert.equal(comparing.peer, PEER)
  assert.deepEqual(comparing.receive(nodeId('other'), { kind: 'not-now', id, why: 'busy' }), [])
  comparing.receive(PEER, { kind: 'not-now', id, why: 'busy' })
  assert.equal(comparing.peer, undefined)
})

test('no session begins with a peer while what an earlier one found is still coming', () => {
  const { comparing, schedule, wants } = fresh()
  for (let tick = 0; tick < 200; tick++) {
    schedule.heard(PEER, false, true)
    schedule.tick()
  }
  wants.add(PEER, elements(0, 2))
  const [question] = next(wants)
  assert.deepEqual(comparing.proceed(), [])
  wants.answered(PEER, question?.id ?? 0, 2)
  assert.deepEqual(kinds(comparing.proceed()), ['send'])
})

test('a session whose finds wait by the ten thousands reads on when some of them are here', () => {
  const { comparing, wants } = fresh()
  wants.add(PEER, elements(0, 32_768 + 100))
  assert.deepEqual(kinds(comparing.accuse(PEER, [0])), ['send'])
  // However long that takes: it is not lost meanwhile.
  for (let tick = 0; tick < 700; tick++) assert.deepEqual([...comparing.tick(), ...comparing.proceed()], [])
  const [question] = next(wants)
  wants.answered(PEER, question?.id ?? 0, 256)
  assert.deepEqual(kinds(comparing.proceed()), ['read'])
  assert.deepEqual(kinds(comparing.proceed()), [], 'once')
  assert.equal(comparing.peer, PEER)
})
