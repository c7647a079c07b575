/** Prints the MiB that coordination and membership add to a process: `node --expose-gc bench/added.ts`; a part of `bench/quiet.ts`. */
import { type NodeId, seededRandom } from '../src/base/index.ts'
import type { CoordinationEffect } from '../src/coordination/index.ts'
// The rest of a node has it loaded anyway.
import { z } from 'zod'

const COMMANDS = 1_000
const KEYS = 50
const TICKS_MAX = 1_000

function usedMiB(): number {
  globalThis.gc?.()
  const { arrayBuffers, heapUsed } = process.memoryUsage()
  return (heapUsed + arrayBuffers) / 2 ** 20
}

const self = `12D3KooW${'a'.repeat(44)}` as NodeId
if (!z.string().safeParse(self).success) throw new Error('zod is not loaded')
const before = usedMiB()
const { Coordinator } = await import('../src/coordination/index.ts')
const { Members } = await import('../src/membership/index.ts')
const { timings } = await import('../src/raft/index.ts')

const clock = { now: () => 1_800_000_000_000 }
const random = seededRandom(1)
const members = new Members({
  clock,
  random,
  self: { id: self, name: 'a', role: 'auto', version: '0', since: clock.now() },
})
const coordinator = new Coordinator({
  self,
  name: 'a',
  role: 'auto',
  topics: [],
  timing: timings.lan,
  clock,
  random,
  found: { kind: 'nothing' },
  healthy: () => true,
})

/** A disk that has written everything at once. */
function perform(effects: readonly CoordinationEffect[]): void {
  for (const effect of effects) {
    if (effect.do === 'create')
      perform(coordinator.created(effect.life, effect.state, { ok: true, value: undefined }))
    if (effect.do === 'write') perform(coordinator.written(effect.life, effect.id, { ok: true, value: undefined }))
  }
}

let done = 0
for (let tick = 0; tick < TICKS_MAX && done === 0; tick++) {
  perform(coordinator.tick())
  members.tick({ digest: '', items: 0 }, 0)
  if (coordinator.leader !== null) done = 1
}
for (let n = 0; n < COMMANDS; n++)
  perform(
    coordinator.ask(
      `client ${n}`,
      {
        do: 'command',
        command: { do: 'set', key: `x.k${n % KEYS}`, value: String(n), expect: null, at: 0, by: self },
      },
      ({ ok }) => (done += Number(ok)),
    ),
  )
if (done !== COMMANDS + 1) throw new Error(`${done - 1} of ${COMMANDS} commands were done`)
console.log(usedMiB() - before)
// Neither may be collected before it was weighed.
if (members.score < 0 || coordinator.seat === null) throw new Error('nothing was weighed')
