import { type NodeId, type Random, type Result } from '../base/index.ts'
import { Asking } from './asking.ts'
import { Book } from './book.ts'
import type { ErrandEffect } from './effects.ts'
import { type Entry, headOf, viewOf } from './entry.ts'
import { isOver } from './errand.ts'
import type { Copy, ErrandView } from './messages.ts'
import { Outbox } from './outbox.ts'
import type { ErrandTexts } from './store.ts'

/** The other nodes, as the members core sees them. */
export interface ErrandPeers {
  /** Who may be given a copy: connected, well, not about to leave. */
  readonly fit: () => readonly NodeId[]
  /** Connected. */
  readonly here: () => readonly NodeId[]
  /** Undefined: this node has not met it. */
  readonly isGone: (node: NodeId) => boolean | undefined
  /** Somebody who did not say goodbye is gone. */
  readonly isAnyGone: () => boolean
}

export interface ErrandParts {
  readonly self: NodeId
  /** Milliseconds since 1970, as the members agree on it. */
  readonly now: () => number
  readonly random: Random
  /** What members share and nobody else knows: ids that come of names cannot be guessed without it. */
  readonly salt: string
  readonly peers: ErrandPeers
}

/** A node that was not met since the start counts as gone from then on, ticks of 100 ms. */
const ABSENT_TICKS = 50

/** What the parts of this room share. */
export class Here {
  readonly self: NodeId
  readonly parts: ErrandParts
  readonly book = new Book()
  readonly outbox = new Outbox()
  readonly asking: Asking
  /** Own ones, and copies, about which something is still to be done or watched. */
  readonly live = new Set<string>()
  /** Called with each change of an errand that is here. */
  onChange: (id: string) => void = () => {}
  tick = 0
  #effects: ErrandEffect[] = []
  #token = 0
  readonly #writes = new Map<number, (result: Result<void>) => void>()
  readonly #reads = new Map<number, (result: Result<ErrandTexts | null>) => void>()

  constructor(parts: ErrandParts) {
    this.self = parts.self
    this.parts = parts
    this.asking = new Asking((to, message) => this.push({ do: 'send', to, message }))
  }

  get now(): number {
    return this.parts.now()
  }

  push(effect: ErrandEffect): void {
    this.#effects.push(effect)
  }

  /** What is to be done now, with what may be sent. */
  take(): readonly ErrandEffect[] {
    if (!this.outbox.isEmpty)
      this.outbox.flush(
        this.now,
        (id, full) => this.#copy(id, full),
        (to, message) => this.push({ do: 'send', to, message }),
      )
    const effects = this.#effects
    this.#effects = []
    return effects
  }

  isGone(node: NodeId): boolean {
    return this.parts.peers.isGone(node) ?? this.tick >= ABSENT_TICKS
  }

  /** Another node for a copy; null when there is none that is fit and not `without`. */
  pick(without: ReadonlySet<NodeId>): NodeId | null {
    const fit = this.parts.peers.fit().filter((node) => node !== this.self && !without.has(node))
    return fit.length === 0 ? null : (fit[this.parts.random.below(fit.length)] ?? null)
  }

  /** Writes an errand as it is now. `done` is called when that is on the disk, or could not be put there. */
  write(
    entry: Entry,
    texts: { readonly input?: string | null; readonly answer?: string | null },
    done: (result: Result<void>) => void,
  ): void {
    this.book.put(entry)
    this.#token += 1
    this.#writes.set(this.#token, done)
    const { id } = entry.errand
    this.push({ do: 'errand-put', token: this.#token, row: { id, meta: JSON.stringify(entry.errand), ...texts } })
  }

  written(token: number, result: Result<void>): void {
    const done = this.#writes.get(token)
    this.#writes.delete(token)
    done?.(result)
  }

  /** Its texts: from memory, or from the disk. */
  texts({ answer, errand, input }: Entry, done: (result: Result<ErrandTexts | null>) => void): void {
    if (isOver(errand) ? answer !== null : input !== null) return done({ ok: true, value: { input, answer } })
    this.#token += 1
    this.#reads.set(this.#token, done)
    this.push({ do: 'errand-texts', token: this.#token, id: errand.id })
  }

  read(token: number, result: Result<ErrandTexts | null>): void {
    const done = this.#reads.get(token)
    this.#reads.delete(token)
    done?.(result)
  }

  /** It is not here any more. */
  drop(entry: Entry): void {
    const { id } = entry.errand
    this.book.remove(id)
    this.live.delete(id)
    this.push({ do: 'errand-remove', ids: [id] })
    this.onChange(id)
  }

  view(entry: Entry, answer: string | null): ErrandView {
    return viewOf(entry, this.self, answer, this.isGone(entry.errand.owner))
  }

  /** Tells whoever may have another version what this node has. */
  tellHead(to: NodeId, entry: Entry): void {
    this.outbox.head(to, headOf(entry, this.self))
  }

  /** For those that watch the node. */
  tell({ answer, errand }: Entry): void {
    const { asker, id, node, sealed, state } = errand
    this.onChange(id)
    if (isOver(errand) && !sealed) return
    this.push({ do: 'errand-told', id, asker, state, node, answer: state === 'done' ? answer : null })
  }

  #copy(id: string, full: boolean): Copy | undefined {
    const entry = this.book.get(id)
    if (!entry || entry.errand.owner !== this.self || entry.disk !== entry.errand.step) return undefined
    const over = isOver(entry.errand)
    return {
      errand: entry.errand,
      ...(full && !over && entry.input !== null ? { input: entry.input } : {}),
      ...(over && entry.answer !== null ? { answer: entry.answer } : {}),
    }
  }
}
