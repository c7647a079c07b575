import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeId, seededRandom } from '../../../src/base/index.ts'
import { Answerer } from '../../../src/reconcile/index.ts'
import { hashAt, hashes } from '../../support/reconcile.ts'
import { ReconcileWorld } from '../../support/reconcile-world.ts'

/* Sets on nodes that are not told what differs, over a line in between. Seconds are ten ticks. */

test('two sets that differ are one within ten seconds, and nothing more is said then', () => {
  const random = seededRandom(1)
  const world = new ReconcileWorld({}, 'a', 'b')
  const common = hashes(random, 2000)
  const [a, b] = [world.node('a').add(common).add(hashes(random, 40)), world.node('b').add(common)]
  b.add(hashes(random, 35))
  const tick = world.runUntil(() => world.allEqual, 100)
  assert.ok(tick > 50, 'a difference of a moment is none')
  assert.equal(a.held.size, 2075)
  assert.deepEqual([a.sent.get('sketch-ask'), b.sent.get('sketch-ask')], [2, undefined], 'one of the two asks')
  world.run(50)
  a.sent.clear()
  b.sent.clear()
  world.run(20_000)
  assert.deepEqual([...a.sent.keys(), ...b.sent.keys()], [], 'equal sets cost nothing but the heartbeat')
})

test('what the store holds at the start is read into the sketch, while it is written to and even if it fails', () => {
  const random = seededRandom(13)
  const common = hashes(random, 30_000)
  const world = new ReconcileWorld({ stored: { a: common } }, 'a', 'b')
  const [a, b] = [world.node('a'), world.node('b').add(common)]
  for (let step = 0; step < 300; step++) {
    a.broken = step % 50 === 49
    world.run(1)
    const fresh = hashes(random, 40)
    a.add(fresh)
    // Some of it goes again.
    a.remove(fresh.subarray(0, 320))
    a.remove(common.subarray(step * 64, step * 64 + 64))
    b.remove(common.subarray(step * 64, step * 64 + 64))
  }
  a.broken = false
  world.runUntil(() => a.reconciler.size === a.held.size, 3000)
  assert.equal(a.held.size, 30_000 - 600 + 300 * 30)
  // The sketch is the right one, cell by cell: no bucket is needed to find what differs.
  world.runUntil(() => world.allEqual, 3000)
  assert.equal(a.sent.get('bucket-ask'), undefined)
})

test('a node that is still reading its set asks nothing, and answers later', () => {
  const world = new ReconcileWorld({ stored: { a: hashes(seededRandom(14), 3000), b: new Uint8Array() } }, 'a', 'b')
  const a = world.node('a')
  world.run(100)
  assert.ok(a.reconciler.size < 3000)
  world.deliver('b', 'a', { kind: 'sketch-ask', id: 1 })
  assert.deepEqual(
    a.of('send').map(({ message }) => message),
    [{ kind: 'not-now', id: 1, why: 'busy' }],
  )
  world.run(400)
  world.deliver('b', 'a', { kind: 'sketch-ask', id: 2 })
  assert.ok(a.of('send').some(({ message }) => message.kind === 'sketch' && message.id === 2))
})

test('while the vectors differ the difference is theirs to find, for ten minutes', () => {
  const world = new ReconcileWorld({}, 'a', 'b')
  world.node('a').add(hashes(seededRandom(2), 10))
  world.node('b').vectorsAgree = false
  world.run(5900)
  assert.equal(world.node('a').sent.size + world.node('b').sent.size, 0)
  world.runUntil(() => world.allEqual, 200)
})

for (let seed = 1; seed <= 12; seed++)
  test(`seed ${seed}: three nodes agree over a line that loses, delays and reorders`, () => {
    const random = seededRandom(seed)
    const world = new ReconcileWorld(
      { seed, loss: random.next() * 0.15, delayMax: 1 + random.below(8), pageMax: 40 },
      'a',
      'b',
      'c',
    )
    const common = hashes(random, 500)
    for (const node of world.nodes.values()) node.add(common).add(hashes(random, random.below(300)))
    world.runUntil(() => world.allEqual, 12_000)
    assert.ok([...world.nodes.values()].every(({ held, reconciler }) => held.size === reconciler.size))
  })

test('what is written while sets are compared is no harm', () => {
  const random = seededRandom(3)
  const world = new ReconcileWorld({ seed: 3, loss: 0.05, delayMax: 4 }, 'a', 'b')
  world.node('a').add(hashes(random, 3000))
  world.node('b').add(hashes(random, 3000))
  for (let step = 0; step < 300; step++) {
    world.node(step % 2 ? 'a' : 'b').add(hashes(random, 5))
    world.run(1)
  }
  world.runUntil(() => world.allEqual, 6000)
  assert.equal(world.node('a').held.size, 7500)
})

test('many differences come bucket by bucket, and a cut in the middle costs what was under way', () => {
  const random = seededRandom(4)
  const world = new ReconcileWorld({ seed: 4 }, 'a', 'b')
  const common = hashes(random, 20_000)
  for (const node of world.nodes.values()) node.add(common).add(hashes(random, 7000))
  const a = world.node('a')
  world.runUntil(() => (a.sent.get('bucket-ask') ?? 0) > 60, 3000)
  world.cut('a', 'b')
  world.run(50)
  const kept = a.held.size
  assert.ok(kept > 27_000 + 1000, `${kept} are here: what was found was fetched`)
  world.heal('a', 'b')
  world.runUntil(() => world.allEqual, 6000)
  assert.equal(a.held.size, 34_000)
})

test('an asker that lost its peer for a while goes on in the bucket where it was', () => {
  const random = seededRandom(5)
  const world = new ReconcileWorld({ seed: 5 }, 'a', 'b')
  const common = hashes(random, 20_000)
  for (const node of world.nodes.values()) node.add(common).add(hashes(random, 7000))
  const [a, b] = [world.node('a'), world.node('b')]
  world.runUntil(() => (a.sent.get('bucket-ask') ?? 0) > 100, 3000)
  // Its store hangs: every question is answered with `not now`.
  b.broken = true
  world.run(100)
  b.broken = false
  a.told.length = 0
  world.runUntil(() => (a.sent.get('bucket-ask') ?? 0) > 110, 1000)
  const asked = a.of('send').map(({ message }) => (message.kind === 'bucket-ask' ? message.bucket : undefined))
  assert.ok((asked.find((bucket) => bucket !== undefined) ?? 0) > 90)
  world.runUntil(() => world.allEqual, 6000)
})

test('a newcomer is told to take a snapshot, and not to compare for ten minutes', () => {
  const world = new ReconcileWorld({}, 'a', 'b')
  world.node('b').add(hashes(seededRandom(6), 10_000))
  world.run(3000)
  assert.deepEqual(world.node('a').of('snapshot'), [{ do: 'snapshot', from: 'b' }])
  assert.equal(world.node('b').of('snapshot').length, 0, 'who has more need not')
})

test('a peer whose answers are no answers is left alone, longer each time, and named', () => {
  const world = new ReconcileWorld({}, 'a', 'b')
  const [a, b] = [world.node('a').add(hashes(seededRandom(7), 100)), world.node('b')]
  // b's answers are cut by a cell.
  const receive = a.reconciler.receive.bind(a.reconciler)
  a.reconciler.receive = (from, message) =>
    receive(from, message.kind === 'sketch' ? { ...message, cells: message.cells.slice(25) } : message)
  // And it does not ask by itself.
  b.reconciler.heard = () => []
  const asks: number[] = []
  let seen = 0
  while (world.tick < 50_000) {
    world.run(10)
    const count = a.sent.get('sketch-ask') ?? 0
    if (count > seen) asks.push(world.tick)
    seen = count
  }
  const gaps = asks.slice(1).map((tick, index) => tick - (asks[index] ?? 0))
  assert.ok(gaps.length >= 3)
  for (const [index, gap] of gaps.entries()) assert.ok(Math.abs(gap - 6000 * 2 ** index) < 100, gaps.join(' '))
  assert.match(a.of('note')[0]?.text ?? '', /with b ended: it sent 63 cells where 64 were due/)
})

test('a sketch that shows nothing though the digests differ is followed by buckets, and those by lists', () => {
  const random = seededRandom(11)
  const world = new ReconcileWorld({}, 'a', 'b')
  const common = hashes(random, 500)
  const [a, b] = [world.node('a').add(common).add(hashes(random, 9)), world.node('b').add(common)]
  b.add(hashes(random, 9))
  // Between them somebody answers a with its own set, for as long as it does not list it.
  const mirror = new Answerer(a.held.sketch)
  const receive = a.reconciler.receive.bind(a.reconciler)
  a.reconciler.receive = (from, message) => {
    if (message.kind !== 'sketch' && message.kind !== 'bucket') return receive(from, message)
    const asked = a.of('send').findLast((effect) => effect.message.kind === `${message.kind}-ask`)?.message
    assert.ok(asked?.kind === 'sketch-ask' || asked?.kind === 'bucket-ask')
    const effects = mirror
      .receive(from, asked)
      .flatMap((effect) =>
        effect.do === 'read'
          ? mirror.loaded(from, effect.serial, a.held.page(effect.bucket, effect.after))
          : [effect],
      )
    return effects.flatMap((effect) => (effect.do === 'send' ? receive(from, effect.message) : []))
  }
  b.reconciler.heard = () => []
  world.runUntil(() => world.allEqual, 2000)
  assert.deepEqual([...a.sent.keys()].slice(0, 3), ['sketch-ask', 'bucket-ask', 'list-ask'])
})

test('a store that does not answer ends the session and the audit, and both are tried again', () => {
  const random = seededRandom(12)
  const world = new ReconcileWorld({}, 'a', 'b')
  const common = hashes(random, 500)
  const a = world.node('a').add(common)
  world.node('b').add(common).add(hashes(random, 8000))
  a.add(hashes(random, 8000))
  a.broken = true
  world.runUntil(() => (a.sent.get('bucket-ask') ?? 0) > 0, 200)
  world.run(20)
  assert.equal(a.reconciler.with, undefined)
  assert.equal(a.sent.get('bucket-ask'), 1)
  a.broken = false
  world.runUntil(() => world.allEqual, 3000)
})

test('what a peer shows and does not give is forgotten, and found again later', () => {
  const world = new ReconcileWorld({}, 'a', 'b')
  const [a, b] = [world.node('a'), world.node('b')]
  b.add(hashes(seededRandom(8), 20))
  let gives = false
  const fetched = a.reconciler.fetched.bind(a.reconciler)
  a.reconciler.fetched = (peer, id, covered) => fetched(peer, id, gives ? covered : 0)
  const add = a.add.bind(a)
  a.add = (list) => (gives ? add(list) : a)
  world.run(400)
  assert.equal(a.held.size, 0)
  assert.equal(a.reconciler.wanted, 0)
  gives = true
  world.runUntil(() => world.allEqual, 6000)
})

test('what one side never takes is offered and fetched ever more rarely, and what comes new at once', () => {
  const random = seededRandom(15)
  const world = new ReconcileWorld({}, 'a', 'b')
  const common = hashes(random, 300)
  const [a, b] = [world.node('a').add(common), world.node('b').add(common)]
  b.add(hashes(random, 3))
  // Of a wrong signature, from a writer who was shut out, over a quota.
  const add = a.add.bind(a)
  let takes = false
  a.add = (list) => (takes ? add(list) : a)
  world.run(36_000)
  const asked = (a.sent.get('sketch-ask') ?? 0) + (b.sent.get('sketch-ask') ?? 0)
  assert.ok(asked > 8 && asked < 24, `${asked} sessions in an hour`)
  takes = true
  world.runUntil(() => world.allEqual, 6100)
  // The next heartbeats say so.
  world.run(30)
  b.add(hashes(random, 3))
  world.runUntil(() => world.allEqual, 100)
})

test('of what a peer offers, 65,536 elements a minute are looked up', () => {
  const world = new ReconcileWorld({}, 'a', 'b')
  const a = world.node('a')
  const offer = { kind: 'offer', elements: '0'.repeat(20 * 4096) } as const
  const offered = (): number => {
    a.told.length = 0
    for (let time = 0; time < 20; time++) world.perform(nodeId('a'), a.reconciler.receive(nodeId('b'), offer))
    return a.of('offered').length
  }
  assert.equal(offered(), 16)
  world.run(700)
  assert.ok(offered() > 0)
  // And none while more is wanted of it than can be fetched in a while.
  const many = new Uint8Array(16 * 40_000)
  world.run(1)
  a.reconciler.want(nodeId('b'), many)
  world.run(600)
  a.reconciler.want(nodeId('b'), many)
  assert.equal(offered(), 0)
})

test('of a peer that left nothing is wanted', () => {
  const world = new ReconcileWorld({}, 'a', 'b')
  const { reconciler } = world.node('a')
  const some = new Uint8Array(32)
  assert.equal(reconciler.want(nodeId('b'), some).length, 1)
  world.cut('a', 'b')
  assert.deepEqual(reconciler.want(nodeId('b'), some), [])
  assert.equal(reconciler.wanted, 0)
})

test('sets that were made to have one digest are found by the daily audit, and what differs is named', () => {
  const random = seededRandom(9)
  const world = new ReconcileWorld({ seed: 9 }, 'a', 'b')
  const common = hashes(random, 300)
  const crafted = (x: number, y: number): Uint8Array => {
    const both = new Uint8Array(64).fill(3)
    both[0] = x
    both[32] = y
    return both
  }
  const [mine, theirs] = [crafted(10, 20), crafted(14, 16)]
  const [a, b] = [world.node('a').add(common).add(mine), world.node('b').add(common).add(theirs)]
  assert.equal(a.digest, b.digest)
  world.runUntil(() => a.held.size === 304 && b.held.size === 304, 870_000)
  const told = [...a.of('crafted'), ...b.of('crafted')]
  const [first] = told
  assert.ok(first)
  const names = [first.theirs, first.mine].map((list) => list.length / 16)
  assert.deepEqual(names, [2, 2])
  assert.deepEqual(new Set([first.theirs[0], first.mine[0]]), new Set([10, 14]))
  assert.equal(hashAt(mine, 0)[0], 10)
})

test('who lies in the audit is found out by its lists', () => {
  const world = new ReconcileWorld({ seed: 10 }, 'a', 'b')
  const common = hashes(seededRandom(10), 100)
  const [a, b] = [world.node('a').add(common), world.node('b').add(common)]
  const receive = a.reconciler.receive.bind(a.reconciler)
  a.reconciler.receive = (from, message) =>
    receive(from, message.kind === 'audit-sums' ? { ...message, sums: '1'.repeat(message.sums.length) } : message)
  world.runUntil(() => a.of('note').some(({ level }) => level === 'warn'), 870_000)
  assert.match(a.of('note').at(-1)?.text ?? '', /^b gave wrong sums in the audit/)
  assert.deepEqual([...a.of('crafted'), ...b.of('note')], [])
})

test('an audit of equal sets says nothing, is made once a day, and waits for a peer that has no time', () => {
  const world = new ReconcileWorld({ seed: 10 }, 'a', 'b')
  const common = hashes(seededRandom(10), 100)
  const [a, b] = [world.node('a').add(common), world.node('b').add(common)]
  world.run(864_100)
  assert.deepEqual([a.sent.get('audit-ask'), b.sent.get('audit-ask')], [1, 1])
  assert.deepEqual([...a.of('note'), ...b.of('note'), ...a.of('crafted'), ...b.of('crafted')], [])
  // The same peer asks again within the hour.
  world.run(10)
  for (let id = 1000; id < 1002; id++) {
    world.deliver('b', 'a', { kind: 'audit-ask', id, key: '0'.repeat(32) })
    world.run(600)
  }
  const answers = a
    .of('send')
    .map(({ message }) => message)
    .slice(-2)
  assert.equal(answers.at(-1)?.kind, 'not-now')
})
