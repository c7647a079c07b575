import { isItemId, isPrivateOrigin, type ItemId, nodeOf, type NodeId, type OriginId } from '../base/index.ts'
import { holds, missingFrom, withRange } from './ranges.ts'
import type { Revision } from './revision.ts'
import type { Numbers, SeqRanges, StoreState } from './store.ts'

/**
 * What this node holds and tells nobody of.
 *
 * 1. A private origin is in no vector, digest, announcement or page, and nobody else's is taken in.
 * 2. An own revision that must not leave is held back in the same ways, until a peer shows that it has it anyway.
 * 3. A record about a private item is private: its id is made from what the item says.
 */
export class Hidden {
  readonly #self: NodeId
  readonly #mayLeave: (body: string) => boolean
  readonly #withheld = new Map<OriginId, SeqRanges>()
  /** Items whose newest writing here is private. */
  readonly #items = new Set<ItemId>()

  constructor(self: NodeId, mayLeave: (body: string) => boolean, { claims = [] }: Pick<StoreState, 'claims'>) {
    this.#self = self
    this.#mayLeave = mayLeave
    const byTime = claims.filter(({ origin }) => nodeOf(origin) === self).sort((a, b) => a.hlc - b.hlc)
    for (const claim of byTime) this.wrote(claim)
  }

  /** Live private items: peers are told a count without them. */
  get items(): number {
    return this.#items.size
  }

  wrote({ deleted, item, origin }: Pick<Revision, 'item' | 'origin' | 'deleted'>): void {
    if (!isItemId(item) || nodeOf(origin) !== this.#self) return
    if (isPrivateOrigin(origin) && !deleted) this.#items.add(item)
    else this.#items.delete(item)
  }

  /** Whether what says this goes under the private origin, whatever its writer asked for. */
  names(item: string, body: string): boolean {
    if (isItemId(item) || this.#items.size === 0) return false
    return (body.match(/k_[a-z2-7]{16}/g) ?? []).some((id) => this.#items.has(id as ItemId))
  }

  /** What others are told that this node holds. */
  told(have: ReadonlyMap<OriginId, SeqRanges>): readonly (readonly [OriginId, SeqRanges])[] {
    return [...have]
      .filter(([origin]) => !isPrivateOrigin(origin))
      .map(([origin, ranges]) => [origin, missingFrom(this.#withheld.get(origin) ?? [], ranges)] as const)
      .filter(([, ranges]) => ranges.length > 0)
  }

  /** Those that may go to a peer, and those of this node that are held back from now on. */
  sift(revisions: readonly Revision[]): { readonly go: Revision[]; readonly held: readonly Revision[] } {
    const go: Revision[] = []
    const held: Revision[] = []
    for (const revision of revisions) {
      const { body, origin, seq } = revision
      if (isPrivateOrigin(origin)) continue
      const isOwn = nodeOf(origin) === this.#self
      if (isOwn && holds(this.#withheld.get(origin) ?? [], seq)) continue
      if (!isOwn || this.#mayLeave(body)) go.push(revision)
      else held.push(revision)
    }
    for (const { origin, seq } of held)
      this.#withheld.set(origin, withRange(this.#withheld.get(origin) ?? [], seq, seq))
    return { go, held }
  }

  /** A peer holds what was held back: there is nothing left to hold. Which. */
  release(theirs: ReadonlyMap<OriginId, SeqRanges>): Numbers {
    const released: (readonly [OriginId, SeqRanges])[] = []
    for (const [origin, ranges] of this.#withheld) {
      const left = missingFrom(theirs.get(origin) ?? [], ranges)
      const known = missingFrom(left, ranges)
      if (known.length === 0) continue
      released.push([origin, known])
      if (left.length === 0) this.#withheld.delete(origin)
      else this.#withheld.set(origin, left)
    }
    return released
  }
}
