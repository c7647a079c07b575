import { unreachable } from '../base/index.ts'
import { base85, fromBase85 } from './base85.ts'
import { Cells } from './cells.ts'
import { cellsOf } from './coded.ts'
import { Decoder, type Elements } from './decoder.ts'
import { BUCKETS, ELEMENT_BYTES, readWords } from './element.ts'
import { difference, joined, lastElement, pageFault } from './element-set.ts'
import { cellsFor } from './estimate.ts'
import { KeyedHash, type Salt } from './keyed-hash.ts'
import { Mapping } from './mapping.ts'
import { BUCKET_CELLS_MAX, type BucketPart, type ListPart, type ReconcileMessage } from './messages.ts'
import { Patience } from './patience.ts'
import type { ElementPage } from './port.ts'
import type { SessionEffect, SessionEnd } from './session-effects.ts'
import { put } from './sketch.ts'

/** Of one bucket, on either side: sets of 16 million elements, and 1 MiB of memory. */
export const BUCKET_ELEMENTS_MAX = 65_536
/** Bytes on the wire of a cell and of an element, by which a list is found to be cheaper. */
const CELL_COST = 25
const ELEMENT_COST = 20
/** A session with a peer that answers just in time, every time, ends all the same. */
const BUCKET_TICKS_MAX = 600

export interface BucketSessionParts {
  readonly id: number
  /** Drawn for this session, after the elements were there: nobody could choose elements for it. */
  readonly salt: Salt
  /** Which ones, in the order in which they are compared. */
  readonly buckets: readonly number[]
  /** How many differences there are in all 256 together, as far as is known. */
  readonly difference: number
  /** Compare by lists only, which no choice of elements can deceive. */
  readonly byList?: boolean
}

/** One bucket that is being compared. */
interface Work {
  readonly bucket: number
  ticks: number
  /** This node's elements: pages so far, then all of them. */
  readonly pages: Elements[]
  own: Elements | undefined
  cells: Cells | undefined
  readonly decoder: Decoder
  to: number
  part: BucketPart | undefined
  /** Their elements, when they are listed. */
  list: Elements[] | undefined
  listed: boolean
}

/**
 * The asker's side of a comparison bucket by bucket, for more differences than the kept sketch can show, and for sets
 * whose sketches somebody spoiled. Each bucket is compared by a sketch built for it, or by its list where that is
 * shorter or the sketch does not do; so every bucket comes to an end. What is found is given bucket by bucket, and
 * after a loss the session goes on in the bucket where it was.
 */
export class BucketSession {
  readonly #parts: BucketSessionParts
  #patience = new Patience()
  #next = 0
  #work: Work | undefined
  #effects: SessionEffect[] = []
  /** Differences in the buckets that are done: how many to expect in the next. */
  #found = 0
  #done = 0

  constructor(parts: BucketSessionParts) {
    this.#parts = parts
  }

  start(): readonly SessionEffect[] {
    this.#begin()
    return this.#flush()
  }

  receive(message: ReconcileMessage): readonly SessionEffect[] {
    const work = this.#work
    if (!work) return []
    if (message.kind === 'not-now') this.#end({ kind: 'later', why: message.why, bucket: work.bucket })
    else if (message.kind === 'bucket' && message.bucket === work.bucket) this.#takeCells(work, message)
    else if (message.kind === 'list' && message.bucket === work.bucket) this.#takeList(work, message)
    return this.#flush()
  }

  /** The answer to a `read`. */
  loaded(page: ElementPage): readonly SessionEffect[] {
    const work = this.#work
    if (!work || work.own) return []
    work.pages.push(page.elements)
    if (countOf(work.pages) > BUCKET_ELEMENTS_MAX) this.#end(tooLarge(work.bucket))
    else if (page.more) this.#effects.push({ do: 'read', bucket: work.bucket, after: lastElement(page.elements) })
    else {
      work.own = joined(work.pages)
      this.#compare(work)
    }
    return this.#flush()
  }

  /** This node's own store did not answer a `read`. */
  failed(): readonly SessionEffect[] {
    if (this.#work) this.#end({ kind: 'later', why: 'failed', bucket: this.#work.bucket })
    return this.#flush()
  }

  tick(): readonly SessionEffect[] {
    const work = this.#work
    if (!work) return []
    work.ticks += 1
    const verdict = work.ticks > BUCKET_TICKS_MAX ? 'lost' : this.#patience.tick()
    if (verdict === 'lost') this.#end({ kind: 'lost', bucket: work.bucket })
    // What waits for this node's own store is not asked for again.
    else if (verdict === 'again' && !work.part && !work.listed) this.#ask(work)
    return this.#flush()
  }

  #begin(): void {
    const bucket = this.#parts.buckets[this.#next++]
    this.#work = undefined
    if (bucket === undefined) return this.#end({ kind: 'done' })
    const expected = this.#expected()
    const to = Math.min(BUCKET_CELLS_MAX, cellsFor(expected + 2 * Math.sqrt(expected), 0))
    const decoder = new Decoder(this.#parts.salt, BUCKET_CELLS_MAX)
    const list = this.#parts.byList ? [] : undefined
    const work: Work = {
      bucket,
      ticks: 0,
      pages: [],
      own: undefined,
      cells: undefined,
      decoder,
      to,
      part: undefined,
      list,
      listed: false,
    }
    this.#work = work
    this.#patience = new Patience()
    this.#ask(work)
    this.#effects.push({ do: 'read', bucket, after: undefined })
  }

  #expected(): number {
    return this.#done < 4 ? this.#parts.difference / BUCKETS : this.#found / this.#done
  }

  #ask(work: Work): void {
    const { id, salt } = this.#parts
    const { bucket } = work
    if (work.list) {
      const last = lastElement(work.list.at(-1) ?? new Uint8Array())
      const after = last && { after: base85(last) }
      this.#effects.push({ do: 'send', message: { kind: 'list-ask', id, bucket, ...after } })
      return
    }
    const message: ReconcileMessage = {
      kind: 'bucket-ask',
      id,
      bucket,
      salt: [salt.lo | 0, salt.hi | 0],
      from: work.decoder.length,
      to: work.to,
    }
    this.#effects.push({ do: 'send', message })
  }

  #takeCells(work: Work, part: BucketPart): void {
    if (work.list || work.part || part.from !== work.decoder.length) return
    if (part.size > BUCKET_ELEMENTS_MAX) return this.#end(tooLarge(work.bucket))
    work.part = part
    this.#patience.renew()
    this.#compare(work)
  }

  #compare(work: Work): void {
    if (!work.own) return
    if (work.listed) return this.#settle(difference(joined(work.list ?? []), work.own))
    const { decoder, own, part } = work
    if (!part) return
    const read = cellsOf(part.cells)
    if (!read.ok) return this.#end({ kind: 'hostile', why: read.error.message })
    const due = work.to - decoder.length
    if (read.value.length !== due)
      return this.#end({ kind: 'hostile', why: `${read.value.length} cells where ${due} were due` })
    work.part = undefined
    work.cells ??= cellsOver(own, this.#parts.salt)
    const progress = decoder.extend(read.value, work.cells.slice(decoder.length, work.to))
    const sizeDifference = part.size - own.length / ELEMENT_BYTES
    switch (progress) {
      case 'done': {
        const [theirs, mine] = [decoder.found(1), decoder.found(-1)]
        if ((theirs.length - mine.length) / ELEMENT_BYTES !== sizeDifference) return this.#askList(work)
        return this.#settle({ onlyA: theirs, onlyB: mine })
      }
      case 'broken':
        return this.#askList(work)
      case 'open':
        return this.#askMore(work, part.size, decoder.estimate(sizeDifference))
      default:
        unreachable(progress)
    }
  }

  #askMore(work: Work, size: number, expected: number): void {
    const { length } = work.decoder
    const to = Math.max(cellsFor(expected, length), Math.ceil(length * 1.06) + 16)
    if (to > BUCKET_CELLS_MAX || (to - length) * CELL_COST > size * ELEMENT_COST) return this.#askList(work)
    work.to = to
    this.#ask(work)
  }

  #askList(work: Work): void {
    work.list = []
    this.#ask(work)
  }

  #takeList(work: Work, part: ListPart): void {
    if (!work.list || work.listed) return
    const last = lastElement(work.list.at(-1) ?? new Uint8Array())
    if (part.after !== (last && base85(last))) return
    const page = fromBase85(part.elements)
    if (!page.ok) return this.#end({ kind: 'hostile', why: page.error.message })
    const fault = pageFault(page.value, work.bucket, last)
    if (fault) return this.#end({ kind: 'hostile', why: fault })
    if (part.more && page.value.length === 0)
      return this.#end({ kind: 'hostile', why: 'an empty page before the end' })
    work.list.push(page.value)
    if (countOf(work.list) > BUCKET_ELEMENTS_MAX) return this.#end(tooLarge(work.bucket))
    this.#patience.renew()
    if (part.more) return this.#ask(work)
    work.listed = true
    this.#compare(work)
  }

  #settle({ onlyA: theirs, onlyB: mine }: { readonly onlyA: Elements; readonly onlyB: Elements }): void {
    this.#found += (theirs.length + mine.length) / ELEMENT_BYTES
    this.#done += 1
    if (theirs.length + mine.length > 0) this.#effects.push({ do: 'found', theirs, mine })
    this.#begin()
  }

  #end(end: SessionEnd): void {
    this.#work = undefined
    this.#effects.push({ do: 'end', end })
  }

  #flush(): readonly SessionEffect[] {
    const effects = this.#effects
    this.#effects = []
    return effects
  }
}

/** The sketch of a bucket's elements under a session's salt. */
export function cellsOver(elements: Elements, salt: Salt): Cells {
  const cells = new Cells(BUCKET_CELLS_MAX)
  addTo(cells, elements, salt)
  return cells
}

/** Adds a page to it. */
export function addTo(cells: Cells, elements: Elements, salt: Salt): void {
  const hash = new KeyedHash(salt)
  const mapping = new Mapping()
  const words = new Int32Array(4)
  for (let at = 0; at < elements.length; at += ELEMENT_BYTES) {
    readWords(elements, at, words, 0)
    put(cells, hash, mapping, words, 0, 1)
  }
}

const countOf = (pages: readonly Elements[]): number =>
  pages.reduce((sum, { length }) => sum + length, 0) / ELEMENT_BYTES

const tooLarge = (bucket: number): SessionEnd => ({ kind: 'too-large', bucket })
