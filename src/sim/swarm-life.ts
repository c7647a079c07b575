import { assert, seededRandom } from '../base/index.ts'
import type { SettingView } from '../driver/index.ts'
import type { Role } from '../membership/index.ts'
import { CONTESTED } from './coordination-judge.ts'
import { healthyCore } from './healthy-core.ts'
import { drawFrames, drawMix, LIFE_ROLES, type Mix, pick } from './mix.ts'
import { leaderOf, Trouble, write } from './trouble.ts'
import { simulate, type World } from './world.ts'

/** Virtual seconds of trouble; then everything is repaired and the swarm must be one, and work. */
const TROUBLE_S = 60
/** After the repair, ticks of 100 ms: elections, forks that meet, voters that are replaced. */
const ONE_TICKS_MAX = 1_800
/** A part that has a quorum, and nobody else: ticks until it takes a write. A lineage may have to yield first. */
const CORE_TICKS_MAX = 900
/** Once it is one it stays so: ticks. */
const STEADY_TICKS = 50
/** More would be refused (`SETTINGS_MAX`). */
const WRITES_MAX = 90
/** Written again and again, on both sides of every cut. */
const CONTESTED_KEYS = 4
/**
 * Frames of one node in one second, beyond one for each that came, and at all: who slept answers everything that
 * waited for it. Twice of what thousands of lives needed; a storm is a multiple.
 */
const UNASKED_MAX = 1_200
const SENT_MAX = 4_000

export interface LifeVerdict {
  readonly transcript: readonly string[]
  readonly writes: number
  readonly refused: number
  /** How many lineages there were on the way. */
  readonly lineages: number
  readonly ticksToOne: number
  readonly traffic: World['traffic']
}

/**
 * A swarm that forms itself and falls apart: births in any order on several networks, crashes, cuts of both kinds,
 * sleep, wrong clocks, disks that are full, hang or fail, power cuts, nodes that come and go, changes of leader and
 * of what the group shall be. Watched after every input. Then a part of it that has a quorum must decide while the
 * rest is away; in the end everything is repaired: it must be one lineage with one leader and the right voters, hold
 * every acknowledged write, take a new one, and stay so.
 */
export function swarmLife({ nodes, seed }: { readonly seed: number; readonly nodes: number }): LifeVerdict {
  const random = seededRandom(seed ^ 0x51fe)
  const roles = Array.from({ length: nodes }, () => pick<Role>(random, LIFE_ROLES) ?? 'auto')
  // Workers alone have nobody who founds.
  if (!roles.some((role) => role !== 'worker')) roles[0] = 'auto'
  const lans = 1 + random.below(random.next() < 0.5 ? 1 : 4)
  const atOnce = random.next() < 0.2
  const world = simulate({
    seed,
    nodes,
    faults: drawFrames(random),
    roles,
    asleep: !atOnce,
    lans: roles.map(() => `lan ${random.below(lans)}`),
  })
  const mix = drawMix(random)
  world.say(`seed ${seed}: ${roles.join(' ')}, ${lans} networks`)
  const writer = new Writer(world, mix)
  const trouble = new Trouble(world, mix, lans)
  for (let second = 0; second < TROUBLE_S; second++) {
    trouble.step()
    writer.step(second)
    world.run(10)
  }
  decideInPart(world)
  world.calmDown()
  const ticksToOne = becomeOne(world)
  checkEnd(world)
  const { sent, unasked } = world.traffic
  assert(unasked <= UNASKED_MAX && sent <= SENT_MAX, `a node sent ${sent} frames in a second, ${unasked} unasked`)
  world.say(`one swarm after ${ticksToOne} ticks; ${world.judge.writes} writes, none lost`)
  const { lineages, writes } = world.judge
  return {
    transcript: world.transcript,
    writes,
    refused: writer.refused,
    lineages: lineages.size,
    ticksToOne,
    traffic: world.traffic,
  }
}

/** Settings that are written once each, and some that are written again and again. */
class Writer {
  readonly #world: World
  readonly #mix: Mix
  #written = 0
  refused = 0

  constructor(world: World, mix: Mix) {
    this.#world = world
    this.#mix = mix
  }

  step(second: number): void {
    const world = this.#world
    const { random } = world
    const name = pick(random, world.alive)
    if (name === undefined || random.next() >= this.#mix.write || this.#written >= WRITES_MAX) return
    const number = this.#written++
    const key = random.next() < 0.3 ? `${CONTESTED}${random.below(CONTESTED_KEYS)}` : `x.w${number}`
    const value = `${number} by ${name} in second ${second}`
    write(world, name, key, value, (result) => {
      if (!result.ok) return void (this.refused += 1)
      world.judge.acknowledged(key, JSON.stringify(value), (result.value as SettingView).at ?? 0)
      world.say(`${name} wrote ${key}`)
    })
  }
}

/** A quorum is enough, however the rest fares. */
function decideInPart(world: World): void {
  // What counts is on the disks: those that are down start first.
  world.calmDown()
  const core = healthyCore(world)
  if (!core || core.length === world.names.length) return
  const rest = world.names.filter((name) => !core.includes(name))
  const isDead = world.random.next() < 0.5
  world.cut(core)
  if (isDead) for (const name of rest) world.crash(name)
  world.say(`${core.join(' ')} can decide alone`)
  const taken: string[] = []
  for (let tick = 0; tick < CORE_TICKS_MAX && taken.length === 0; tick++) {
    const name = core[Math.floor(tick / 20) % core.length] ?? ''
    if (tick % 20 === 0) write(world, name, 'x.core', tick, (result) => result.ok && taken.push(name))
    world.run(1)
  }
  if (taken.length > 0) return
  for (const name of core) world.say(describe(world, name))
  assert(false, `a quorum decided nothing in ${CORE_TICKS_MAX} ticks:\n${world.transcript.slice(-40).join('\n')}`)
}

/** Ticks until it is one. What people left behind is cleared away: drained nodes, and members that are gone for good. */
function becomeOne(world: World): number {
  const before = world.timeline.now
  world.run(60)
  let steady = 0
  for (let tick = 0; tick < ONE_TICKS_MAX && steady < STEADY_TICKS; tick++) {
    if (tick % 60 === 0) tidy(world)
    world.run(1)
    steady = isOne(world) ? steady + 1 : 0
  }
  if (steady === 0) for (const name of world.names) world.say(describe(world, name))
  assert(steady > 0, `not one after ${ONE_TICKS_MAX} ticks:\n${world.transcript.slice(-60).join('\n')}`)
  return Math.round((world.timeline.now - before) / 100) - steady
}

function tidy(world: World): void {
  const ignore = (): void => {}
  for (const name of world.names) {
    for (const { id } of leaderOf(world, name).draining)
      world.ask(name, { kind: 'drain-node', input: { node: id, on: false } }, ignore)
    for (const node of world.gone) world.ask(name, { kind: 'remove-node', input: { node } }, ignore)
  }
}

const setting = (world: World, name: string, key: string): unknown => {
  const state = world.node(name).seat?.state
  const text = state?.settings[key]?.value
  return text === null || text === undefined ? undefined : JSON.parse(text)
}

/** One lineage, one leader whom all know, everybody enrolled, and the voters that this many nodes should have. */
export function isOne(world: World): boolean {
  const views = world.names.map((name) => leaderOf(world, name))
  const [first] = views
  if (!first?.leader || first.frozen) return false
  const electing = world.names.filter((name) => world.node(name).role !== 'worker').length
  const most = Number(setting(world, world.names[0] ?? '', 'voters.max') ?? 5)
  const wanted = Math.min(most, electing % 2 === 1 ? electing : electing - 1)
  // With fewer nodes than that it stays as it is (A6).
  const least = Number(setting(world, world.names[0] ?? '', 'voters.min') ?? 1)
  return views.every(
    ({ applied, leader, lineage, members, voters }) =>
      lineage === first.lineage &&
      leader?.id === first.leader?.id &&
      applied === first.applied &&
      members === world.names.length &&
      (voters.length === wanted || (wanted < least && voters.length <= least)),
  )
}

function describe(world: World, name: string): string {
  const { applied, draining, frozen, leader, lineage, members, reason, seat, standbys, state, term, voters } =
    leaderOf(world, name)
  const ids = (of: readonly { readonly id: string }[]): string => of.map(({ id }) => id).join(' ')
  return [
    `${name} (${world.node(name).role}): ${lineage?.slice(0, 8)}${frozen ? ' frozen' : ''} term ${term} ${seat} ${state}`,
    `leader ${leader?.id}, applied ${applied}, ${members} members, voters ${ids(voters)}, standbys ${ids(standbys)}`,
    `draining ${ids(draining)}${reason ? `: ${reason}` : ''}`,
  ].join('; ')
}

function checkEnd(world: World): void {
  let done = false
  write(world, world.names[0] ?? '', 'x.last', 'written', (result) => {
    done = result.ok
  })
  world.runUntil(() => done && isOne(world), { ticksMax: 300 })
  for (const name of world.names) {
    let settings: readonly SettingView[] = []
    world.ask(name, { kind: 'settings', input: null }, (result) => {
      if (result.ok) ({ settings } = result.value as { settings: readonly SettingView[] })
    })
    assert(
      settings.some(({ key }) => key === 'x.last'),
      `${name} lacks the last setting`,
    )
    world.judge.holds(settings, name)
  }
}
