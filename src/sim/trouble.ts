import type { NodeId } from '../base/index.ts'
import type { LeaderView } from '../driver/index.ts'
import { mayLose } from './healthy-core.ts'
import { LIFE_ROLES, type Mix, pick } from './mix.ts'
import type { World } from './world.ts'

/** More names would be drawn than the alphabet has. */
const NODES_MAX = 14
/** From the stop of one node to the next, in a restart of all of them, virtual seconds. */
const ROLL_S = 3
/** Longer than a connection lives on which nothing comes, and than a standby waits for the only voter. */
const NIGHT_MS = 45_000

const TUNINGS: readonly (readonly [key: string, value: unknown])[] = [
  ['voters.max', 1],
  ['voters.max', 3],
  ['voters.max', 5],
  ['voters.max', 7],
  ['voters.min', 1],
  ['voters.min', 3],
  ['recovery.fork', 'never'],
  ['recovery.fork', 'auto'],
]

const ignore = (): void => {}

export const leaderOf = (world: World, name: string): LeaderView => world.status(name).coordination

export function write(
  world: World,
  name: string,
  key: string,
  value: unknown,
  done: Parameters<World['ask']>[2] = ignore,
): void {
  world.ask(name, { kind: 'write-setting', input: { key, value, expect: null, idempotencyKey: null } }, done)
}

/** What goes wrong, a virtual second at a time. */
export class Trouble {
  readonly #world: World
  readonly #mix: Mix
  readonly #lans: number
  /** Still to be stopped, and started again, one after the other. */
  #rolling: NodeId[] = []
  #second = 0

  constructor(world: World, mix: Mix, lans: number) {
    this.#world = world
    this.#mix = mix
    this.#lans = lans
  }

  step(): void {
    const world = this.#world
    const mix = this.#mix
    this.#second += 1
    for (const name of world.names) if (!world.node(name).driver && this.#chance(mix.restart)) world.restart(name)
    this.#roll()
    const struck = this.#victim()
    if (struck === undefined) return
    this.#network(struck)
    this.#time(struck)
    this.#machines(struck)
    const asked = this.#victim()
    if (asked !== undefined) this.#people(asked)
  }

  #chance(probability: number): boolean {
    return probability > 0 && this.#world.random.next() < probability
  }

  /** One that runs; the leader, as often as the mix says. */
  #victim(): NodeId | undefined {
    const world = this.#world
    const leader = world.alive.find((name) => leaderOf(world, name).state === 'leader')
    return leader !== undefined && this.#chance(this.#mix.aimed) ? leader : pick(world.random, world.alive)
  }

  #roll(): void {
    const world = this.#world
    if (this.#rolling.length === 0 && this.#chance(this.#mix.rolling)) this.#rolling = [...world.alive]
    if (this.#second % ROLL_S !== 0) return
    const next = this.#rolling.shift()
    if (next === undefined || !world.names.includes(next) || !world.node(next).driver) return
    world.stop(next)
    world.timeline.after(1_000, () => {
      if (world.names.includes(next) && !world.node(next).driver) world.restart(next)
    })
  }

  #network(struck: NodeId): void {
    const world = this.#world
    const mix = this.#mix
    if (this.#chance(mix.cut))
      world.cut([struck, ...world.names.filter((name) => name !== struck && this.#chance(0.4))])
    else if (this.#chance(mix.heal)) world.heal()
    for (const other of world.names) if (other !== struck && this.#chance(mix.mute)) world.mute(struck, other)
    if (this.#chance(mix.unplug)) world.unplug(struck)
    else if (this.#chance(mix.heal)) for (const name of world.names) world.plug(name)
    if (this.#chance(mix.bridge)) world.bridge()
  }

  #time(struck: NodeId): void {
    const world = this.#world
    const mix = this.#mix
    if (this.#chance(mix.pause)) world.pause(struck, world.random.below(3_000))
    if (this.#chance(mix.sleep)) world.pause(struck, world.random.below(20_000), true)
    if (this.#chance(mix.overnight)) world.pause(struck, NIGHT_MS + world.random.below(NIGHT_MS), true)
    if (this.#chance(mix.clock)) world.node(struck).setClock(world.random.below(120_000) - 60_000)
  }

  #machines(struck: NodeId): void {
    const world = this.#world
    const mix = this.#mix
    if (this.#chance(mix.full)) world.node(struck).diskFull = this.#chance(0.5)
    if (this.#chance(mix.stall)) world.stall(struck, world.random.below(3_000))
    if (this.#chance(mix.damage) && mayLose(world, struck)) world.damage(struck, this.#chance(0.5) ? 'wipe' : 'flip')
    else if (this.#chance(mix.crash)) world.crash(struck)
    else if (this.#chance(mix.cutShort)) world.crashIn(struck, 1 + world.random.below(30))
    else if (this.#chance(mix.stop)) world.stop(struck)
    if (this.#chance(mix.power)) for (const name of world.alive) world.crash(name)
    if (!this.#chance(mix.churn)) return
    if (this.#chance(0.5) && mayLose(world, struck)) world.retire(struck)
    else if (world.names.length + world.gone.length < NODES_MAX)
      world.grow(pick(world.random, LIFE_ROLES) ?? 'auto', `lan ${world.random.below(this.#lans)}`)
  }

  #people(asked: NodeId): void {
    const world = this.#world
    const mix = this.#mix
    if (this.#chance(mix.stepDown)) world.ask(asked, { kind: 'step-down', input: { to: null } }, ignore)
    const drained = pick(world.random, world.names)
    if (drained !== undefined && this.#chance(mix.drain) && world.node(asked).driver)
      world.ask(asked, { kind: 'drain-node', input: { node: drained, on: this.#chance(0.5) } }, ignore)
    const tuning = pick(world.random, TUNINGS)
    if (tuning && this.#chance(mix.tune) && world.node(asked).driver) write(world, asked, ...tuning)
    if (this.#chance(mix.recover) && world.node(asked).driver)
      world.ask(asked, { kind: 'recover', input: { look: false } }, (result) => {
        if (result.ok) world.say(`${asked} was told to recover the swarm`)
      })
    const { driver } = world.node(asked)
    if (this.#chance(mix.assign) && driver?.seat?.isLeading)
      driver.seat.propose(`assign ${this.#second} ${asked}`, {
        do: 'assign',
        job: `job-${world.random.below(3)}`,
        node: drained ?? null,
      })
  }
}
