import { assert, type NodeId, type Random, type Result, unreachable } from '../base/index.ts'
import { Answerer, type AnswerEffect } from './answerer.ts'
import type { AuditSumming } from './audit.ts'
import { type AuditEffect, Audits } from './audits.ts'
import { base85, fromBase85 } from './base85.ts'
import { type CompareEffect, Comparing } from './comparing.ts'
import type { Elements } from './decoder.ts'
import type { ReconcileEffect } from './effects.ts'
import { ELEMENT_BYTES, elementOf } from './element.ts'
import { Filling } from './filling.ts'
import type { Salt } from './keyed-hash.ts'
import type { ReconcileMessage } from './messages.ts'
import type { ElementPage } from './port.ts'
import { Schedule } from './schedule.ts'
import type { Session } from './session.ts'
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

/** What the store answered: a page of elements, or the sum of a bucket. */
export type StoreAnswer = Result<ElementPage | Uint8Array>

export class Reconciler {
  readonly #parts: ReconcilerParts
  readonly #sketch: Sketch
  readonly #answerer: Answerer
  readonly #schedule: Schedule
  readonly #filling = new Filling()
  readonly #wants = new Wants()
  readonly #comparing: Comparing
  readonly #audits: Audits
  readonly #callers = new Map<number, Caller>()
  readonly #offered = new Map<NodeId, number>()
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
    const { salt, secret } = parts
    this.#comparing = new Comparing({
      salt,
      secret,
      sketch: this.#sketch,
      schedule: this.#schedule,
      wants: this.#wants,
      id: () => ++this.#id,
    })
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
    return this.#comparing.peer
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
    this.#comparing.down(peer)
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
        this.#compare(this.#comparing.loaded(caller.session, page))
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
    this.#compare(this.#comparing.tick())
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
        return this.#compare(this.#comparing.receive(from, message))
      case 'sketch':
      case 'bucket':
      case 'list':
        return this.#compare(this.#comparing.receive(from, message))
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
    const { after, isDone } = this.#filling
    if (!isDone) this.#effects.push({ do: 'elements', token: this.#call({ is: 'filling' }), bucket: null, after })
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

  #compare(effects: readonly CompareEffect[]): void {
    for (const effect of effects)
      if (effect.do === 'read') {
        const token = this.#call({ is: 'session', session: effect.session })
        this.#effects.push({ do: 'elements', token, bucket: effect.bucket, after: effect.after })
      } else this.#effects.push(effect)
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
          this.#note(
            'info',
            `the audit with ${effect.peer} says that its set differs and looks equal; lists will tell`,
          )
          this.#compare(this.#comparing.accuse(effect.peer, effect.verdict.buckets))
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
    if (this.#filling.isDone) {
      this.#compare(this.#comparing.proceed())
      if (this.#audits.isDue && this.#comparing.peer === undefined) this.#beginAudit()
    }
    for (const { elements, id, peer } of this.#wants.next(() => ++this.#id))
      this.#send(peer, { kind: 'want', id, elements: base85(elements) })
    const effects = this.#effects
    this.#effects = []
    return effects
  }

  #beginAudit(): void {
    const equals = this.#schedule.equals()
    const peer = equals[this.#parts.random.below(Math.max(1, equals.length))]
    if (peer) this.#audit(this.#audits.begin(peer, ++this.#id, Buffer.from(this.#parts.secret(16)).toString('hex')))
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
