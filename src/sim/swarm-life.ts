import { assert, type Random, type Result, seededRandom } from '../base/index.ts'
import type { LeaderView, SettingView } from '../driver/index.ts'
import type { Role } from '../membership/index.ts'
import { calm, type Faults } from './faults.ts'
import { simulate, type World } from './world.ts'

/** Virtual seconds of trouble; then everything is repaired and the swarm must be one, and work. */
const TROUBLE_S = 60
/** After the repair, ticks of 100 ms: elections, forks that meet, voters that are replaced. */
const ONE_TICKS_MAX = 1_200
/** More would be refused (`SETTINGS_MAX`). */
const WRITES_MAX = 100

/** What happens to a swarm's coordination, per virtual second. */
interface Mix {
  readonly crash: number
  readonly restart: number
  readonly cut: number
  readonly mute: number
  readonly unplug: number
  readonly heal: number
  readonly pause: number
  readonly sleep: number
  readonly clock: number
  readonly full: number
  readonly power: number
  readonly bridge: number
  readonly stepDown: number
  readonly drain: number
  readonly write: number
  /** This share of crashes, cuts and pauses is aimed at the leader. */
  readonly aimed: number
}

function drawMix(random: Random): Mix {
  const upTo = (most: number): number => (random.next() < 0.4 ? 0 : random.next() * most)
  return {
    crash: upTo(0.15),
    restart: 0.1 + upTo(0.5),
    cut: upTo(0.15),
    mute: upTo(0.1),
    unplug: upTo(0.05),
    heal: 0.05 + upTo(0.3),
    pause: upTo(0.15),
    sleep: upTo(0.05),
    clock: upTo(0.05),
    full: upTo(0.05),
    power: upTo(0.02),
    bridge: 0.02 + upTo(0.1),
    stepDown: upTo(0.1),
    drain: upTo(0.05),
    write: 0.2 + random.next(),
    aimed: random.next(),
  }
}

function drawFrames(random: Random): Faults {
  const upTo = (most: number): number => (random.next() < 0.4 ? 0 : random.next() * most)
  return {
    ...calm,
    frameLoss: upTo(0.2),
    delayMsMax: 1 + random.below(random.next() < 0.5 ? 20 : 150),
    diskMsMax: 1 + random.below(40),
    skewMsMax: random.below(20_000),
  }
}

const ROLES: readonly Role[] = ['auto', 'auto', 'auto', 'auto', 'leader', 'backup', 'gateway', 'worker']

export interface LifeVerdict {
  readonly transcript: readonly string[]
  readonly writes: number
  readonly refused: number
  /** How many lineages there were on the way. */
  readonly lineages: number
  readonly ticksToOne: number
}

/**
 * A swarm that forms itself and falls apart: births in any order on several networks, crashes, cuts of both kinds,
 * sleep, wrong clocks, full disks, power cuts, changes of leader. Watched after every input; in the end everything is
 * repaired: it must be one lineage with one leader and the right voters, hold every acknowledged write, and take a
 * new one.
 */
export function swarmLife({ nodes, seed }: { readonly seed: number; readonly nodes: number }): LifeVerdict {
  const random = seededRandom(seed ^ 0x51fe)
  const roles = Array.from({ length: nodes }, () => pick<Role>(random, ROLES) ?? 'auto')
  // Workers alone have nobody who founds.
  if (!roles.some((role) => role !== 'worker')) roles[0] = 'auto'
  const lans = 1 + random.below(random.next() < 0.5 ? 1 : 3)
  const world = simulate({
    seed,
    nodes,
    faults: drawFrames(random),
    roles,
    asleep: true,
    lans: roles.map(() => `lan ${random.below(lans)}`),
  })
  const mix = drawMix(random)
  world.say(`seed ${seed}: ${roles.join(' ')}, ${lans} networks`)
  let refused = 0
  let written = 0
  for (let second = 0; second < TROUBLE_S; second++) {
    trouble(world, mix)
    const name = pick(world.random, world.alive)
    if (name !== undefined && written < WRITES_MAX && world.random.next() < mix.write) {
      const key = `x.w${written++}`
      const value = `${second} by ${name}`
      write(world, name, key, value, (result) => {
        if (result.ok) world.judge.acknowledged(key, JSON.stringify(value))
        else refused += 1
      })
    }
    world.run(10)
  }
  world.calmDown()
  const before = world.timeline.now
  world.run(60)
  for (let tick = 0; tick < ONE_TICKS_MAX && !isOne(world); tick++) {
    if (tick % 60 === 0)
      for (const name of world.names)
        for (const { id } of leaderOf(world, name).draining)
          world.ask(name, { kind: 'drain-node', input: { node: id, on: false } }, () => {})
    world.run(1)
  }
  if (!isOne(world)) for (const name of world.names) world.say(describe(world, name))
  assert(isOne(world), `not one after ${ONE_TICKS_MAX} ticks:\n${world.transcript.slice(-40).join('\n')}`)
  const ticksToOne = Math.round((world.timeline.now - before) / 100)
  checkEnd(world)
  world.say(`one swarm after ${ticksToOne} ticks; ${world.judge.writes} writes, none lost`)
  const { lineages, writes } = world.judge
  return { transcript: world.transcript, writes, refused, lineages: lineages.size, ticksToOne }
}

const pick = <T>(random: Random, from: readonly T[]): T | undefined => from[random.below(Math.max(1, from.length))]

export const leaderOf = (world: World, name: string): LeaderView => world.status(name).coordination

function write(
  world: World,
  name: string,
  key: string,
  value: unknown,
  done: (result: Result<unknown>) => void,
): void {
  world.ask(name, { kind: 'write-setting', input: { key, value, expect: null, idempotencyKey: null } }, done)
}

function trouble(world: World, mix: Mix): void {
  const { random } = world
  const chance = (probability: number): boolean => random.next() < probability
  const leader = world.alive.find((name) => leaderOf(world, name).state === 'leader')
  const victim = (): string | undefined =>
    leader !== undefined && chance(mix.aimed) ? leader : pick(random, world.alive)
  for (const name of world.names) if (!world.node(name).driver && chance(mix.restart)) world.restart(name)
  const struck = victim()
  if (struck === undefined) return
  if (chance(mix.crash)) world.crash(struck)
  if (chance(mix.power)) for (const name of world.alive) world.crash(name)
  if (chance(mix.cut)) world.cut([struck, ...world.names.filter((name) => name !== struck && chance(0.4))])
  else if (chance(mix.heal)) world.heal()
  for (const other of world.names) if (other !== struck && chance(mix.mute)) world.mute(struck, other)
  if (chance(mix.unplug)) world.unplug(struck)
  else if (chance(mix.heal)) for (const name of world.names) world.plug(name)
  if (chance(mix.pause)) world.pause(struck, random.below(3_000))
  if (chance(mix.sleep)) world.pause(struck, random.below(20_000), true)
  if (chance(mix.clock)) world.node(struck).setClock(random.below(120_000) - 60_000)
  if (chance(mix.full)) world.node(struck).diskFull = chance(0.5)
  if (chance(mix.bridge)) world.bridge()
  if (!world.node(struck).driver) return
  if (chance(mix.stepDown)) world.ask(struck, { kind: 'step-down', input: { to: null } }, () => {})
  const drained = pick(random, world.names)
  if (drained !== undefined && chance(mix.drain))
    world.ask(struck, { kind: 'drain-node', input: { node: drained, on: chance(0.5) } }, () => {})
}

/** One lineage, one leader whom all know, everybody enrolled, and the voters that this many nodes should have. */
export function isOne(world: World): boolean {
  const views = world.names.map((name) => leaderOf(world, name))
  const [first] = views
  if (!first?.leader || first.frozen) return false
  const electing = world.names.filter((name) => world.node(name).role !== 'worker').length
  const votersWanted = Math.min(5, electing % 2 === 1 ? electing : electing - 1)
  return views.every(
    ({ applied, leader, lineage, members, voters }) =>
      lineage === first.lineage &&
      leader?.id === first.leader?.id &&
      applied === first.applied &&
      members === world.names.length &&
      voters.length === votersWanted,
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
