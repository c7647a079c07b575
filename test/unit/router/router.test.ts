import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SwarmError } from '../../../src/base/index.ts'
import { finding, node, RouterWorld, SELF } from '../../support/router-world.ts'

const workers = (n: number) => Array.from({ length: n }, () => ({}))

test('a gateway asks a worker, any other node itself', () => {
  const gateway = new RouterWorld({ nodes: workers(1) })
  gateway.ask()
  assert.deepEqual(gateway.open, [node(0)])
  const auto = new RouterWorld({ role: 'auto', nodes: workers(1) })
  auto.ask()
  assert.deepEqual([auto.open, auto.here.length], [[], 1])
})

test('a gateway without anybody else looks itself', () => {
  const world = new RouterWorld()
  const request = world.ask()
  world.answerHere()
  assert.deepEqual(
    world.done.get(request)?.parts?.map(({ node: by }) => by),
    [SELF],
  )
})

test('workers before backups before gateways; nobody who is suspect, drained or draining', () => {
  const nodes = [{ role: 'gateway' }, { role: 'backup' }, { isFit: false }, { isDrained: true }, {}] as const
  const world = new RouterWorld({ nodes })
  world.perform(world.router.receive(node(4), { kind: 'load', open: 0, late: 0, draining: true, modules: [] }))
  world.ask()
  assert.deepEqual(world.open, [node(1)])
  world.perform(world.router.receive(node(4), { kind: 'load', open: 0, late: 0, draining: false, modules: [] }))
  world.ask()
  assert.deepEqual(world.open, [node(1), node(4)])
})

test('who knows the topic is asked, with a leader or by the last table, until it has much to do', () => {
  const world = new RouterWorld({ nodes: workers(3), topics: { tsc: [node(2)] } })
  for (let n = 0; n < 40; n++) world.ask({ topic: 'tsc' })
  const to = world.open
  assert.equal(
    to.slice(0, 32).every((one) => one === node(2)),
    true,
  )
  assert.equal(
    to.slice(32).every((one) => one !== node(2)),
    true,
  )
})

test('of two drawn the cheaper is asked: a slow node gets little', () => {
  const world = new RouterWorld({ nodes: workers(3) })
  const counts = new Map<string, number>()
  for (let n = 0; n < 600; n++) {
    world.ask()
    const [to] = world.open
    assert.ok(to)
    counts.set(to, (counts.get(to) ?? 0) + 1)
    world.now += to === node(0) ? 40 : 4
    world.answer(to)
  }
  assert.ok((counts.get(node(0)) ?? 0) < 20, `the slow one was asked ${counts.get(node(0))} times of 600`)
  assert.ok(Math.min(counts.get(node(1)) ?? 0, counts.get(node(2)) ?? 0) > 150)
})

test('a node that is gone: the next one at once, with the same question', () => {
  const world = new RouterWorld({ nodes: workers(2) })
  const request = world.ask()
  const [first] = world.open
  assert.ok(first)
  world.perform(world.router.down(first))
  const other = first === node(0) ? node(1) : node(0)
  assert.ok(world.open.includes(other))
  world.answer(other)
  assert.deepEqual(
    world.done.get(request)?.parts?.map(({ node: by }) => by),
    [other],
  )
  assert.equal(world.router.view.failovers, 1)
})

test('a node that refuses for work is no worse for it; one that fails three times is left alone, and tried again', () => {
  const world = new RouterWorld({ nodes: workers(1) })
  for (let n = 0; n < 5; n++) {
    world.ask()
    world.refuse(node(0), 'SWARM_OVERLOADED')
    world.answerHere()
  }
  assert.equal(world.router.view.nodes[0]?.breaker, 'closed')
  for (let n = 0; n < 3; n++) {
    world.ask()
    world.refuse(node(0), 'SWARM_STORE_IO')
    world.answerHere()
  }
  assert.equal(world.router.view.nodes[0]?.breaker, 'open')
  assert.deepEqual(world.notes, ['n0 is asked nothing for a while: as it says'])
  world.ask()
  assert.deepEqual(world.open, [])
  world.answerHere()
  world.now += 1_000
  world.ask()
  world.ask()
  assert.deepEqual(world.open, [node(0)], 'one question decides')
  world.answer(node(0))
  assert.equal(world.router.view.nodes[0]?.breaker, 'closed')
})

test('a node that does not answer: a second is asked beside it, and the first answer counts', () => {
  const world = new RouterWorld({ nodes: workers(2) })
  const request = world.ask()
  const [slow] = world.open
  world.pass(110)
  assert.equal(world.open.length, 2)
  const quick = slow === node(0) ? node(1) : node(0)
  world.answer(quick)
  assert.deepEqual(
    world.done.get(request)?.parts?.map(({ node: by }) => by),
    [quick],
  )
  assert.deepEqual(
    world.off.map(({ to }) => to),
    [slow],
  )
  assert.equal(world.router.isWaiting, false)
})

test('nobody hedges without end: when all are slow, few are asked twice', () => {
  const world = new RouterWorld({ nodes: workers(4) })
  for (let n = 0; n < 200; n++) {
    world.ask()
    world.pass(20)
  }
  world.pass(9_000)
  for (let at = 0; world.here.length > 0 && at < 1_000; at++) world.answerHere()
  assert.equal(world.done.size, 200)
  assert.ok(world.sends <= 200 * 1.3 + 30, `${world.sends} were sent for 200 questions`)
})

test('without a node that has the module there is no answer, and it is said at once', () => {
  const world = new RouterWorld({ nodes: workers(2) })
  const request = world.ask({ needs: 'memory' })
  const error = world.done.get(request)?.error
  assert.equal(error?.code, 'SWARM_NO_NODE')
  assert.match(error?.next ?? '', /--with memory/)
  world.perform(
    world.router.receive(node(1), { kind: 'load', open: 0, late: 0, draining: false, modules: ['memory'] }),
  )
  assert.deepEqual([world.router.knowsModule('memory'), world.router.knowsModule('other')], [true, false])
  world.ask({ needs: 'memory' })
  assert.deepEqual(world.open, [node(1)])
})

test('the same problem asked about by several at once is looked up once; each has the answer', () => {
  const world = new RouterWorld({ nodes: workers(2) })
  const requests = [world.ask({ key: 'k' }), world.ask({ key: 'k' }), world.ask({ key: 'other' })]
  assert.equal(world.sends, 2)
  world.perform(world.router.cancel(requests[0] ?? 0))
  const [first] = world.open
  assert.ok(first)
  world.answer(first)
  assert.equal(world.done.has(requests[0] ?? 0), false)
  assert.equal(world.done.get(requests[1] ?? 0)?.parts?.length, 1)
  // It is over: the next one is looked up anew.
  world.ask({ key: 'k' })
  assert.equal(world.sends, 3)
})

test('a weak answer: those that may know more are asked too, and what they found is one list', () => {
  const world = new RouterWorld({ role: 'auto', nodes: [{ isSame: false }, { isSame: true }, { isSame: false }] })
  const request = world.ask()
  world.answerHere([finding(1, 0.5)])
  assert.deepEqual(world.open.toSorted(), [node(0), node(2)])
  world.answer(node(0), [finding(2)])
  world.pass(160)
  assert.deepEqual(
    world.done.get(request)?.parts?.map(({ node: by }) => by),
    [SELF, node(0)],
  )
  assert.deepEqual(
    world.off.map(({ to }) => to),
    [node(2)],
  )
})

test('a weak answer where all hold the same is an answer; a sure one is never widened', () => {
  const same = new RouterWorld({ role: 'auto', nodes: workers(2) })
  const first = same.ask()
  same.answerHere([])
  assert.ok(same.done.has(first))
  const other = new RouterWorld({ role: 'auto', nodes: [{ isSame: false }] })
  const second = other.ask()
  other.answerHere()
  assert.ok(other.done.has(second))
})

test('this node fails: others may know', () => {
  const world = new RouterWorld({ role: 'auto', nodes: workers(1) })
  const request = world.ask()
  world.perform(world.router.here(world.here.shift() ?? 0, new SwarmError('SWARM_STORE_IO', 'no disk')))
  assert.deepEqual(world.open, [node(0)])
  world.answer(node(0))
  assert.equal(world.done.get(request)?.parts?.length, 1)
})

test("a caller's mistake is told at once; nobody else is asked", () => {
  const world = new RouterWorld({ role: 'auto', nodes: workers(1) })
  const request = world.ask()
  world.perform(world.router.here(world.here.shift() ?? 0, new SwarmError('SWARM_BAD_INPUT', 'no goal')))
  assert.equal(world.done.get(request)?.error?.code, 'SWARM_BAD_INPUT')
})

test('with much to do a node that answers by itself looks for others, and tells them once', () => {
  const world = new RouterWorld({ role: 'auto', nodes: workers(1) })
  const told = world.router.tell({ open: 40, late: 0, draining: false })
  assert.equal(told.length, 1)
  assert.equal(world.router.tell({ open: 41, late: 0, draining: false }).length, 0)
  world.ask()
  assert.deepEqual(world.open, [node(0)])
})

test('what is too large for the wire is looked up here', () => {
  const world = new RouterWorld({ nodes: workers(2) })
  world.ask({ input: null })
  assert.deepEqual([world.open, world.here.length], [[], 1])
})

test('an answer of somebody who was not asked, or a second one, is nothing', () => {
  const world = new RouterWorld({ nodes: workers(2) })
  const request = world.ask()
  const [asked] = world.sent
  assert.ok(asked)
  const other = asked.to === node(0) ? node(1) : node(0)
  const worked = { kind: 'worked', id: asked.id, found: [], open: 0, late: 0 } as const
  world.perform(world.router.receive(other, { ...worked, found: [] }))
  assert.equal(world.done.has(request), false)
  world.perform(world.router.receive(asked.to, { ...worked, found: [] }))
  world.perform(world.router.receive(asked.to, { ...worked, found: [] }))
  assert.equal(world.done.size, 1)
})
