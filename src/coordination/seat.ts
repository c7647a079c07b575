import { assert, type Random } from '../base/index.ts'
import {
  type Entry,
  type GroupConfig,
  type MemberId,
  Raft,
  type RaftEffect,
  type RaftMessage,
  type RaftRole,
  type RaftState,
  sizeOf,
  type Timing,
} from '../raft/index.ts'
import { Command } from './commands.ts'
import type { CoordinationEffect } from './effects.ts'
import { type LineageId, nodeOfMember } from './lineage.ts'
import { apply, type Outcome, type SwarmState } from './state.ts'

/** The log is cut when this many entries were applied since the last time. */
const COMPACT_ENTRIES = 1000
/** Applied entries kept for observers that are a little behind; who is further behind gets the state. */
const RECENT_MAX = 256
/** UTF-16 units in one answer: with its escapes far below a frame. */
const RECENT_UNITS_MAX = 128 * 1024

export interface SeatParts {
  readonly life: number
  readonly timing: Timing
  /** See `patienceOf`. */
  readonly patience: (voters: readonly MemberId[], roster: SwarmState['roster']) => number
  readonly random: Random
  readonly emit: (effect: CoordinationEffect) => void
  readonly applied: (key: string, command: Command, outcome: Outcome) => void
  /** A vote of this member is on its way to the disk. */
  readonly voted: (term: number, vote: MemberId) => void
  readonly turned: (role: RaftRole, term: number, leader: MemberId | null) => void
  readonly read: (id: number) => void
  readonly readLost: (id: number) => void
  /** An entry cannot be read: nothing after it is applied. */
  readonly stuck: (why: string) => void
}

/**
 * A member's place in its lineage: the Raft core with its disk and its wire, and the state machine. Voters and standbys
 * are in the group; everyone else is an observer, whose state comes by `follow` and whose core rests.
 */
export class Seat {
  readonly member: MemberId
  readonly lineage: LineageId
  readonly #parts: SeatParts
  readonly #raft: Raft
  /** Of those whose enrolment is in the log and not known to be committed: after a restart that may be all of them. */
  readonly #names = new Map<MemberId, string>()
  #state: SwarmState
  #applied: { index: number; term: number; config: GroupConfig }
  #compacted: number
  #recent: Entry[] = []
  #written = 0
  #held: Extract<RaftEffect, { do: 'send' }>[] = []
  #reads: { readonly id: number; readonly index: number }[] = []
  /** The group goes on without this member, and said so. */
  #outside = false
  #isStuck = false

  constructor(parts: SeatParts, { entries, group, hard, self, snapshot }: RaftState) {
    this.#parts = parts
    this.member = self
    this.lineage = group as LineageId
    this.#raft = new Raft({
      self,
      timing: parts.timing,
      random: parts.random,
      hard,
      snapshot,
      entries,
    })
    this.#state = JSON.parse(snapshot.data) as SwarmState
    this.#applied = { index: snapshot.index, term: snapshot.term, config: snapshot.config }
    this.#compacted = snapshot.index
    for (const { body } of entries) {
      const command = body.kind === 'data' ? Command.parse(JSON.parse(body.data)) : null
      if (command?.do === 'enrol') this.#names.set(command.member, command.name)
    }
    this.#weigh()
  }

  nameOf(member: MemberId): string | null {
    return this.#state.roster[member]?.name ?? this.#names.get(member) ?? null
  }

  get state(): SwarmState {
    return this.#state
  }
  get applied(): { readonly index: number; readonly term: number; readonly config: GroupConfig } {
    return this.#applied
  }
  get raft(): Pick<Raft, 'status' | 'log' | 'role'> {
    return this.#raft
  }
  get kind(): 'voter' | 'standby' | 'observer' {
    // A leader that is no member of the newest set any more leads until that is committed (R14 f).
    if (this.#raft.role === 'leader') return 'voter'
    if (this.#outside) return 'observer'
    const { learners, outgoing, voters } = this.config
    if (voters.includes(this.member) || outgoing.includes(this.member)) return 'voter'
    // Left out by an entry that is not known to be committed: it may be the only one that can lead the others to it.
    if (this.#raft.mayCampaign && this.#raft.log.last >= this.#applied.index) return 'voter'
    return learners.includes(this.member) ? 'standby' : 'observer'
  }
  /** The newest known: of the own log while it is in the group. */
  get config(): GroupConfig {
    const { config, last } = this.#raft.log
    return last >= this.#applied.index && !this.#outside ? config : this.#applied.config
  }
  /** It leads, and knows all that was committed before it did. */
  get isLeading(): boolean {
    if (this.#raft.role !== 'leader') return false
    const { commit, term } = this.#raft.status
    return this.#raft.log.termAt(commit) === term && this.#applied.index === commit
  }

  /** It elects itself, and nobody else does. */
  get isSole(): boolean {
    const { outgoing, voters } = this.config
    return voters.length === 1 && voters[0] === this.member && outgoing.length === 0
  }

  tick(): void {
    if (!this.#outside && this.kind !== 'observer') this.#perform(this.#raft.tick())
  }

  resumed(): void {
    this.#perform(this.#raft.resumed())
  }

  /** Of a member of this lineage, which counts this one in. */
  receive(from: MemberId, message: RaftMessage): void {
    this.#outside = false
    this.#perform(this.#raft.receive(from, message))
    this.#tidy()
  }

  peerLost(member: MemberId, rank: number): void {
    if (!this.#outside) this.#perform(this.#raft.peerLost(member, rank))
  }

  /** Elects at once: for a sole voter that knows it is alone. */
  campaign(): void {
    this.#perform(this.#raft.receive(this.member, { kind: 'timeout-now', term: this.#raft.status.term }))
  }

  written(id: number): void {
    this.#written = id
    const ready = this.#held.filter(({ after }) => after <= id)
    this.#held = this.#held.filter(({ after }) => after > id)
    for (const { message, to } of ready) this.#send(to, message)
    this.#perform(this.#raft.persisted(id))
    this.#tidy()
  }

  propose(key: string, command: Command): boolean {
    const { effects, index } = this.#raft.propose(key, JSON.stringify(command))
    this.#perform(effects)
    return index !== null
  }

  change(target: { readonly voters: readonly MemberId[]; readonly learners: readonly MemberId[] }): boolean {
    const { effects, index } = this.#raft.change(target)
    this.#perform(effects)
    return index !== null
  }

  transfer(to: MemberId): boolean {
    const { effects, ok } = this.#raft.transfer(to)
    this.#perform(effects)
    return ok
  }

  /** Answered by `read` when the state holds all that was committed before now, or by `readLost`. */
  read(id: number): boolean {
    const { effects, ok } = this.#raft.read(id)
    this.#perform(effects)
    return ok
  }

  /**
   * The state with all of the log, committed or not: after a restart without a leader it is not known which entries
   * were, and whoever goes on without this lineage must lose none of them (Q2, Q4).
   */
  get whole(): { readonly state: SwarmState; readonly index: number } {
    const { last, snapshot } = this.#raft.log
    const state = structuredClone(this.#state)
    const from = Math.max(this.#applied.index, snapshot.index) + 1
    for (const { body, index, term } of from > last ? [] : this.#raft.log.slice(from, last, last)) {
      const command = body.kind === 'data' ? Command.safeParse(JSON.parse(body.data)) : undefined
      if (body.kind === 'data' && command?.success) apply(state, body.key, command.data, { index, term })
    }
    return { state, index: Math.max(this.#applied.index, last) }
  }

  /** The group of this lineage is at `applied` and does not count this member in. */
  leftOut(): void {
    this.#outside = true
  }

  /** Committed entries after `from`; null when they are not all here any more, or more than the whole state is. */
  since(from: number): readonly Entry[] | null {
    const first = this.#recent[0]?.index ?? this.#applied.index + 1
    if (from + 1 < first) return null
    const entries = this.#recent.filter(({ index }) => index > from)
    return entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > RECENT_UNITS_MAX ? null : entries
  }

  /** What the group committed, told by one of it. */
  follow(
    entries: readonly Entry[],
    whole: { index: number; term: number; config: GroupConfig; state: string } | null,
  ): void {
    if (whole && whole.index > this.#applied.index) this.#restore(whole, JSON.parse(whole.state) as SwarmState)
    for (const entry of entries) if (entry.index === this.#applied.index + 1) this.#apply(entry)
  }

  #perform(effects: readonly RaftEffect[]): void {
    const { emit, life, readLost, turned } = this.#parts
    for (const effect of effects) {
      switch (effect.do) {
        case 'persist': {
          const { entries, hard, id, snapshot } = effect
          if (hard?.vote) this.#parts.voted(hard.term, hard.vote)
          emit({ do: 'write', life, id, batch: { hard, entries, snapshot } })
          break
        }
        case 'send':
          if (effect.after > this.#written) this.#held.push(effect)
          else this.#send(effect.to, effect.message)
          break
        case 'apply':
          for (const entry of effect.entries) if (entry.index > this.#applied.index) this.#apply(entry)
          break
        case 'restore': {
          const { config, data, index, term } = effect.snapshot
          if (index > this.#applied.index) this.#restore({ index, term, config }, JSON.parse(data) as SwarmState)
          break
        }
        case 'state':
          turned(effect.role, effect.term, effect.leader)
          break
        case 'read':
          this.#reads.push(effect)
          break
        case 'read-lost':
          readLost(effect.id)
      }
    }
    this.#answerReads()
  }

  #send(to: MemberId, message: RaftMessage): void {
    const { lineage, member: from } = this
    this.#parts.emit({
      do: 'send',
      to: nodeOfMember(to),
      message: { kind: 'raft', lineage, from, to, message: message as never },
    })
  }

  #apply(entry: Entry): void {
    const { body, index, term } = entry
    if (this.#isStuck) return
    assert(index === this.#applied.index + 1, 'entries are applied in order')
    const command = body.kind === 'data' ? Command.safeParse(JSON.parse(body.data)) : undefined
    if (command?.success === false) {
      this.#isStuck = true
      this.#parts.stuck(`entry ${index} of the log is of a newer version of mcp-swarm: update this node`)
      return
    }
    this.#recent = [...this.#recent.slice(1 - RECENT_MAX), entry]
    this.#applied = { index, term, config: body.kind === 'config' ? body.config : this.#applied.config }
    if (body.kind !== 'data' || !command) return this.#weigh()
    const outcome = apply(this.#state, body.key, command.data, { index, term })
    if (command.data.do === 'enrol') this.#weigh()
    this.#parts.applied(body.key, command.data, outcome)
  }

  #weigh(): void {
    this.#raft.patience = this.#parts.patience(this.#applied.config.voters, this.#state.roster)
  }

  #restore(
    at: { readonly index: number; readonly term: number; readonly config: GroupConfig },
    state: SwarmState,
  ): void {
    this.#state = state
    this.#applied = { index: at.index, term: at.term, config: at.config }
    this.#recent = []
    this.#compacted = at.index
    this.#weigh()
  }

  #answerReads(): void {
    const ready = this.#reads.filter(({ index }) => index <= this.#applied.index)
    this.#reads = this.#reads.filter(({ index }) => index > this.#applied.index)
    for (const { id } of ready) this.#parts.read(id)
  }

  #tidy(): void {
    const { index } = this.#applied
    if (index - this.#compacted < COMPACT_ENTRIES || this.#raft.log.applied !== index) return
    this.#compacted = index
    this.#perform(this.#raft.compact(JSON.stringify(this.#state)))
  }
}
