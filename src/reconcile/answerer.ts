import type { NodeId } from '../base/index.ts'
import { base85, fromBase85 } from './base85.ts'
import { addTo, BUCKET_ELEMENTS_MAX } from './bucket-session.ts'
import { Cells } from './cells.ts'
import { cellsText } from './coded.ts'
import type { Elements } from './decoder.ts'
import { ELEMENT_BYTES } from './element.ts'
import { lastElement } from './element-set.ts'
import { BUCKET_CELLS_MAX, FIRST_CELLS, FRAME_CELLS_MAX, type ReconcileMessage } from './messages.ts'
import type { ElementPage } from './port.ts'
import { SKETCH_CELLS, type Sketch } from './sketch.ts'

/** Peers that are answered by buckets at one time; each holds one sketch of 96 KiB and one read of the store. */
const GUESTS_MAX = 4
/** Ticks of 100 ms after which a guest that asks nothing is forgotten. */
const GUEST_TICKS_MAX = 300
/** Cells of the kept sketch that one peer is given in a minute: a small question has a large answer. */
const CELLS_PER_MINUTE = 4 * SKETCH_CELLS
const MINUTE_TICKS = 600

type SketchAsk = Extract<ReconcileMessage, { kind: 'sketch-ask' }>
type BucketAsk = Extract<ReconcileMessage, { kind: 'bucket-ask' }>
type ListAsk = Extract<ReconcileMessage, { kind: 'list-ask' }>

export type AnswerEffect =
  | { readonly do: 'send'; readonly to: NodeId; readonly message: ReconcileMessage }
  /** The answer is `loaded` with the guest and the serial. One per guest is under way that still matters. */
  | {
      readonly do: 'read'
      readonly guest: NodeId
      readonly serial: number
      readonly bucket: number
      readonly after: Elements | undefined
    }

/** A peer that is answered from the store. */
interface Guest {
  /** What it waits for. A later question takes the place of an earlier one. */
  asked: BucketAsk | ListAsk | undefined
  /** The read that matters. */
  serial: number
  /** The bucket it is at, as far as it is read. */
  built: { readonly of: BucketAsk; readonly cells: Cells; size: number; whole: boolean } | undefined
  idle: number
}

/**
 * The side that is asked. About the kept sketch it remembers nothing of who asks: the question carries the version. About
 * buckets it keeps one small sketch per peer, of few peers.
 */
export class Answerer {
  readonly #sketch: Sketch
  readonly #guests = new Map<NodeId, Guest>()
  readonly #given = new Map<NodeId, number>()
  #serial = 0
  #ticks = 0

  constructor(sketch: Sketch) {
    this.#sketch = sketch
  }

  receive(from: NodeId, message: SketchAsk | BucketAsk | ListAsk): readonly AnswerEffect[] {
    if (message.kind === 'sketch-ask') return this.#fromSketch(from, message)
    const guest = this.#guestOf(from)
    if (!guest) return [refusal(from, message.id, 'busy')]
    guest.idle = 0
    return message.kind === 'list-ask' ? this.#list(from, guest, message) : this.#bucket(from, guest, message)
  }

  /** The answer to a `read`; no page when the store failed. */
  loaded(guestId: NodeId, serial: number, page: ElementPage | undefined): readonly AnswerEffect[] {
    const guest = this.#guests.get(guestId)
    if (!guest || guest.serial !== serial || !guest.asked) return []
    const { asked } = guest
    if (!page) {
      this.#guests.delete(guestId)
      return [refusal(guestId, asked.id, 'failed')]
    }
    guest.idle = 0
    if (asked.kind === 'bucket-ask') return this.#build(guestId, guest, page)
    guest.asked = undefined
    const { after, bucket, id } = asked
    const message: ReconcileMessage = {
      kind: 'list',
      id,
      bucket,
      ...(after === undefined ? {} : { after }),
      elements: base85(page.elements),
      more: page.more,
    }
    return [{ do: 'send', to: guestId, message }]
  }

  down(peer: NodeId): void {
    this.#guests.delete(peer)
    this.#given.delete(peer)
  }

  tick(): void {
    this.#ticks += 1
    if (this.#ticks % MINUTE_TICKS === 0) this.#given.clear()
    for (const [peer, guest] of this.#guests) {
      guest.idle += 1
      if (guest.idle > GUEST_TICKS_MAX) this.#guests.delete(peer)
    }
  }

  #fromSketch(to: NodeId, ask: SketchAsk): readonly AnswerEffect[] {
    const { id, more = { from: 0, to: FIRST_CELLS, at: this.#sketch.version } } = ask
    const { at } = more
    const end = Math.min(more.to, this.#sketch.length)
    const given = (this.#given.get(to) ?? 0) + Math.max(0, end - more.from)
    if (given > CELLS_PER_MINUTE) return [refusal(to, id, 'busy')]
    this.#given.set(to, given)
    const size = this.#sketch.sizeAt(at)
    const effects: AnswerEffect[] = []
    for (let from = more.from; from < end; from += FRAME_CELLS_MAX) {
      const cells = this.#sketch.at(at, from, Math.min(end, from + FRAME_CELLS_MAX))
      if (!cells || size === undefined) return [refusal(to, id, 'moved')]
      effects.push({ do: 'send', to, message: { kind: 'sketch', id, from, at, size, cells: cellsText(cells) } })
    }
    return effects
  }

  #list(from: NodeId, guest: Guest, ask: ListAsk): readonly AnswerEffect[] {
    const after = ask.after === undefined ? undefined : fromBase85(ask.after)
    // Five characters can be more than four bytes, which the shape of a message does not say.
    if (after && !after.ok) return []
    guest.built = undefined
    guest.asked = ask
    return [this.#read(from, guest, ask.bucket, after?.value)]
  }

  #bucket(from: NodeId, guest: Guest, ask: BucketAsk): readonly AnswerEffect[] {
    const { built } = guest
    if (built && isSame(built.of, ask)) {
      guest.asked = ask
      return built.whole ? this.#give(from, guest) : []
    }
    guest.built = { of: ask, cells: new Cells(BUCKET_CELLS_MAX), size: 0, whole: false }
    guest.asked = ask
    return [this.#read(from, guest, ask.bucket, undefined)]
  }

  #build(guestId: NodeId, guest: Guest, page: ElementPage): readonly AnswerEffect[] {
    const { built } = guest
    if (!built) return []
    const [lo, hi] = built.of.salt
    addTo(built.cells, page.elements, { lo, hi })
    built.size += page.elements.length / ELEMENT_BYTES
    if (page.more && built.size <= BUCKET_ELEMENTS_MAX)
      return [this.#read(guestId, guest, built.of.bucket, lastElement(page.elements))]
    built.whole = true
    return this.#give(guestId, guest)
  }

  #give(to: NodeId, guest: Guest): readonly AnswerEffect[] {
    const { asked, built } = guest
    guest.asked = undefined
    if (asked?.kind !== 'bucket-ask' || !built || asked.from >= asked.to) return []
    const { bucket, from, id } = asked
    const cells = cellsText(built.cells.slice(from, asked.to))
    return [{ do: 'send', to, message: { kind: 'bucket', id, bucket, from, size: built.size, cells } }]
  }

  #read(guestId: NodeId, guest: Guest, bucket: number, after: Elements | undefined): AnswerEffect {
    guest.serial = ++this.#serial
    return { do: 'read', guest: guestId, serial: guest.serial, bucket, after }
  }

  #guestOf(peer: NodeId): Guest | undefined {
    const known = this.#guests.get(peer)
    if (known) return known
    if (this.#guests.size >= GUESTS_MAX) return undefined
    const guest: Guest = { asked: undefined, serial: 0, built: undefined, idle: 0 }
    this.#guests.set(peer, guest)
    return guest
  }
}

const isSame = (a: BucketAsk, b: BucketAsk): boolean =>
  a.id === b.id && a.bucket === b.bucket && a.salt[0] === b.salt[0] && a.salt[1] === b.salt[1]

const refusal = (to: NodeId, id: number, why: 'moved' | 'busy' | 'failed'): AnswerEffect => ({
  do: 'send',
  to,
  message: { kind: 'not-now', id, why },
})
