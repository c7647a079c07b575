import { type Done, type NodeId, RecentMap, type Result, unreachable } from '../base/index.ts'
import { type Asker, Desk, type ListWish, type NewErrand, type Wish } from './desk.ts'
import type { ErrandEffect, RunOutcome } from './effects.ts'
import { isOver } from './errand.ts'
import { type ErrandParts, Here } from './here.ts'
import { Holding } from './holding.ts'
import type { ErrandMessage, ErrandView } from './messages.ts'
import { Owning } from './owning.ts'
import type { ErrandTexts, FoundErrand } from './store.ts'

/** How often it is looked whether what came of errands may be forgotten, ticks of 100 ms. */
const EXPIRE_TICKS = 100
/** What ended so lately is told to a peer that is met for the first time, milliseconds. */
const NEWS_MS = 600_000

/**
 * Requests that last: accepted when they are on two disks, done by whoever owns them, taken over when that node is
 * gone, answered once. The rules stand in `errand.ts`.
 */
export class Errands {
  readonly #here: Here
  readonly #owning: Owning
  readonly #holding: Holding
  readonly #desk: Desk
  /** When peers went, milliseconds since 1970. */
  readonly #away = new RecentMap<NodeId, number>(1_000)

  /** `found`: what the store had at its opening. */
  constructor(parts: ErrandParts, found: readonly FoundErrand[]) {
    this.#here = new Here(parts)
    this.#owning = new Owning(this.#here)
    this.#holding = new Holding(this.#here, this.#owning)
    this.#desk = new Desk(this.#here, this.#owning)
    for (const entry of this.#here.book.load(found)) {
      const { errand } = entry
      if (errand.owner === parts.self) {
        if (!isOver(errand) || !errand.sealed || errand.others.length > 0) this.#owning.resume(entry)
      } else this.#holding.resume(entry)
    }
  }

  /** Kept here, and of those how many are not over. */
  get counts(): { readonly kept: number; readonly open: number } {
    return { kept: this.#here.book.size, open: this.#here.book.open }
  }

  /** A message waits for its turn on the wire. */
  get isWaiting(): boolean {
    return !this.#here.outbox.isEmpty
  }

  post(wish: NewErrand, done: Done<ErrandView>): readonly ErrandEffect[] {
    this.#desk.post(wish, done)
    return this.#here.take()
  }
  get(wish: Wish, done: Done<ErrandView>): readonly ErrandEffect[] {
    this.#desk.get(wish, done)
    return this.#here.take()
  }
  list(wish: ListWish, done: Done<readonly ErrandView[]>): readonly ErrandEffect[] {
    this.#desk.list(wish, done)
    return this.#here.take()
  }
  cancel(id: string, asker: Asker, done: Done<ErrandView>): readonly ErrandEffect[] {
    this.#desk.cancel(id, asker, done)
    return this.#here.take()
  }

  up(peer: NodeId): readonly ErrandEffect[] {
    this.#owning.up(peer, this.#away.get(peer) ?? this.#here.now - NEWS_MS)
    this.#holding.up(peer)
    return this.#here.take()
  }

  down(peer: NodeId): readonly ErrandEffect[] {
    this.#away.set(peer, this.#here.now)
    this.#here.outbox.down(peer)
    this.#here.asking.down(peer)
    return this.#here.take()
  }

  /** Every 100 ms. */
  tick(): readonly ErrandEffect[] {
    const here = this.#here
    here.tick += 1
    here.asking.tick()
    for (const id of here.live) {
      const entry = here.book.get(id)
      if (!entry) here.live.delete(id)
      else if (entry.errand.owner === here.self) this.#owning.tick(entry)
      else this.#holding.tick(entry)
    }
    this.#owning.turn()
    this.#desk.tick()
    if (here.tick % EXPIRE_TICKS === 0) {
      const ids = here.book.expire(here.now)
      for (const id of ids) here.live.delete(id)
      if (ids.length > 0) here.push({ do: 'errand-remove', ids })
    }
    return here.take()
  }

  /** Between two ticks: what waited for its turn on the wire. */
  beat(): readonly ErrandEffect[] {
    return this.#here.outbox.isEmpty ? NOTHING : this.#here.take()
  }

  receive(from: NodeId, message: ErrandMessage): readonly ErrandEffect[] {
    switch (message.kind) {
      case 'errand-keep':
        this.#holding.copies(from, message.copies)
        break
      case 'errand-kept':
        this.#kept(from, message)
        break
      case 'errand-heads':
        this.#holding.heads(from, message.heads)
        break
      case 'errand-lack':
        this.#holding.lacks(from, message.ids)
        break
      case 'errand-ask':
        this.#desk.asked(from, message)
        break
      case 'errand-told':
        this.#here.asking.told(from, message)
        break
      default:
        unreachable(message)
    }
    return this.#here.take()
  }

  written(token: number, result: Result<void>): readonly ErrandEffect[] {
    this.#here.written(token, result)
    return this.#here.take()
  }
  read(token: number, result: Result<ErrandTexts | null>): readonly ErrandEffect[] {
    this.#here.read(token, result)
    return this.#here.take()
  }
  ran(id: string, token: number, outcome: RunOutcome): readonly ErrandEffect[] {
    this.#owning.ran(id, token, outcome)
    return this.#here.take()
  }

  #kept(from: NodeId, { marks, refused }: Extract<ErrandMessage, { kind: 'errand-kept' }>): void {
    const { book, self } = this.#here
    for (const [id, epoch, step] of marks) {
      const entry = book.get(id)
      if (entry?.errand.owner === self) this.#owning.kept(from, entry, epoch, step)
    }
    for (const [id] of refused) {
      const entry = book.get(id)
      if (entry?.errand.owner === self) this.#owning.refused(from, entry)
    }
  }
}
const NOTHING: readonly ErrandEffect[] = []
