import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import { BrokenInvariant } from '../../src/base/assert.ts'
import { type Done, seededRandom } from '../../src/base/index.ts'
import { encodeState, type RaftBatch, type RaftFound, type RaftState, type RaftStore } from '../../src/raft/index.ts'
import { bornState, dataEntry, drawLog, member, SWARM } from '../support/raft-log.ts'
import { result, value } from '../support/storage.ts'

/** A disk over which stores are opened, each after the one before was closed. */
export interface RaftPlaceUnderTest {
  next(): RaftStore
  /** The log while no store is open. */
  read(): Promise<Uint8Array>
  put(log: Uint8Array): Promise<void>
  fill(full: boolean): void
}

const codeOf = async (call: (done: Done<void>) => void): Promise<string> => {
  const answer = await result(call)
  return answer.ok ? 'ok' : answer.error.code
}

const create = (store: RaftStore, state: RaftState): Promise<void> => value((done) => store.create(state, done))
const write = (store: RaftStore, batch: RaftBatch): Promise<void> => value((done) => store.write(batch, done))
const stateOf = (found: RaftFound): RaftState | undefined => (found.kind === 'state' ? found.state : undefined)

/** What every implementation of `RaftStore` promises. */
export function raftStoreContract(name: string, placeOf: (t: TestContext) => RaftPlaceUnderTest): void {
  const opened = async (t: TestContext, place = placeOf(t)): Promise<RaftStore> => {
    const store = place.next()
    await store.open()
    t.after(() => store.close())
    return store
  }

  suite(`raft store: ${name}`, () => {
    lives(placeOf, opened)
    order(opened)
    troubles(placeOf, opened)
    fullDisk(placeOf, opened)
  })
}

type PlaceOf = (t: TestContext) => RaftPlaceUnderTest
type Opened = (t: TestContext, place?: RaftPlaceUnderTest) => Promise<RaftStore>

function lives(placeOf: PlaceOf, opened: Opened): void {
  test('a new place holds nothing', async (t) => {
    const store = placeOf(t).next()
    assert.deepEqual(await store.open(), { kind: 'nothing' })
    assert.equal(store.floor, null)
    await store.close()
  })

  test('what was created and written is there in the next life, and in the one after it', async (t) => {
    const place = placeOf(t)
    const { batches, states } = drawLog(seededRandom(11), 60)
    let store = await opened(t, place)
    await create(store, states[0] as RaftState)
    for (const batch of batches.slice(0, 20)) await write(store, batch)
    await store.close()
    store = place.next()
    assert.deepEqual(await store.open(), { kind: 'state', state: states[20], torn: 0 })
    await Promise.all(batches.slice(20).map((batch) => write(store, batch)))
    await store.close()
    store = place.next()
    assert.deepEqual(await store.open(), { kind: 'state', state: states[60], torn: 0 })
    await store.close()
  })

  test('creating replaces, and is the beginning of what is written after it', async (t) => {
    const place = placeOf(t)
    const store = await opened(t, place)
    await create(store, bornState({ hard: { term: 9, vote: null }, entries: [dataEntry(1, 9)] }))
    const next = bornState({ group: 'g2', self: member('a.2'), hard: { term: 1, vote: null } })
    await create(store, next)
    await write(store, { entries: [dataEntry(1, 1)] })
    assert.deepEqual(stateOf(await store.open()), { ...next, entries: [dataEntry(1, 1)] })
  })

  test('the floor stays, whatever becomes of the log', async (t) => {
    const place = placeOf(t)
    const first = await opened(t, place)
    await value((done: Done<void>) => first.keepFloor('3 é', done))
    assert.equal(first.floor, '3 é')
    await create(first, bornState())
    await value((done: Done<void>) => first.keepFloor('4', done))
    await first.close()
    const second = place.next()
    assert.equal(second.floor, null)
    await second.open()
    assert.equal(second.floor, '4')
    await second.close()
  })

  test('a state that is none is a broken invariant, at once', async (t) => {
    const store = await opened(t)
    assert.throws(() => store.create(bornState({ entries: [dataEntry(2, 0)] }), () => {}), BrokenInvariant)
  })
}

function order(opened: Opened): void {
  test('answers come after the call returned, in the order of the calls', async (t) => {
    const store = await opened(t)
    const said: string[] = []
    const say =
      (word: string): Done<void> =>
      ({ ok }) =>
        said.push(`${word} ${ok}`)
    store.write({}, say('too early'))
    store.create(bornState({ hard: { term: 1, vote: null } }), say('create'))
    store.write({ entries: [dataEntry(1, 1)] }, say('one'))
    store.write({ entries: [dataEntry(2, 1)] }, say('two'))
    store.keepFloor('7', say('floor'))
    store.write({ entries: [dataEntry(3, 1)] }, say('three'))
    const opening = store.open().then((found) => said.push(`open ${stateOf(found)?.entries.length}`))
    said.push('returned')
    await opening
    assert.deepEqual(said, [
      'returned',
      'too early false',
      'create true',
      'one true',
      'two true',
      'floor true',
      'three true',
      'open 3',
    ])
  })

  test('closing waits for what was asked, may be done twice, and what comes after it is refused', async (t) => {
    const store = await opened(t)
    const asked = [
      codeOf((done) => store.create(bornState(), done)),
      codeOf((done) => store.write({ hard: { term: 1, vote: null } }, done)),
    ]
    const closing = store.close()
    const late = codeOf((done) => store.write({ hard: { term: 2, vote: null } }, done))
    await closing
    await store.close()
    assert.deepEqual(await Promise.all([...asked, late]), ['ok', 'ok', 'SWARM_STOPPING'])
    assert.equal(await codeOf((done) => store.create(bornState(), done)), 'SWARM_STOPPING')
    assert.equal(await codeOf((done) => store.keepFloor('1', done)), 'SWARM_STOPPING')
    assert.equal(stateOf(await store.open())?.hard.term, 1)
  })
}

function troubles(placeOf: PlaceOf, opened: Opened): void {
  const written = async (t: TestContext, place: RaftPlaceUnderTest): Promise<readonly RaftState[]> => {
    const { batches, states } = drawLog(seededRandom(12), 8)
    const store = await opened(t, place)
    await create(store, states[0] as RaftState)
    for (const batch of batches) await write(store, batch)
    await store.close()
    return states
  }

  test('a torn end is cut off, and the log goes on from there', async (t) => {
    const place = placeOf(t)
    const states = await written(t, place)
    await place.put((await place.read()).slice(0, -3))
    const store = await opened(t, place)
    const found = await store.open()
    // Opened twice: the first has cut it already.
    assert.deepEqual(found, { kind: 'state', state: states[7], torn: 0 })
    await write(store, { hard: { term: 99, vote: null } })
    assert.equal(stateOf(await store.open())?.hard.term, 99)
  })

  test('a torn end is told of once', async (t) => {
    const place = placeOf(t)
    const states = await written(t, place)
    const log = await place.read()
    await place.put(new Uint8Array([...log, ...new Uint8Array(100)]))
    const store = place.next()
    assert.deepEqual(await store.open(), { kind: 'state', state: states[8], torn: 100 })
    await store.close()
  })

  test('a damaged log is set aside; then there is none, and one can be created', async (t) => {
    const place = placeOf(t)
    await written(t, place)
    const log = await place.read()
    log[20] = (log[20] as number) ^ 1
    await place.put(log)
    const store = place.next()
    t.after(() => store.close())
    const found = await store.open()
    assert.ok(found.kind === 'damaged')
    assert.match(found.why, /was damaged \(it does not begin with a header\)/)
    assert.equal(await codeOf((done) => store.write({}, done)), 'SWARM_INTERNAL')
    assert.deepEqual(await store.open(), { kind: 'nothing' })
    await create(store, bornState())
    assert.deepEqual(stateOf(await store.open()), bornState())
  })

  test('a log of another swarm is refused and left alone', async (t) => {
    const place = placeOf(t)
    const log = new Uint8Array(Buffer.concat([...encodeState(bornState(), `not ${SWARM}`)]))
    await place.put(log)
    const store = place.next()
    await assert.rejects(store.open(), { code: 'SWARM_RAFT_FOREIGN' })
    assert.notEqual(await codeOf((done) => store.create(bornState(), done)), 'ok')
    await store.close()
    assert.deepEqual(new Uint8Array(await place.read()), log)
  })
}

function fullDisk(placeOf: PlaceOf, opened: Opened): void {
  test('a full disk: what is asked fails and so does all after it, until it is opened with space', async (t) => {
    const place = placeOf(t)
    const store = await opened(t, place)
    const born = bornState({ hard: { term: 1, vote: null } })
    await create(store, born)
    await write(store, { entries: [dataEntry(1, 1)] })
    place.fill(true)
    const three = [2, 3, 4].map((index) => codeOf((done) => store.write({ entries: [dataEntry(index, 1)] }, done)))
    assert.deepEqual(await Promise.all(three), Array(3).fill('SWARM_DISK_FULL'))
    assert.equal(await codeOf((done) => store.keepFloor('1', done)), 'SWARM_DISK_FULL')
    await assert.rejects(store.open(), { code: 'SWARM_DISK_FULL' })
    place.fill(false)
    assert.notEqual(await codeOf((done) => store.write({ entries: [dataEntry(2, 1)] }, done)), 'ok')
    assert.deepEqual(stateOf(await store.open())?.entries, [dataEntry(1, 1)])
    await write(store, { entries: [dataEntry(2, 1)] })
    assert.equal(await codeOf((done) => store.keepFloor('1', done)), 'ok')
    assert.equal(stateOf(await store.open())?.entries.length, 2)
  })

  test('a full disk: nothing is created, and what was there stays', async (t) => {
    const place = placeOf(t)
    const store = await opened(t, place)
    await create(store, bornState())
    place.fill(true)
    assert.equal(await codeOf((done) => store.create(bornState({ group: 'g2' }), done)), 'SWARM_DISK_FULL')
    assert.equal(await codeOf((done) => store.write({}, done)), 'SWARM_DISK_FULL')
    place.fill(false)
    await create(store, bornState({ group: 'g3' }))
    assert.equal(stateOf(await store.open())?.group, 'g3')
  })
}
