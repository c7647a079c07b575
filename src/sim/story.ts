import { assert, type ItemId, seededRandom } from '../base/index.ts'
import type { Shared } from '../driver/index.ts'
import { drawFaults } from './faults.ts'
import { simulate, type World } from './world.ts'

/** Trouble lasts this long, virtual seconds; then everything is repaired and the nodes must agree. */
const TROUBLE_S = 60
/** After the repair, ticks: a vector, a few pages, and the time-outs of what was lost on the way. */
const AGREE_TICKS_MAX = 600

export interface StoryOptions {
  readonly seed: number
  readonly nodes: number
  /** With a planted bug, which the checks must find: see `Faults.forgetful`. */
  readonly forgetful?: boolean
}

export interface Verdict {
  readonly transcript: readonly string[]
  readonly acknowledged: number
  readonly refused: number
  readonly ticksToAgree: number
  readonly digest: string
}

const PROBLEMS = [
  'ENOSPC: no space left on device, write',
  "TypeError: Cannot read properties of undefined (reading 'name')",
  'error TS2307: Cannot find module',
  'ModuleNotFoundError: No module named',
  'error[E0382]: borrow of moved value',
] as const

/**
 * A life of a swarm under the faults that the seed draws: writes everywhere, crashes, cuts; then repair. Fails when
 * an acknowledged write is missing anywhere, when the nodes do not come to agree, or when one cannot answer.
 */
export function story({ forgetful = false, nodes, seed }: StoryOptions): Verdict {
  const faults = { ...drawFaults(seededRandom(seed ^ 0x5eed)), forgetful }
  const world = simulate({ seed, nodes, faults })
  world.say(
    `seed ${seed}, ${nodes} nodes, ${Object.entries(faults)
      .map(([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toFixed(3)) : String(value)}`)
      .join(', ')}`,
  )
  const acknowledged = new Map<ItemId, string>()
  let refused = 0
  for (let second = 0; second < TROUBLE_S; second++) {
    trouble(world, faults)
    const name = pick(world, world.alive)
    if (name !== undefined && world.random.next() < 0.7) {
      const number = acknowledged.size + refused
      const problem = PROBLEMS[world.random.below(PROBLEMS.length)] ?? PROBLEMS[0]
      world.ask(
        name,
        {
          kind: 'share',
          input: { source: 'cli', error: `${problem} '${number}'`, action: `fix ${number} of ${name}` },
        },
        (result) => {
          if (!result.ok) refused += 1
          else {
            acknowledged.set((result.value as Shared).id, name)
            world.say(`${name} kept ${(result.value as Shared).id}`)
          }
        },
      )
    }
    world.run(10)
  }
  world.calmDown()
  const before = world.timeline.now
  world
    .run(30)
    .runUntil(
      (now) => now.replicasEqual() && now.names.every((name) => now.status(name).items >= acknowledged.size),
      { ticksMax: AGREE_TICKS_MAX },
    )
  const ticksToAgree = Math.round((world.timeline.now - before) / 100)
  for (const name of world.names) checkAll(world, name, acknowledged)
  const { digest, items } = world.status('a')
  world.say(
    `all ${nodes} nodes hold the same ${items} items, digest ${digest.slice(0, 12)}; ${acknowledged.size} writes acknowledged, none lost`,
  )
  return { transcript: world.transcript, acknowledged: acknowledged.size, refused, ticksToAgree, digest }
}

function trouble(world: World, faults: { readonly crash: number; readonly cut: number }): void {
  for (const name of world.names) {
    if (world.node(name).driver) {
      if (world.random.next() < faults.crash) world.crash(name)
    } else if (world.random.next() < 0.3) world.restart(name)
  }
  if (world.random.next() < faults.cut) world.cut(world.names.filter(() => world.random.next() < 0.5))
  else if (world.random.next() < 0.1) world.heal()
}

const pick = <T>(world: World, from: readonly T[]): T | undefined =>
  from[world.random.below(Math.max(1, from.length))]

/** Every acknowledged item is on this node, and its newest problem is answered there. */
function checkAll(world: World, name: string, acknowledged: ReadonlyMap<ItemId, string>): void {
  for (const item of acknowledged.keys()) {
    let found = false
    world.ask(name, { kind: 'get', input: item }, (result) => {
      found = result.ok
    })
    world.run(3)
    assert(found, `${name} lacks ${item}, which ${acknowledged.get(item)} had acknowledged`)
  }
}
