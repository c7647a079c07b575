import { type Done, failed, type NodeId, ok, shortHash, SwarmError } from '../base/index.ts'
import { mergeViews } from './book.ts'
import { type Entry, headOf, newEntry } from './entry.ts'
import {
  beats,
  type Errand,
  type ErrandHead,
  type ErrandKind,
  INPUT_BYTES_MAX,
  isOver,
  OTHERS_MAX,
} from './errand.ts'
import type { Here } from './here.ts'
import { type Ask, type ErrandView, LIST_MAX } from './messages.ts'
import type { Owning } from './owning.ts'
import { quotedBytes } from './quoted.ts'

/** How often an errand that is elsewhere is asked for while somebody waits for it. Ticks of 100 ms. */
const POLL_TICKS = 3
/** Those that wait at one node. */
const WAITING_MAX = 10_000
/** The answer may take as long as a node's disk. Ticks. */
const CANCEL_TICKS = 50

/** Whoever asks: `all` sees everything of its owner's keys. */
export interface Asker {
  /** Who answers for the node that was asked. */
  readonly owner: string
  readonly key: string
  readonly all: boolean
}

export interface NewErrand {
  readonly kind: ErrandKind
  /** JSON text. */
  readonly input: string
  readonly tokens: number | null
  readonly asker: Asker
  /** Milliseconds from now. */
  readonly withinMs: number
  /** The same one with the same asker is the same errand. */
  readonly name: string | null
}

export interface Wish {
  readonly id: string
  readonly asker: Asker
  /** How long to wait for its end, milliseconds; 0: not. */
  readonly waitMs: number
  /** It is enough that it is not as this any more. */
  readonly past: { readonly epoch: number; readonly step: number } | null
}

export interface ListWish {
  readonly asker: Asker
  readonly before: readonly [at: number, id: string] | null
  readonly limit: number
}

interface Waiter {
  readonly wish: Wish
  readonly done: Done<ErrandView>
  /** Milliseconds since 1970. */
  readonly until: number
  isAsking: boolean
}

export const askerText = ({ key, owner }: Asker): string => `${owner}:${key}`

/** Takes errands of askers in, shows them, and waits with them. */
export class Desk {
  readonly #here: Here
  readonly #owning: Owning
  readonly #waiters = new Map<string, Set<Waiter>>()
  #waiting = 0
  #number = 0

  constructor(here: Here, owning: Owning) {
    this.#here = here
    this.#owning = owning
    here.onChange = (id) => this.#changed(id)
  }

  post(wish: NewErrand, done: Done<ErrandView>): void {
    const { asking, parts, self } = this.#here
    const digest = shortHash(JSON.stringify([wish.kind, wish.input, wish.tokens]), 32)
    if (quotedBytes(wish.input) > INPUT_BYTES_MAX) return done(failed(TOO_LARGE))
    this.#number += 1
    const seed = wish.name ?? [this.#here.now, this.#number, parts.random.next(), parts.random.next(), self]
    const id = `q_${shortHash(JSON.stringify([parts.salt, askerText(wish.asker), wish.name !== null, seed]), 20)}`
    if (wish.name === null || this.#here.book.get(id)) return this.#accept(id, digest, wish, done)
    const peers = parts.peers.here()
    asking.ask(peers, { do: 'head', id }, (answers) => {
      const isKnown = [...answers.values()].some(({ heads }) => heads.length > 0)
      const silent = peers.filter((peer) => !answers.has(peer)).slice(0, OTHERS_MAX)
      if (!isKnown || this.#here.book.get(id)) return this.#accept(id, digest, wish, done, silent)
      this.get({ id, asker: wish.asker, waitMs: 0, past: null }, (result) =>
        done(result.ok && result.value.digest !== digest ? failed(REUSED) : result),
      )
    })
  }

  get(wish: Wish, done: Done<ErrandView>): void {
    if (this.#waiting >= WAITING_MAX)
      return done(failed(new SwarmError('SWARM_OVERLOADED', `${WAITING_MAX} callers wait`, 'Ask again in a moment.')))
    const waiter: Waiter = { wish, done, until: this.#here.now + wish.waitMs, isAsking: false }
    const all = this.#waiters.get(wish.id) ?? new Set()
    this.#waiters.set(wish.id, all)
    all.add(waiter)
    this.#waiting += 1
    this.#look(waiter)
  }

  list({ asker, before, limit }: ListWish, done: Done<readonly ErrandView[]>): void {
    const { asking, parts } = this.#here
    const name = asker.all ? asker.owner : askerText(asker)
    const what = {
      do: 'list',
      asker: name,
      all: asker.all,
      before: before && [...before],
      limit,
    } satisfies Ask['what']
    const own = this.#page(what)
    asking.ask(parts.peers.here(), what, (answers) =>
      done(ok(mergeViews([...own, ...[...answers.values()].flatMap(({ views }) => views)], limit))),
    )
  }

  cancel(id: string, asker: Asker, done: Done<ErrandView>): void {
    this.get({ id, asker, waitMs: 0, past: null }, (result) => {
      if (!result.ok || result.value.ended !== null) return done(result)
      const { owner } = result.value
      if (owner === this.#here.self) return this.#cancelHere(id, done)
      this.#here.asking.ask(
        [owner],
        { do: 'cancel', id },
        (answers) => {
          const view = answers.get(owner)?.views[0]
          done(view ? ok(view) : failed(NOT_REACHED))
        },
        CANCEL_TICKS,
      )
    })
  }

  /** Another node asks on behalf of somebody. */
  asked(from: NodeId, { token, what }: Ask): void {
    const tell = (heads: readonly ErrandHead[], views: readonly ErrandView[]): void =>
      this.#here.push({
        do: 'send',
        to: from,
        message: { kind: 'errand-told', token, heads: [...heads], views: [...views] },
      })
    if (what.do === 'list') return tell([], this.#page(what))
    const entry = this.#here.book.get(what.id)
    if (!entry) return tell([], [])
    if (what.do === 'head') return tell([headOf(entry, this.#here.self)], [])
    if (what.do === 'cancel') return this.#cancelHere(what.id, (result) => tell([], result.ok ? [result.value] : []))
    this.#show(entry, (result) => tell([], result.ok ? [result.value] : []))
  }

  tick(): void {
    const { now, tick } = this.#here
    for (const waiters of this.#waiters.values())
      for (const waiter of waiters)
        if (now >= waiter.until || (tick % POLL_TICKS === 0 && !this.#here.book.get(waiter.wish.id)))
          this.#look(waiter)
  }

  /** `others`: who may have been asked the same. */
  #accept(id: string, digest: string, wish: NewErrand, done: Done<ErrandView>, others: readonly NodeId[] = []): void {
    const { book, now, self, tick } = this.#here
    const known = book.get(id)
    if (known) {
      if (known.errand.digest !== digest) return done(failed(REUSED))
      if (known.callers.length > 0) known.callers = [...known.callers, done]
      else done(ok(this.#here.view(known, null)))
      return
    }
    if (!book.hasRoom(wish.input.length, this.#owning.open)) return done(failed(FULL))
    const isBegun = this.#owning.hasTurn
    const errand: Errand = {
      id,
      kind: wish.kind,
      asker: askerText(wish.asker),
      named: wish.name !== null,
      digest,
      tokens: wish.tokens,
      at: now,
      until: now + wish.withinMs,
      epoch: 1,
      owner: self,
      holder: this.#here.pick(new Set()),
      step: 0,
      state: isBegun ? 'working' : 'accepted',
      attempts: isBegun ? 1 : 0,
      deaths: 0,
      node: isBegun ? self : null,
      ended: null,
      sealed: false,
      seen: false,
      others: [...others],
    }
    const entry = newEntry(errand, wish.input, tick)
    entry.callers = [done]
    this.#owning.begin(entry)
  }

  #page(what: Extract<Ask['what'], { do: 'list' }>): readonly ErrandView[] {
    const isShown = ({ errand: { asker } }: Entry): boolean =>
      what.all ? asker.startsWith(`${what.asker}:`) : asker === what.asker
    return this.#here.book
      .list(isShown, what.before, Math.min(what.limit, LIST_MAX))
      .map((entry) => this.#here.view(entry, null))
  }

  #cancelHere(id: string, done: Done<ErrandView>): void {
    const entry = this.#here.book.get(id)
    if (!entry || entry.errand.owner !== this.#here.self) return done(failed(NOT_REACHED))
    if (isOver(entry.errand) && entry.errand.sealed) return done(ok(this.#here.view(entry, null)))
    entry.callers = [...entry.callers, done]
    this.#owning.cancel(entry)
  }

  #changed(id: string): void {
    for (const waiter of this.#waiters.get(id) ?? []) this.#look(waiter)
  }

  #look(waiter: Waiter): void {
    const { wish } = waiter
    if (waiter.isAsking) return
    const entry = this.#here.book.get(wish.id)
    if (!entry) return this.#elsewhere(waiter)
    const shown = this.#here.view(entry, null)
    if (!maySee(wish.asker, shown)) return this.#end(waiter, failed(UNKNOWN))
    if (!this.#isEnough(waiter, shown)) return
    waiter.isAsking = true
    this.#show(entry, (result) => {
      waiter.isAsking = false
      this.#end(waiter, result)
    })
  }

  #isEnough({ until, wish: { past } }: Waiter, { ended, epoch, step }: ErrandView): boolean {
    if (ended !== null || this.#here.now >= until) return true
    return past !== null && (past.epoch !== epoch || past.step !== step)
  }

  #elsewhere(waiter: Waiter): void {
    const { asking, parts } = this.#here
    const { id } = waiter.wish
    waiter.isAsking = true
    asking.ask(parts.peers.here(), { do: 'head', id }, (answers) => {
      const heads = [...answers].flatMap(([node, { heads: told }]) => told.map((head) => ({ node, head })))
      const best = heads.reduce<(typeof heads)[number] | undefined>(
        (a, b) => (a && !beats(b.head, a.head) ? a : b),
        undefined,
      )
      if (!best) return this.#nowhere(waiter)
      asking.ask([best.node], { do: 'view', id }, (views) => {
        waiter.isAsking = false
        const view = views.get(best.node)?.views[0]
        if (!view) return this.#nowhere(waiter)
        if (!maySee(waiter.wish.asker, view)) return this.#end(waiter, failed(UNKNOWN))
        if (this.#isEnough(waiter, view)) this.#end(waiter, ok(view))
      })
    })
  }

  /** Who has it may be away for a moment: whoever waits goes on waiting. */
  #nowhere(waiter: Waiter): void {
    waiter.isAsking = false
    if (this.#here.book.get(waiter.wish.id)) return this.#look(waiter)
    if (this.#here.now < waiter.until) return
    this.#end(waiter, failed(this.#here.parts.peers.isAnyGone() ? AWAY : UNKNOWN))
  }

  /** With its answer, which from then on stays: it is written before it is shown that it was. */
  #show(entry: Entry, done: Done<ErrandView>): void {
    const { errand } = entry
    if (!isOver(errand) || !errand.sealed) return done(ok(this.#here.view(entry, null)))
    this.#here.texts(entry, (texts) => {
      if (!texts.ok) return done(texts)
      const view = this.#here.view(entry, texts.value?.answer ?? null)
      if (errand.seen) return done(ok(view))
      entry.errand = { ...entry.errand, seen: true }
      this.#here.write(entry, {}, (written) => {
        done(written.ok ? ok({ ...view, seen: true }) : written)
        const { holder, others, owner } = entry.errand
        for (const node of new Set([owner, ...(holder === null ? [] : [holder]), ...others]))
          if (node !== this.#here.self) this.#here.tellHead(node, entry)
      })
    })
  }

  #end(waiter: Waiter, result: Parameters<Done<ErrandView>>[0]): void {
    const { id } = waiter.wish
    const all = this.#waiters.get(id)
    if (!all?.delete(waiter)) return
    this.#waiting -= 1
    if (all.size === 0) this.#waiters.delete(id)
    waiter.done(result)
  }
}

const maySee = ({ all, key, owner }: Asker, { asker }: ErrandView): boolean =>
  all ? asker.startsWith(`${owner}:`) : asker === askerText({ all, key, owner })

const TOO_LARGE = new SwarmError(
  'SWARM_TOO_LARGE',
  `what is asked is larger than the ${INPUT_BYTES_MAX / 1024} KiB that are kept for a request that lasts`,
  'Send the part of the log around the error, or ask the route that answers at once.',
)
const REUSED = new SwarmError(
  'SWARM_KEY_REUSED',
  'the same Idempotency-Key came with another request before',
  'Take a new key for a new request.',
)
const FULL = new SwarmError(
  'SWARM_OVERLOADED',
  'too many requests of this node wait for their answers',
  'Ask again in a moment, or another node.',
)
const UNKNOWN = new SwarmError(
  'SWARM_NOT_FOUND',
  'there is no request of this id, or not any more',
  'What came of a request is kept for 24 hours. See GET /v1/requests for those there are.',
)
const AWAY = new SwarmError(
  'SWARM_NO_NODE',
  'no node that is here knows it, and others are away that may',
  'Ask again in a moment: what was accepted is answered when one that has it is back.',
)
const NOT_REACHED = new SwarmError(
  'SWARM_NO_NODE',
  'the node that has it did not answer',
  'Ask again in a moment: another takes it over.',
)
