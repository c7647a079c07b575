import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Random } from '../../src/base/index.ts'
import {
  type Entry,
  type GroupConfig,
  type HardState,
  type MemberId,
  Raft,
  type RaftEffect,
  type RaftLimits,
  type RaftMessage,
  type Snapshot,
  type Timing,
} from '../../src/raft/index.ts'
import { entryWords, messageWords, stateWords, writeWords } from './raft-words.ts'

/*
 * A group of bare cores, moved by hand: nothing ticks, arrives or reaches a disk unless the script says so, and all
 * of it is written down in words. The scenarios of test/golden/raft and test/mutants and the sentences of
 * test/unit/raft are told in this language; chance and faults live in raft-world.ts.
 *
 * 1. A message waits until `deliver`; over a cut link or to a member that is down it is lost.
 * 2. A disk writes at once, unless `hang` was said; then it writes at `flush`, in order (R2).
 * 3. After each step: one leader a term, and nobody applies something else than others did.
 */

type Persist = Extract<RaftEffect, { do: 'persist' }>
type Send = Extract<RaftEffect, { do: 'send' }>

export interface Flight {
  readonly from: MemberId
  readonly to: MemberId
  readonly message: RaftMessage
}

interface Member {
  readonly id: MemberId
  /** Makes the draws of each member differ, and the same in each run. */
  readonly rank: number
  disk: { hard: HardState; snapshot: Snapshot; entries: readonly Entry[] }
  raft: Raft | undefined
  hangs: boolean
  writes: Persist[]
  written: number
  held: Send[]
  applied: number
}

/** Short, so that a script counts ticks on its fingers. */
export const scriptTiming: Timing = { heartbeat: 2, electionMin: 10, electionMax: 20, retryMin: 3, retryMax: 9 }

export interface ScriptOptions {
  readonly voters: readonly string[]
  readonly learners?: readonly string[]
  /** The logs to begin with, as the terms of their entries. */
  readonly logs?: Readonly<Record<string, readonly number[]>>
  readonly hard?: Readonly<Record<string, HardState>>
  readonly timing?: Timing
  readonly limits?: Partial<RaftLimits>
  readonly patience?: Readonly<Record<string, number>>
}

export const memberId = (name: string): MemberId => name as MemberId

export const groupOf = (voters: readonly string[], learners: readonly string[] = []): GroupConfig => ({
  voters: voters.map(memberId),
  outgoing: [],
  learners: learners.map(memberId),
  learnersNext: [],
})

/** Entries from 1 on, by their terms. */
export const entriesOf = (terms: readonly number[]): readonly Entry[] =>
  terms.map((term, at) => ({ index: at + 1, term, body: { kind: 'data', key: `e${at + 1}t${term}`, data: '' } }))

const chanceOf = (rank: number): Random => ({ next: () => 0, below: (bound) => Math.min(bound - 1, rank * 2) })

export class RaftScript {
  readonly #members = new Map<MemberId, Member>()
  readonly #timing: Timing
  readonly #limits: Partial<RaftLimits>
  readonly #patience: Readonly<Record<string, number>>
  readonly #cuts = new Set<string>()
  readonly #leaders = new Map<number, MemberId>()
  readonly #applied = new Map<number, string>()
  readonly #lines: string[] = []
  readonly #isQuiet: (message: RaftMessage) => boolean = ({ kind }) => this.#passing && kind.startsWith('heartbeat')
  #passing = false
  flights: Flight[] = []

  constructor(options: ScriptOptions) {
    const { hard = {}, learners = [], limits = {}, logs = {}, patience = {}, timing = scriptTiming, voters } = options
    this.#timing = timing
    this.#limits = limits
    this.#patience = patience
    const config = groupOf(voters, learners)
    for (const [rank, name] of [...voters, ...learners].entries()) {
      const id = memberId(name)
      const entries = entriesOf(logs[name] ?? [])
      const disk = {
        hard: hard[name] ?? { term: entries.at(-1)?.term ?? 0, vote: null },
        snapshot: { index: 0, term: 0, config, data: '' },
        entries,
      }
      const member: Member = {
        id,
        rank,
        disk,
        raft: undefined,
        hangs: false,
        writes: [],
        written: 0,
        held: [],
        applied: 0,
      }
      this.#members.set(id, member)
      this.#start(member)
    }
  }

  // --- looking

  get names(): readonly MemberId[] {
    return [...this.#members.keys()]
  }

  core(name: string): Raft {
    const { raft } = this.#member(name)
    assert.ok(raft, `${name} is down`)
    return raft
  }

  /** More than one while an old one has not heard of the new one. */
  get leaders(): readonly MemberId[] {
    return this.names.filter((name) => this.#member(name).raft?.status.role === 'leader')
  }

  disk(name: string): Member['disk'] {
    return this.#member(name).disk
  }

  /** The terms of what is in its log, to compare with the paper's figures. */
  log(name: string): readonly number[] {
    const { log } = this.core(name)
    return log.slice(log.snapshot.index + 1, log.last, Number.POSITIVE_INFINITY).map(({ term }) => term)
  }

  /** Messages that wait, of one kind if it is named. */
  waiting<K extends RaftMessage['kind']>(kind: K, to?: string): readonly Extract<RaftMessage, { kind: K }>[] {
    return this.flights
      .filter((flight) => flight.message.kind === kind && (to === undefined || flight.to === to))
      .map(({ message }) => message as Extract<RaftMessage, { kind: K }>)
  }

  // --- time

  tick(name: string, ticks = 1): RaftEffect[] {
    const effects: RaftEffect[] = []
    for (let tick = 0; tick < ticks; tick++) effects.push(...this.#perform(name, this.core(name).tick()))
    return effects
  }

  /**
   * Time for all who are up, or for those named, and everything said is heard at once. Heartbeats are left out of the
   * transcript.
   */
  pass(ticks: number, names?: readonly string[]): this {
    this.say(`> ${ticks} ticks${names ? ` for ${names.join(' ')}` : ''}`)
    this.#passing = true
    for (let tick = 0; tick < ticks; tick++) {
      for (const { id, raft } of this.#members.values()) if (raft && (names?.includes(id) ?? true)) this.tick(id)
      this.deliver()
    }
    this.#passing = false
    return this
  }

  /** Its election timeout runs out, and nobody else's. */
  campaign(name: string): this {
    this.say(`> ${name} hears nobody for too long`)
    this.#untilCampaign(name)
    return this
  }

  /** Its patience ends: as `campaign`, and all that follows is heard. */
  elect(name: string): this {
    return this.campaign(name).deliver()
  }

  // --- the network

  /** Everything that waits, and everything said in answer; or only what `which` picks. */
  deliver(which: (flight: Flight) => boolean = () => true): this {
    for (let steps = 0; steps < 5000; steps++) {
      const at = this.flights.findIndex(which)
      const [flight] = at === -1 ? [] : this.flights.splice(at, 1)
      if (!flight) return this
      this.#arrive(flight)
    }
    assert.fail('the members do not stop talking')
  }

  /** What waits now, and none of the answers. */
  deliverOnce(which: (flight: Flight) => boolean = () => true): this {
    const now = new Set(this.flights.filter(which))
    return this.deliver((flight) => now.has(flight))
  }

  lose(which: (flight: Flight) => boolean = () => true): this {
    for (const { from, message, to } of this.flights.filter(which)) this.#hear(`${from} -x ${to}`, message)
    this.flights = this.flights.filter((flight) => !which(flight))
    return this
  }

  isolate(...names: readonly string[]): this {
    this.say(`> ${names.join(' ')} cut off`)
    for (const name of names)
      for (const other of this.names)
        if (!names.includes(other)) this.#cuts.add(`${name} ${other}`).add(`${other} ${name}`)
    return this
  }

  /** Both ways, between these two alone. */
  part(one: string, other: string): this {
    this.say(`> ${one} and ${other} no longer hear each other`)
    this.#cuts.add(`${one} ${other}`).add(`${other} ${one}`)
    return this
  }

  /** One way: what `from` says does not arrive. */
  mute(from: string, to: string): this {
    this.say(`> ${from} is no longer heard by ${to}`)
    this.#cuts.add(`${from} ${to}`)
    return this
  }

  heal(): this {
    this.say('> the network heals')
    this.#cuts.clear()
    return this
  }

  /** As if `from` had said it. Its effects are performed, and handed back. */
  hear(name: string, from: string, message: RaftMessage): readonly RaftEffect[] {
    return this.#perform(name, this.core(name).receive(memberId(from), message))
  }

  peerLost(name: string, lost: string): this {
    this.say(`> ${name} loses its connection to ${lost}`)
    this.#perform(name, this.core(name).peerLost(memberId(lost), this.#member(name).rank))
    return this
  }

  // --- what is asked of a member

  propose(name: string, key: string): number | null {
    this.say(`> ${key} is proposed to ${name}`)
    const { effects, index } = this.core(name).propose(key, '')
    if (index === null) this.say(`  ${name} refuses it`)
    this.#perform(name, effects)
    return index
  }

  change(name: string, voters: readonly string[], learners: readonly string[] = []): number | null {
    this.say(`> ${name} is asked for the voters ${voters.join(' ')}`)
    const target = { voters: voters.map(memberId), learners: learners.map(memberId) }
    const { effects, index } = this.core(name).change(target)
    if (index === null) this.say(`  ${name} refuses it`)
    this.#perform(name, effects)
    return index
  }

  transfer(name: string, to: string): boolean {
    this.say(`> ${name} is asked to hand over to ${to}`)
    const { effects, ok } = this.core(name).transfer(memberId(to))
    if (!ok) this.say(`  ${name} refuses it`)
    this.#perform(name, effects)
    return ok
  }

  read(name: string, id: number): boolean {
    this.say(`> read ${id} is asked of ${name}`)
    const { effects, ok } = this.core(name).read(id)
    if (!ok) this.say(`  ${name} refuses it`)
    this.#perform(name, effects)
    return ok
  }

  compact(name: string, data = ''): this {
    this.say(`> ${name} compacts its log`)
    this.#perform(name, this.core(name).compact(data))
    return this
  }

  resumed(name: string): readonly RaftEffect[] {
    this.say(`> ${name} wakes from sleep`)
    return this.#perform(name, this.core(name).resumed())
  }

  // --- its disk, and its life

  hang(name: string): this {
    this.say(`> the disk of ${name} hangs`)
    this.#member(name).hangs = true
    return this
  }

  /** The disk does so many of the writes that wait, all if none is said, and goes on hanging. */
  flush(name: string, count = Number.POSITIVE_INFINITY): RaftEffect[] {
    const member = this.#member(name)
    const effects: RaftEffect[] = []
    for (let done = 0; done < count; done++) {
      const write = member.writes.shift()
      if (!write) break
      this.#write(member, write)
      for (const held of member.held.filter(({ after }) => after <= write.id)) this.#post(member, held)
      member.held = member.held.filter(({ after }) => after > write.id)
      effects.push(...this.#perform(name, this.core(name).persisted(write.id)))
    }
    return effects
  }

  /**
   * As kill -9: what waits for the disk is lost; what it said and nobody heard yet may still arrive. Its connections
   * close, so that nobody holds on to it as the leader (R6, R7).
   */
  crash(name: string): this {
    this.say(`> ${name} crashes, its connections close`)
    this.#member(name).raft = undefined
    for (const { id, raft, rank } of this.#members.values())
      if (raft) this.#perform(id, raft.peerLost(memberId(name), rank))
    return this
  }

  restart(name: string): this {
    this.say(`> ${name} starts again`)
    this.#start(this.#member(name))
    return this
  }

  // --- what is written down

  say(line: string): this {
    this.#lines.push(line)
    return this
  }

  /** For stories that begin in the middle. */
  forget(): this {
    this.#lines.length = 0
    return this
  }

  get transcript(): string {
    return this.#lines.join('\n')
  }

  expectTranscript(t: TestContext, name: string): void {
    const file = new URL(`../golden/raft/${name}.txt`, import.meta.url).pathname
    for (const { id, raft } of this.#members.values()) {
      const { commit, last, leader, role, term } = raft?.status ?? {}
      this.say(
        raft
          ? `= ${id}: ${role}, term ${term}, leader ${leader ?? 'none'}, commit ${commit} of ${last}`
          : `= ${id}: down`,
      )
    }
    t.assert.fileSnapshot(this.transcript, file, { serializers: [String] })
  }

  // --- inside

  #member(name: string): Member {
    const member = this.#members.get(memberId(name))
    assert.ok(member, `nobody is called ${name}`)
    return member
  }

  #start(member: Member): void {
    const { disk, id, rank } = member
    Object.assign(member, { writes: [], written: 0, held: [], applied: disk.snapshot.index, hangs: false })
    const given = { timing: this.#timing, limits: this.#limits, patience: this.#patience[id] ?? 0 }
    member.raft = new Raft({ self: id, random: chanceOf(rank), ...given, ...disk })
  }

  #untilCampaign(name: string): void {
    const { term } = this.core(name).status
    for (let ticks = 0; ticks < 100; ticks++) {
      const said = this.tick(name).some(({ do: what }) => what === 'send')
      const { role, term: now } = this.core(name).status
      if ((said && role !== 'follower' && role !== 'leader') || now > term) return
    }
    assert.fail(`${name} does not campaign`)
  }

  #arrive({ from, message, to }: Flight): void {
    const isLost = this.#cuts.has(`${from} ${to}`) || !this.#members.get(to)?.raft
    this.#hear(`${from} ${isLost ? '-x' : '->'} ${to}`, message)
    if (!isLost) this.hear(to, from, message)
  }

  #hear(who: string, message: RaftMessage): void {
    if (!this.#isQuiet(message)) this.say(`  ${who}  ${messageWords(message)}`)
  }

  #post({ id }: Member, { message, to }: Send): void {
    // A copy: what arrives is what was written, whatever its sender does with the object later.
    this.flights.push({ from: id, to, message: structuredClone(message) })
  }

  #write({ disk, id }: Member, write: Persist): void {
    const { entries, hard, snapshot } = write
    this.say(`  ${id} has on disk: ${writeWords(write)}`)
    if (hard) disk.hard = hard
    if (snapshot) {
      const held = disk.entries.find(({ index }) => index === snapshot.index)
      const follows = snapshot.index === disk.snapshot.index || held?.term === snapshot.term
      disk.entries = follows ? disk.entries.filter(({ index }) => index > snapshot.index) : []
      disk.snapshot = snapshot
    }
    const first = entries?.[0]
    if (entries && first) disk.entries = [...disk.entries.filter(({ index }) => index < first.index), ...entries]
    this.#member(id).written = write.id
  }

  #perform(name: string, effects: readonly RaftEffect[]): readonly RaftEffect[] {
    const member = this.#member(name)
    for (const effect of effects) this.#do(member, effect)
    return member.hangs ? effects : [...effects, ...this.flush(name)]
  }

  #do(member: Member, effect: RaftEffect): void {
    const { id } = member
    switch (effect.do) {
      case 'persist':
        member.writes.push(effect)
        return
      case 'send':
        if (effect.after > member.written) member.held.push(effect)
        else this.#post(member, effect)
        return
      case 'state': {
        this.say(`  ${id} ${stateWords(effect)}`)
        if (effect.role !== 'leader') return
        const known = this.#leaders.get(effect.term) ?? id
        assert.equal(id, known, `two leaders of term ${effect.term}`)
        this.#leaders.set(effect.term, id)
        return
      }
      case 'apply':
        this.say(`  ${id} applies ${effect.entries.map(entryWords).join(', ')}`)
        for (const entry of effect.entries) this.#apply(member, entry)
        return
      case 'restore':
        this.say(`  ${id} takes over the state up to ${effect.snapshot.index}`)
        member.applied = effect.snapshot.index
        return
      case 'read':
        this.say(`  ${id} may answer read ${effect.id} with the state at ${effect.index}`)
        return
      case 'read-lost':
        this.say(`  ${id} cannot answer read ${effect.id}`)
    }
  }

  #apply(member: Member, entry: Entry): void {
    assert.equal(entry.index, member.applied + 1, `${member.id} applies out of order`)
    member.applied = entry.index
    const text = entryWords(entry)
    assert.equal(text, this.#applied.get(entry.index) ?? text, `${member.id} applies another entry ${entry.index}`)
    this.#applied.set(entry.index, text)
  }
}
