import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FRAME_BYTES_MAX, nodeId, seededRandom } from '../../../src/base/index.ts'
import { newLineage, newMember } from '../../../src/coordination/lineage.ts'
import {
  DOCUMENT_BYTES_MAX,
  DOCUMENTS_GONE_MAX,
  frameBytes,
  DOCUMENTS_FRAME_BYTES_MAX,
  DOCUMENTS_MAX,
  SETTINGS_FRAME_BYTES_MAX,
  SETTINGS_MAX,
} from '../../../src/coordination/settings.ts'
import {
  apply,
  genesis,
  BANS_MAX,
  ENTERED_MAX,
  ROSTER_MAX,
  type SwarmState,
  TICKETS_MAX,
} from '../../../src/coordination/state.ts'
import { decode, encode } from '../../../src/swarm/index.ts'

/** As full as a state may get, with ids of the real length and text that JSON escapes. */
function fullest(): SwarmState {
  const random = seededRandom(1)
  const id = (index: number): ReturnType<typeof nodeId> => nodeId(`12D3KooW${String(index).padStart(44, 'x')}`)
  const state = genesis(newLineage(id(0), null, random), 1, null)
  let index = 1
  const run = (command: Parameters<typeof apply>[2]): void => {
    index += 1
    apply(state, `${command.do} ${index} ${'k'.repeat(30)}`, command, { index, term: 1 })
  }
  for (let member = 0; member < ROSTER_MAX; member++)
    run({
      do: 'enrol',
      member: newMember(id(member), random),
      node: id(member),
      name: `node-${member}-${'n'.repeat(50)}`,
      role: 'auto',
      topics: [],
      floor: 0,
    })
  // A quote in a text in a text in a text is eight bytes.
  const quoted = (bytes: number): string => `"${'\\"'.repeat((bytes >> 3) - 3)}"`
  for (let setting = 0; setting < SETTINGS_MAX; setting++)
    run({
      do: 'set',
      key: `x.${'s'.repeat(60)}${setting}`,
      value: quoted(SETTINGS_FRAME_BYTES_MAX / SETTINGS_MAX),
      expect: null,
      at: 1_800_000_000_000,
      by: id(setting),
    })
  for (let document = 0; document < DOCUMENTS_MAX; document++)
    run({
      do: 'set',
      key: `personality.p${document}`,
      value: quoted(DOCUMENTS_FRAME_BYTES_MAX / DOCUMENTS_MAX),
      expect: null,
      at: 1_800_000_000_000,
      by: id(document),
    })
  for (let ban = 0; ban < BANS_MAX; ban++) run({ do: 'ban', node: id(100_000 + ban) })
  for (let entry = 0; entry < ENTERED_MAX; entry++) {
    const ticket = `t${'i'.repeat(14)}${entry % TICKETS_MAX}`
    run({ do: 'redeem', ticket, node: id(entry), uses: 256, until: 1_900_000_000_000, at: 1_800_000_000_000 })
  }
  return state
}

test('a state as full as it may be goes in one frame, and comes out as it was', () => {
  const full = fullest()
  assert.equal(Object.keys(full.settings).length, SETTINGS_MAX + DOCUMENTS_MAX)
  const state = JSON.stringify(full)
  const config = { voters: [], outgoing: [], learners: [], learnersNext: [] }
  const member = newMember(nodeId('12D3KooWx'), seededRandom(2))
  const message = { kind: 'joined', member, index: 2_000, term: 3, config, state } as const
  const frame = encode(message)
  assert.ok(frame.length <= FRAME_BYTES_MAX, `${frame.length} bytes`)
  assert.deepEqual(decode(frame), { ok: true, value: message })
})

test('a full roster refuses the next, and full settings too', () => {
  const state = fullest()
  const random = seededRandom(3)
  const enrol = {
    do: 'enrol',
    member: newMember(nodeId('z'), random),
    node: nodeId('z'),
    name: 'z',
    role: 'auto',
  } as const
  assert.deepEqual(apply(state, 'one more', { ...enrol, topics: [], floor: 0 }, { index: 9_000, term: 1 }), {
    ok: false,
    why: 'full',
  })
  const set = { do: 'set', key: 'x.more', value: '1', expect: null, at: 1, by: nodeId('z') } as const
  assert.deepEqual(
    apply(state, 'one more document', { ...set, key: 'personality.more' }, { index: 9_002, term: 1 }),
    { ok: false, why: 'full' },
  )
  assert.deepEqual(apply(state, 'one more setting', set, { index: 9_001, term: 1 }), { ok: false, why: 'full' })
})

test('a document counts by its bytes in a frame, one that was taken back not at all, and names do not run out', () => {
  const state = genesis(newLineage(nodeId('z'), null, seededRandom(4)), 1, null)
  let index = 0
  const set = (key: string, value: string | null): ReturnType<typeof apply> =>
    apply(
      state,
      `set ${(index += 1)}`,
      { do: 'set', key, value, expect: null, at: index, by: nodeId('z') },
      { index, term: 1 },
    )
  const full = { ok: false, why: 'full' }
  const large = JSON.stringify('a'.repeat(DOCUMENT_BYTES_MAX - 2))
  const fit = Math.floor(DOCUMENTS_FRAME_BYTES_MAX / frameBytes(large))
  for (let one = 0; one < fit; one++) assert.equal(set(`personality.p${one}`, large).ok, true)
  assert.deepEqual(set('personality.more', large), full)
  assert.equal(set('personality.p0', JSON.stringify('b'.repeat(8_000))).ok, true)
  assert.equal(set('x.other', '1').ok, true)
  for (let one = 0; one < fit; one++) assert.equal(set(`personality.p${one}`, null).ok, true)
  for (let one = 0; one < 3 * DOCUMENTS_GONE_MAX; one++) {
    assert.equal(set(`personality.q${one}`, '1').ok, true)
    assert.equal(set(`personality.q${one}`, null).ok, true)
  }
  assert.ok(Object.keys(state.settings).length <= DOCUMENTS_GONE_MAX + 1)
})
