import { enterJoint, isJoint, isVoter, leaveJoint, membersOf } from './config.ts'
import type { RaftLog } from './log.ts'
import type { ReplyToLeader } from './messages.ts'
import type { Outbox } from './outbox.ts'
import { Progress } from './progress.ts'
import { reached, tally } from './quorum.ts'
import type { RaftPeer } from './status.ts'
import type { Entry, GroupConfig, MemberId, RaftLimits, Timing } from './types.ts'

/** A learner this close to the end may become a voter (R14 d). Entries. */
const CAUGHT_UP = 16

export interface LeadingParts {
  readonly self: MemberId
  readonly term: number
  readonly log: RaftLog
  readonly out: Outbox
  readonly timing: Timing
  readonly limits: RaftLimits
  /** Commit moved: apply what may be applied. */
  readonly committed: () => void
}

/** What only a leader knows. It is made when an election is won and dropped with the leadership. */
export class Leading {
  readonly #parts: LeadingParts
  readonly #progress = new Map<MemberId, Progress>()
  readonly #reads: { readonly id: number; readonly index: number; readonly round: number }[] = []
  #sinceHeartbeat = 0
  #sinceCheck = 0
  #sinceTransfer = 0
  #round = 0
  #transfer: MemberId | null = null
  /** Nothing of an older term counts as committed before this entry is (Raft §5.4.2, R14 c). */
  readonly #firstIndex: number

  constructor(parts: LeadingParts) {
    this.#parts = parts
    this.#firstIndex = parts.log.last + 1
    // Most logs fit: what is proposed now need not wait for the answer to the first append. One that does not, refuses.
    for (const [, progress] of this.#others()) progress.become('replicate', progress.next)
    this.#append({ kind: 'noop' })
    this.broadcast()
  }

  get isTransferring(): boolean {
    return this.#transfer !== null
  }
  /** An entry of its own term is committed: it knows what is committed, and may read and change the group. */
  get isSettled(): boolean {
    return this.#parts.log.commit >= this.#firstIndex
  }

  get peers(): readonly RaftPeer[] {
    return this.#others().map(([member, progress]) => {
      const { lately, match, silentTicks, state } = progress
      return { member, match, state, silentTicks, lately, caughtUp: this.#isCaughtUp(member) }
    })
  }

  /** False when it must step down: no quorum answered for as long as an election takes (R5), or nobody took over. */
  tick(): boolean {
    const { timing } = this.#parts
    this.#sinceCheck += 1
    for (const progress of this.#progress.values()) progress.silentTicks += 1
    if (this.#transfer !== null && ++this.#sinceTransfer >= timing.electionMin) {
      this.#transfer = null
      if (this.isObsolete) return false
    }
    if (this.#sinceCheck >= timing.electionMin) {
      this.#sinceCheck = 0
      if (!this.#hasQuorum()) return false
      for (const progress of this.#progress.values()) progress.checked()
    }
    if (++this.#sinceHeartbeat >= timing.heartbeat) this.heartbeat()
    return true
  }

  /** The index of the entry, or null: a transfer is under way, or too much is uncommitted. */
  propose(key: string, data: string): number | null {
    const { limits, log } = this.#parts
    if (this.#transfer !== null || log.last - log.commit >= limits.uncommittedEntriesMax) return null
    this.#append({ kind: 'data', key, data })
    this.broadcast()
    return log.last
  }

  /** Begins a joint change to the target; null when it must not begin now. */
  change(target: { readonly voters: readonly MemberId[]; readonly learners: readonly MemberId[] }): number | null {
    const { log } = this.#parts
    const { config } = log
    if (this.#transfer !== null || !this.isSettled || isJoint(config) || log.configIndex > log.commit) return null
    const added = target.voters.filter((member) => !config.voters.includes(member))
    if (!added.every((member) => this.#isCaughtUp(member))) return null
    this.#append({ kind: 'config', config: enterJoint(config, target) })
    this.broadcast()
    return log.last
  }

  /** Hands over (R13): no proposals from now on; the target is told to campaign once it has everything. */
  transferTo(target: MemberId): boolean {
    const { log, self } = this.#parts
    if (target === self || !log.config.voters.includes(target)) return false
    this.#transfer = target
    this.#sinceTransfer = 0
    this.#continueTransfer(target)
    return true
  }

  /**
   * Out of the group (R14 f), it leads on just to hand over, to whoever of the new set holds most. False when nobody can
   * take over.
   */
  leave(): boolean {
    if (this.#transfer !== null) return true
    const match = (member: MemberId): number => this.#progress.get(member)?.match ?? 0
    const [successor] = this.#parts.log.config.voters.toSorted((a, b) => match(b) - match(a))
    return successor !== undefined && this.transferTo(successor)
  }

  /** ReadIndex (R10). False when this leader cannot know yet. */
  read(id: number): boolean {
    if (!this.isSettled) return false
    this.#round += 1
    this.#reads.push({ id, index: this.#parts.log.commit, round: this.#round })
    this.heartbeat()
    this.#answerReads()
    return true
  }

  /** Reads that will not be answered by this leader any more. */
  openReads(): readonly number[] {
    return this.#reads.map(({ id }) => id)
  }

  receive(from: MemberId, message: ReplyToLeader): void {
    const progress = this.#progress.get(from)
    if (!progress) return
    progress.heard()
    switch (message.kind) {
      case 'append-reply':
        if (message.ok) this.#accepted(from, progress, message.index)
        else if (progress.refused(message.index, this.#parts.log.meeting(message.hintIndex, message.hintTerm)))
          this.#send(from, progress)
        return
      case 'heartbeat-reply':
        progress.round = Math.max(progress.round, message.round)
        progress.resume()
        // An empty append finds out what was lost on the way (etcd: heartbeat_resp_recovers_from_probing).
        if (progress.match < this.#parts.log.last && (progress.state !== 'snapshot' || progress.mayBeSent))
          this.#send(from, progress)
        // The word to stand may be lost as well.
        else if (this.#transfer === from) this.#continueTransfer(from)
        this.#answerReads()
        return
      case 'snapshot-reply':
        return this.#snapshotReply(from, progress, message.index, message.offset)
    }
  }

  /** Own entries are on the disk up to `stable`: they count from now on. */
  stable(): void {
    const own = this.#progress.get(this.#parts.self)
    if (own) own.match = Math.max(own.match, this.#parts.log.stable)
    this.#commit()
  }

  broadcast(): void {
    for (const [member, progress] of this.#others()) if (progress.mayBeSent) this.#send(member, progress)
  }

  heartbeat(): void {
    this.#sinceHeartbeat = 0
    const { log, out, term } = this.#parts
    for (const [member, { match }] of this.#others())
      out.send(member, { kind: 'heartbeat', term, commit: Math.min(match, log.commit), round: this.#round }, 0)
  }

  #others(): [MemberId, Progress][] {
    const { limits, log, self } = this.#parts
    const members = membersOf(log.config)
    for (const member of members)
      if (!this.#progress.has(member))
        this.#progress.set(member, new Progress(0, log.last + 1, limits.inflightBatchesMax))
    for (const member of this.#progress.keys()) if (!members.includes(member)) this.#progress.delete(member)
    return [...this.#progress].filter(([member]) => member !== self)
  }

  #append(body: Entry['body']): void {
    const { log, out, term } = this.#parts
    const entry: Entry = { index: log.last + 1, term, body }
    log.append([entry])
    out.persist({ entries: [entry] })
  }

  #send(to: MemberId, progress: Progress): void {
    const { limits, log, out, term } = this.#parts
    const previous = progress.next - 1
    const prevTerm = log.termAt(previous)
    if (progress.state === 'snapshot' || prevTerm === undefined) return this.#sendSnapshot(to, progress)
    const entries = log.batch(progress.next, limits.batchEntriesMax, limits.batchUnitsMax)
    out.send(to, { kind: 'append', term, prevIndex: previous, prevTerm, entries, commit: log.commit }, 0)
    progress.sent(previous + entries.length)
  }

  #sendSnapshot(to: MemberId, progress: Progress): void {
    const { snapshot } = this.#parts.log
    if (progress.state !== 'snapshot' || progress.snapshotIndex !== snapshot.index) {
      progress.become('snapshot')
      progress.snapshotIndex = snapshot.index
      progress.offset = 0
    }
    const { config, data, index, term } = snapshot
    const chunk = data.slice(progress.offset, progress.offset + this.#parts.limits.chunkUnitsMax)
    const done = progress.offset + chunk.length >= data.length
    const where = { index, snapshotTerm: term, config, offset: progress.offset, chunk, done }
    this.#parts.out.send(to, { kind: 'snapshot', term: this.#parts.term, ...where }, 0)
    progress.sent(index)
  }

  #snapshotReply(from: MemberId, progress: Progress, index: number, offset: number): void {
    if (progress.state !== 'snapshot' || progress.snapshotIndex !== index || !progress.received(offset)) return
    this.#sendSnapshot(from, progress)
  }

  #accepted(from: MemberId, progress: Progress, index: number): void {
    const moved = progress.accepted(index)
    if (moved) this.#commit()
    while (progress.next <= this.#parts.log.last && progress.mayBeSent) this.#send(from, progress)
    if (this.#transfer === from) this.#continueTransfer(from)
  }

  #continueTransfer(target: MemberId): void {
    const { log, out, term } = this.#parts
    const progress = this.#progress.get(target)
    if (progress?.match === log.last) out.send(target, { kind: 'timeout-now', term }, 0)
    else if (progress?.mayBeSent) this.#send(target, progress)
  }

  /** An entry is committed when a majority has it and it is of this term; older ones with it (Raft figure 8). */
  #commit(): void {
    const { committed, log, term } = this.#parts
    const index = reached(log.config, (member) => this.#progress.get(member)?.match ?? 0)
    if (index <= log.commit || log.termAt(index) !== term) return
    log.commit = index
    committed()
    if (isJoint(log.config) && log.configIndex <= log.commit)
      this.#append({ kind: 'config', config: leaveJoint(log.config) })
    this.broadcast()
    this.#answerReads()
  }

  #hasQuorum(): boolean {
    const { log, self } = this.#parts
    const heard = new Map<MemberId, boolean>(
      [...this.#progress].map(([member, { active }]) => [member, active || member === self]),
    )
    return tally(log.config, heard) === 'won'
  }

  #answerReads(): void {
    const { log, out, self } = this.#parts
    for (let read = this.#reads[0]; read; read = this.#reads[0]) {
      const { id, index, round } = read
      const heard = new Map(
        [...this.#progress].map(
          ([member, progress]) => [member, member === self || progress.round >= round] as const,
        ),
      )
      if (tally(log.config, heard) !== 'won') return
      this.#reads.shift()
      out.emit({ do: 'read', id, index })
    }
  }

  #isCaughtUp(member: MemberId): boolean {
    const progress = this.#progress.get(member)
    return progress !== undefined && progress.lately && progress.match + CAUGHT_UP >= this.#parts.log.last
  }

  /** It leads a group that it no longer belongs to, and that is committed (R14 f). */
  get isObsolete(): boolean {
    const { log, self } = this.#parts
    const config: GroupConfig = log.config
    return log.configIndex <= log.commit && !isVoter(config, self)
  }
}
