import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeId, seededRandom } from '../../../src/base/index.ts'
import { foundingState } from '../../../src/coordination/founding.ts'
import { Joining } from '../../../src/coordination/joining.ts'
import type { CoordinationMessage, Place } from '../../../src/coordination/messages.ts'
import { Peers } from '../../../src/coordination/peers.ts'
import { Seat } from '../../../src/coordination/seat.ts'
import type { SwarmState } from '../../../src/coordination/state.ts'
import { timings } from '../../../src/raft/index.ts'

const random = seededRandom(1)
const self = { self: nodeId('a'), name: 'a', role: 'auto', topics: [] } as const

function seatAt(gen: number): Seat {
  const state = foundingState(self, null, random)
  const data = { ...(JSON.parse(state.snapshot.data) as SwarmState), gen }
  const nothing = (): void => {}
  return new Seat(
    {
      life: 1,
      timing: timings.lan,
      patience: () => 0,
      random,
      emit: nothing,
      applied: nothing,
      turned: nothing,
      voted: nothing,
      read: nothing,
      readLost: nothing,
      stuck: nothing,
    },
    { ...state, snapshot: { ...state.snapshot, data: JSON.stringify(data) } },
  )
}

/** `a` asks to be let in at `b`, which leads another lineage. */
function asked(dormant: boolean, seat: Seat) {
  const there = foundingState({ ...self, self: nodeId('b'), name: 'b' }, null, random)
  const state = JSON.parse(there.snapshot.data) as SwarmState
  const place = { member: there.self, leader: there.self, lineage: state.lineage } as unknown as Place
  const peers = new Peers()
  peers.up(nodeId('b'))
  peers.heard(nodeId('b'), { role: 'auto', place } as never)
  const joining = new Joining(self, place, dormant, random)
  const message = joining.tick(peers, seat)?.message
  assert.ok(message?.kind === 'join')
  const { config, index, term } = there.snapshot
  const answer = (gen: number): Extract<CoordinationMessage, { kind: 'joined' }> =>
    ({
      kind: 'joined',
      member: message.enrol.member,
      index,
      term,
      config,
      state: JSON.stringify({ ...state, gen }),
    }) as never
  return { joining, message, answer }
}

test('a newcomer moves only above the generation it obeys when the answer comes (J2)', () => {
  const { answer, joining, message } = asked(false, seatAt(1))
  assert.equal(message.floor, 1)
  // Meanwhile its own lineage absorbed another.
  assert.equal(joining.accept(answer(2), seatAt(2)), null)
  assert.ok(joining.accept(answer(3), seatAt(2)))
})

test('a node without a seat takes what it is given', () => {
  const { answer, joining } = asked(false, seatAt(1))
  assert.ok(joining.accept(answer(1), null))
})

test('what its own lineage decided after the question is not left behind (Q2)', () => {
  const seat = seatAt(1)
  const { answer, joining, message } = asked(true, seat)
  assert.equal(message.legacy?.index, seat.raft.log.last)
  seat.campaign()
  seat.written(1)
  assert.ok(seat.raft.log.last > (message.legacy?.index ?? 0), 'it leads, and began its term')
  assert.equal(joining.accept(answer(5), seat), null)
})
