import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../src/base/index.ts'
import { calmRaft, drawRaftFaults, RaftWorld } from '../support/raft-world.ts'

/** Trouble, then repair: one leader, progress, and everything that was acknowledged everywhere. */
export function life(seed: number, ticks = 6000): RaftWorld {
  const random = seededRandom(seed ^ 0x4a4f)
  const world = new RaftWorld({
    seed,
    voters: [1, 3, 3, 5, 5][random.below(5)] ?? 3,
    spares: random.below(3),
    faults: drawRaftFaults(random),
  })
  world.run(ticks)
  world.faults = calmRaft
  world.heal()
  for (const machine of world.machines.values()) if (!machine.raft) world.start(machine.id)
  const before = world.acknowledged.size
  world.runUntil(() => {
    if (world.now % 20 === 0) world.propose()
    return world.acknowledged.size > before + 3
  }, 3000)
  world.run(600)
  // In the smallest pieces a snapshot takes its time.
  const machines = [...world.machines.values()]
  const last = (): number => Math.max(...machines.map(({ raft }) => raft?.status.last ?? 0))
  world.runUntil(() => machines.every(({ appliedIndex }) => appliedIndex === last()), 20_000)
  const leader = world.leader
  assert.ok(leader)
  const members = world.machine(leader).raft?.log.config
  assert.ok(members && members.outgoing.length === 0, 'a joint configuration was not left')
  assert.ok(members.voters.includes(leader), `${leader} leads, and is no voter`)
  assert.equal(members.voters.length + members.learners.length, world.machines.size, 'somebody fell out of the group')
  for (const member of [...members.voters, ...members.learners]) {
    const { applied } = world.machine(member)
    const missing = [...world.acknowledged].filter((key) => !applied.includes(key))
    assert.deepEqual(missing.slice(0, 5), [], `${member} lacks acknowledged proposals`)
  }
  return world
}

test('a group elects one leader, and another when it dies', () => {
  const world = new RaftWorld({ seed: 1, voters: 3 })
  world.runUntil(() => world.leader !== undefined, 300)
  const first = world.leader
  assert.ok(first)
  world.crash(first)
  world.faults = { ...calmRaft, restart: 0 }
  world.runUntil(() => world.leader !== undefined && world.leader !== first, 300)
})

test('lives under faults that each seed draws for itself', () => {
  for (let seed = 1; seed <= 60; seed++) life(seed, 3000)
})
