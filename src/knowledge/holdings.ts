import { isPrivateOrigin, type NodeId, type OriginId, revisionHash, SetSum } from '../base/index.ts'
import { Hidden } from './hidden.ts'
import { holds, joined, missingFrom, withRange } from './ranges.ts'
import type { Revision } from './revision.ts'
import type { Collected, Numbers, SeqRanges, StoreState } from './store.ts'

/** Who keeps in step with the set that others may know of. Content addresses of 64 hex digits. */
export interface SetWatch {
  add(hash: string): void
  remove(hash: string): void
}

/** What this node holds, what it knows without holding it, and what of both others are told. */
export class Holdings {
  readonly hidden: Hidden
  readonly #have: Map<OriginId, SeqRanges>
  readonly #gone: Record<'sure' | 'told', Map<OriginId, SeqRanges>>
  /** Of everything that others may know of. */
  readonly #sum: SetSum
  readonly #watch: SetWatch | undefined
  /** Taken out of the sum while they are held back. */
  readonly #withheld = new Map<OriginId, Map<number, { readonly hash: string; readonly hlc: number }>>()

  constructor(self: NodeId, state: StoreState, mayLeave: (body: string) => boolean, watch?: SetWatch) {
    this.#watch = watch
    this.#have = new Map(state.have)
    this.#gone = { sure: new Map(state.gone?.sure), told: new Map(state.gone?.told) }
    this.#sum = new SetSum(state.sum?.hex, state.sum?.count)
    this.hidden = new Hidden(self, mayLeave, state)
  }

  /** Equal on two nodes exactly when they hold the same revisions, hidden ones aside: 8 bytes of count, 32 of sum. */
  get digest(): string {
    return Buffer.from(this.#sum.count.toString(16).padStart(16, '0') + this.#sum.hex, 'hex').toString('base64url')
  }

  held(origin: OriginId): SeqRanges {
    return this.#have.get(origin) ?? []
  }

  /** Held, or collected. */
  known(origin: OriginId): SeqRanges {
    const held = this.held(origin)
    const gone = [this.#gone.sure, this.#gone.told].flatMap((one) => one.get(origin) ?? [])
    return gone.length === 0 ? held : joined([...held, ...gone])
  }

  hold(revision: Revision, hash: string): void {
    const { origin, seq } = revision
    this.hidden.wrote(revision)
    this.#have.set(origin, withRange(this.held(origin), seq, seq))
    if (!isPrivateOrigin(origin)) this.#add(hash)
  }

  /** It stands in the place of one that was `displaced`. */
  replace(revision: Revision, hash: string): void {
    this.hidden.wrote(revision)
    if (!isPrivateOrigin(revision.origin)) this.#add(hash)
  }

  /** Another content stands under its number now. */
  displaced(revision: Revision): void {
    if (!isPrivateOrigin(revision.origin)) this.#remove(revisionHash(revision))
  }

  /** Collected: `sure` by this node itself, `told` because others say so. */
  forget(removed: Collected['removed'], how: 'sure' | 'told'): void {
    for (const { hash, origin, seq } of removed) {
      this.#have.set(origin, without(this.held(origin), seq))
      if (this.held(origin).length === 0) this.#have.delete(origin)
      if (!isPrivateOrigin(origin)) this.#remove(hash)
      this.#mark(how, origin, seq, seq)
    }
  }

  markGone(numbers: Numbers): void {
    for (const [origin, ranges] of numbers) for (const [from, to] of ranges) this.#mark('told', origin, from, to)
  }

  /** What is told: everything known but what is hidden; and of it, what is held no more. */
  get told(): { readonly have: Numbers; readonly gone: Numbers } {
    const gone = new Map<OriginId, SeqRanges>()
    for (const all of [this.#gone.sure, this.#gone.told])
      for (const [origin, ranges] of all)
        // What was told to be gone may have come after all.
        if (!isPrivateOrigin(origin))
          gone.set(origin, missingFrom(this.held(origin), joined([...(gone.get(origin) ?? []), ...ranges])))
    const have = new Map(this.hidden.told(this.#have))
    for (const [origin, ranges] of gone) have.set(origin, joined([...(have.get(origin) ?? []), ...ranges]))
    return { have: [...have], gone: [...gone] }
  }

  /** Those that may go to a peer, and those of this node that are held back from now on. */
  sift(revisions: readonly Revision[]): { readonly go: Revision[]; readonly held: readonly Revision[] } {
    const sifted = this.hidden.sift(revisions)
    for (const revision of sifted.held) {
      const hash = revisionHash(revision)
      this.#remove(hash)
      const withheld = this.#withheld.get(revision.origin) ?? new Map<number, { hash: string; hlc: number }>()
      this.#withheld.set(revision.origin, withheld.set(revision.seq, { hash, hlc: revision.hlc }))
    }
    return sifted
  }

  /** Of what was held back, a peer holds these anyway. How many. */
  release(theirs: ReadonlyMap<OriginId, SeqRanges>): number {
    const released = this.hidden.release(theirs)
    for (const [origin, ranges] of released)
      for (const [from, to] of ranges)
        for (let seq = from; seq <= to; seq++) {
          const withheld = this.#withheld.get(origin)?.get(seq)
          if (withheld) this.#add(withheld.hash)
          this.#withheld.get(origin)?.delete(seq)
        }
    return released.reduce((sum, [, ranges]) => sum + countOf(ranges), 0)
  }

  /** The store's sum up to a stamp, without what is held back. */
  toldSum(sum: string, until: number): string {
    const told = new SetSum(sum)
    for (const withheld of this.#withheld.values())
      for (const { hash, hlc } of withheld.values()) if (hlc <= until) told.remove(hash)
    return told.hex
  }

  /** What was told to be gone is asked for again. */
  doubt(): void {
    this.#gone.told.clear()
  }

  isGoneForSure(origin: OriginId, seq: number): boolean {
    return holds(this.#gone.sure.get(origin) ?? [], seq)
  }

  /** Elements (16 bytes each) without those that are held back. */
  showing(elements: Uint8Array): Uint8Array {
    const hidden = new Set(
      [...this.#withheld.values()].flatMap((one) => [...one.values()].map(({ hash }) => hash.slice(0, 32))),
    )
    if (hidden.size === 0) return elements
    const text = Buffer.from(elements).toString('hex').match(/.{32}/g) ?? []
    return Uint8Array.from(Buffer.from(text.filter((one) => !hidden.has(one)).join(''), 'hex'))
  }
  get hidesSome(): boolean {
    return this.#withheld.size > 0
  }

  #add(hash: string): void {
    this.#sum.add(hash)
    this.#watch?.add(hash)
  }

  #remove(hash: string): void {
    this.#sum.remove(hash)
    this.#watch?.remove(hash)
  }

  #mark(how: 'sure' | 'told', origin: OriginId, from: number, to: number): void {
    const gone = this.#gone[how]
    gone.set(origin, withRange(gone.get(origin) ?? [], from, to))
  }
}

export const countOf = (ranges: SeqRanges): number => ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0)

const without = (ranges: SeqRanges, seq: number): SeqRanges =>
  ranges.flatMap(([from, to]): SeqRanges =>
    seq < from || to < seq
      ? [[from, to]]
      : [...(from < seq ? [[from, seq - 1] as const] : []), ...(seq < to ? [[seq + 1, to] as const] : [])],
  )
