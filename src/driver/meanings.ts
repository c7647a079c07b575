import { isItemId, type ItemId, type Result } from '../base/index.ts'
import type { KnowledgeStore, StoredRevision } from '../knowledge/index.ts'
import {
  EMBEDDED_MAX,
  type Embedder,
  itemText,
  type Lacking,
  NEAR_MAX,
  type SearchIndex,
  type SearchQuery,
} from '../resolve/index.ts'
import { readItem } from './read-item.ts'
import { visibilityOf } from './scopes.ts'

/** Letter groups, compared by every node: see `gram-vector.ts`. */
const LETTERS = 'letters1'
/** After a failure it is tried again so much later. Ticks of 100 ms. */
const RETRY_TICKS = 50
/** Says how many dimensions the model has. */
const PROBE = 'error'

/** Which vectors are compared here. */
export interface VectorsView {
  readonly space: string
  /** Items with a vector of that space. */
  readonly items: number
  /** Items that wait for one. */
  readonly waiting: number
  /** Why there are no more of them, or why the endpoint's space is not known yet; null when all is well. */
  readonly trouble: string | null
}

export interface MeaningsParts {
  readonly embedder: Embedder | undefined
  readonly search: SearchIndex
  readonly store: KnowledgeStore
  /** There is something better to do. */
  readonly isHeld: () => boolean
  readonly onError: (text: string) => void
}

/**
 * Has vectors made of what the index holds: one batch at a time, the newest first. What is still to be made stands in
 * the index itself, so that a restart goes on where the last run ended, and another model begins anew.
 */
export class Meanings {
  readonly #parts: MeaningsParts
  #space: string | undefined
  #has = 0
  #left = 0
  #trouble: string | null = null
  #busy = false
  #again = true
  #tick = 0
  #failedAt = 0
  /** One by one, once the endpoint refused a text among several. */
  #batch = EMBEDDED_MAX

  constructor(parts: MeaningsParts) {
    this.#parts = parts
  }

  standing(items: number): VectorsView {
    return this.#parts.embedder === undefined
      ? { space: LETTERS, items, waiting: 0, trouble: null }
      : {
          space: this.#space ?? LETTERS,
          items: this.#space ? this.#has : items,
          waiting: this.#left,
          trouble: this.#trouble,
        }
  }

  /** Something new was indexed. */
  kick(): void {
    this.#again = true
  }

  tick(): void {
    this.#tick += 1
    const { embedder, isHeld } = this.#parts
    if (!embedder || this.#busy || !this.#again || isHeld()) return
    if (this.#trouble !== null && this.#tick - this.#failedAt < RETRY_TICKS) return
    this.#busy = true
    this.#again = false
    if (this.#space !== undefined) return this.#look(embedder, this.#space)
    embedder.embed([PROBE], 'background', (probed) => {
      if (!probed.ok) return this.#stop(probed.error.message)
      this.#space = probed.value.space
      this.#look(embedder, probed.value.space)
    })
  }

  /** Goes on with the query, and with the vector of the text where there is one soon enough. */
  asked(query: SearchQuery, text: string | undefined, go: (query: SearchQuery) => void): void {
    const { embedder } = this.#parts
    if (!embedder || this.#space === undefined || text === undefined || text === '') return go(query)
    embedder.embed([text], 'question', (made) => {
      const values = made.ok ? made.value.vectors[0] : undefined
      if (!made.ok || values === undefined) return go(query)
      // What is near comes beside what would be found without it, and takes nobody's place.
      go({ ...query, limit: query.limit + NEAR_MAX, vector: { space: made.value.space, values } })
    })
  }

  #look(embedder: Embedder, space: string): void {
    this.#parts.search.lacking(space, this.#batch, (page) => {
      if (!page.ok) return this.#stop(page.error.message)
      const { documents, has, left } = page.value
      this.#has = has
      this.#left = left
      if (documents.length === 0) return this.#stop(undefined)
      this.#again = true
      const items = documents.map(({ item }) => item).filter(isItemId)
      this.#parts.store.heads(items, (heads) => this.#embed(embedder, space, documents, heads))
    })
  }

  #embed(
    embedder: Embedder,
    space: string,
    documents: readonly Lacking[],
    heads: Result<readonly StoredRevision[]>,
  ): void {
    if (!heads.ok) return this.#stop(heads.error.message)
    const texts = new Map(heads.value.map(({ revision }) => [revision.item as ItemId, textOf(revision)]))
    const told = documents.filter(({ item }) => texts.get(item))
    const none = documents.filter(({ item }) => !texts.get(item))
    if (told.length === 0) return this.#keep(space, none.map(empty))
    embedder.embed(
      told.map(({ item }) => texts.get(item) ?? ''),
      'background',
      (made) => {
        if (made.ok) {
          // Another model answers by now: its space is looked at next.
          this.#space = made.value.space
          const vectors = told.map((one, at) => ({ ...one, values: made.value.vectors[at] ?? new Int8Array(0) }))
          return this.#keep(made.value.space, [...none.map(empty), ...vectors])
        }
        if (made.error.code !== 'SWARM_BAD_INPUT') return this.#stop(made.error.message)
        if (told.length === 1) return this.#keep(space, [...none, ...told].map(empty))
        this.#batch = 1
        this.#stop(undefined)
      },
    )
  }

  #keep(space: string, vectors: readonly (Lacking & { readonly values: Int8Array })[]): void {
    if (vectors.some(({ values }) => values.length > 0)) this.#batch = Math.min(EMBEDDED_MAX, this.#batch * 2)
    this.#parts.search.keep(space, vectors, (kept) => this.#stop(kept.ok ? undefined : kept.error.message))
  }

  #stop(error: string | undefined): void {
    this.#busy = false
    if (error === undefined) {
      this.#trouble = null
      return
    }
    this.#again = true
    if (this.#trouble === null)
      this.#parts.onError(`no vectors are made: ${error}; questions are answered without them`)
    this.#trouble = error
    this.#failedAt = this.#tick
  }
}

/** What stays on this node, or says nothing, has none. */
const empty = (one: Lacking): Lacking & { readonly values: Int8Array } => ({ ...one, values: new Int8Array(0) })

function textOf({ body, deleted }: StoredRevision['revision']): string {
  const item = deleted ? undefined : readItem(body)
  return item && visibilityOf(item) !== 'private' ? itemText(item) : ''
}
