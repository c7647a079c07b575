import assert from 'node:assert/strict'
import { type Random, seededRandom } from '../../src/base/index.ts'
import {
  type Entry,
  type MemberId,
  Raft,
  type RaftEffect,
  type RaftLimits,
  type RaftMessage,
  raftLimits,
  timings,
} from '../../src/raft/index.ts'
import { type Disk, RaftJudge } from './raft-judge.ts'

/** What goes wrong, per occasion. */
export interface RaftFaults {
  readonly loss: number
  readonly twice: number
  /** Ticks of 10 ms. */
  readonly delayMax: number
  readonly diskMax: number
  /** Per node and tick. */
  readonly crash: number
  readonly restart: number
  /** Per tick. */
  readonly cut: number
  readonly heal: number
  /** Of cuts and crashes, this share is aimed at the leader. */
  readonly aimed: number
  readonly propose: number
  readonly change: number
  readonly transfer: number
  readonly compact: number
  readonly hint: number
  /** Per tick: a read that must see what is committed; many proposals at once. */
  readonly read: number
  readonly burst: number
  /** Per effect carried out: the process dies right after it. */
  readonly point: number
  /** Of cuts, this share closes connections: a new leader is elected while the old one still hopes for answers. */
  readonly closes: number
}

export const calmRaft: RaftFaults = {
  loss: 0,
  twice: 0,
  delayMax: 2,
  diskMax: 1,
  crash: 0,
  restart: 0.1,
  cut: 0,
  heal: 0.1,
  aimed: 0,
  propose: 0,
  change: 0,
  transfer: 0,
  compact: 0,
  hint: 0,
  read: 0,
  burst: 0,
  point: 0,
  closes: 0,
}

export function drawRaftFaults(random: Random): RaftFaults {
  const upTo = (most: number): number => (random.next() < 0.3 ? 0 : random.next() * most)
  return {
    loss: upTo(0.2),
    twice: upTo(0.1),
    delayMax: 1 + random.below(20),
    diskMax: 1 + random.below(8),
    crash: upTo(0.003),
    restart: 0.002 + upTo(0.05),
    cut: upTo(0.01),
    heal: 0.005 + upTo(0.02),
    aimed: upTo(1),
    propose: upTo(0.3),
    change: upTo(0.01),
    transfer: upTo(0.005),
    compact: upTo(0.01),
    hint: upTo(0.02),
    read: upTo(0.05),
    burst: upTo(0.01),
    point: upTo(0.03),
    closes: upTo(1),
  }
}

/** Windows and pieces from the smallest on: what is split into many must add up all the same. */
function drawRaftLimits(random: Random): RaftLimits {
  const upTo = (least: number, most: number): number => Math.round(least * (most / least) ** random.next())
  return {
    ...raftLimits,
    batchEntriesMax: upTo(1, 64),
    chunkUnitsMax: upTo(16, 64 * 1024),
    inflightBatchesMax: 1 + random.below(4),
  }
}

/** Effects between which a crash is worth more than elsewhere: what was promised meets what was written. */
const isDelicate = (effect: RaftEffect): boolean =>
  effect.do === 'state' || effect.do === 'persist' || (effect.do === 'send' && effect.message.kind.startsWith('vote'))

/** Messages on their way at most: more means that each one brings forth others. */
const FLIGHTS_MAX = 5000

class Machine {
  readonly id: MemberId
  readonly patience: number
  disk: Disk
  raft: Raft | undefined
  life = 0
  /** Writes asked for and not done, in order. */
  writes: { readonly effect: Extract<RaftEffect, { do: 'persist' }>; readonly due: number }[] = []
  /** Messages that wait for a write. */
  held: { readonly to: MemberId; readonly message: RaftMessage; readonly after: number }[] = []
  done = 0
  /** The state machine: what was applied, as text. */
  applied: string[] = []
  appliedIndex = 0
  /** The tick at which it starts again for sure. */
  upAt = Number.POSITIVE_INFINITY

  constructor(id: MemberId, disk: Disk, patience: number) {
    this.id = id
    this.patience = patience
    this.disk = disk
  }
}

const id = (index: number): MemberId => `m${index}` as MemberId

/** A group of Raft cores over simulated disks and links, watched after every step. */
export class RaftWorld {
  readonly random: Random
  readonly machines = new Map<MemberId, Machine>()
  readonly transcript: string[] = []
  faults: RaftFaults
  now = 0
  readonly #limits: RaftLimits
  #flights: {
    readonly at: number
    readonly from: MemberId
    readonly to: MemberId
    readonly life: number
    readonly message: RaftMessage
  }[] = []
  #apart = new Set<string>()
  #proposals = 0
  #reads = 0
  readonly #judge = new RaftJudge((member) => this.machine(member).disk)

  constructor(options: {
    readonly seed: number
    readonly voters: number
    readonly spares?: number
    readonly faults?: RaftFaults
  }) {
    this.random = seededRandom(options.seed)
    this.faults = options.faults ?? calmRaft
    this.#limits = drawRaftLimits(this.random)
    const all = Array.from({ length: options.voters + (options.spares ?? 0) }, (_, index) => id(index))
    const config = {
      voters: all.slice(0, options.voters),
      outgoing: [],
      learners: all.slice(options.voters),
      learnersNext: [],
    }
    for (const member of all) {
      const disk = { hard: { term: 0, vote: null }, snapshot: { index: 0, term: 0, config, data: '[]' }, entries: [] }
      // Some are of a lower priority than others (R8).
      const patience = this.random.below(2) * this.random.below(31)
      this.machines.set(member, new Machine(member, disk, patience))
      this.start(member)
    }
  }

  /** What a client was told is kept. */
  get acknowledged(): ReadonlySet<string> {
    return this.#judge.acknowledged
  }

  get leader(): MemberId | undefined {
    return this.#leaders.sort((a, b) => (b.raft?.status.term ?? 0) - (a.raft?.status.term ?? 0))[0]?.id
  }

  /** More than one while an old one has not heard of the new one. */
  get #leaders(): Machine[] {
    return [...this.machines.values()].filter(({ raft }) => raft?.status.role === 'leader')
  }

  machine(member: MemberId): Machine {
    const machine = this.machines.get(member)
    assert.ok(machine)
    return machine
  }

  say(text: string): void {
    this.transcript.push(`${String(this.now).padStart(6)}  ${text}`)
  }

  start(member: MemberId): void {
    const machine = this.machine(member)
    const { disk, patience } = machine
    const given = { self: member, timing: timings.lan, limits: this.#limits, patience, random: this.random }
    machine.raft = new Raft({ ...given, ...disk })
    machine.applied = JSON.parse(disk.snapshot.data) as string[]
    machine.appliedIndex = disk.snapshot.index
    machine.writes = []
    machine.held = []
    machine.done = 0
    machine.upAt = Number.POSITIVE_INFINITY
  }

  /** As kill -9: writes under way are done in part, in order. */
  crash(member: MemberId): void {
    const machine = this.machine(member)
    if (!machine.raft) return
    this.say(`${member} crashes`)
    const survived = this.random.below(machine.writes.length + 1)
    for (const { effect } of machine.writes.slice(0, survived)) this.#write(machine, effect)
    machine.raft = undefined
    machine.life += 1
    for (const other of this.machines.values()) if (other.raft) this.#lost(other, member)
  }

  #lost(machine: Machine, member: MemberId): void {
    if (this.random.next() < 0.8) this.#perform(machine, machine.raft?.peerLost(member, this.#rank(machine.id)) ?? [])
  }

  #rank(member: MemberId): number {
    return [...this.machines.keys()].sort().indexOf(member)
  }

  cut(members: readonly MemberId[], oneWay = false): void {
    this.say(`cut ${members.join(' ')}${oneWay ? ' (one way)' : ''}`)
    for (const a of members)
      for (const b of this.machines.keys()) {
        if (members.includes(b)) continue
        this.#apart.add(`${a} ${b}`)
        if (!oneWay) this.#apart.add(`${b} ${a}`)
      }
  }

  /** Both ends notice the cut, mostly. */
  #close(members: readonly MemberId[]): void {
    for (const member of members)
      for (const other of this.machines.keys()) {
        if (members.includes(other)) continue
        this.#lost(this.machine(member), other)
        this.#lost(this.machine(other), member)
      }
  }

  heal(): void {
    if (this.#apart.size > 0) this.say('heals')
    this.#apart.clear()
  }

  run(ticks: number): this {
    for (let tick = 0; tick < ticks; tick++) this.tick()
    return this
  }

  runUntil(holds: () => boolean, ticksMax: number): this {
    for (let tick = 0; tick < ticksMax && !holds(); tick++) this.tick()
    assert.ok(holds(), `not within ${ticksMax} ticks\n${this.transcript.slice(-25).join('\n')}\n${this.describe()}`)
    return this
  }

  describe(): string {
    return [...this.machines.values()]
      .map(({ id: member, raft }) => `${member} ${raft ? JSON.stringify(raft.status) : 'down'}`)
      .join('\n')
  }

  tick(): void {
    this.now += 1
    assert.ok(this.#flights.length < FLIGHTS_MAX, 'messages breed')
    this.#nemesis()
    const due = this.#flights.filter(({ at }) => at <= this.now)
    this.#flights = this.#flights.filter(({ at }) => at > this.now)
    for (const { from, life, message, to } of due) {
      const machine = this.machine(to)
      if (!machine.raft || machine.life !== life || this.#apart.has(`${from} ${to}`)) continue
      this.#perform(machine, machine.raft.receive(from, message))
    }
    for (const machine of this.machines.values()) {
      this.#disk(machine)
      if (machine.raft) this.#perform(machine, machine.raft.tick())
    }
  }

  /** To any that thinks it leads, an old leader too. */
  propose(): void {
    const machine = this.#any(this.#leaders)
    if (!machine?.raft) return
    const key = `p${this.#proposals++}`
    const { index, effects } = machine.raft.propose(key, key)
    if (index !== null) this.#judge.proposed(key, index, machine.raft.status.term)
    this.#perform(machine, effects)
  }

  read(): void {
    const machine = this.#any(this.#leaders)
    if (!machine?.raft) return
    const read = this.#reads++
    this.#judge.asked(read)
    const { ok, effects } = machine.raft.read(read)
    if (!ok) this.#judge.lost(read)
    this.#perform(machine, effects)
  }

  change(): void {
    const leader = this.leader
    if (leader === undefined) return
    const machine = this.machine(leader)
    const all = [...this.machines.keys()]
    const shuffled = all
      .map((member) => ({ member, at: this.random.next() }))
      .sort((a, b) => a.at - b.at)
      .map(({ member }) => member)
    const count = [1, 3, 5].filter((size) => size <= all.length)[this.random.below(3)] ?? 1
    const voters = shuffled.slice(0, count)
    const changed = machine.raft?.change({ voters, learners: shuffled.slice(count) })
    if (!changed) return
    if (changed.index !== null) this.say(`${leader} changes the voters to ${voters.join(' ')}`)
    this.#perform(machine, changed.effects)
  }

  transfer(): void {
    const leader = this.leader
    if (leader === undefined) return
    const machine = this.machine(leader)
    const target = this.#any(machine.raft?.log.config.voters ?? [])
    if (target) this.#perform(machine, machine.raft?.transfer(target).effects ?? [])
  }

  compact(machine: Machine): void {
    if (!machine.raft || machine.appliedIndex <= machine.raft.log.snapshot.index) return
    this.#perform(machine, machine.raft.compact(JSON.stringify(machine.applied)))
  }

  #any<T>(from: readonly T[]): T | undefined {
    return from[this.random.below(Math.max(1, from.length))]
  }

  #nemesis(): void {
    const { random, faults } = this
    const aim = (): MemberId | undefined =>
      random.next() < faults.aimed ? this.leader : this.#any([...this.machines.keys()])
    for (const machine of this.machines.values())
      if (!machine.raft && (machine.upAt <= this.now || random.next() < faults.restart)) {
        this.say(`${machine.id} starts`)
        this.start(machine.id)
      }
    if (random.next() < faults.crash * this.machines.size) {
      const victim = aim()
      if (victim) this.crash(victim)
    }
    if (random.next() < faults.cut) {
      const victim = aim()
      const others = [...this.machines.keys()].filter((member) => member !== victim)
      const one = this.#any(others)
      // Often the victim and just one other: what it writes reaches a minority.
      const some = random.next() < 0.4 && one ? [one] : others.filter(() => random.next() < 0.4)
      if (victim) this.cut([victim, ...some], random.next() < 0.3)
      if (victim && random.next() < faults.closes) this.#close([victim, ...some])
    } else if (this.#apart.size > 0 && random.next() < faults.heal) this.heal()
    if (random.next() < faults.propose) this.propose()
    if (random.next() < faults.read) this.read()
    if (random.next() < faults.burst) for (let count = random.below(20); count > 0; count--) this.propose()
    if (random.next() < faults.change) this.change()
    if (random.next() < faults.transfer) this.transfer()
    if (random.next() < faults.hint) {
      const machine = this.#any([...this.machines.values()])
      const leader = machine?.raft?.status.leader
      if (machine && leader) this.#perform(machine, machine.raft?.peerLost(leader, this.#rank(machine.id)) ?? [])
    }
    const busy = this.#any([...this.machines.values()])
    if (busy && random.next() < faults.compact) this.compact(busy)
  }

  #disk(machine: Machine): void {
    while (machine.raft && machine.writes[0] && machine.writes[0].due <= this.now) {
      const { effect } = machine.writes.shift() as Machine['writes'][number]
      this.#write(machine, effect)
      machine.done = effect.id
      const ready = machine.held.filter(({ after }) => after <= effect.id)
      machine.held = machine.held.filter(({ after }) => after > effect.id)
      for (const { message, to } of ready) this.#send(machine.id, to, message)
      this.#perform(machine, machine.raft.persisted(effect.id))
    }
  }

  #write({ disk, id: member }: Machine, { entries, hard, snapshot }: Extract<RaftEffect, { do: 'persist' }>): void {
    if (hard) {
      disk.hard = hard
      if (hard.vote !== null) this.#judge.voted(member, hard.term, hard.vote)
    }
    if (snapshot) {
      const last = disk.snapshot.index
      const follows = snapshot.index === last ? true : disk.entries[snapshot.index - last - 1]?.term === snapshot.term
      disk.entries = follows ? disk.entries.slice(Math.max(0, snapshot.index - last)) : []
      disk.snapshot = snapshot
    }
    const first = entries?.[0]
    if (entries && first) disk.entries = [...disk.entries.slice(0, first.index - disk.snapshot.index - 1), ...entries]
  }

  #send(from: MemberId, to: MemberId, message: RaftMessage): void {
    if (message.kind === 'vote') this.#judge.voteLeaves(from, message.term, from)
    if (message.kind === 'vote-reply' && message.granted) this.#judge.voteLeaves(from, message.term, to)
    if (this.#apart.has(`${from} ${to}`) || this.random.next() < this.faults.loss) return
    const target = this.machines.get(to)
    if (!target) return
    const copies = this.random.next() < this.faults.twice ? 2 : 1
    // The same object must not be shared between members: what is sent is what was written.
    for (let copy = 0; copy < copies; copy++)
      this.#flights.push({
        at: this.now + 1 + this.random.below(this.faults.delayMax),
        from,
        to,
        life: target.life,
        message: structuredClone(message),
      })
  }

  #perform(machine: Machine, effects: readonly RaftEffect[]): void {
    for (const effect of effects) {
      switch (effect.do) {
        case 'persist':
          this.#judge.appended(effect.entries ?? [])
          machine.writes.push({ effect, due: this.now + this.random.below(this.faults.diskMax) })
          break
        case 'send':
          if (effect.after > machine.done) machine.held.push(effect)
          else this.#send(machine.id, effect.to, effect.message)
          break
        case 'apply':
          for (const entry of effect.entries) this.#apply(machine, entry)
          break
        case 'restore':
          machine.applied = JSON.parse(effect.snapshot.data) as string[]
          machine.appliedIndex = effect.snapshot.index
          break
        case 'state':
          if (effect.role === 'leader') this.#elected(machine, effect.term)
          break
        case 'read':
          this.#judge.answered(effect.id, effect.index)
          break
        case 'read-lost':
          this.#judge.lost(effect.id)
      }
      if (this.#diesAfter(machine, effect)) return
    }
  }

  #diesAfter(machine: Machine, effect: RaftEffect): boolean {
    const { random, faults } = this
    if (!machine.raft || faults.point === 0) return false
    if (random.next() >= faults.point * (isDelicate(effect) ? 1 : 0.01)) return false
    this.crash(machine.id)
    if (random.next() < 0.7) machine.upAt = this.now + 1 + random.below(20)
    return true
  }

  #elected({ id: member, raft }: Machine, term: number): void {
    if (!raft) return
    if (this.#judge.elected(member, term, raft.log)) this.say(`${member} leads term ${term}`)
  }

  #apply(machine: Machine, entry: Entry): void {
    if (!machine.raft) return
    assert.equal(entry.index, machine.appliedIndex + 1, `${machine.id} applies out of order`)
    machine.appliedIndex = entry.index
    this.#judge.applied(machine.id, entry, machine.raft)
    if (entry.body.kind === 'data') machine.applied.push(entry.body.key)
  }
}
