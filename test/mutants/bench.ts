import assert from 'node:assert/strict'
import { seededRandom } from '../../src/base/index.ts'
import {
  type Entry,
  type GroupConfig,
  type HardState,
  type MemberId,
  Raft,
  type RaftEffect,
  type RaftMessage,
  type Snapshot,
  timings,
} from '../../src/raft/index.ts'

export interface Flight {
  readonly from: MemberId
  readonly to: MemberId
  readonly message: RaftMessage
}

/** What a member finds on its disk. */
export interface Found {
  readonly term?: number
  readonly entries?: readonly Entry[]
  readonly snapshot?: Snapshot
}

export const memberId = (name: string): MemberId => name as MemberId
export const membersNamed = (names: string): readonly MemberId[] => names.split('').map(memberId)

/** `group('abc', 'd')`: three voters, and a learner. */
export const group = (voters: string, learners = ''): GroupConfig => ({
  voters: membersNamed(voters),
  outgoing: [],
  learners: membersNamed(learners),
  learnersNext: [],
})

interface Disk {
  hard: HardState
  snapshot: Snapshot
  entries: readonly Entry[]
  /** The last write that is done. */
  done: number
  /** Asked for, and not done: only where the disk is stalled. */
  readonly waiting: Extract<RaftEffect, { do: 'persist' }>[]
}

/** Entries from `first` on, one for each of the terms. */
export const entriesOf = (first: number, ...terms: readonly number[]): readonly Entry[] =>
  terms.map((term, at) => ({
    index: first + at,
    term,
    body: { kind: 'data', key: `k${first + at}.${term}`, data: '' },
  }))

/**
 * Cores on a table: no chance, no delay, a message at a time, disks that sync at once. For what must happen in one
 * order exactly; what may happen in any order is for the random lives.
 */
export class Bench {
  readonly cores = new Map<MemberId, Raft>()
  /** Everything that was ever sent. */
  readonly sent: Flight[] = []
  readonly reads: { readonly member: MemberId; readonly id: number; readonly index: number }[] = []
  readonly readsLost: number[] = []
  /** Members whose disk does not answer. */
  readonly stalled = new Set<string>()
  flights: Flight[] = []
  readonly #cuts = new Set<string>()
  readonly #disks = new Map<MemberId, Disk>()
  readonly #random = seededRandom(1)
  #held: (Flight & { readonly after: number })[] = []

  constructor(config: GroupConfig, found: Readonly<Record<string, Found>> = {}) {
    for (const self of [...config.voters, ...config.learners]) {
      const { entries = [], snapshot, term = 0 } = found[self] ?? {}
      const first: Snapshot = { index: 0, term: 0, config, data: '' }
      const hard = { term, vote: null }
      this.#disks.set(self, { hard, snapshot: snapshot ?? first, entries, done: 0, waiting: [] })
      this.restart(self)
    }
  }

  /** With what is on the disk; what was asked for and not done is lost. */
  restart(name: string): void {
    const self = memberId(name)
    const disk = this.#disk(self)
    disk.done = 0
    disk.waiting.length = 0
    this.#held = this.#held.filter(({ from }) => from !== self)
    const { entries, hard, snapshot } = disk
    this.cores.set(self, new Raft({ self, timing: timings.lan, random: this.#random, hard, snapshot, entries }))
  }

  core(name: string): Raft {
    const core = this.cores.get(memberId(name))
    assert.ok(core)
    return core
  }

  get leaders(): readonly string[] {
    return [...this.cores].filter(([, { status }]) => status.role === 'leader').map(([member]) => member)
  }

  /** Nothing gets from the one to the other. */
  cut(from: string, to: string): void {
    this.#cuts.add(`${from} ${to}`)
  }
  isolate(name: string): void {
    for (const other of this.cores.keys()) {
      this.cut(name, other)
      this.cut(other, name)
    }
  }
  heal(): void {
    this.#cuts.clear()
  }

  perform(name: string, effects: readonly RaftEffect[]): void {
    const from = memberId(name)
    for (const effect of effects) {
      if (effect.do === 'send') this.#send({ from, to: effect.to, message: effect.message }, effect.after)
      else if (effect.do === 'persist') this.#persist(from, effect)
      else if (effect.do === 'read') this.reads.push({ member: from, id: effect.id, index: effect.index })
      else if (effect.do === 'read-lost') this.readsLost.push(effect.id)
    }
  }

  propose(name: string, key: string): number | null {
    const { effects, index } = this.core(name).propose(key, '')
    this.perform(name, effects)
    return index
  }

  change(name: string, voters: string, learners: string): number | null {
    const target = { voters: membersNamed(voters), learners: membersNamed(learners) }
    const { effects, index } = this.core(name).change(target)
    this.perform(name, effects)
    return index
  }

  read(name: string, id: number): boolean {
    const { effects, ok } = this.core(name).read(id)
    this.perform(name, effects)
    return ok
  }

  transfer(name: string, target: string): void {
    this.perform(name, this.core(name).transfer(memberId(target)).effects)
  }

  receive({ from, message, to }: Flight): void {
    this.perform(to, this.core(to).receive(from, structuredClone(message)))
  }

  arrive(from: string, to: string, message: RaftMessage): void {
    this.receive({ from: memberId(from), to: memberId(to), message })
  }

  /** The oldest message arrives. */
  step(): boolean {
    const flight = this.flights.shift()
    if (flight) this.receive(flight)
    return flight !== undefined
  }

  deliver(until: () => boolean = () => false): void {
    for (let count = 0; !until() && this.step(); count++) assert.ok(count < 10_000, 'messages breed')
  }

  /** Time passes for those named, and every message arrives. */
  tick(names: string, ticks: number, until: () => boolean = () => false): void {
    for (let tick = 0; tick < ticks && !until(); tick++) {
      for (const name of names) this.perform(name, this.core(name).tick())
      this.deliver(until)
    }
  }

  /** Only it has time, so that only it stands. Nothing that it sent as a leader has arrived yet. */
  elect(name: string): void {
    const leads = (): boolean => this.core(name).status.role === 'leader'
    this.tick(name, 500, leads)
    assert.ok(leads(), `${name} is not elected`)
  }

  /** A stalled disk does this many writes, in order. */
  sync(name: string, count = Number.POSITIVE_INFINITY): void {
    const { waiting } = this.#disk(memberId(name))
    for (let done = 0; done < count; done++) {
      const write = waiting.shift()
      if (!write) return
      this.#write(memberId(name), write)
    }
  }

  #persist(member: MemberId, write: Extract<RaftEffect, { do: 'persist' }>): void {
    if (this.stalled.has(member)) this.#disk(member).waiting.push(write)
    else this.#write(member, write)
  }

  #disk(member: MemberId): Disk {
    const disk = this.#disks.get(member)
    assert.ok(disk)
    return disk
  }

  #send(flight: Flight, after: number): void {
    if (after > this.#disk(flight.from).done) return void this.#held.push({ ...flight, after })
    this.sent.push(flight)
    if (!this.#cuts.has(`${flight.from} ${flight.to}`)) this.flights.push(flight)
  }

  #write(member: MemberId, { entries, hard, id, snapshot }: Extract<RaftEffect, { do: 'persist' }>): void {
    const disk = this.#disk(member)
    if (hard) disk.hard = hard
    if (snapshot) {
      disk.entries = disk.entries.filter(({ index }) => index > snapshot.index)
      disk.snapshot = snapshot
    }
    const first = entries?.[0]
    if (entries && first) disk.entries = [...disk.entries.filter(({ index }) => index < first.index), ...entries]
    disk.done = id
    const ready = this.#held.filter(({ after, from }) => from === member && after <= id)
    this.#held = this.#held.filter((held) => !ready.includes(held))
    for (const { after, ...flight } of ready) this.#send(flight, after)
    this.perform(member, this.core(member).persisted(id))
  }
}
