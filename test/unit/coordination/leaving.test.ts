import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../../src/base/index.ts'
import { Asks } from '../../../src/coordination/asks.ts'
import { Leaving, type Left } from '../../../src/coordination/leaving.ts'
import type { Reply } from '../../../src/coordination/messages.ts'
import type { Seat } from '../../../src/coordination/seat.ts'
import type { MemberId } from '../../../src/raft/index.ts'

const [ME, OTHER] = ['me.0000000000000001', 'other.0000000000000002'] as [MemberId, MemberId]

/** A node that leaves, played with by hand. */
class Departure {
  readonly asks = new Asks()
  readonly asked: string[] = []
  kind: Seat['kind'] = 'voter'
  left: Left | null = null
  handOvers = 0
  #leader: MemberId | null = null
  #blocked: string | null = null
  readonly #leaving = new Leaving({
    asks: this.asks,
    random: seededRandom(1),
    done: (result) => {
      assert.ok(result.ok && this.left === null, 'answered once')
      this.left = result.value
    },
    handOver: () => (this.handOvers += 1),
    reason: () => (this.#leader === null ? 'no quorum' : null),
    blocked: () => this.#blocked,
  })

  ticks(
    count: number,
    leader: MemberId | null,
    { members = [ME, OTHER], blocked = null }: { members?: readonly MemberId[] | null; blocked?: string | null } = {},
  ): this {
    this.#leader = leader
    this.#blocked = blocked
    const seat = members && {
      member: ME,
      kind: this.kind,
      state: { roster: Object.fromEntries(members.map((member) => [member, {}])) },
    }
    for (let tick = 0; tick < count; tick++) {
      this.#leaving.tick(seat as Seat | null, leader)
      this.asks.due((key, body) => {
        if (body.do === 'command') this.asked.push(`${key.split(' ')[0]} ${body.command.do}`)
        this.#key = key
        return true
      })
    }
    return this
  }

  answer(outcome: Reply['outcome']): this {
    this.asks.answered(this.#key, { outcome, setting: null })
    return this
  }
  #key = ''
}

test('a follower is dropped, and waits until its vote is gone (L2)', () => {
  const node = new Departure().ticks(3, OTHER)
  assert.deepEqual([node.asked, node.handOvers], [['leave drop'], 0])
  node.answer({ ok: true, index: 7 }).ticks(50, OTHER)
  assert.equal(node.left, null, 'it may still be counted')
  node.kind = 'observer'
  assert.deepEqual(node.ticks(1, OTHER).left, { why: null })
})

test('a leader hands over first, and again while a change is under way', () => {
  const node = new Departure().ticks(45, ME)
  assert.deepEqual([node.asked, node.handOvers], [[], 3])
  assert.deepEqual(node.ticks(1, OTHER).asked, ['leave drop'])
})

test('it is over after three seconds, with the reason', () => {
  assert.deepEqual(new Departure().ticks(301, null).left, { why: 'no quorum' })
  assert.deepEqual(new Departure().ticks(301, ME).left, { why: 'the others did not take over in time' })
  const dropped = new Departure().ticks(3, OTHER).answer({ ok: true, index: 7 }).ticks(300, OTHER)
  assert.deepEqual(dropped.left, { why: null }, 'its vote is the others’ affair now')
})

test('who has nothing to leave does not wait', () => {
  assert.deepEqual(new Departure().ticks(1, ME, { members: [ME] }).left, { why: null })
  assert.deepEqual(new Departure().ticks(1, null, { members: null }).left, { why: null })
  const blocked = 'a newer version wrote the log'
  assert.deepEqual(new Departure().ticks(1, null, { members: null, blocked }).left, { why: blocked })
})

test('who is no member any more has left; a refusal is told', () => {
  const gone = new Departure().ticks(2, OTHER).answer({ ok: false, why: 'unknown' })
  gone.kind = 'observer'
  assert.deepEqual(gone.ticks(1, OTHER).left, { why: null })
  const refused = new Departure().ticks(2, OTHER).answer({ ok: false, why: 'full' })
  assert.deepEqual(refused.left, { why: 'the leader did not take it' })
})
