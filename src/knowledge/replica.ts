import {
  assert,
  type Clock,
  type Identity,
  isPrivateOrigin,
  type NodeId,
  nodeOf,
  ok,
  type OriginId,
  privateOriginOf,
  type Result,
  revisionHash,
} from '../base/index.ts'
import { HybridClock, millisOf, STAMP_AHEAD_MS_MAX } from './clock.ts'
import { Contradictions, type Contradiction } from './contradictions.ts'
import type { ReplicaEffect } from './effects.ts'
import { countOf, Holdings, type SetWatch } from './holdings.ts'
import { FLOOR, floorIn, Horizon, type HorizonMark } from './horizon.ts'
import { Intake, ORIGIN_REVISIONS_MAX } from './intake.ts'
import { type KnowledgeMessage, onWire } from './messages.ts'
import { Parking } from './parking.ts'
import { Progress } from './progress.ts'
import { Pulls } from './pulls.ts'
import { holds, lastOf, missingFrom, withRange } from './ranges.ts'
import type { Revision, UnsignedRevision } from './revision.ts'
import { signAll, Signatures } from './signatures.ts'
import type { Collected, CommitReport, Numbers, SeqRanges, StoreState } from './store.ts'
import { type Draft, Writes } from './writes.ts'

/*
 * The replica core: what this node holds, what its peers hold, and what to do about the difference.
 *
 * 1. Nothing is sent or acknowledged before it is on disk: `publish` and `settle` follow the commit's success.
 * 2. An own sequence number is used once: one own batch is in flight at a time, and a failed batch frees its numbers.
 * 3. A revision counts only with a valid signature of its origin's node; what fails is dropped and named.
 * 4. Events change state; `#evaluate` alone decides what to pull, from whom.
 * 5. A lost frame costs time, never data: digests in probes show the difference, and vectors are exchanged again.
 * 6. What comes from the future waits for its time; it never wins before.
 */

/** Arrivals that wait for the disk. Beyond it gossip is dropped and nothing is pulled until the disk is free. */
const COMMITS_MAX = 256
/** Pages on their way from peers to the disk: more would only wait there. */
const PAGES_MAX = 32
/** Between two exchanges of vectors with one peer, in ticks of 100 ms: digests differ for a moment at every write. */
const EXCHANGE_TICKS = 10
/** Between two sums for one peer, ticks. */
const CUT_TICKS = 10
/** How often it is looked whether something parked is due. */
const DUE_TICKS = 10

export interface ReplicaParts {
  readonly identity: Identity
  readonly origin: OriginId
  /** Frozen into every revision written here; decides between equal clocks. */
  readonly priority: number
  readonly clock: Clock
  readonly state: StoreState
  /** Whether a body of this node's own may go to others as it is. All may, unless told. */
  readonly mayLeave?: (body: string) => boolean
  /** Keeps in step with the set that others may know of. */
  readonly watch?: SetWatch
}

interface Commit {
  readonly revisions: readonly Revision[]
  readonly hashes: ReadonlyMap<Revision, string>
  /** The same as ranges: what need not be pulled while it is on its way to the disk. */
  readonly coming: ReadonlyMap<OriginId, SeqRanges>
}

export class Replica {
  readonly #signatures: Signatures
  readonly #hybrid: HybridClock
  readonly #holdings: Holdings
  readonly #pulls = new Pulls()
  readonly #progress: Progress
  readonly #intake = new Intake()
  readonly #parking: Parking
  readonly #contradictions: Contradictions
  readonly #horizon: Horizon
  readonly #writes: Writes
  /** Under the private origin. */
  readonly #secrets: Writes
  /** Commits and reads whose answer has not come: what to do with it. */
  readonly #commits = new Map<number, Commit>()
  readonly #reads = new Map<number, { readonly to: NodeId; readonly id: number }>()
  readonly #exchanged = new Map<NodeId, number>()
  /** When a peer asked for a sum last: each is a walk through the whole store. */
  readonly #cutAt = new Map<NodeId, number>()
  /** Up to which stamp a peer has collected. */
  readonly #collected = new Map<NodeId, number>()
  readonly #flooding = new Set<OriginId>()
  #origin: OriginId
  #effects: ReplicaEffect[] = []
  #tick = 0
  #token = 0
  #items: number
  #conflicts: number

  constructor(parts: ReplicaParts) {
    const shelf = parts.state.shelf ?? []
    this.#signatures = new Signatures(parts.identity)
    this.#origin = parts.origin
    this.#hybrid = new HybridClock(parts.clock, Math.max(parts.state.hlcMax, floorIn(shelf)))
    this.#items = parts.state.items
    this.#conflicts = parts.state.conflicts ?? 0
    const writing = {
      sign: (unsigned: readonly UnsignedRevision[]) => signAll(unsigned, parts.identity),
      stamp: () => this.#hybrid.stamp(),
      priority: parts.priority,
    }
    this.#writes = new Writes(writing)
    this.#secrets = new Writes(writing)
    this.#holdings = new Holdings(parts.identity.self, parts.state, parts.mayLeave ?? (() => true), parts.watch)
    this.#parking = new Parking(shelf)
    this.#progress = new Progress({
      pulls: this.#pulls,
      holdings: this.#holdings,
      here: (origin) => this.#here(origin),
    })
    this.#contradictions = new Contradictions(shelf)
    this.#horizon = new Horizon(shelf)
  }

  /** Items whose head is not a tombstone. */
  get items(): number {
    return this.#items
  }
  /** Of these, how many others are told. */
  get itemsTold(): number {
    return this.#items - this.#holdings.hidden.items
  }
  /** Items with concurrent copies. */
  get conflicts(): number {
    return this.#conflicts
  }
  get origin(): OriginId {
    return this.#origin
  }
  /** Verified revisions from the future, the next due first. */
  get parked(): readonly Revision[] {
    return this.#parking.all
  }
  /** What this node and its connected peers lack of each other. */
  get progress(): Progress {
    return this.#progress
  }
  get contradictions(): readonly Contradiction[] {
    return this.#contradictions.all
  }
  /** The stamp up to which deleted items were collected here, 0 at first. */
  get collectedUpTo(): number {
    return this.#horizon.agreed
  }

  /** Equal on two nodes exactly when they hold the same revisions, hidden ones aside. 54 characters. */
  get digest(): string {
    return this.#holdings.digest
  }

  /** Elements that may be shown to others: without what is held back. */
  showing(elements: Uint8Array): Uint8Array {
    return this.#holdings.showing(elements)
  }
  get hidesSome(): boolean {
    return this.#holdings.hidesSome
  }

  /** What a peer asked for by content: what may leave. */
  give(revisions: readonly Revision[]): {
    readonly go: Revision[]
    readonly effects: readonly ReplicaEffect[]
  } {
    const go = this.#sift(revisions)
    return { go, effects: this.#evaluate() }
  }

  /**
   * Revisions that were found by their content, whatever is known of their numbers: one that was collected here is dead,
   * one under a number that is held proves that its origin contradicts itself, and the store decides.
   */
  take(from: NodeId, revisions: readonly Revision[]): readonly ReplicaEffect[] {
    const fresh: (readonly [Revision, string])[] = []
    for (const revision of revisions) {
      const { hlc, item, origin, seq } = revision
      if (isPrivateOrigin(origin) || this.#isFlooding(origin)) continue
      if (hlc <= this.#horizon.agreed && this.#holdings.isGoneForSure(origin, seq)) continue
      const hash = this.#signatures.check(revision)
      if (hash === undefined) this.#warn(`${from} sent a revision of ${item} with a wrong signature; dropped`)
      else if (this.#hybrid.observe(hlc)) fresh.push([revision, hash])
      else if (!holds(this.#parking.numbers(origin), seq)) this.#park(revision)
    }
    if (fresh.length > 0) this.#commit(fresh)
    return this.#evaluate()
  }

  /** A peer holds much that this node lacks, though their numbers agree: what was told to be gone is asked for again. */
  doubt(peer: NodeId): readonly ReplicaEffect[] {
    this.#holdings.doubt()
    this.#effects.push({ do: 'unmark-gone' })
    this.#sendHeads(peer, true)
    return this.#evaluate()
  }

  /** How far this machine's clock is behind those of the members, milliseconds. */
  correctClock(ms: number): void {
    this.#hybrid.correct(ms)
  }

  /** The answer comes as `settle`, once the revision is on disk or cannot be. */
  record(request: number, draft: Draft): readonly ReplicaEffect[] {
    const isPrivate = draft.isPrivate === true || this.#holdings.hidden.names(draft.item, draft.body)
    const writes = isPrivate ? this.#secrets : this.#writes
    writes.add(request, draft)
    return this.#evaluate()
  }

  up(peer: NodeId): readonly ReplicaEffect[] {
    this.#pulls.up(peer)
    this.#sendHeads(peer, false)
    return this.#evaluate()
  }

  down(peer: NodeId): readonly ReplicaEffect[] {
    this.#pulls.down(peer)
    this.#exchanged.delete(peer)
    this.#progress.down(peer)
    this.#collected.delete(peer)
    this.#cutAt.delete(peer)
    for (const [token, read] of this.#reads) if (read.to === peer) this.#reads.delete(token)
    return this.#evaluate()
  }

  tick(): readonly ReplicaEffect[] {
    this.#tick += 1
    for (const peer of this.#pulls.expire(this.#tick))
      this.#effects.push({ do: 'note', level: 'info', text: `no answer to a pull in time from ${peer}` })
    if (this.#tick % DUE_TICKS === 0) {
      this.#intake.sweep(this.#tick)
      this.#release(this.#parking.due(this.#hybrid.now + STAMP_AHEAD_MS_MAX))
    }
    this.#effects.push(
      ...this.#horizon.tick({
        collected: (stamp) =>
          [...this.#collected]
            .filter(([peer, up]) => up >= stamp && this.#pulls.hasShown(peer))
            .map(([peer]) => peer),
        goneOf: (peer) => this.#pulls.goneOf(peer),
      }),
    )
    return this.#evaluate()
  }

  /** What the swarm agreed on, as far as this node knows. */
  setHorizon(mark: HorizonMark | null): readonly ReplicaEffect[] {
    return this.#horizon.set(mark)
  }

  /** A probe or its answer told what the peer holds, as a digest. */
  peerDigest(peer: NodeId, digest: string): readonly ReplicaEffect[] {
    this.#progress.heard(peer, digest)
    const quiet = this.#tick - (this.#exchanged.get(peer) ?? 0) >= EXCHANGE_TICKS
    if (digest !== this.digest && quiet && this.#pulls.knows(peer) && !this.#pulls.isBusy(peer))
      this.#sendHeads(peer, true)
    return this.#evaluate()
  }

  receive(from: NodeId, message: Exclude<KnowledgeMessage, { kind: 'cut-sum' | 'given' }>): readonly ReplicaEffect[] {
    switch (message.kind) {
      case 'heads':
        this.#heads(from, message)
        break
      case 'announce':
        this.#pulls.addHave(nodeOf(message.origin), message.origin, 1, message.last)
        if (
          this.#commits.size < COMMITS_MAX &&
          this.#intake.takes(message.origin, message.revisions.length, this.#tick)
        )
          this.#arrive(from, message.revisions)
        break
      case 'page':
        this.#page(from, message.id, message.revisions)
        break
      case 'pull': {
        if (isPrivateOrigin(message.origin)) break
        const token = ++this.#token
        this.#reads.set(token, { to: from, id: message.id })
        this.#effects.push({ do: 'read', token, origin: message.origin, from: message.from, to: message.to })
        break
      }
      case 'cut':
        this.#cut(from, message.id, message.until)
        break
    }
    return this.#evaluate()
  }

  /** Out of a backup of this swarm: as if a peer had sent it, and this node's private writings too. */
  restore(revisions: readonly Revision[]): { readonly good: number; readonly effects: readonly ReplicaEffect[] } {
    const self = nodeOf(this.#origin)
    const mayCome = revisions.filter(({ origin }) => !isPrivateOrigin(origin) || nodeOf(origin) === self)
    const good = this.#arrive(self, mayCome, { secrets: true })
    return { good, effects: this.#evaluate() }
  }

  /** The store answered a `commit`. */
  committed(token: number, result: Result<CommitReport>): readonly ReplicaEffect[] {
    const commit = this.#commits.get(token)
    assert(commit !== undefined, `an answer to commit ${token}, which was not asked`)
    this.#commits.delete(token)
    if (result.ok) {
      this.#hold(commit, result.value)
      if (result.value.heads.length > 0) this.#effects.push({ do: 'index', heads: result.value.heads })
      this.#tellRefused(result.value)
    }
    this.#pulls.lookAgain()
    const leaving = (revisions: readonly Revision[]): readonly Revision[] => this.#sift(revisions)
    this.#effects.push(...this.#writes.committed(token, result, leaving))
    this.#effects.push(...this.#secrets.committed(token, result, leaving))
    return this.#evaluate()
  }

  /** The store answered a `read`. */
  loaded(token: number, result: Result<readonly Revision[]>): readonly ReplicaEffect[] {
    const read = this.#reads.get(token)
    this.#reads.delete(token)
    // A peer that left meanwhile needs no answer; one whose read failed asks again after its time-out.
    if (read && result.ok) this.#send(read.to, { kind: 'page', id: read.id, revisions: this.#sift(result.value) })
    return this.#evaluate()
  }

  /** The store answered a `sum`. */
  summed(
    until: number,
    to: { readonly peer: NodeId; readonly id: number } | null,
    result: Result<string>,
  ): readonly ReplicaEffect[] {
    const sum = result.ok ? ok(this.#holdings.toldSum(result.value, until)) : result
    if (to === null) return this.#horizon.summed(sum)
    const told = sum.ok ? { sum: sum.value } : { sum: null, why: 'its disk does not answer' }
    this.#send(to.peer, { kind: 'cut-sum', id: to.id, until, ...told })
    return this.#evaluate()
  }

  /** The store answered a `collect` or a `drop`. */
  collected(result: Result<Collected>): readonly ReplicaEffect[] {
    const { effects, how } = this.#horizon.collected(result)
    if (result.ok) {
      this.#holdings.forget(result.value.removed, how)
      this.#items = result.value.items
      this.#conflicts = result.value.conflicts
    }
    this.#effects.push(...effects)
    return this.#evaluate()
  }

  /** After `renew-origin`: what is written from now on belongs to this origin. */
  useOrigin(origin: OriginId): readonly ReplicaEffect[] {
    this.#origin = origin
    return this.#evaluate()
  }

  #evaluate(): readonly ReplicaEffect[] {
    this.#write(this.#writes, this.#origin)
    this.#write(this.#secrets, privateOriginOf(this.#origin))
    const room = PAGES_MAX - this.#commits.size
    for (const { peer, pull } of this.#pulls.next(this.#tick, room, (origin) => this.#hereOrComing(origin)))
      this.#send(peer, { kind: 'pull', ...pull })
    const effects = this.#effects
    this.#effects = []
    return effects
  }

  #write(writes: Writes, origin: OriginId): void {
    if (writes.isBusy) return
    const next = lastOf(this.#holdings.known(origin)) + 1
    const revisions = writes.batch(origin, next, this.#token + 1)
    if (revisions.length > 0) this.#commit(revisions.map((revision) => [revision, revisionHash(revision)]))
  }

  #heads(from: NodeId, message: Extract<KnowledgeMessage, { kind: 'heads' }>): void {
    this.#pulls.setHave(from, message.have, message.gone ?? [])
    this.#collected.set(from, message.collected ?? 0)
    this.#releaseHeld(new Map(message.have))
    this.#exchanged.set(from, this.#tick)
    if (message.reply) this.#sendHeads(from, false)
    this.#checkOwnOrigin()
    this.#learnGone(from)
  }

  /** What a peer holds no more, nobody here holds and nobody gives: it need not be asked for. */
  #learnGone(from: NodeId): void {
    const live = this.#pulls.union()
    const numbers: Numbers = [...this.#pulls.goneOf(from)]
      .map(([origin, ranges]) => {
        const unknown = missingFrom(this.#hereOrComing(origin), ranges)
        return [origin, missingFrom(live.get(origin) ?? [], unknown)] as const
      })
      .filter(([, ranges]) => ranges.length > 0)
    if (numbers.length === 0) return
    this.#holdings.markGone(numbers)
    this.#effects.push({ do: 'mark-gone', numbers })
  }

  /** What may go to others; what is held back is told, and written anew. */
  #sift(revisions: readonly Revision[]): Revision[] {
    const { go, held } = this.#holdings.sift(revisions)
    for (const revision of held) {
      this.#warn(`${revision.item} holds what today counts as a secret: this version of it is not passed on`)
      this.#effects.push({ do: 'rewrite', revision })
    }
    return go
  }

  #releaseHeld(theirs: ReadonlyMap<OriginId, SeqRanges>): void {
    const known = this.#holdings.release(theirs)
    if (known > 0) this.#warn(`${known} own revisions with what today counts as a secret are on other nodes already`)
  }

  /** What need not be pulled, but for what is on its way. */
  #here(origin: OriginId): SeqRanges {
    let ranges = this.#holdings.known(origin)
    for (const [from, to] of this.#parking.numbers(origin)) ranges = withRange(ranges, from, to)
    return ranges
  }

  /** What is here, and what is on its way to the disk: neither needs pulling. */
  #hereOrComing(origin: OriginId): SeqRanges {
    if (this.#flooding.has(origin)) return [[1, Number.MAX_SAFE_INTEGER]]
    let ranges = this.#here(origin)
    for (const { coming } of this.#commits.values())
      for (const [from, to] of coming.get(origin) ?? []) ranges = withRange(ranges, from, to)
    return ranges
  }

  #page(from: NodeId, id: number, revisions: readonly Revision[]): void {
    const pull = this.#pulls.answered(from, id)
    if (!pull) return
    const wanted = revisions.filter(({ origin, seq }) => origin === pull.origin && pull.from <= seq && seq <= pull.to)
    const good = this.#arrive(from, wanted)
    // A holder that gives nothing of what it claimed is not asked for it again until its next vector.
    if (good === 0 || good < revisions.length) this.#pulls.forget(from, pull.origin)
  }

  /** Commits those that are new and truly their origin's. Returns how many were good, known ones included. */
  #arrive(from: NodeId, revisions: readonly Revision[], { secrets } = { secrets: false }): number {
    const known = new Map<OriginId, SeqRanges>()
    const fresh: (readonly [Revision, string])[] = []
    let good = 0
    for (const revision of revisions) {
      const { origin, seq } = revision
      if ((isPrivateOrigin(origin) && !secrets) || this.#isFlooding(origin)) continue
      const held = known.get(origin) ?? this.#hereOrComing(origin)
      known.set(origin, held)
      if (holds(held, seq)) {
        good += 1
        continue
      }
      const hash = this.#signatures.check(revision)
      if (hash === undefined) {
        this.#warn(`${from} sent a revision of ${revision.item} with a wrong signature; dropped`)
        continue
      }
      good += 1
      known.set(origin, withRange(held, seq, seq))
      if (this.#hybrid.observe(revision.hlc)) fresh.push([revision, hash])
      else this.#park(revision)
    }
    if (fresh.length > 0) this.#commit(fresh)
    return good
  }

  /** It has written more than anybody does: nothing more of it is taken in. */
  #isFlooding(origin: OriginId): boolean {
    if (this.#flooding.has(origin)) return true
    if (countOf(this.#holdings.held(origin)) < ORIGIN_REVISIONS_MAX) return false
    this.#flooding.add(origin)
    this.#warn(`${nodeOf(origin)} wrote ${ORIGIN_REVISIONS_MAX} revisions: no more of them are taken in`)
    return true
  }

  #park(revision: Revision): void {
    const aheadS = Math.round((millisOf(revision.hlc) - this.#hybrid.now) / 1000)
    const shelved = this.#parking.park(revision)
    const becomes = shelved ? 'it waits until then' : 'there is no room to keep it until then'
    const writer = nodeOf(revision.origin)
    this.#warn(
      `${writer} wrote ${revision.item} ${aheadS} s ahead of this clock; ${becomes}: check the time on both machines`,
    )
    if (shelved) this.#effects.push({ do: 'shelve', put: [shelved], remove: [] })
  }

  /** Their time has come. */
  #release(due: readonly Revision[]): void {
    const waiting = due.filter(({ origin, seq }) => {
      const coming = [...this.#commits.values()].flatMap((commit) => commit.coming.get(origin) ?? [])
      return !coming.some(([from, to]) => from <= seq && seq <= to)
    })
    if (waiting.length === 0) return
    for (const { hlc } of waiting) this.#hybrid.observe(hlc)
    this.#commit(waiting.map((revision) => [revision, revisionHash(revision)]))
  }

  /** A member asks for the sum up to a stamp: nothing is written at or below it any more. */
  #cut(from: NodeId, id: number, until: number): void {
    const refuse = (why: string): void => this.#send(from, { kind: 'cut-sum', id, until, sum: null, why })
    if (this.#tick - (this.#cutAt.get(from) ?? -CUT_TICKS) < CUT_TICKS) return refuse('it was asked a moment ago')
    this.#cutAt.set(from, this.#tick)
    if (millisOf(until) > this.#hybrid.now) return refuse('that lies in the future')
    if (this.#parking.all.some(({ hlc }) => hlc <= until)) return refuse('it has parked revisions from then')
    if (!this.#progress.isCaughtUp) return refuse('it is not caught up')
    this.#hybrid.observe(until)
    this.#effects.push(
      { do: 'shelve', put: [{ kind: 'mark', key: FLOOR, body: String(until) }], remove: [] },
      { do: 'sum', until, to: { peer: from, id } },
    )
  }

  #commit(entries: readonly (readonly [Revision, string])[]): void {
    const coming = new Map<OriginId, SeqRanges>()
    for (const [{ origin, seq }] of entries) coming.set(origin, withRange(coming.get(origin) ?? [], seq, seq))
    this.#token += 1
    const revisions = entries.map(([revision]) => revision)
    this.#commits.set(this.#token, { revisions, hashes: new Map(entries), coming })
    this.#effects.push({ do: 'commit', token: this.#token, revisions })
  }

  #hold({ hashes, revisions }: Commit, { conflicts = 0, displaced = [], items, stored }: CommitReport): void {
    const replaced = new Set(displaced.map(({ origin, seq }) => `${origin} ${seq}`))
    for (const { revision } of stored) {
      const hash = hashes.get(revision) ?? revisionHash(revision)
      if (replaced.has(`${revision.origin} ${revision.seq}`)) this.#holdings.replace(revision, hash)
      else this.#holdings.hold(revision, hash)
    }
    for (const revision of displaced) this.#holdings.displaced(revision)
    const taken = this.#parking.taken(revisions)
    if (taken.length > 0) this.#effects.push({ do: 'shelve', put: [], remove: taken })
    this.#items = items
    this.#conflicts = conflicts
  }

  /** Two texts under one number. Of this node's own, the number was given before its files were. */
  #tellRefused({ displaced = [], refused = [], stored }: CommitReport): void {
    if (refused.length + displaced.length === 0) return
    const isOwn = ({ origin }: Revision): boolean =>
      origin === this.#origin || origin === privateOriginOf(this.#origin)
    const pairs = refused.map(({ held, revision }) => [held, revision] as const)
    for (const other of displaced) {
      const now = stored.find(({ revision }) => revision.origin === other.origin && revision.seq === other.seq)
      if (now) pairs.push([now.revision, other])
    }
    for (const [kept, other] of pairs) {
      this.#warn(`${nodeOf(kept.origin)} gave its number ${kept.seq} to two different revisions; one of them is kept`)
      const proof = isOwn(kept) ? undefined : this.#contradictions.found(kept, other)
      if (proof) this.#effects.push({ do: 'shelve', put: [proof], remove: [] })
    }
    if (pairs.some(([kept]) => isOwn(kept))) this.#effects.push({ do: 'renew-origin' })
  }

  #warn(text: string): void {
    this.#effects.push({ do: 'note', level: 'warn', text })
  }

  #sendHeads(peer: NodeId, reply: boolean): void {
    this.#exchanged.set(peer, this.#tick)
    const { gone, have } = this.#holdings.told
    const collected = this.#horizon.agreed
    this.#send(peer, {
      kind: 'heads',
      have: onWire(have),
      ...(gone.length > 0 ? { gone: onWire(gone) } : {}),
      ...(collected > 0 ? { collected } : {}),
      reply,
    })
  }

  #send(to: NodeId, message: KnowledgeMessage): void {
    this.#effects.push({ do: 'send', to, message })
  }

  /**
   * Peers know more of this node's own writing than it does: its files are an old copy. Numbers it would give out
   * now were given before, so it writes under a new origin and pulls the rest like anybody's.
   */
  #checkOwnOrigin(): void {
    const theirs = this.#pulls.known().get(this.#origin) ?? []
    if (missingFrom(this.#hereOrComing(this.#origin), theirs).length === 0) return
    this.#effects.push({
      do: 'note',
      level: 'warn',
      text: 'peers hold writings of this node that its own files lack: it goes on under a new origin',
    })
    this.#effects.push({ do: 'renew-origin' })
  }
}
