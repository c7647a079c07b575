import { assert, type Random, unreachable } from '../base/index.ts'
import { isVoter } from './config.ts'
import type { RaftEffect, RaftRole } from './effects.ts'
import { Leading } from './leading.ts'
import { RaftLog } from './log.ts'
import type { RaftMessage } from './messages.ts'
import { Outbox } from './outbox.ts'
import { tally } from './quorum.ts'
import type { RaftStatus } from './status.ts'
import {
  type Entry,
  type HardState,
  type MemberId,
  type RaftLimits,
  raftLimits,
  type Snapshot,
  type Timing,
} from './types.ts'

/*
 * The Raft core (Ongaro & Ousterhout 2014; Ongaro's thesis for PreVote, joint consensus, transfer, ReadIndex).
 *
 * 1. A vote and a term are on disk before any message that follows from them leaves (R2).
 * 2. A pre-vote changes neither term nor vote (R4).
 * 3. A node that heard from a leader within `electionMin` helps nobody to replace it (R6), unless its own connection
 *    to that leader is closed or the leader itself asked for the election.
 * 4. Nothing is applied before it is committed and durable here.
 */

export interface RaftInit {
  readonly self: MemberId
  readonly timing: Timing
  readonly random: Random
  /** As read from the disk. */
  readonly hard: HardState
  readonly snapshot: Snapshot
  readonly entries: readonly Entry[]
  readonly limits?: Partial<RaftLimits>
  /** Ticks by which it waits longer than others for its leader, so that they are elected rather than it (R8). */
  readonly patience?: number
}

export class Raft {
  readonly #self: MemberId
  readonly #timing: Timing
  readonly #limits: RaftLimits
  #patience: number
  readonly #random: Random
  readonly #log: RaftLog
  readonly #out = new Outbox()
  #term: number
  #vote: MemberId | null
  #role: RaftRole = 'follower'
  #leader: MemberId | null = null
  #leading: Leading | undefined
  #elapsed = 0
  #timeout: number
  /** Ticks until a pre-vote that the loss of the leader's connection called for (R7). */
  #hint: number | null = null
  #leaderLost = false
  readonly #votes = new Map<MemberId, boolean>()
  /** The write that holds the vote for itself: before it is done the vote does not count. */
  #ownVote = 0
  /** Entries on their way to the disk. */
  #writing: { readonly id: number; readonly index: number; readonly term: number }[] = []
  #writingTicks = 0
  /** The term the driver was told of last. */
  #toldTerm: number
  readonly #counters = { preVotes: 0, elections: 0, won: 0, terms: 0 }
  #incoming: { readonly index: number; data: string } | undefined

  constructor({ entries, hard, limits, patience = 0, random, self, snapshot, timing }: RaftInit) {
    this.#self = self
    assert(patience >= 0, 'nobody waits less than the others')
    this.#timing = timing
    this.#limits = { ...raftLimits, ...limits }
    this.#patience = patience
    this.#random = random
    this.#term = hard.term
    this.#toldTerm = hard.term
    this.#vote = hard.vote
    this.#log = new RaftLog(snapshot, entries)
    assert(this.#log.lastTerm <= hard.term, 'the log is of a later term than the hard state')
    this.#timeout = this.#drawElection()
  }

  get status(): RaftStatus {
    const { commit, last } = this.#log
    return {
      role: this.#role,
      term: this.#term,
      vote: this.#vote,
      leader: this.#leader,
      commit,
      last,
      sinceLeader: this.#leading ? 0 : this.#elapsed,
      config: this.#log.config,
      peers: this.#leading?.peers ?? [],
      counters: { ...this.#counters },
    }
  }
  get log(): RaftLog {
    return this.#log
  }

  get role(): RaftRole {
    return this.#role
  }

  /** As in `RaftInit`; a follower waits so much longer, or shorter, from now on. */
  set patience(ticks: number) {
    assert(ticks >= 0, 'nobody waits less than the others')
    if (this.#role === 'follower') this.#timeout += ticks - this.#patience
    this.#patience = ticks
  }

  tick(): readonly RaftEffect[] {
    this.#writingTicks = this.#out.isWaiting ? this.#writingTicks + 1 : 0
    if (this.#leading) {
      // A leader whose disk hangs would keep its followers from electing one that works (R5).
      const fit = this.#leading.tick() && this.#writingTicks <= this.#timing.electionMin
      if (!fit) this.#follow(this.#term, null)
    } else {
      this.#elapsed += 1
      if (this.#hint !== null) this.#hint -= 1
      if (this.#elapsed >= this.#timeout || (this.#hint !== null && this.#hint <= 0)) this.#campaign()
    }
    return this.#takeEffects()
  }

  /**
   * The connection to a member closed. Of the leader's, voters begin an election early, by `rank` (R7): 20 ms apart, and
   * up to 10 ms later as the next tick falls. A draw on top would let two ranks meet.
   */
  peerLost(member: MemberId, rank: number): readonly RaftEffect[] {
    if (member === this.#leader && !this.#leading) {
      this.#leaderLost = true
      this.#hint = 1 + 2 * rank
    }
    return this.#takeEffects()
  }

  /** The process stood still, or the machine slept: whatever this node believed may be old (R9). */
  resumed(): readonly RaftEffect[] {
    if (this.#leading) this.#follow(this.#term, null)
    this.#elapsed = 0
    return this.#takeEffects()
  }

  /** Leader only. The index, or null when it is refused: not the leader, a transfer, too much uncommitted. */
  propose(key: string, data: string): { readonly index: number | null; readonly effects: readonly RaftEffect[] } {
    const index = this.#leading?.propose(key, data) ?? null
    return { index, effects: this.#takeEffects() }
  }

  /** Leader only. Null when a change may not begin now (R14). */
  change(target: { readonly voters: readonly MemberId[]; readonly learners: readonly MemberId[] }): {
    readonly index: number | null
    readonly effects: readonly RaftEffect[]
  } {
    const index = this.#leading?.change(target) ?? null
    return { index, effects: this.#takeEffects() }
  }

  transfer(target: MemberId): { readonly ok: boolean; readonly effects: readonly RaftEffect[] } {
    const ok = this.#leading?.transferTo(target) ?? false
    return { ok, effects: this.#takeEffects() }
  }

  /** Leader only. Answered by the effect `read`, or `read-lost` when the leadership is. */
  read(id: number): { readonly ok: boolean; readonly effects: readonly RaftEffect[] } {
    const ok = this.#leading?.read(id) ?? false
    return { ok, effects: this.#takeEffects() }
  }

  /** The state machine at `applied`, to stand for the log up to there. */
  compact(data: string): readonly RaftEffect[] {
    const index = this.#log.applied
    const term = this.#log.termAt(index)
    assert(term !== undefined, 'what is applied is in the log')
    const snapshot: Snapshot = { index, term, config: this.#log.configAt(index), data }
    this.#log.restore(snapshot)
    this.#out.persist({ snapshot })
    return this.#takeEffects()
  }

  persisted(id: number): readonly RaftEffect[] {
    this.#out.persisted(id)
    this.#writingTicks = 0
    for (const written of this.#writing.filter((writing) => writing.id <= id)) {
      // An entry that was replaced while it was written is not the one that is durable.
      if (this.#log.termAt(written.index) === written.term)
        this.#log.stable = Math.max(this.#log.stable, written.index)
    }
    this.#writing = this.#writing.filter((writing) => writing.id > id)
    if (this.#role === 'candidate' && this.#ownVote !== 0 && id >= this.#ownVote) {
      this.#ownVote = 0
      this.#count(this.#self, true)
    }
    this.#leading?.stable()
    this.#afterStep()
    return this.#takeEffects()
  }

  receive(from: MemberId, message: RaftMessage): readonly RaftEffect[] {
    if (this.#checkTerm(from, message)) this.#dispatch(from, message)
    this.#afterStep()
    return this.#takeEffects()
  }

  /** False when the message is of no more use. */
  #checkTerm(from: MemberId, message: RaftMessage): boolean {
    const { kind, term } = message
    if (kind === 'pre-vote') return true
    if (kind === 'pre-vote-reply' && message.granted) return true
    if (term > this.#term) {
      if (kind === 'vote' && !message.transfer && this.#isSticky()) return false
      const led = kind === 'append' || kind === 'heartbeat' || kind === 'snapshot'
      this.#follow(term, led ? from : null)
      return true
    }
    if (term === this.#term) return true
    // A leader of the past, or a candidate: it learns the term from the answer.
    if (kind === 'append' || kind === 'heartbeat' || kind === 'snapshot')
      this.#out.send(from, { kind: 'append-reply', term: this.#term, ok: false, index: 0, hintIndex: 0, hintTerm: 0 })
    else if (kind === 'vote') this.#out.send(from, { kind: 'vote-reply', term: this.#term, granted: false })
    return false
  }

  #dispatch(from: MemberId, message: RaftMessage): void {
    switch (message.kind) {
      case 'pre-vote':
        return this.#preVote(from, message)
      case 'vote':
        return this.#voteFor(from, message)
      case 'pre-vote-reply':
        if (this.#role === 'pre-candidate' && message.proposed === this.#term + 1) this.#count(from, message.granted)
        return
      case 'vote-reply':
        if (this.#role === 'candidate') this.#count(from, message.granted)
        return
      case 'append':
        this.#hear(from)
        return this.#append(from, message)
      case 'heartbeat':
        this.#hear(from)
        this.#log.commit = Math.max(this.#log.commit, Math.min(message.commit, this.#log.last))
        // It waits for the term only: followers with slow disks must not cost a leader its quorum.
        return this.#out.send(
          from,
          { kind: 'heartbeat-reply', term: this.#term, round: message.round },
          this.#out.hard,
        )
      case 'snapshot':
        this.#hear(from)
        return this.#snapshot(from, message)
      case 'timeout-now':
        if (this.mayCampaign) this.#stand(true)
        return
      case 'append-reply':
      case 'heartbeat-reply':
      case 'snapshot-reply':
        return this.#leading?.receive(from, message)
      default:
        unreachable(message)
    }
  }

  // --- elections

  /** It heard from a leader lately, or is one: others have no reason to elect (R6). */
  #isSticky(): boolean {
    if (this.#leading) return true
    return this.#leader !== null && this.#elapsed < this.#timing.electionMin && !this.#leaderLost
  }

  /**
   * Every voter of the newest configuration, committed or not; and, while that is not known to be committed, every
   * voter of the one before it: only a member of the old set may hold the entry that lets the new one elect (thesis
   * §4.2.2). To wait until the own admission is committed (R14 h) is not needed for safety where configurations are
   * joint, and stops a group whose members all restarted: none of them knows what is committed.
   */
  get mayCampaign(): boolean {
    const { commit, config, configIndex } = this.#log
    if (isVoter(config, this.#self)) return true
    return configIndex > commit && isVoter(this.#log.configAt(configIndex - 1), this.#self)
  }

  #campaign(): void {
    this.#hint = null
    this.#elapsed = 0
    this.#timeout = this.#drawElection()
    // Who may not campaign has lost its leader all the same, and must not keep others from electing one.
    if (!this.mayCampaign) return this.#become('follower', null)
    this.#timeout = this.#drawRetry()
    this.#counters.preVotes += 1
    this.#become('pre-candidate', null)
    this.#votes.clear()
    const { last: lastIndex, lastTerm } = this.#log
    for (const member of this.#electors())
      this.#out.send(member, { kind: 'pre-vote', term: this.#term + 1, lastIndex, lastTerm })
    this.#count(this.#self, true)
  }

  /** A real candidature: a new term, and the own vote in it. */
  #stand(transfer: boolean): void {
    this.#hint = null
    this.#elapsed = 0
    this.#timeout = this.#drawRetry()
    this.#term += 1
    this.#counters.elections += 1
    this.#counters.terms += 1
    this.#vote = this.#self
    this.#become('candidate', null)
    this.#votes.clear()
    this.#ownVote = this.#persistHard()
    const { last: lastIndex, lastTerm } = this.#log
    for (const member of this.#electors())
      this.#out.send(member, { kind: 'vote', term: this.#term, lastIndex, lastTerm, transfer })
  }

  #electors(): readonly MemberId[] {
    const { outgoing, voters } = this.#log.config
    return [...new Set([...voters, ...outgoing])].filter((member) => member !== this.#self)
  }

  #preVote(from: MemberId, { lastIndex, lastTerm, term }: Extract<RaftMessage, { kind: 'pre-vote' }>): void {
    const granted = term > this.#term && !this.#isSticky() && this.#log.isUpToDate(lastIndex, lastTerm)
    this.#out.send(from, { kind: 'pre-vote-reply', term: this.#term, proposed: term, granted })
  }

  /** Learners answer too: one may have been promoted without knowing it yet (R14 i). */
  #voteFor(from: MemberId, { lastIndex, lastTerm }: Extract<RaftMessage, { kind: 'vote' }>): void {
    const free = this.#vote === null || this.#vote === from
    const granted = free && this.#leader === null && this.#log.isUpToDate(lastIndex, lastTerm)
    if (granted && this.#vote === null) {
      this.#vote = from
      this.#persistHard()
    }
    if (granted) {
      this.#elapsed = 0
      this.#timeout = this.#drawElection()
    }
    this.#out.send(from, { kind: 'vote-reply', term: this.#term, granted })
  }

  #count(from: MemberId, granted: boolean): void {
    if (!this.#votes.has(from)) this.#votes.set(from, granted)
    const verdict = tally(this.#log.config, this.#votes)
    if (verdict === 'lost') this.#giveUp()
    else if (verdict === 'won' && this.#role === 'pre-candidate') this.#stand(false)
    else if (verdict === 'won' && this.#role === 'candidate') this.#lead()
  }

  /** A split vote is tried again soon; who was refused a candidature at all waits like everybody. */
  #giveUp(): void {
    const split = this.#role === 'candidate'
    this.#follow(this.#term, null)
    if (split) this.#timeout = this.#drawRetry()
  }

  #lead(): void {
    this.#counters.won += 1
    this.#become('leader', this.#self)
    this.#leading = new Leading({
      self: this.#self,
      term: this.#term,
      log: this.#log,
      out: this.#out,
      timing: this.#timing,
      limits: this.#limits,
      committed: () => this.#apply(),
    })
  }

  #follow(term: number, leader: MemberId | null): void {
    for (const id of this.#leading?.openReads() ?? []) this.#out.emit({ do: 'read-lost', id })
    this.#leading = undefined
    this.#elapsed = 0
    this.#timeout = this.#drawElection()
    if (term > this.#term) {
      this.#term = term
      this.#counters.terms += 1
      this.#vote = null
      this.#persistHard()
    }
    this.#become('follower', leader)
  }

  #become(role: RaftRole, leader: MemberId | null): void {
    const told = `${this.#role} ${this.#leader} ${this.#toldTerm}`
    this.#role = role
    this.#leader = leader
    this.#ownVote = role === 'candidate' ? this.#ownVote : 0
    if (leader !== null) this.#leaderLost = false
    if (told === `${role} ${leader} ${this.#term}`) return
    this.#toldTerm = this.#term
    this.#out.emit({ do: 'state', role, term: this.#term, leader })
  }

  /** A message of the leader of this term. */
  #hear(from: MemberId): void {
    assert(this.#role !== 'leader', 'two leaders of one term')
    // A candidate's short time-out must not stay: it would drop this leader between two heartbeats (R8).
    if (this.#role !== 'follower') this.#timeout = this.#drawElection()
    if (this.#role !== 'follower' || this.#leader !== from) this.#become('follower', from)
    this.#elapsed = 0
    this.#hint = null
    this.#leaderLost = false
  }

  // --- the log of a follower

  #append(from: MemberId, message: Extract<RaftMessage, { kind: 'append' }>): void {
    const { commit, entries, prevIndex, prevTerm } = message
    const log = this.#log
    const reply = (ok: boolean, index: number, hintIndex = 0): void =>
      this.#out.send(from, {
        kind: 'append-reply',
        term: this.#term,
        ok,
        index,
        hintIndex,
        hintTerm: log.termAt(hintIndex) ?? 0,
      })
    // An old append: what is committed fits already.
    if (prevIndex < log.commit) return reply(true, log.commit)
    if (log.termAt(prevIndex) !== prevTerm) return reply(false, prevIndex, log.meeting(prevIndex, prevTerm))
    const fresh = entries.findIndex(({ index, term }) => log.termAt(index) !== term)
    if (fresh !== -1) this.#write(entries.slice(fresh))
    const last = prevIndex + entries.length
    log.commit = Math.max(log.commit, Math.min(commit, last))
    reply(true, last)
  }

  #write(entries: readonly Entry[]): void {
    const first = entries[0]
    if (!first) return
    if (first.index <= this.#log.last) this.#log.truncate(first.index)
    // What is written of the replaced entries says nothing about those that follow, even if they come back.
    this.#writing = this.#writing.filter(({ index }) => index < first.index)
    this.#log.append(entries)
    this.#out.persist({ entries })
  }

  #snapshot(from: MemberId, message: Extract<RaftMessage, { kind: 'snapshot' }>): void {
    const { chunk, config, done, index, offset, snapshotTerm } = message
    if (index <= this.#log.commit)
      return this.#out.send(from, {
        kind: 'append-reply',
        term: this.#term,
        ok: true,
        index: this.#log.commit,
        hintIndex: 0,
        hintTerm: 0,
      })
    if (offset === 0) this.#incoming = { index, data: '' }
    const incoming = this.#incoming
    const held = incoming?.index === index ? incoming.data.length : 0
    if (!incoming || incoming.index !== index || held !== offset)
      return this.#out.send(from, { kind: 'snapshot-reply', term: this.#term, index, offset: held })
    incoming.data += chunk
    if (!done)
      return this.#out.send(from, { kind: 'snapshot-reply', term: this.#term, index, offset: incoming.data.length })
    this.#incoming = undefined
    const snapshot: Snapshot = { index, term: snapshotTerm, config, data: incoming.data }
    this.#log.restore(snapshot)
    this.#out.persist({ snapshot })
    this.#out.emit({ do: 'restore', snapshot })
    this.#out.send(from, { kind: 'append-reply', term: this.#term, ok: true, index, hintIndex: 0, hintTerm: 0 })
  }

  // --- what follows from a step

  #afterStep(): void {
    this.#apply()
    if (this.#leading?.isObsolete && !this.#leading.leave()) this.#follow(this.#term, null)
  }

  #apply(): void {
    const to = Math.min(this.#log.commit, this.#log.stable)
    if (to <= this.#log.applied) return
    const entries = this.#log.slice(this.#log.applied + 1, to, Number.POSITIVE_INFINITY)
    this.#log.applied = to
    this.#out.emit({ do: 'apply', entries })
  }

  #persistHard(): number {
    return this.#out.persist({ hard: { term: this.#term, vote: this.#vote } })
  }

  #draw(from: number, below: number): number {
    return from + this.#random.below(below - from)
  }

  #drawElection(): number {
    return this.#draw(this.#timing.electionMin, this.#timing.electionMax) + this.#patience
  }

  #drawRetry(): number {
    return this.#draw(this.#timing.retryMin, this.#timing.retryMax)
  }

  /** Effects, with the entries among them noted as on their way to the disk. */
  #takeEffects(): readonly RaftEffect[] {
    const effects = this.#out.take()
    for (const effect of effects) {
      const last = effect.do === 'persist' ? effect.entries?.at(-1) : undefined
      if (effect.do === 'persist' && last) this.#writing.push({ id: effect.id, index: last.index, term: last.term })
    }
    return effects
  }
}
