import { type NodeId, type Result } from '../base/index.ts'
import { type Entry, headOf, newEntry } from './entry.ts'
import { beats, type Errand, type ErrandHead, isOver, isSame } from './errand.ts'
import type { Here } from './here.ts'
import type { Copy, Mark } from './messages.ts'
import type { Owning } from './owning.ts'

/** How often an owner is told what is held of it: it may have lost its disk, or have stepped back unheard. */
const TELL_TICKS = 50
/** Doublings of that, while an owner is gone. */
const LOOKS_MAX = 7

/** What this node holds of others' errands, and what it hears of versions elsewhere. */
export class Holding {
  readonly #here: Here
  readonly #owning: Owning
  /** Being looked for: their owners know nothing of them any more. */
  readonly #lost = new Set<string>()

  constructor(here: Here, owning: Owning) {
    this.#here = here
    this.#owning = owning
  }

  /** From the disk, at a start. */
  resume({ errand }: Entry): void {
    if (!isOver(errand) || changedHands(errand)) this.#here.live.add(errand.id)
  }

  tick(entry: Entry): void {
    const { owner } = entry.errand
    if (entry.disk !== entry.errand.step) return
    if (this.#here.isGone(owner)) return isOver(entry.errand) ? this.#elsewhere(entry) : this.#owning.takeOver(entry)
    if (this.#here.tick % TELL_TICKS === 0 && this.#here.parts.peers.here().includes(owner))
      this.#here.tellHead(owner, entry)
  }

  up(peer: NodeId): void {
    for (const id of this.#here.live) {
      const entry = this.#here.book.get(id)
      if (entry && entry.errand.owner === peer) this.#here.tellHead(peer, entry)
    }
  }

  copies(from: NodeId, copies: readonly Copy[]): void {
    for (const copy of copies)
      if (copy.errand.owner === from && copy.errand.holder === this.#here.self) this.#copy(copy)
  }

  heads(from: NodeId, heads: readonly ErrandHead[]): void {
    for (const head of heads) this.#head(from, head)
  }

  lacks(from: NodeId, ids: readonly string[]): void {
    for (const id of ids) {
      const entry = this.#here.book.get(id)
      if (!entry) continue
      const { holder, owner } = entry.errand
      if (owner === this.#here.self) {
        if (holder === from && entry.disk === entry.errand.step) this.#here.outbox.copy(from, id, true)
        else this.#owning.informed(from, entry)
      } else if (owner === from) this.#orphan(entry)
    }
  }

  #copy({ answer, errand, input }: Copy): void {
    const { book, outbox, self } = this.#here
    const { id, owner: from } = errand
    const mine = book.get(id)
    const mark: Mark = [id, errand.epoch, errand.step]
    if (mine && isSame(mine.errand, errand)) {
      this.#mark(mine, errand)
      if (mine.disk === errand.step) outbox.kept(from, mark)
      return
    }
    if (mine && beats(mine.errand, errand)) return outbox.head(from, headOf(mine, self))
    const over = isOver(errand)
    const text = over ? null : (input ?? mine?.input ?? null)
    // Cancelled ones have no answer.
    if (over ? answer === undefined && errand.state !== 'cancelled' : text === null) return outbox.lack(from, id)
    if (!mine && !over && !book.hasRoom(text?.length ?? 0, null)) return outbox.refuse(from, mark)
    const loser = mine?.errand.owner
    if (mine && loser === self) this.#owning.stepBack(mine)
    const entry = mine ?? newEntry(errand, text, this.#here.tick)
    // On this disk it is on two.
    entry.errand = over ? { ...errand, sealed: true } : errand
    entry.input = text
    entry.answer = answer ?? null
    if (over && !changedHands(errand)) this.#here.live.delete(id)
    else this.#here.live.add(id)
    const texts = {
      ...(over ? { answer: answer ?? null } : {}),
      ...(over || input !== undefined ? { input: text } : {}),
    }
    this.#here.write(entry, texts, (result: Result<void>) => {
      if (!isSame(entry.errand, errand)) return
      // Not acknowledged: its owner sends it again, or to another.
      if (!result.ok) return
      entry.disk = errand.step
      entry.answer = null
      outbox.kept(from, mark)
      // It does not hear of it otherwise: what it made a copy of is no copy of its any more.
      if (loser !== undefined && loser !== self && loser !== from) this.#here.tellHead(loser, entry)
    })
    this.#here.tell(entry)
  }

  #head(from: NodeId, head: ErrandHead): void {
    const { book, outbox, self } = this.#here
    const mine = book.get(head.id)
    if (!mine) return outbox.lack(from, head.id)
    if (isSame(mine.errand, head)) {
      this.#mark(mine, head)
      if (head.settled && head.owner === from) this.#here.live.delete(head.id)
      if (mine.errand.owner === self) {
        this.#owning.kept(from, mine, head.epoch, head.step)
        if (isOver(head) && head.holder === from) outbox.head(from, headOf(mine, self))
      } else if (mine.disk === head.step) outbox.kept(from, [head.id, head.epoch, head.step])
      return
    }
    if (beats(mine.errand, head)) {
      // A holder that is behind gets what it lacks.
      if (mine.errand.owner === self && mine.errand.holder === from) {
        if (mine.disk === mine.errand.step) outbox.copy(from, head.id, false)
      } else outbox.head(from, headOf(mine, self))
      return
    }
    this.#beaten(from, mine, head)
  }

  #beaten(from: NodeId, mine: Entry, head: ErrandHead): void {
    const { outbox, self } = this.#here
    // Until it is on two disks this copy is the second.
    if (!head.placed) return
    // This node had it, and took another for the better one: who holds it keeps it.
    if (head.owner === self && !isOver(head)) return
    // Its owner sends it whole.
    if (head.holder === self && head.owner === from) return outbox.lack(from, head.id)
    const { owner } = mine.errand
    if (owner === self) {
      this.#owning.passOn(mine, head, from)
      this.#owning.stepBack(mine)
    } else if (owner !== from && owner !== head.owner) outbox.head(owner, head)
    this.#here.drop(mine)
    outbox.lack(from, head.id)
  }

  /** Its owner has nothing of it any more. Either somebody else has a later version, or its disk was lost. */
  #orphan(entry: Entry): void {
    const { asking, book, parts } = this.#here
    const { errand } = entry
    if (this.#lost.has(errand.id)) return
    this.#lost.add(errand.id)
    asking.ask(parts.peers.here(), { do: 'head', id: errand.id }, (answers) => {
      this.#lost.delete(errand.id)
      if (book.get(errand.id) !== entry || entry.errand.owner === this.#here.self) return
      const heads = [...answers].flatMap(([node, { heads: told }]) => told.map((head) => ({ node, head })))
      const later = heads.find(({ head }) => beats(head, entry.errand))
      if (later) return this.#head(later.node, later.head)
      if (entry.errand.owner === errand.owner && !isOver(entry.errand)) this.#owning.takeOver(entry)
    })
  }

  /** What is over has other versions, maybe, that its owner would have told of. */
  #elsewhere(entry: Entry): void {
    if (entry.rest > this.#here.tick) return
    entry.looks += 1
    entry.rest = this.#here.tick + TELL_TICKS * 2 ** Math.min(entry.looks, LOOKS_MAX)
    this.#orphan(entry)
  }

  /** Who has seen it, and that it is on two disks, is known from now on. */
  #mark(entry: Entry, { sealed, seen }: Pick<ErrandHead, 'sealed' | 'seen'>): void {
    const { errand } = entry
    if (!isOver(errand) || ((!seen || errand.seen) && (!sealed || errand.sealed))) return
    entry.errand = { ...errand, seen: seen || errand.seen, sealed: sealed || errand.sealed }
    this.#here.write(entry, {}, () => {})
  }
}

/** There may be other versions of it. */
const changedHands = ({ epoch, others }: Pick<Errand, 'epoch' | 'others'>): boolean => epoch > 1 || others.length > 0
