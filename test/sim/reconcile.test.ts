import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NodeId, OriginId } from '../../src/base/index.ts'
import { diskOf, type MemoryDisk } from '../../src/knowledge/index.ts'
import { simulate, type World } from '../../src/sim/index.ts'

const error = (n: number): string => `Error: part${n} of machine${n} broke`

function grown(seed: number, items: number): World {
  const world = simulate({ seed, nodes: 3 })
  world.run(30)
  for (let n = 0; n < items; n++) world.share('a', { error: error(n), action: `fix${n}` })
  world.runUntil((now) => now.replicasEqual() && now.status('c').items === items, { ticksMax: 200 })
  return world
}

/** Every number stays known, and some revisions are held no more: what no exchange of numbers would ever find. */
const holed = ({ rows }: MemoryDisk, each: number): MemoryDisk => {
  const told = new Map<OriginId, [number, number][]>()
  const kept = rows.filter(({ revision: { origin, seq } }, at) => {
    if (at % each !== 0) return true
    told.set(origin, [...(told.get(origin) ?? []), [seq, seq]])
    return false
  })
  return {
    ...diskOf(kept),
    told,
    row: rows.at(-1)?.row ?? 0,
    hlcMax: Math.max(...rows.map(({ revision }) => revision.hlc)),
  }
}

test('what is missing though its number is known is found by content', () => {
  const world = grown(1, 40)
  world.crash('c')
  world.node('c').replaceDisk((disk) => holed(disk, 5))
  world.restart('c')
  world.run(10)
  const { digest, items, missing } = world.status('c')
  assert.ok(items < 40 && missing === 0 && digest !== world.status('a').digest)
  world.runUntil((now) => now.replicasEqual() && now.status('c').items === 40, { ticksMax: 300 })
})

test('what two nodes hold under one number ends as one content on both, with the proof', () => {
  const world = simulate({ seed: 2, nodes: 2 })
  world.run(30)
  // The machine of a is copied with its files, and both write.
  world.cut(['a'])
  world.share('a', { error: error(1), action: 'one' })
  const first = world.node('a').disk
  world.crash('a')
  world.node('a').replaceDisk(() => diskOf([]))
  world.restart('a').run(10)
  world.share('a', { error: error(2), action: 'two' })
  const second = world.node('a').disk.rows.map(({ revision }) => revision)
  assert.equal(first.rows[0]?.revision.origin, second[0]?.origin)
  world.crash('b')
  world.node('b').replaceDisk(() => first)
  world.restart('b').run(10).heal()
  world.runUntil((now) => now.replicasEqual(), { ticksMax: 600 })
  const proofs = (['a', 'b'] as NodeId[]).flatMap((name) => world.status(name).sync.contradictions)
  assert.ok(proofs.some(({ by, seq }) => by === 'a' && seq === 1))
})
