import { assert, type Result, seededRandom } from '../base/index.ts'
import type { SettingView } from '../driver/index.ts'
import { drawFrames, drawMix, pick } from './mix.ts'
import { isOne } from './swarm-life.ts'
import { Trouble, write } from './trouble.ts'
import { simulate, type World } from './world.ts'

const TROUBLE_S = 30
/** Asked by each of the clients, per virtual second, at most. */
const CLIENTS = 4
const KEY = 'x.r'
/** Ticks: every question is answered within 5 s, or it is not known what became of it. */
const LAST_ANSWERS = 80

type Step =
  | { readonly do: 'read'; readonly value: string | null }
  | { readonly do: 'write'; readonly value: string }
  | { readonly do: 'cas'; readonly expected: string | null; readonly value: string; readonly ok: boolean }

export interface RegisterOperation {
  readonly key: string
  /** Virtual milliseconds. */
  readonly from: number
  /** Undefined: what became of it is not known. */
  readonly to: number | undefined
  readonly step: Step
}

export interface RegisterVerdict {
  readonly transcript: readonly string[]
  readonly history: readonly RegisterOperation[]
}

/**
 * Clients that read, write and compare-and-set one setting while the swarm is in trouble. Only one lineage ever has a
 * leader: birth is over before, nobody goes on alone, and no disk is lost. Whether the history is linearizable is for
 * the caller to say.
 */
export function registerLife({ nodes, seed }: { readonly seed: number; readonly nodes: number }): RegisterVerdict {
  const random = seededRandom(seed ^ 0x7e61)
  const world = simulate({ seed, nodes, faults: { ...drawFrames(random), skewMsMax: 0 } })
  let fixed = false
  world.runUntil(isOne, { ticksMax: 600 })
  write(world, 'a', 'recovery.fork', 'never', (result) => {
    fixed = result.ok
  })
  world.runUntil(() => fixed && isOne(world), { ticksMax: 200 })
  // Two may have been founded, and met.
  const lineages = world.judge.lineages.size
  const mix = { ...drawMix(random), tune: 0, damage: 0, churn: 0, recover: 0, drain: 0, assign: 0, overnight: 0 }
  const trouble = new Trouble(world, mix, 1)
  const clients = Array.from({ length: CLIENTS }, (_, index) => new Client(world, index))
  for (let tick = 0; tick < TROUBLE_S * 10; tick++) {
    if (tick % 10 === 0) trouble.step()
    for (const client of clients) if (world.random.next() < 0.2) client.step()
    world.run(1)
  }
  world.calmDown().run(LAST_ANSWERS)
  assert(world.judge.lineages.size === lineages, 'a lineage was founded though none may fork')
  return { transcript: world.transcript, history: clients.flatMap(({ history }) => history) }
}

/** One question at a time, each to any node. */
class Client {
  readonly history: RegisterOperation[] = []
  readonly #world: World
  readonly #index: number
  #number = 0
  #isBusy = false
  /** As it last saw the setting. */
  #held: { readonly value: string | null; readonly version: string } = { value: null, version: '0' }

  constructor(world: World, index: number) {
    this.#world = world
    this.#index = index
  }

  step(): void {
    const world = this.#world
    const name = pick(world.random, world.alive)
    if (name === undefined || this.#isBusy) return
    const value = `${this.#index}-${this.#number++}`
    const lot = world.random.below(3)
    const { value: expected, version } = this.#held
    if (lot === 0)
      this.#ask(name, { do: 'read', value: null }, { kind: 'setting', input: { key: KEY, local: false } })
    else
      this.#ask(name, lot === 1 ? { do: 'write', value } : { do: 'cas', expected, value, ok: true }, {
        kind: 'write-setting',
        input: { key: KEY, value, expect: lot === 1 ? null : version, idempotencyKey: null },
      })
  }

  #ask(name: string, step: Step, request: Parameters<World['ask']>[1]): void {
    const world = this.#world
    const from = world.timeline.now
    const at = this.history.push({ key: KEY, from, to: undefined, step }) - 1
    this.#isBusy = true
    const over = (): void => {
      this.#isBusy = false
    }
    // Nobody answers for a process that ended.
    world.timeline.after(6_000, () => this.history[at]?.to === undefined && over())
    world.ask(name, request, (result) => {
      over()
      this.#answered(at, result as Result<SettingView>)
    })
  }

  #answered(at: number, result: Result<SettingView>): void {
    const operation = this.history[at]
    if (!operation) return
    const to = this.#world.timeline.now
    const { step } = operation
    if (result.ok) {
      const value = (result.value.value ?? null) as string | null
      this.#held = { value, version: result.value.version }
      const answered: Step = step.do === 'read' ? { do: 'read', value } : step
      this.history[at] = { ...operation, to, step: answered }
    } else if (result.error.code === 'SWARM_CONFLICT' && step.do === 'cas')
      this.history[at] = { ...operation, to, step: { ...step, ok: false } }
    // It never reached a leader: nothing happened, and this says so as a read of nothing would.
    else if (result.error.code === 'SWARM_NO_LEADER')
      this.history[at] = {
        ...operation,
        key: `${KEY} not asked ${at}-${this.#index}`,
        step: { do: 'read', value: null },
        to,
      }
  }
}
