import type { Result } from '../base/index.ts'
import type { KnowledgeStore, StoredRevision } from '../knowledge/index.ts'
import { type SearchDocument, type SearchIndex, toDocument } from '../resolve/index.ts'
import { readItem } from './item-view.ts'

/** Arrivals indexed in one go: a few milliseconds of work between two turns of the loop. */
const BATCH = 128

export interface IndexerParts {
  readonly store: KnowledgeStore
  readonly search: SearchIndex
  /** The row up to which the index was complete when it was opened. */
  readonly row: number
  readonly onError: (text: string) => void
}

/**
 * Keeps the search index a follower of the store: one pass at a time, in the order of arrival, so that its row is
 * always "everything up to here is findable", through crashes and rebuilds alike.
 */
export class Indexer {
  readonly #parts: IndexerParts
  #row: number
  #busy = false
  #again = false
  #waiting: { readonly row: number; readonly run: () => void }[] = []

  constructor(parts: IndexerParts) {
    this.#parts = parts
    this.#row = parts.row
  }

  get row(): number {
    return this.#row
  }
  get isBusy(): boolean {
    return this.#busy
  }

  /** There is something new in the store. */
  kick(): void {
    if (this.#busy) {
      this.#again = true
      return
    }
    this.#busy = true
    this.#again = false
    this.#parts.store.after(this.#row, BATCH, (result) => this.#arrived(result))
  }

  /** Runs once what arrived as `row` can be found, or the index fails: a reader finds what it wrote. */
  whenFindable(row: number, run: () => void): void {
    if (row <= this.#row) run()
    else this.#waiting.push({ row, run })
  }

  #arrived(result: Result<readonly StoredRevision[]>): void {
    if (!result.ok) return this.#stop(result.error.message)
    const last = result.value.at(-1)?.row
    if (last === undefined) return this.#stop(undefined)
    const items = [...new Set(result.value.map(({ revision }) => revision.item))]
    this.#parts.store.heads(items, (heads) => {
      if (!heads.ok) return this.#stop(heads.error.message)
      const { documents, gone } = split(heads.value)
      this.#parts.search.index(documents, gone, last, (done) => {
        if (!done.ok) return this.#stop(done.error.message)
        this.#row = last
        this.#release()
        this.#busy = false
        this.kick()
      })
    })
  }

  #stop(error: string | undefined): void {
    this.#busy = false
    if (error !== undefined) {
      this.#parts.onError(error)
      this.#row = Math.max(this.#row, 0)
      for (const { run } of this.#waiting.splice(0)) run()
    } else if (this.#again) this.kick()
  }

  #release(): void {
    const ready = this.#waiting.filter(({ row }) => row <= this.#row)
    this.#waiting = this.#waiting.filter(({ row }) => row > this.#row)
    for (const { run } of ready) run()
  }
}

function split(heads: readonly StoredRevision[]): {
  readonly documents: SearchDocument[]
  readonly gone: StoredRevision['revision']['item'][]
} {
  const documents: SearchDocument[] = []
  const gone: StoredRevision['revision']['item'][] = []
  for (const { row, revision } of heads) {
    const item = revision.deleted ? undefined : readItem(revision.body)
    if (item) documents.push(toDocument(item, revision.item, row))
    else gone.push(revision.item)
  }
  return { documents, gone }
}
