import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SwarmError } from '../../src/base/index.ts'
import { finding, node, RouterWorld } from '../support/router-world.ts'

const SEEDS = 200
const DEADLINE_MS = 8_000

/**
 * Nodes that answer in some milliseconds, lose messages, freeze, die, come back, refuse and fail, under one router:
 * each question is answered once, before its deadline, and few are asked twice.
 */
function live(seed: number): void {
  const world = new RouterWorld({
    seed,
    role: seed % 4 === 0 ? 'auto' : 'gateway',
    nodes: Array.from({ length: 4 }, () => ({})),
  })
  const { random, router } = world
  const frozen = new Set<number>()
  const dead = new Set<number>()
  const asked: { request: number; at: number }[] = []
  for (let step = 0; step < 600; step++) {
    const at = random.below(4)
    switch (random.below(40)) {
      case 0:
        if (frozen.delete(at)) break
        frozen.add(at)
        break
      case 1:
        if (dead.delete(at)) world.views = world.views.map((view, n) => (n === at ? { ...view, isFit: true } : view))
        else {
          dead.add(at)
          world.views = world.views.map((view, n) => (n === at ? { ...view, isFit: false } : view))
          world.perform(router.down(node(at)))
          for (const { id } of world.sent.filter(({ to }) => to === node(at)))
            world.sent.splice(
              world.sent.findIndex((one) => one.id === id),
              1,
            )
        }
        router.saw(world.views, {})
        break
      default:
    }
    if (step < 400)
      asked.push({ request: world.ask(random.below(5) === 0 ? { key: `k${random.below(3)}` } : {}), at: world.now })
    for (const { at: since, id, to } of world.sent.slice()) {
      const n = [0, 1, 2, 3].find((one) => node(one) === to) ?? 0
      if (dead.has(n) || frozen.has(n) || world.now - since < 3 + random.below(20)) continue
      const one = world.sent.findIndex((open) => open.id === id)
      if (one < 0) continue
      world.sent.splice(one, 1)
      const kind = random.below(30)
      // Lost.
      if (kind === 0) continue
      const failed = { code: kind === 1 ? 'SWARM_OVERLOADED' : 'SWARM_STORE_IO', why: 'w' }
      const wire = { ...finding(n, kind < 10 ? 0.5 : 0.95), why: [], differs: [] }
      world.perform(
        router.receive(to, {
          kind: 'worked',
          id,
          open: random.below(4),
          late: 0,
          ...(kind < 3 ? { failed } : { found: [wire] }),
        }),
      )
    }
    while (world.here.length > 0)
      world.perform(
        router.here(
          world.here.shift() ?? 0,
          random.below(50) === 0 ? new SwarmError('SWARM_STORE_IO', 'w') : { found: [finding(9)] },
        ),
      )
    world.pass(10)
  }
  for (const end = world.now + DEADLINE_MS; world.now < end;) {
    world.pass(100)
    while (world.here.length > 0) world.answerHere()
  }
  for (const { at, request } of asked) {
    const done = world.done.get(request)
    assert.ok(done, `seed ${seed}: request ${request} has no answer`)
    assert.ok(done.at - at <= DEADLINE_MS + 200, `seed ${seed}: request ${request} took ${done.at - at} ms`)
  }
  assert.equal(router.isWaiting, false, `seed ${seed}: something is still open`)
  // First attempts, then a fifth and a tenth more with what was saved, and two beside each weak answer.
  const { failovers, hedges, widened } = router.view
  assert.ok(hedges <= 0.1 * asked.length + 10, `seed ${seed}: ${hedges} hedges`)
  assert.ok(world.sends <= asked.length + hedges + failovers + 2 * widened, `seed ${seed}: ${world.sends} sent`)
}

test(`every question is answered once and in time, whatever becomes of the nodes (${SEEDS} lives)`, () => {
  for (let seed = 0; seed < SEEDS; seed++) live(seed)
})
