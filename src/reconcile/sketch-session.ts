import { cellsOf } from './coded.ts'
import { Decoder } from './decoder.ts'
import { ELEMENT_BYTES } from './element.ts'
import { cellsFor } from './estimate.ts'
import type { Salt } from './keyed-hash.ts'
import { FIRST_CELLS, FRAME_CELLS_MAX, type ReconcileMessage, type SketchPart } from './messages.ts'
import { Patience } from './patience.ts'
import type { SessionEffect, SessionEnd } from './session-effects.ts'
import type { Sketch } from './sketch.ts'

/** A set that lacks more than this share of the other is better copied than compared. */
const SNAPSHOT_SHARE = 0.25
/** Below that a session costs less than a snapshot's own overhead, whatever the share. */
const SNAPSHOT_ELEMENTS_MIN = 4096
/** Cells per difference below which nothing is ever solved: so many differences are not worth the first try. */
const NEED_LEAST = 1.25

export interface SketchSessionParts {
  readonly id: number
  readonly salt: Salt
  /** This node's own. */
  readonly sketch: Sketch
}

/** What a sketch came to: an end, or so many differences that buckets are needed (undefined: nobody knows how many). */
export type SketchResult = SessionEnd | { readonly kind: 'overflow'; readonly difference: number | undefined }
export type SketchEffect =
  | Exclude<SessionEffect, { do: 'end' }>
  | { readonly do: 'result'; readonly result: SketchResult }

/**
 * The asker's side of one comparison by the kept sketches. It asks for 64 cells, then for as many as the estimate says,
 * then for a few more each time, to the end of the sketch.
 *
 * 1. All cells of one session are of one moment on either side: its version is fixed by the first answer.
 * 2. A frame holds exactly what was asked for next, or the session ends: nobody can feed it in crumbs.
 */
export class SketchSession {
  readonly #parts: SketchSessionParts
  readonly #decoder: Decoder
  readonly #patience = new Patience()
  #to: number
  #theirs: { readonly at: number; readonly size: number } | undefined
  #mine = { at: 0, size: 0 }

  constructor(parts: SketchSessionParts) {
    this.#parts = parts
    this.#decoder = new Decoder(parts.salt, parts.sketch.length)
    this.#to = Math.min(FIRST_CELLS, parts.sketch.length)
  }

  start(): readonly SketchEffect[] {
    return [this.#ask()]
  }

  receive(message: ReconcileMessage): readonly SketchEffect[] {
    if (message.kind === 'not-now') return ended({ kind: 'later', why: message.why, bucket: undefined })
    // A repeated frame, after an answer that was only late.
    if (message.kind !== 'sketch' || message.from !== this.#decoder.length) return []
    return this.#take(message)
  }

  tick(): readonly SketchEffect[] {
    const verdict = this.#patience.tick()
    if (verdict === 'lost') return ended({ kind: 'lost', bucket: undefined })
    return verdict === 'again' ? [this.#ask()] : []
  }

  #take(part: SketchPart): readonly SketchEffect[] {
    const read = cellsOf(part.cells)
    if (!read.ok) return hostile(read.error.message)
    const length = this.#decoder.length
    const due = Math.min(FRAME_CELLS_MAX, this.#to - length)
    if (read.value.length !== due) return hostile(`${read.value.length} cells where ${due} were due`)
    if (this.#theirs === undefined) {
      this.#theirs = { at: part.at, size: part.size }
      this.#mine = { at: this.#parts.sketch.version, size: this.#parts.sketch.size }
      const apart = this.#farApart(part.size)
      if (apart) return ended(apart)
    } else if (part.at !== this.#theirs.at || part.size !== this.#theirs.size)
      return hostile('cells of another moment than the first')
    const mine = this.#parts.sketch.at(this.#mine.at, length, length + due)
    if (mine === undefined) return ended({ kind: 'later', why: 'moved', bucket: undefined })
    this.#patience.renew()
    const progress = this.#decoder.extend(read.value, mine)
    if (progress === 'done') return this.#done()
    if (progress === 'broken') return ended({ kind: 'overflow', difference: undefined })
    return this.#decoder.length < this.#to ? [] : this.#askMore()
  }

  #done(): readonly SketchEffect[] {
    const theirs = this.#decoder.found(1)
    const mine = this.#decoder.found(-1)
    // Sizes that do not fit what was found: a lie, or elements chosen to vanish. Buckets have another salt.
    if ((theirs.length - mine.length) / ELEMENT_BYTES !== this.#sizeDifference())
      return ended({ kind: 'overflow', difference: undefined })
    return [{ do: 'found', theirs, mine }, ...ended({ kind: 'done' })]
  }

  #askMore(): readonly SketchEffect[] {
    const { length } = this.#decoder
    const cellsMax = this.#parts.sketch.length
    const difference = this.#decoder.estimate(this.#sizeDifference())
    if (length >= cellsMax || difference * NEED_LEAST > cellsMax) return ended({ kind: 'overflow', difference })
    const least = Math.ceil(length * 1.06) + 16
    this.#to = Math.min(cellsMax, Math.max(cellsFor(difference, length), least))
    return [this.#ask()]
  }

  #farApart(theirs: number): SessionEnd | undefined {
    const mine = this.#mine.size
    const apart = Math.abs(theirs - mine)
    if (apart < SNAPSHOT_ELEMENTS_MIN || apart < SNAPSHOT_SHARE * Math.max(theirs, mine)) return undefined
    return { kind: theirs > mine ? 'snapshot' : 'ahead' }
  }

  #sizeDifference(): number {
    return (this.#theirs?.size ?? 0) - this.#mine.size
  }

  #ask(): SketchEffect {
    const at = this.#theirs?.at
    const more = at === undefined ? {} : { more: { from: this.#decoder.length, to: this.#to, at } }
    return { do: 'send', message: { kind: 'sketch-ask', id: this.#parts.id, ...more } }
  }
}

const ended = (result: SketchResult): readonly SketchEffect[] => [{ do: 'result', result }]
const hostile = (why: string): readonly SketchEffect[] => ended({ kind: 'hostile', why })
