import type { ItemId } from '../../base/index.ts'
import type { Meaning } from './embedder.ts'
import { cosineOf, standingOut, usualOf } from '../match/meaning.ts'
import type { Lacking, LackingPage, SearchDocument } from './search.ts'

/** Vectors in memory, each looked at for each question: the twin of those in SQLite. */
export class MemoryVectors {
  readonly #documents: ReadonlyMap<ItemId, { readonly document: SearchDocument }>
  readonly #vectors = new Map<ItemId, Meaning>()
  readonly #lacking = new Set<ItemId>()
  #wanted: string | undefined

  constructor(documents: ReadonlyMap<ItemId, { readonly document: SearchDocument }>) {
    this.#documents = documents
  }

  /** Its texts are new, or others. */
  changed(item: ItemId): void {
    this.#vectors.delete(item)
    if (this.#wanted !== undefined) this.#lacking.add(item)
  }

  dropped(item: ItemId): void {
    this.#vectors.delete(item)
    this.#lacking.delete(item)
  }

  lacking(space: string, limit: number): LackingPage {
    if (space !== this.#wanted) {
      this.#wanted = space
      this.#lacking.clear()
      for (const item of this.#documents.keys()) if (this.#vectors.get(item)?.space !== space) this.#lacking.add(item)
    }
    const documents = [...this.#lacking]
      .map((item): SearchDocument => this.#documents.get(item)?.document as SearchDocument)
      .sort((a, b) => (b.since ?? b.row) - (a.since ?? a.row))
      .map(({ item, row }) => ({ item, row }))
    return { documents: documents.slice(0, limit), left: documents.length, has: this.#of(space).length }
  }

  keep(space: string, vectors: readonly (Lacking & { readonly values: Int8Array })[]): void {
    for (const { item, row, values } of vectors) {
      if (this.#documents.get(item)?.document.row !== row) continue
      this.#vectors.set(item, { space, values })
      if (space === this.#wanted) this.#lacking.delete(item)
    }
  }

  /** Of each that has a vector of its space, how far it stands out. */
  meanings({ space, values }: Meaning): ReadonlyMap<ItemId, number> {
    const cosines = this.#of(space).map(([item, its]) => [item, cosineOf(values, its.values)] as const)
    const usual = usualOf(cosines.map(([, cosine]) => cosine))
    return new Map(cosines.map(([item, cosine]) => [item, standingOut(cosine, usual)]))
  }

  #of(space: string): readonly (readonly [ItemId, Meaning])[] {
    return [...this.#vectors].filter(([, its]) => its.space === space && its.values.length > 0)
  }
}
