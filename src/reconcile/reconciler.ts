import { assert, type NodeId, type Random, type Result, unreachable } from '../base/index.ts'
import { Answerer, type AnswerEffect } from './answerer.ts'
import type { AuditSumming } from './audit.ts'
import { type AuditEffect, Audits } from './audits.ts'
import { base85, fromBase85 } from './base85.ts'
import type { Elements } from './decoder.ts'
import type { ReconcileEffect } from './effects.ts'
import { ELEMENT_BYTES, elementOf } from './element.ts'
import { joined } from './element-set.ts'
import { Filling } from './filling.ts'
import type { Salt } from './keyed-hash.ts'
import { PAGE_ELEMENTS_MAX, type ReconcileMessage } from './messages.ts'
import type { ElementPage } from './port.ts'
import { Schedule } from './schedule.ts'
import { bucketsFrom, Session } from './session.ts'
import type { SessionEffect, SessionEnd } from './session-effects.ts'
import { Sketch } from './sketch.ts'
import { Wants } from './wants.ts'

/*
 * Reconciliation of one node with all its peers: the sketch of its set, one session at a time, what was found and is
 * fetched, the questions of others, the daily audit.
 *
 * 1. The sketch holds what is on disk: `add` and `remove` follow the commit.
 * 2. One session and one audit of its own are under way at a time.
 * 3. Events change state; `#evaluate` alone decides what to begin.
 * 4. What was found is asked of the peer that showed it; what that peer does not give is found again, later.
 */

/** Offered elements that are looked up for one peer in a minute: a set of a million in a quarter of an hour. */
const OFFERED_PER_MINUTE = 65_536
const MINUTE_TICKS = 600
/** Until a store that failed is asked again. */
const REFILL_TICKS = 100

export interface ReconcilerParts {
  readonly self: NodeId
  /** From a secret that all members have, and nobody else. */
  readonly salt: Salt
  /** Of this node's set, as its heartbeats tell it: equal for equal sets. At most 64 characters. */
  readonly digest: () => string
  /** Spreads audits over the day. */
  readonly random: Random
  /** So many bytes that nobody can foretell: salts of sessions, keys of audits. */
  readonly secret: (bytes: number) => Uint8Array
}

/** Whom the answer to a call of the store is for. */
type Caller =
  | { readonly is: 'filling' }
  | { readonly is: 'session'; readonly session: Session }
  | { readonly is: 'guest'; readonly peer: NodeId; readonly serial: number }
  | { readonly is: 'audit'; readonly summing: AuditSumming }

interface Active {
  readonly peer: NodeId
  readonly id: number
  readonly session: Session
  /** Begun by an audit: what is found are crafted elements. */
  readonly accused: boolean
  readonly theirs: Elements[]
  readonly mine: Elements[]
  /** A read that waits until some of what was found is here. */
  held: Extract<SessionEffect, { do: 'read' }> | undefined
}

/** What the store answered: a page of elements, or the sum of a bucket. */
export type StoreAnswer = Result<ElementPage | Uint8Array>

export class Reconciler {
  readonly #parts: ReconcilerParts
  readonly #sketch: Sketch
  readonly #answerer: Answerer
  readonly #schedule: Schedule
  readonly #filling = new Filling()
  readonly #wants = new Wants()
  readonly #audits: Audits
  readonly #callers = new Map<number, Caller>()
  readonly #offered = new Map<NodeId, number>()
  #active: Active | undefined
  #effects: ReconcileEffect[] = []
  /** When the store is asked again that did not answer. */
  #refill: number | undefined
  #tick = 0
  #id = 0
  #token = 0

  constructor(parts: ReconcilerParts) {
    this.#parts = parts
    this.#sketch = new Sketch(parts.salt)
    this.#answerer = new Answerer(this.#sketch)
    this.#schedule = new Schedule(parts.self)
    this.#audits = new Audits({ random: parts.random, digest: parts.digest })
  }

  /** How many elements the set has. */
  get size(): number {
    return this.#sketch.size
  }
  /** Elements that were found on peers and are not here yet. */
  get wanted(): number {
    return this.#schedule.peers().reduce((sum, peer) => sum + this.#wants.waiting(peer), 0)
  }
  /** With whom a session is under way. */
  get with(): NodeId | undefined {
    return this.#active?.peer
  }

  /** Reads the set from the store into the sketch. Until that is done no session begins, here or from a peer. */
  start(): readonly ReconcileEffect[] {
    this.#fill()
    return this.#evaluate()
  }

  /** A revision is on disk that was not. `hash`: its content address, 64 hex digits. */
  add(hash: string): void {
    const element = elementOf(hash)
    if (this.#filling.holds(element)) this.#sketch.add(element)
  }

  /** A revision is no more, or is held back from now on. */
  remove(hash: string): void {
    const element = elementOf(hash)
    if (this.#filling.holds(element)) this.#sketch.remove(element)
  }

  up(peer: NodeId): void {
    this.#schedule.up(peer)
  }

  down(peer: NodeId): readonly ReconcileEffect[] {
    this.#schedule.down(peer)
    this.#answerer.down(peer)
    this.#wants.down(peer)
    this.#offered.delete(peer)
    this.#audits.down(peer)
    if (this.#active?.peer === peer) this.#active = undefined
    return this.#evaluate()
  }

  /** A heartbeat of the peer: whether its digest is this node's, and whether neither lacks a number of the other. */
  heard(peer: NodeId, equal: boolean, vectorsAgree: boolean): readonly ReconcileEffect[] {
    this.#schedule.heard(peer, equal, vectorsAgree)
    return this.#evaluate()
  }

  receive(from: NodeId, message: ReconcileMessage): readonly ReconcileEffect[] {
    if (this.#schedule.knows(from)) this.#take(from, message)
    return this.#evaluate()
  }

  /** The store answered a call, under its token. */
  loaded(token: number, answer: StoreAnswer): readonly ReconcileEffect[] {
    const caller = this.#callers.get(token)
    assert(caller !== undefined, `an answer to call ${token}, which was not made`)
    this.#callers.delete(token)
    const value = answer.ok ? answer.value : undefined
    const page = value instanceof Uint8Array ? undefined : value
    switch (caller.is) {
      case 'filling':
        this.#filled(page)
        break
      case 'session':
        if (this.#active?.session !== caller.session) break
        if (page) this.#follow(this.#active, caller.session.loaded(page))
        else this.#ended(this.#active, { kind: 'later', why: 'failed', bucket: undefined })
        break
      case 'guest':
        this.#answer(this.#answerer.loaded(caller.peer, caller.serial, page))
        break
      case 'audit':
        this.#audit(this.#audits.summed(caller.summing, value instanceof Uint8Array ? value : undefined))
        break
      default:
        unreachable(caller)
    }
    return this.#evaluate()
  }

  /** The peer's answer to the want `id` arrived, and covers so many of its elements; the revisions go their own way. */
  fetched(peer: NodeId, id: number, covered: number): readonly ReconcileEffect[] {
    this.#wants.answered(peer, id, covered)
    return this.#evaluate()
  }

  /** Of what the peer offered, these are not here. */
  want(peer: NodeId, elements: Elements): readonly ReconcileEffect[] {
    if (this.#schedule.knows(peer)) this.#wants.add(peer, elements)
    return this.#evaluate()
  }

  /** 100 ms went by. */
  tick(): readonly ReconcileEffect[] {
    this.#tick += 1
    if (this.#tick % MINUTE_TICKS === 0) this.#offered.clear()
    if (this.#refill === this.#tick) this.#fill()
    this.#schedule.tick()
    this.#answerer.tick()
    this.#audits.tick()
    for (const peer of this.#wants.tick()) this.#note('info', `no answer in time to what was wanted of ${peer}`)
    // A session that waits for what it found is not late.
    if (this.#active && !this.#active.held) this.#follow(this.#active, this.#active.session.tick())
    return this.#evaluate()
  }

  #take(from: NodeId, message: ReconcileMessage): void {
    switch (message.kind) {
      case 'sketch-ask':
      case 'bucket-ask':
      case 'list-ask':
        if (!this.#filling.isDone) return this.#send(from, { kind: 'not-now', id: message.id, why: 'busy' })
        return this.#answer(this.#answerer.receive(from, message))
      case 'not-now':
        this.#audits.refused(from, message.id)
        return this.#hear(from, message)
      case 'sketch':
      case 'bucket':
      case 'list':
        return this.#hear(from, message)
      case 'audit-ask':
      case 'audit-sums':
        return this.#audit(this.#audits.receive(from, message))
      case 'want':
      case 'offer':
        return this.#asked(from, message)
      default:
        unreachable(message)
    }
  }

  #fill(): void {
    const { after, bucket } = this.#filling
    if (!this.#filling.isDone)
      this.#effects.push({ do: 'elements', token: this.#call({ is: 'filling' }), bucket, after })
  }

  #filled(page: ElementPage | undefined): void {
    if (!page) {
      this.#refill = this.#tick + REFILL_TICKS
      return
    }
    for (let at = 0; at < page.elements.length; at += ELEMENT_BYTES) this.#sketch.add(page.elements, at)
    this.#filling.took(page)
    this.#fill()
  }

  #hear(from: NodeId, message: Extract<ReconcileMessage, { id: number }>): void {
    const active = this.#active
    if (active?.peer === from && active.id === message.id) this.#follow(active, active.session.receive(message))
  }

  #asked(from: NodeId, message: Extract<ReconcileMessage, { kind: 'want' | 'offer' }>): void {
    const read = fromBase85(message.elements)
    if (!read.ok || read.value.length === 0) return
    const elements = read.value
    if (message.kind === 'want') {
      this.#effects.push({ do: 'give', to: from, id: message.id, elements })
      return
    }
    const offered = (this.#offered.get(from) ?? 0) + elements.length / ELEMENT_BYTES
    if (offered > OFFERED_PER_MINUTE || this.#wants.isFull(from)) return
    this.#offered.set(from, offered)
    this.#effects.push({ do: 'offered', from, elements })
  }

  #follow(active: Active, effects: readonly SessionEffect[]): void {
    for (const effect of effects)
      switch (effect.do) {
        case 'send':
          this.#send(active.peer, effect.message)
          break
        case 'read':
          if (this.#wants.isFull(active.peer)) active.held = effect
          else this.#read(active, effect)
          break
        case 'found':
          this.#found(active, effect.theirs, effect.mine)
          break
        case 'end':
          this.#ended(active, effect.end)
          break
        default:
          unreachable(effect)
      }
  }

  #read(active: Active, { after, bucket }: Extract<SessionEffect, { do: 'read' }>): void {
    active.held = undefined
    const token = this.#call({ is: 'session', session: active.session })
    this.#effects.push({ do: 'elements', token, bucket, after })
  }

  #found(active: Active, theirs: Elements, mine: Elements): void {
    active.theirs.push(theirs)
    active.mine.push(mine)
    this.#wants.add(active.peer, theirs)
    for (let at = 0; at < mine.length; at += PAGE_ELEMENTS_MAX * ELEMENT_BYTES) {
      const part = mine.subarray(at, at + PAGE_ELEMENTS_MAX * ELEMENT_BYTES)
      this.#send(active.peer, { kind: 'offer', elements: base85(part) })
    }
  }

  #ended({ accused, mine, peer, theirs }: Active, end: SessionEnd): void {
    this.#active = undefined
    const all = { theirs: joined(theirs), mine: joined(mine) }
    const found = (all.theirs.length + all.mine.length) / ELEMENT_BYTES
    this.#schedule.ended(peer, end, found)
    if (accused && found > 0) this.#effects.push({ do: 'crafted', peer, ...all })
    if (end.kind === 'snapshot') this.#effects.push({ do: 'snapshot', from: peer })
    if (end.kind === 'hostile') this.#note('warn', `comparing what is known with ${peer} ended: it sent ${end.why}`)
    if (end.kind === 'too-large') this.#note('warn', `too much is known here or on ${peer} to be compared by lists`)
    if (found > 0 && !accused)
      this.#note('info', `${found} revisions were on one side only, compared with ${peer}; they are exchanged`)
  }

  #answer(effects: readonly AnswerEffect[]): void {
    for (const effect of effects)
      if (effect.do === 'send') this.#send(effect.to, effect.message)
      else {
        const token = this.#call({ is: 'guest', peer: effect.guest, serial: effect.serial })
        this.#effects.push({ do: 'elements', token, bucket: effect.bucket, after: effect.after })
      }
  }

  #audit(effects: readonly AuditEffect[]): void {
    for (const effect of effects)
      switch (effect.do) {
        case 'send':
          this.#send(effect.to, effect.message)
          break
        case 'sum':
          this.#sum(effect.summing)
          break
        case 'verdict':
          if (effect.verdict.kind !== 'crafted') break
          this.#note('warn', `what ${effect.peer} holds differs, and was made to look equal; it is compared by lists`)
          // A session under way gives way: what it compares by is not to be trusted now.
          this.#begin(effect.peer, { by: 'list', buckets: effect.verdict.buckets, accused: true })
          break
        default:
          unreachable(effect)
      }
  }

  #sum(summing: AuditSumming): void {
    const { bucket, key } = summing
    if (bucket === undefined) return
    this.#effects.push({ do: 'audit-sum', token: this.#call({ is: 'audit', summing }), key, bucket })
  }

  #evaluate(): readonly ReconcileEffect[] {
    const active = this.#active
    if (active?.held && !this.#wants.isFull(active.peer)) this.#read(active, active.held)
    if (!this.#active && this.#filling.isDone) {
      const plan = this.#schedule.next()
      if (plan && !this.#isFetching(plan.peer))
        this.#begin(plan.peer, { by: plan.by, buckets: bucketsFrom(plan.bucket), accused: false })
      else if (this.#audits.isDue) this.#beginAudit()
    }
    for (const { elements, id, peer } of this.#wants.next(() => ++this.#id))
      this.#send(peer, { kind: 'want', id, elements: base85(elements) })
    const effects = this.#effects
    this.#effects = []
    return effects
  }

  /** What an earlier session found is still coming: comparing again now would find it again. */
  #isFetching(peer: NodeId): boolean {
    return this.#wants.waiting(peer) > 0
  }

  #begin(
    peer: NodeId,
    {
      accused,
      ...how
    }: { readonly accused: boolean; readonly by: 'sketch' | 'buckets' | 'list'; readonly buckets: readonly number[] },
  ): void {
    const id = ++this.#id
    const { salt } = this.#parts
    const session = new Session({ id, salt, sketch: this.#sketch, fresh: this.#freshSalt(), ...how })
    this.#active = { peer, id, session, accused, theirs: [], mine: [], held: undefined }
    this.#follow(this.#active, session.start())
  }

  #beginAudit(): void {
    const equals = this.#schedule.equals()
    const peer = equals[this.#parts.random.below(Math.max(1, equals.length))]
    if (peer) this.#audit(this.#audits.begin(peer, ++this.#id, Buffer.from(this.#parts.secret(16)).toString('hex')))
  }

  #freshSalt(): Salt {
    const bytes = this.#parts.secret(8)
    const view = new DataView(bytes.buffer, bytes.byteOffset, 8)
    return { lo: view.getInt32(0), hi: view.getInt32(4) }
  }

  #call(caller: Caller): number {
    this.#token += 1
    this.#callers.set(this.#token, caller)
    return this.#token
  }

  #send(to: NodeId, message: ReconcileMessage): void {
    this.#effects.push({ do: 'send', to, message })
  }

  #note(level: 'info' | 'warn', text: string): void {
    this.#effects.push({ do: 'note', level, text })
  }
}
