import {
  assert,
  type Clock,
  type Identity,
  isPrivateOrigin,
  type NodeId,
  nodeOf,
  type OriginId,
  privateOriginOf,
  type Result,
  sha256,
} from '../base/index.ts'
import { HybridClock, millisOf } from './clock.ts'
import type { ReplicaEffect } from './effects.ts'
import { Hidden } from './hidden.ts'
import { type KnowledgeMessage, RANGES_MAX } from './messages.ts'
import { Pulls } from './pulls.ts'
import { holds, lastOf, missingFrom, withRange } from './ranges.ts'
import type { Revision, UnsignedRevision } from './revision.ts'
import { signAll, Signatures } from './signatures.ts'
import type { CommitReport, SeqRanges, StoreState } from './store.ts'
import { type Draft, Writes } from './writes.ts'

/*
 * The replica core: what this node holds, what its peers hold, and what to do about the difference.
 *
 * 1. Nothing is sent or acknowledged before it is on disk: `publish` and `settle` follow the commit's success.
 * 2. An own sequence number is used once: one own batch is in flight at a time, and a failed batch frees its numbers.
 * 3. A revision counts only with a valid signature of its origin's node; what fails is dropped and named.
 * 4. Events change state; `#evaluate` alone decides what to pull, from whom.
 * 5. A lost frame costs time, never data: digests in probes show the difference, and vectors are exchanged again.
 */

/** Arrivals by gossip that wait for the disk. Beyond it gossip is dropped, and pulled later when the disk is free. */
const COMMITS_MAX = 256
/** Between two exchanges of vectors with one peer, in ticks of 100 ms: digests differ for a moment at every write. */
const EXCHANGE_TICKS = 10

export interface ReplicaParts {
  readonly identity: Identity
  readonly origin: OriginId
  /** Frozen into every revision written here; decides between equal clocks. */
  readonly priority: number
  readonly clock: Clock
  readonly state: StoreState
  /** Whether a body of this node's own may go to others as it is. All may, unless told. */
  readonly mayLeave?: (body: string) => boolean
}

interface Commit {
  readonly revisions: readonly Revision[]
  /** The same as ranges: what need not be pulled while it is on its way to the disk. */
  readonly coming: ReadonlyMap<OriginId, SeqRanges>
}

export class Replica {
  readonly #signatures: Signatures
  readonly #clock: Clock
  readonly #hybrid: HybridClock
  readonly #have: Map<OriginId, SeqRanges>
  readonly #pulls = new Pulls()
  readonly #writes: Writes
  /** Under the private origin. */
  readonly #secrets: Writes
  readonly #hidden: Hidden
  /** Commits and reads whose answer has not come: what to do with it. */
  readonly #commits = new Map<number, Commit>()
  readonly #reads = new Map<number, { readonly to: NodeId; readonly id: number }>()
  readonly #exchanged = new Map<NodeId, number>()
  #origin: OriginId
  #effects: ReplicaEffect[] = []
  #tick = 0
  #token = 0
  #items: number
  #digest: string | undefined

  constructor(parts: ReplicaParts) {
    this.#signatures = new Signatures(parts.identity)
    this.#clock = parts.clock
    this.#origin = parts.origin
    this.#hybrid = new HybridClock(parts.clock, parts.state.hlcMax)
    this.#have = new Map(parts.state.have)
    this.#items = parts.state.items
    const writing = {
      sign: (unsigned: readonly UnsignedRevision[]) => signAll(unsigned, parts.identity),
      stamp: () => this.#hybrid.stamp(),
      priority: parts.priority,
    }
    this.#writes = new Writes(writing)
    this.#secrets = new Writes(writing)
    this.#hidden = new Hidden(parts.identity.self, parts.mayLeave ?? (() => true), parts.state)
  }

  /** Items whose head is not a tombstone. */
  get items(): number {
    return this.#items
  }
  /** Of these, how many others are told. */
  get itemsTold(): number {
    return this.#items - this.#hidden.items
  }
  get origin(): OriginId {
    return this.#origin
  }

  /** Equal on two nodes exactly when they hold the same revisions, hidden ones aside. 32 hex digits. */
  get digest(): string {
    this.#digest ??= sha256(
      JSON.stringify([...this.#hidden.told(this.#have)].sort(([a], [b]) => (a < b ? -1 : 1))),
    ).slice(0, 32)
    return this.#digest
  }

  /** How many revisions connected peers are known to have and this node has not. */
  get missing(): number {
    let count = 0
    for (const [origin, theirs] of this.#pulls.union())
      for (const [from, to] of missingFrom(this.#have.get(origin) ?? [], theirs)) count += to - from + 1
    return count
  }

  /** The answer comes as `settle`, once the revision is on disk or cannot be. */
  record(request: number, draft: Draft): readonly ReplicaEffect[] {
    const isPrivate = draft.isPrivate === true || this.#hidden.names(draft.item, draft.body)
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
    for (const [token, read] of this.#reads) if (read.to === peer) this.#reads.delete(token)
    return this.#evaluate()
  }

  tick(): readonly ReplicaEffect[] {
    this.#tick += 1
    for (const peer of this.#pulls.expire(this.#tick))
      this.#effects.push({ do: 'note', level: 'info', text: `no answer to a pull in time from ${peer}` })
    return this.#evaluate()
  }

  /** A probe or its answer told what the peer holds, as a digest. */
  peerDigest(peer: NodeId, digest: string): readonly ReplicaEffect[] {
    const quiet = this.#tick - (this.#exchanged.get(peer) ?? 0) >= EXCHANGE_TICKS
    if (digest !== this.digest && quiet && this.#pulls.knows(peer) && !this.#pulls.isBusy(peer))
      this.#sendHeads(peer, true)
    return this.#evaluate()
  }

  receive(from: NodeId, message: KnowledgeMessage): readonly ReplicaEffect[] {
    switch (message.kind) {
      case 'heads':
        this.#pulls.setHave(from, new Map(message.have))
        this.#release(new Map(message.have))
        this.#exchanged.set(from, this.#tick)
        if (message.reply) this.#sendHeads(from, false)
        this.#checkOwnOrigin()
        break
      case 'announce':
        this.#pulls.addHave(nodeOf(message.origin), message.origin, 1, message.last)
        if (this.#commits.size < COMMITS_MAX) this.#arrive(from, message.revisions)
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
    }
    return this.#evaluate()
  }

  /** The store answered a `commit`. */
  committed(token: number, result: Result<CommitReport>): readonly ReplicaEffect[] {
    const commit = this.#commits.get(token)
    assert(commit !== undefined, `an answer to commit ${token}, which was not asked`)
    this.#commits.delete(token)
    if (result.ok) {
      for (const revision of commit.revisions) this.#hold(revision)
      this.#items = result.value.items
      if (result.value.heads.length > 0) this.#effects.push({ do: 'index', heads: result.value.heads })
      this.#tellRefused(result.value.refused ?? [])
    }
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

  /** After `renew-origin`: what is written from now on belongs to this origin. */
  useOrigin(origin: OriginId): readonly ReplicaEffect[] {
    this.#origin = origin
    return this.#evaluate()
  }

  #evaluate(): readonly ReplicaEffect[] {
    this.#write(this.#writes, this.#origin)
    this.#write(this.#secrets, privateOriginOf(this.#origin))
    for (const { peer, pull } of this.#pulls.next(this.#tick, (origin) => this.#heldOrComing(origin)))
      this.#send(peer, { kind: 'pull', ...pull })
    const effects = this.#effects
    this.#effects = []
    return effects
  }

  #write(writes: Writes, origin: OriginId): void {
    if (writes.isBusy) return
    const next = lastOf(this.#have.get(origin) ?? []) + 1
    const revisions = writes.batch(origin, next, this.#token + 1)
    if (revisions.length > 0) this.#commit(revisions)
  }

  /** What may go to others; what is held back is told, and written anew. */
  #sift(revisions: readonly Revision[]): Revision[] {
    const { go, held } = this.#hidden.sift(revisions)
    for (const revision of held) {
      this.#warn(`${revision.item} holds what today counts as a secret: this version of it is not passed on`)
      this.#effects.push({ do: 'rewrite', revision })
    }
    if (held.length > 0) this.#digest = undefined
    return go
  }

  #release(theirs: ReadonlyMap<OriginId, SeqRanges>): void {
    const known = this.#hidden.release(theirs)
    if (known === 0) return
    this.#digest = undefined
    this.#warn(`${known} own revisions with what today counts as a secret are on other nodes already`)
  }

  /** What is here, and what is on its way to the disk: neither needs pulling. */
  #heldOrComing(origin: OriginId): SeqRanges {
    let ranges = this.#have.get(origin) ?? []
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
  #arrive(from: NodeId, revisions: readonly Revision[]): number {
    const known = new Map<OriginId, SeqRanges>()
    const fresh: Revision[] = []
    let good = 0
    for (const revision of revisions) {
      const { origin, seq } = revision
      if (isPrivateOrigin(origin)) continue
      const held = known.get(origin) ?? this.#heldOrComing(origin)
      known.set(origin, held)
      if (holds(held, seq)) good += 1
      else if (this.#signatures.isValid(revision)) {
        good += 1
        fresh.push(revision)
        known.set(origin, withRange(held, seq, seq))
        this.#observe(revision)
      } else this.#warn(`${from} sent a revision of ${revision.item} with a wrong signature; dropped`)
    }
    if (fresh.length > 0) this.#commit(fresh)
    return good
  }

  #observe(revision: Revision): void {
    if (this.#hybrid.observe(revision.hlc)) return
    const aheadS = Math.round((millisOf(revision.hlc) - this.#clock.now()) / 1000)
    const writer = nodeOf(revision.origin)
    this.#warn(`${writer} wrote ${revision.item} ${aheadS} s ahead of this clock: check the time on both machines`)
  }

  #commit(revisions: readonly Revision[]): void {
    const coming = new Map<OriginId, SeqRanges>()
    for (const { origin, seq } of revisions) coming.set(origin, withRange(coming.get(origin) ?? [], seq, seq))
    this.#token += 1
    this.#commits.set(this.#token, { revisions, coming })
    this.#effects.push({ do: 'commit', token: this.#token, revisions })
  }

  /** Two texts under one number: the first stays. Of this node's own, the number was given before its files were. */
  #tellRefused(refused: readonly Revision[]): void {
    for (const { origin, seq } of refused)
      this.#warn(`${nodeOf(origin)} gave its number ${seq} to two different revisions; the first one stays`)
    if (refused.some(({ origin }) => origin === this.#origin || origin === privateOriginOf(this.#origin)))
      this.#effects.push({ do: 'renew-origin' })
  }

  #warn(text: string): void {
    this.#effects.push({ do: 'note', level: 'warn', text })
  }

  #hold(revision: Revision): void {
    const { origin, seq } = revision
    this.#hidden.wrote(revision)
    this.#have.set(origin, withRange(this.#have.get(origin) ?? [], seq, seq))
    this.#digest = undefined
  }

  #sendHeads(peer: NodeId, reply: boolean): void {
    this.#exchanged.set(peer, this.#tick)
    const have = this.#hidden
      .told(this.#have)
      .map(([origin, ranges]): [OriginId, [number, number][]] => [
        origin,
        ranges.slice(0, RANGES_MAX).map(([from, to]): [number, number] => [from, to]),
      ])
    this.#send(peer, { kind: 'heads', have, reply })
  }

  #send(to: NodeId, message: KnowledgeMessage): void {
    this.#effects.push({ do: 'send', to, message })
  }

  /**
   * Peers hold more of this node's own writing than it does: its files are an old copy. Numbers it would give out
   * now were given before, so it writes under a new origin and pulls the rest like anybody's.
   */
  #checkOwnOrigin(): void {
    const theirs = this.#pulls.union().get(this.#origin) ?? []
    if (missingFrom(this.#heldOrComing(this.#origin), theirs).length === 0) return
    this.#effects.push({
      do: 'note',
      level: 'warn',
      text: 'peers hold writings of this node that its own files lack: it goes on under a new origin',
    })
    this.#effects.push({ do: 'renew-origin' })
  }
}
